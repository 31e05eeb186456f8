import type { ExamplesOf } from "../api/examples.ts";
import type { checkOperations } from "./checks.ts";

const CLIENT = "10000000-0000-4000-8000-000000000001";

/** No login has ended yet. */
const RUN = {
  id: "1dox5udtJ5S6TG6fekmCf",
  clientId: CLIENT,
  status: "running" as const,
  passed: false,
  summary: "Under way: 0 of 1 probes passed, 1 not played.",
  seed: 1,
  timeout: 60,
  user: "ada",
  startedAt: "2023-05-17T10:00:00Z",
  logins: 0,
  of: 3,
  probes: [
    {
      id: "state",
      kind: "refuse" as const,
      demand: "must" as const,
      what: "The state at the redirect URI is not that of the authorization request.",
      source: "FAQ; RFC 6749 §10.12; by RFC 9700 §2.1 a code challenge or a nonce does as well",
      remedy:
        "Compare state with the one that was kept for this browser, before the code is redeemed.",
      status: "not played" as const,
      requests: [],
    },
  ],
};

const NOT_CALLED =
  `Somebody is logged in, but the client ${CLIENT} has not called. Drive each login with a browser that has no ` +
  "cookies, so that nobody is logged in before.";

export const checkExamples: ExamplesOf<typeof checkOperations> = {
  "GET /checks": [{ title: "The newest few" }],
  "POST /checks": [
    {
      title: "One probe; all are played when none is named",
      body: { clientId: CLIENT, probes: ["state"], user: "ada", timeout: 60 },
      response: RUN,
    },
  ],
  "GET /checks/{id}": [{ title: "How it stands", params: { id: RUN.id }, response: RUN }],
  "GET /checks/{id}/next": [{ title: "What to do now", params: { id: RUN.id } }],
  "POST /checks/{id}/outcome": [
    {
      title: "Somebody is logged in, though nobody has called the mock",
      params: { id: RUN.id },
      body: { login: 1, loggedIn: true },
      response: { login: 1, verdict: "driver failed", why: NOT_CALLED },
    },
    {
      title: "Of a login that is not under way",
      params: { id: RUN.id },
      body: { login: 2, loggedIn: false },
      refused: 409,
    },
  ],
  "GET /checks/{id}/report": [
    { title: "For CI", params: { id: RUN.id }, query: { format: "junit" } },
  ],
  "DELETE /checks/{id}": [{ title: "No more of it", params: { id: RUN.id } }],
};
