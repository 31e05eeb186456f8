import type { ExamplesOf } from "../api/examples.ts";
import type { requestLogOperations } from "./request-log.ts";

/** What the examples show: the demo shop sent the secret of another sales unit. */
const REFUSED_REQUEST = {
  id: "R1nadv9udddqArJTdHrCn",
  at: "2023-05-17T10:00:00Z",
  method: "POST",
  url: "http://localhost:4747/access-management-1.0/access/oauth2/token",
  endpoint: "token",
  status: 401,
  refused: true,
  diagnosis: {
    rule: "credentials",
    faq: "Why do I get Error: invalid_client?",
    message: "the client_secret sent for 10000000-0000-4000-8000-000000000001 is wrong",
    detail: "Copy the secret of that sales unit again.",
  },
  notes: [],
  clientId: "10000000-0000-4000-8000-000000000001",
  duration: 2.2,
  taken: false,
  request: {
    headers: {
      host: "localhost:4747",
      "content-type": "application/x-www-form-urlencoded",
      authorization: "Basic 10000000-0000-4000-8000-000000000001:publ***b0b4ab33",
      "user-agent": "shop/1.0",
      "content-length": "104",
    },
    body: "grant_type=authorization_code&code=code***de096c63&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback",
  },
  response: {
    headers: {
      "x-vipps-login-mock": "0.1.0",
      "cache-control": "no-store",
      pragma: "no-cache",
      "content-type": "application/json;charset=UTF-8",
    },
    body:
      '{"error":"invalid_client","error_description":"Client authentication failed (e.g., unknown ' +
      'client, no client authentication included, or unsupported authentication method)."}',
  },
};

/** The same log as the report tells it; the login of Ada went well. */
const REPORT = [
  "Refused: 1 of 10 requests to the sandbox default:",
  "1. POST token 401 by Demo Shop: the client_secret sent for 10000000-0000-4000-8000-000000000001 is wrong",
  "   What to do: Copy the secret of that sales unit again.",
  "   FAQ: Why do I get Error: invalid_client?",
  "",
  "Login 1 of ada at Demo Shop:",
  "   +0s    GET auth 302",
  "   +0s    GET login 200",
  "   +0s    POST login 303",
  "   +0s    GET login 200",
  "   +0s    POST login 303",
  "   +0s    GET auth 302",
  "   +0s    GET login 200",
  "   +0s    POST login 303",
  "   +0s    GET auth 302",
  "",
].join("\n");

export const requestLogExamples: ExamplesOf<typeof requestLogOperations> = {
  "GET /requests": [
    {
      title: "What was refused, and why",
      query: { refused: true },
      response: { items: [REFUSED_REQUEST] },
    },
    {
      title: "A token request, as soon as there is one",
      query: { endpoint: "token", wait: "10s" },
      response: { items: [REFUSED_REQUEST] },
    },
  ],
  "GET /requests/count": [
    {
      title: "Refused token requests",
      query: { endpoint: "token", refused: true },
      response: { count: 1 },
    },
  ],
  "POST /requests/take": [
    {
      title: "The token request, as soon as it is there",
      body: { endpoint: "token", wait: "10s" },
      response: { ...REFUSED_REQUEST, taken: true },
    },
    {
      title: "There was no other",
      body: { endpoint: "token" },
      refused: 404,
      response: {
        type: "about:blank",
        title: "Not Found",
        status: 404,
        detail:
          'No request that fits {"endpoint":"token"} came; 1 that did was taken before. Seen instead, ' +
          "the last 5 of 10: GET auth 302 (10000000-0000-4000-8000-000000000001, ada); GET login 200 " +
          "(10000000-0000-4000-8000-000000000001, ada); POST login 303 " +
          "(10000000-0000-4000-8000-000000000001, ada); GET auth 302 " +
          "(10000000-0000-4000-8000-000000000001, ada); POST token 401 " +
          "(10000000-0000-4000-8000-000000000001): the client_secret sent for " +
          "10000000-0000-4000-8000-000000000001 is wrong, taken.",
      },
    },
  ],
  "GET /requests/report": [{ title: "Of a test that failed", response: REPORT }],
  "GET /requests/{id}": [
    {
      title: "Taken by now",
      params: { id: REFUSED_REQUEST.id },
      response: { ...REFUSED_REQUEST, taken: true },
    },
  ],
  "DELETE /requests": [{ title: "Before the next test" }],
};
