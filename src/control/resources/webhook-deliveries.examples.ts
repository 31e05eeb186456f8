import type { ExamplesOf } from "../api/examples.ts";
import type { webhookDeliveryOperations } from "./webhook-deliveries.ts";

const ATTEMPT = {
  number: 1,
  asked: false,
  at: "2023-05-17T10:00:00Z",
  duration: 2.5,
  request: {
    method: "POST",
    url: "http://localhost:3000/consent-revoked",
    headers: {
      Host: "localhost:3000",
      "User-Agent": "vipps-login-mock/0.1.0",
      "Content-Type": "text/plain",
      "Content-Length": "203",
      "X-Vipps-Login-Mock-Delivery": "1dox5udtJ5S6TG6fekmCf-100001",
      "X-Vipps-Login-Mock-Attempt": "1",
      Connection: "close",
    },
    body:
      "eyJhbGciOiJub25lIiwidHlwIjogIkpXVCJ9Cg.eyJleHAiOjE2ODQzMTc5MDAsImlhdCI6MTY4NDMxNzYwMCwibmJm" +
      "IjoxNjg0MzE3NjAwLCJzdWIiOiIyNTdmNGM1Ni0wODhjLTVkNTYtOTJhNC02Y2NkY2Y4MWZhNDAiLCJldmVudCI6IkNP" +
      "TlNFTlRfUkVWT0tFRCJ9",
  },
  response: { status: 200, body: "thank you" },
};

const DELIVERY = {
  id: "1dox5udtJ5S6TG6fekmCf-100001",
  kind: "consent-revoked" as const,
  msn: "100001",
  url: "http://localhost:3000/consent-revoked",
  consent: "HDUbbw5t0DqTkEyEzRO8V",
  queuedAt: "2023-05-17T10:00:00Z",
  status: "delivered" as const,
  attempts: [ATTEMPT],
};

const AGAIN = {
  ...ATTEMPT,
  number: 2,
  asked: true,
  request: {
    ...ATTEMPT.request,
    headers: { ...ATTEMPT.request.headers, "X-Vipps-Login-Mock-Attempt": "2" },
  },
};

export const webhookDeliveryExamples: ExamplesOf<typeof webhookDeliveryOperations> = {
  "GET /webhook-deliveries": [
    {
      title: "The first that arrived",
      query: { kind: "consent-revoked", status: "delivered", wait: "10s" },
      response: { items: [DELIVERY] },
    },
  ],
  "GET /webhook-deliveries/{id}": [
    { title: "It arrived", params: { id: DELIVERY.id }, response: DELIVERY },
  ],
  "POST /webhook-deliveries/{id}/redeliver": [
    {
      title: "Once more",
      params: { id: DELIVERY.id },
      response: { ...DELIVERY, attempts: [ATTEMPT, AGAIN] },
    },
  ],
  "DELETE /webhook-deliveries": [{ title: "Before the next test" }],
};
