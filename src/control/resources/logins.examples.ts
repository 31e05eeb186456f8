import type { ExamplesOf } from "../api/examples.ts";
import type { loginOperations } from "./logins.ts";

const LOGIN = {
  id: "a824a18433f8ba22077f422d8b2aec93",
  flow: "browser",
  clientId: "10000000-0000-4000-8000-000000000001",
  scopes: ["openid", "name"],
  status: "identify",
  expiresAt: "2023-05-17T10:30:00Z",
};

const SECOND = { ...LOGIN, id: "86f526bf8b6b640378cc8a4cb36c06e8" };

const THIRD = { ...LOGIN, id: "5c0e1fd6a9b34d7288e3f04b7a61c92d" };

const FOURTH = { ...LOGIN, id: "e91d5b7740c24f0d8a6cb5f3e2a81947" };

const FIFTH = { ...LOGIN, id: "27bd06f3c8e14a559f0a4d6e7b913c82" };

/** At a till: the customer has said the number, and both show the code. */
const TILL = {
  id: "Ux3kPq7ZsW2vNb9TjR5yM",
  flow: "phone-number",
  user: "ada",
  clientId: LOGIN.clientId,
  scopes: ["openid", "name"],
  bindingMessage: "TILL-07",
  status: "confirm",
  expiresAt: "2023-05-17T10:10:00Z",
};

/** Where the browser goes on from the page for the phone number. */
const RETURN_URL =
  "http://localhost:4747/access-management-1.0/access/oauth2/auth?response_type=code" +
  `&client_id=${LOGIN.clientId}&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback` +
  "&scope=openid+name&state=state-of-the-test&login_verifier=";

export const loginExamples: ExamplesOf<typeof loginOperations> = {
  "GET /logins": [
    {
      title: "Five browsers that show the page for the phone number, and a phone that asks",
      response: { items: [LOGIN, SECOND, THIRD, FOURTH, FIFTH, TILL] },
    },
    {
      title: "Those from phone number",
      query: { flow: "phone-number" },
      response: { items: [TILL] },
    },
    { title: "None of Liv's", query: { user: "leap-day" }, response: { items: [] } },
  ],
  "GET /logins/{id}": [
    { title: "Nobody has said whose it is", params: { id: LOGIN.id }, response: LOGIN },
  ],
  "POST /logins/{id}/approve": [
    {
      title: "It is Ada's",
      params: { id: LOGIN.id },
      body: { user: "ada" },
      response: {
        ...LOGIN,
        status: "approved",
        user: "ada",
        redirectUrl: `${RETURN_URL}3d1b7e0f92c84a56b1f7d2e86a904c5e`,
      },
    },
    {
      title: "The customer at the till confirms",
      params: { id: TILL.id },
      response: { ...TILL, status: "approved" },
    },
    {
      title: "It was answered before",
      params: { id: LOGIN.id },
      refused: 409,
      response: {
        type: "about:blank",
        title: "Conflict",
        status: 409,
        detail: `The login "${LOGIN.id}" is not waiting any more: it is approved. Begin another one at the merchant.`,
      },
    },
    {
      title: "Whose login it is must be said",
      params: { id: SECOND.id },
      refused: 422,
      response: {
        type: "about:blank",
        title: "Unprocessable Entity",
        status: 422,
        detail: "user: missing: nobody has said yet whose login it is; name its user",
        errors: [
          {
            path: "user",
            message: "missing: nobody has said yet whose login it is; name its user",
          },
        ],
      },
    },
  ],
  "POST /logins/{id}/confirm": [
    {
      title: "It is Liv's, whom the browser asks for the consent",
      params: { id: FOURTH.id },
      body: { user: "leap-day" },
      response: {
        ...FOURTH,
        status: "consent",
        user: "leap-day",
        consent: { scopes: ["name"], in: "browser" },
        redirectUrl: `${RETURN_URL}b6c40f1e2d8a4973a5e09c3f7d12864b`,
      },
    },
  ],
  "POST /logins/{id}/fail": [
    {
      title: "The app is too old",
      params: { id: FIFTH.id },
      body: { reason: "outdated_app" },
      response: {
        ...FIFTH,
        status: "failed",
        redirectUrl: `${RETURN_URL}0e7d5c9a81f34b62a9c4d8e6f2b7130d`,
      },
    },
  ],
  "POST /logins/{id}/reject": [
    {
      title: "Not now",
      params: { id: SECOND.id },
      response: {
        ...SECOND,
        status: "rejected",
        redirectUrl: `${RETURN_URL}f05a6c1d38e947b2908d4b7ce1a3625f`,
      },
    },
  ],
  "POST /logins/{id}/expire": [
    {
      title: "The user never came back",
      params: { id: THIRD.id },
      response: { ...THIRD, status: "expired", expiresAt: "2023-05-17T10:00:00Z" },
    },
  ],
};
