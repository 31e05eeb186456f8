import type { ExamplesOf } from "../api/examples.ts";
import type { partnerOperations } from "./partners.ts";

const DEMO_PARTNER = {
  id: "demo-partner",
  name: "Demo Partner",
  clientId: "a0000000-0000-4000-8000-00000000000a",
  clientSecret: "public-mock-secret-of-demo-partner",
  subscriptionKey: "public-mock-key-of-demo-partner",
  salesUnits: ["100001", "100004"],
};

const TILLS = {
  id: "tills",
  name: "Tills and Partners",
  clientId: "tills-client",
  clientSecret: "tills-secret",
  subscriptionKey: "tills-key",
  salesUnits: ["100001"],
};

export const partnerExamples: ExamplesOf<typeof partnerOperations> = {
  "GET /partners": [{ title: "The one of the fixtures", response: { items: [DEMO_PARTNER] } }],
  "POST /partners": [
    { title: "A partner of known keys", body: TILLS, response: TILLS },
    { title: "One that acts for nobody yet", body: { name: "Other Partner" } },
    {
      title: "A sales unit that is not there",
      body: { name: "Other Partner", salesUnits: ["10001"] },
      refused: 400,
      response: {
        type: "about:blank",
        title: "Bad Request",
        status: 400,
        detail:
          'The body has a problem: salesUnits[0]: no sales unit has the msn "10001"; did you mean "100001"?',
        errors: [
          {
            path: "salesUnits[0]",
            message: 'no sales unit has the msn "10001"; did you mean "100001"?',
            value: "10001",
            closest: "100001",
          },
        ],
      },
    },
  ],
  "GET /partners/{id}": [
    { title: "The one just added", params: { id: TILLS.id }, response: TILLS },
  ],
  "PATCH /partners/{id}": [
    {
      title: "It acts for another sales unit too",
      params: { id: TILLS.id },
      body: { salesUnits: ["100001", "100002"] },
      response: { ...TILLS, salesUnits: ["100001", "100002"] },
    },
  ],
  "DELETE /partners/{id}": [{ title: "The contract ends", params: { id: TILLS.id } }],
};
