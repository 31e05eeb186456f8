import type { ExamplesOf } from "../api/examples.ts";
import type { faultOperations } from "./faults.ts";

const FAULT = {
  id: "HDUbbw5t0DqTkEyEzRO8V",
  match: { endpoint: "token" as const },
  times: 1,
  after: 0,
  probability: 1,
  delay: 0,
  // biome-ignore lint/suspicious/noThenProperty: the contract calls it so; no promise is made of it.
  then: { status: 500 },
  seen: 0,
  hits: 0,
};

export const faultExamples: ExamplesOf<typeof faultOperations> = {
  "GET /faults": [{ title: "Nothing goes wrong", response: { items: [] } }],
  "POST /faults": [
    {
      title: "The token endpoint fails once",
      // biome-ignore lint/suspicious/noThenProperty: the contract calls it so.
      body: { match: { endpoint: "token" }, times: 1, then: { status: 500 } },
      response: FAULT,
    },
    {
      title: "Another issuer in every ID token",
      body: { match: { endpoint: "token" }, corrupt: "wrong_iss" },
    },
  ],
  "GET /faults/{id}": [{ title: "Not yet hit", params: { id: FAULT.id }, response: FAULT }],
  "PATCH /faults/{id}": [
    {
      title: "Twice instead of once",
      params: { id: FAULT.id },
      body: { times: 2 },
      response: { ...FAULT, times: 2 },
    },
  ],
  "DELETE /faults/{id}": [{ title: "No failure after all", params: { id: FAULT.id } }],
  "DELETE /faults": [{ title: "All is well again" }],
};
