import type { ExamplesOf } from "../api/examples.ts";
import type { paymentSessionOperations } from "./payment-sessions.ts";

const PAID = {
  id: "HDUbbw5t0DqTkEyEzRO8V",
  msn: "100001",
  user: "ada",
  scope: "name phoneNumber",
  sub: "257f4c56-088c-5d56-92a4-6ccdcf81fa40",
  beganAt: "2023-05-17T10:00:00Z",
  readableUntil: "2023-05-24T10:00:00Z",
};

export const paymentSessionExamples: ExamplesOf<typeof paymentSessionOperations> = {
  "GET /payment-sessions": [{ title: "Nobody has paid yet", response: { items: [] } }],
  "POST /payment-sessions": [
    {
      title: "Ada pays at Demo Shop",
      body: { msn: "100001", user: "ada", scope: "name phoneNumber" },
      response: PAID,
    },
  ],
  "GET /payment-sessions/{id}": [
    { title: "The one just made", params: { id: PAID.id }, response: PAID },
  ],
  "DELETE /payment-sessions/{id}": [{ title: "It never happened", params: { id: PAID.id } }],
};
