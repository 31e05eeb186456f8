import type { ExamplesOf } from "../api/examples.ts";
import type { clockOperations } from "./clock.ts";

export const clockExamples: ExamplesOf<typeof clockOperations> = {
  "GET /clock": [
    {
      title: "It stands still",
      response: { now: "2023-05-17T10:00:00Z", frozen: true, offset: 0 },
    },
  ],
  "PATCH /clock": [
    {
      title: "Too late for the code",
      body: { advance: "2m1s" },
      response: {
        now: "2023-05-17T10:02:01Z",
        frozen: true,
        offset: 121,
        expired: [
          {
            kind: "code",
            id: "BH6SD4L5mvF7jzFJyUtE7iEw_GD3DY_39KxX1OJm-Gs.K3irs6QasjdStBvnYRvoPmwqEoTRxlNRxoIuIgTU66s",
            clientId: "10000000-0000-4000-8000-000000000001",
            user: "ada",
            at: "2023-05-17T10:02:00Z",
          },
        ],
      },
    },
    {
      title: "A certain moment, and on from there",
      body: { at: "2024-02-29T12:00:00+01:00", freeze: false },
      response: {
        now: "2024-02-29T11:00:00Z",
        frozen: false,
        offset: 24886800,
        expired: [
          {
            kind: "session",
            id: "HDUbbw5t0DqTkEyEzRO8V",
            user: "ada",
            clientId: "10000000-0000-4000-8000-000000000001",
            at: "2023-05-24T10:00:00Z",
          },
        ],
      },
    },
  ],
  "DELETE /clock": [
    {
      title: "Back to the present",
      response: { now: "2023-05-17T10:00:00Z", frozen: false, offset: 0, expired: [] },
    },
  ],
};
