import type { ExamplesOf } from "../api/examples.ts";
import type { scenarioOperations } from "./scenarios.ts";

const SCENARIO = {
  id: "HDUbbw5t0DqTkEyEzRO8V",
  match: {},
  user: "ada",
  outcome: "approve",
  remember: false,
  delay: 0,
  times: 1,
  hits: 0,
  left: 1,
  used: false,
  addedAt: "2023-05-17T10:00:00Z",
};

export const scenarioExamples: ExamplesOf<typeof scenarioOperations> = {
  "GET /scenarios": [
    { title: "Every login goes as its user makes it go", response: { items: [] } },
    { title: "What a test queued in vain", query: { unused: true }, response: { items: [] } },
  ],
  "POST /scenarios": [
    {
      title: "The next login is Ada's, without a page",
      body: { user: "ada" },
      response: SCENARIO,
    },
    {
      title: "Two users of the demo shop cancel",
      body: {
        match: { clientId: "10000000-0000-4000-8000-000000000001" },
        outcome: "cancel",
        times: 2,
      },
    },
    {
      title: "The next customer at a till takes ten seconds to say no",
      body: { match: { flow: "phone-number" }, outcome: "cancel", delay: "10s" },
    },
    {
      title: "An error that the mock has no rule for",
      body: { outcome: { error: "temporarily_unavailable", errorDescription: "Try later" } },
    },
    {
      title: "Nobody is called so",
      body: { user: "adda" },
      refused: 400,
      response: {
        type: "about:blank",
        title: "Bad Request",
        status: 400,
        detail:
          'The body has a problem: user: no user has the id or phone number "adda"; did you mean "ada"?',
        errors: [
          {
            path: "user",
            message: 'no user has the id or phone number "adda"; did you mean "ada"?',
            value: "adda",
            closest: "ada",
          },
        ],
      },
    },
  ],
  "GET /scenarios/{id}": [
    { title: "Not yet used", params: { id: SCENARIO.id }, response: SCENARIO },
  ],
  "PATCH /scenarios/{id}": [
    {
      title: "For two logins, and the browser remembers her",
      params: { id: SCENARIO.id },
      body: { times: 2, remember: true },
      response: { ...SCENARIO, times: 2, left: 2, remember: true },
    },
  ],
  "DELETE /scenarios/{id}": [
    { title: "She logs in by herself after all", params: { id: SCENARIO.id } },
  ],
  "DELETE /scenarios": [{ title: "Before the next test" }],
};
