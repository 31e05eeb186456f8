import type { ExamplesOf } from "../api/examples.ts";
import type { consentOperations } from "./consents.ts";

const CONSENT = {
  id: "HDUbbw5t0DqTkEyEzRO8V",
  user: "ada",
  merchant: "Demo Group",
  scopes: ["name"],
  givenAt: "2023-05-17T10:00:00Z",
};

const REVOKED = { ...CONSENT, revokedAt: "2023-05-17T10:00:00Z" };

export const consentExamples: ExamplesOf<typeof consentOperations> = {
  "GET /consents": [
    { title: "Those of Ada", query: { user: "ada" }, response: { items: [CONSENT] } },
  ],
  "DELETE /consents": [
    {
      title: "Whatever Demo Group may know",
      query: { merchant: "Demo Group" },
      response: { items: [REVOKED] },
    },
  ],
  "GET /consents/{id}": [
    { title: "One that was revoked", params: { id: CONSENT.id }, response: REVOKED },
  ],
  "DELETE /consents/{id}": [{ title: "Once more", params: { id: CONSENT.id }, response: REVOKED }],
};
