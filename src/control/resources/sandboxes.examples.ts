import type { ExamplesOf } from "../api/examples.ts";
import type { sandboxOperations } from "./sandboxes.ts";

const DEFAULT_SUMMARY = {
  id: "default",
  url: "http://localhost:4747",
  issuer: "http://localhost:4747/access-management-1.0/access/",
  discoveryUrl:
    "http://localhost:4747/access-management-1.0/access/.well-known/openid-configuration",
  controlUrl: "http://localhost:4747/mock/api",
  createdAt: "2023-05-17T10:00:00Z",
  ttl: null,
};

const CHECKOUT_UNIT = {
  msn: "654321",
  name: "My Shop",
  merchant: "My Shop",
  clientId: "my-shop",
  clientSecret: "my-secret",
  redirectUris: ["http://localhost:3000/callback"],
  tokenEndpointAuthMethod: "client_secret_post" as const,
  scopes: ["openid" as const, "name" as const],
  features: { loginFromPhoneNumber: false, delegatedConsents: null, customFlow: null },
  consentWebhookUrl: null,
  loginActivated: true,
  active: true,
};

const CHECKOUT = {
  id: "checkout-7",
  url: "http://localhost:4747/s/checkout-7",
  issuer: "http://localhost:4747/s/checkout-7/access-management-1.0/access/",
  discoveryUrl:
    "http://localhost:4747/s/checkout-7/access-management-1.0/access/.well-known/openid-configuration",
  controlUrl: "http://localhost:4747/s/checkout-7/mock/api",
  createdAt: "2023-05-17T10:00:00Z",
  ttl: 1800,
  expiresAt: "2023-05-17T10:30:00Z",
  salesUnits: [CHECKOUT_UNIT],
  partners: [],
  users: [],
};

export const sandboxExamples: ExamplesOf<typeof sandboxOperations> = {
  "GET /sandboxes": [{ title: "Only the default one", response: { items: [DEFAULT_SUMMARY] } }],
  "POST /sandboxes": [
    {
      title: "One with a single sales unit",
      body: {
        id: "checkout-7",
        ttl: "30m",
        config: { salesUnits: [CHECKOUT_UNIT], users: [] },
      },
      response: CHECKOUT,
    },
    { title: "One like the server, under a name of its own", body: {} },
  ],
  "GET /sandboxes/{id}": [
    { title: "The one just made", params: { id: CHECKOUT.id }, response: CHECKOUT },
  ],
  "DELETE /sandboxes/{id}": [{ title: "When its test is over", params: { id: CHECKOUT.id } }],
};
