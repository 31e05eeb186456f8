import type { ExamplesOf } from "../api/examples.ts";
import type { salesUnitOperations } from "./sales-units.ts";

const MY_SHOP = {
  msn: "654321",
  name: "My Shop",
  clientId: "my-shop",
  clientSecret: "my-secret",
  redirectUris: ["http://localhost:3000/callback"],
};

const MY_SHOP_COMPLETED = {
  ...MY_SHOP,
  merchant: "My Shop",
  tokenEndpointAuthMethod: "client_secret_basic",
  scopes: ["openid", "address", "birthDate", "email", "name", "phoneNumber"],
  features: { loginFromPhoneNumber: false, delegatedConsents: null, customFlow: null },
  consentWebhookUrl: null,
  loginActivated: true,
  active: true,
};

export const salesUnitExamples: ExamplesOf<typeof salesUnitOperations> = {
  "GET /sales-units": [
    { title: "The second page of three", query: { limit: 3, after: "100003" } },
    { title: "Those of a merchant", query: { search: "demo" } },
  ],
  "POST /sales-units": [
    {
      title: "A sales unit of known name and secret",
      body: MY_SHOP,
      response: MY_SHOP_COMPLETED,
    },
    { title: "The least there can be", body: { name: "Other Shop", redirectUris: [] } },
  ],
  "GET /sales-units/{msn}": [
    { title: "My Shop", params: { msn: MY_SHOP.msn }, response: MY_SHOP_COMPLETED },
  ],
  "PATCH /sales-units/{msn}": [
    {
      title: "It may ask for the national identity number",
      params: { msn: MY_SHOP.msn },
      body: { scopes: ["openid", "name", "nin"] },
      response: { ...MY_SHOP_COMPLETED, scopes: ["openid", "name", "nin"] },
    },
  ],
  "POST /sales-units/{msn}/rotate-secret": [
    { title: "The secret got into a log", params: { msn: MY_SHOP.msn } },
  ],
  "DELETE /sales-units/{msn}": [{ title: "My Shop closes", params: { msn: MY_SHOP.msn } }],
};
