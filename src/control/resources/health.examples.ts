import type { ExamplesOf } from "../api/examples.ts";
import type { healthOperations } from "./health.ts";

export const healthExamples: ExamplesOf<typeof healthOperations> = {
  "GET /health": [
    {
      title: "It is up",
      response: { status: "ok", version: "0.1.0", store: { kind: "memory", status: "ok" } },
    },
  ],
  "GET /live": [{ title: "It lives", response: { status: "ok", version: "0.1.0" } }],
};
