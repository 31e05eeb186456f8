import { expect } from "vitest";
import type { Asker, Client } from "./client.ts";
import { basic, credentials, form, grant, percentEncoded, unencoded } from "./client.ts";

/** Libraries, plugins and brokers in other languages than PHP. */

/** danpejobo/django-allauth-vipps 161bc83, on the OAuth2Client of django-allauth 65. */
const allauth: Client = {
  name: "django-allauth-vipps",
  salesUnit: "Post Office",
  redirectUri: "http://localhost:8000/accounts/vipps/login/callback/",
  headers: () => ({ "user-agent": "django-allauth", accept: "*/*" }),
  query: ({ clientId, redirectUri }) =>
    form({
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: "phoneNumber name openid email",
      response_type: "code",
      state: "Kx8sPq2vZr5tYw1n",
    }),
  token: (asker, code) => [
    {
      body: form({
        redirect_uri: asker.redirectUri,
        grant_type: "authorization_code",
        code,
        ...credentials(asker),
      }),
    },
  ],
  reads: ["sub", "name", "email", "given_name", "family_name", "email_verified"],
  insists: ({ userinfo }) => expect(userinfo["email_verified"]).toBe(true),
};

/** With its VippsOAuth2Client for dj-rest-auth. */
const allauthBasic: Client = {
  ...allauth,
  name: "django-allauth-vipps with client_secret_basic",
  salesUnit: "Demo Shop",
  token: (asker, code) => [{ headers: basic(asker), body: form(grant(asker, code)) }],
};

/** omniauth-vipps 1.0.0 with oauth2 1.4.4, whose token_params name the grant type again. */
const omniauth: Client = {
  name: "omniauth-vipps",
  salesUnit: "Post Office",
  redirectUri: "http://localhost:3000/auth/vipps/callback",
  headers: () => ({ "user-agent": "Faraday v1.10.3", accept: "*/*" }),
  query: ({ clientId, redirectUri }) =>
    form({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: "code",
      scope: "openid name phoneNumber address birthDate email",
      state: "d41d8cd98f00b204e9800998ecf8427ed41d8cd98f00b204",
    }),
  token: (asker, code) => [
    {
      body: `${form({ ...credentials(asker), ...grant(asker, code) })}&grant_type=authorization_code`,
    },
  ],
  userinfoPath: "/vipps-userinfo-api/userinfo/",
  reads: [
    "address",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "given_name",
    "name",
    "other_addresses",
    "phone_number",
    "sid",
    "sub",
  ],
};

/** authhero's strategy vipps (markusahlstrand/authhero 087978e) on arctic 3. */
const authhero: Client = {
  name: "authhero",
  salesUnit: "Demo Shop",
  redirectUri: "https://auth.example/callback",
  headers: () => ({ accept: "application/json", "user-agent": "arctic" }),
  query: ({ clientId, redirectUri }) =>
    form({
      response_type: "code",
      client_id: clientId,
      redirect_uri: redirectUri,
      state: "V1StGXR8_Z5jdHi6B-myT",
      scope: "openid email phoneNumber name address birthDate",
      response_mode: "query",
    }),
  token: (asker, code) => [{ headers: basic(asker), body: form(grant(asker, code)) }],
  reads: ["sub", "email", "name", "phone_number"],
  insists: ({ idToken, asker }) => {
    expect(idToken["msn"]).toBe(asker.msn);
    // Between January 2025 and May 2026 its schema took a text only.
    if (typeof idToken["aud"] !== "string") expect(idToken["aud"]).toEqual([asker.clientId]);
  },
};

/** next-auth 4.24, providers/vipps on openid-client 5. */
const nextAuth: Client = {
  name: "next-auth 4",
  salesUnit: "Demo Shop",
  redirectUri: "http://localhost:3000/api/auth/callback/vipps",
  discovers: true,
  headers: () => ({
    "user-agent": "openid-client/5.7.1 (https://github.com/panva/node-openid-client)",
    accept: "application/json",
  }),
  query: ({ clientId, redirectUri }) =>
    percentEncoded({
      client_id: clientId,
      scope: "openid email name",
      response_type: "code",
      redirect_uri: redirectUri,
      state: "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0",
    }),
  token: (asker, code) => [{ headers: basic(asker), body: form(grant(asker, code)) }],
  reads: ["sub", "name", "email"],
  insists: ({ idToken, issuer }) => expect(idToken["iss"]).toBe(issuer),
};

/** golang.org/x/oauth2 finds out the method by trying: Basic first, then the body. */
const goTries = (asker: Asker, code: string) => [
  { headers: basic(asker), body: form(grant(asker, code)) },
  { body: form({ ...grant(asker, code), ...credentials(asker) }) },
];

/** torfjor/vipps-login-go 12cfec4, with openid among its scopes. */
const go: Client = {
  name: "vipps-login-go",
  salesUnit: "Demo Shop",
  redirectUri: "http://127.0.0.1:8080/callback",
  discovers: true,
  headers: () => ({ "user-agent": "Go-http-client/1.1" }),
  query: ({ clientId, redirectUri }) =>
    form({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: "code",
      scope: "openid name email",
      state: "q1rYzB3nX7mWvK2sL9dTfG5hJ8cP4aEu-0_RiOo6NxM=",
    }),
  token: goTries,
  reads: ["sub", "name", "email"],
};

const goPost: Client = {
  ...go,
  name: "vipps-login-go at a client_secret_post unit",
  salesUnit: "Post Office",
};

/** expo-auth-session with a discovery document in its source, as the sample has it. */
const expo: Client = {
  name: "expo-auth-session",
  salesUnit: "Demo Shop",
  redirectUri: "myapp://callback",
  query: ({ clientId, redirectUri, challenge }) =>
    percentEncoded({
      code_challenge: challenge,
      code_challenge_method: "S256",
      redirect_uri: redirectUri,
      client_id: clientId,
      response_type: "code",
      state: "hT3kLmPq9Z",
      scope: "openid name phoneNumber",
    }),
  token: (asker, code) => [
    {
      headers: basic(asker),
      body: form({ ...grant(asker, code), code_verifier: asker.verifier }),
    },
  ],
  reads: ["sub", "name", "phone_number"],
};

/** vippsas/dotnet-sdk e632db2, Services/LoginService.cs: the query is put together without encoding. */
const dotnetSdk: Client = {
  name: "vippsas/dotnet-sdk",
  salesUnit: "Demo Shop",
  redirectUri: "http://localhost:3000",
  query: ({ clientId, redirectUri }) =>
    unencoded({
      client_id: clientId,
      response_type: "code",
      scope: "openid email name phoneNumber",
      state: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
      redirect_uri: redirectUri,
    }),
  token: (asker, code) => [{ headers: basic(asker), body: form(grant(asker, code)) }],
  reads: ["sub", "name", "email", "phone_number"],
};

const dotnetSdkPost: Client = {
  ...dotnetSdk,
  name: "vippsas/dotnet-sdk with client_secret_post",
  salesUnit: "Post Office",
  query: (asker) => `${dotnetSdk.query(asker)}&response_mode=form_post`,
  token: (asker, code) => [{ body: form({ ...grant(asker, code), ...credentials(asker) }) }],
};

/** What Microsoft's libraries make for each login: long, but under the limits. */
const DOTNET_NONCE = `638700000000000000.${"TmpZeU5qRTNOek10TW1ZNE5DMDBOR1U1".repeat(3)}`;
const DOTNET_STATE = `CfDJ8${"Nq3vXz7Lr0KpWb2sTd9yHm4cFg6uJe1a".repeat(10)}`;

/** ASP.NET Core 8, AddOpenIdConnect with the response type code and all else left alone. */
const aspNetCore: Client = {
  name: "ASP.NET Core",
  salesUnit: "Post Office",
  redirectUri: "https://localhost:5001/signin-oidc",
  discovers: true,
  headers: () => ({ "user-agent": "Microsoft ASP.NET Core OpenIdConnect handler" }),
  query: ({ clientId, redirectUri, challenge }) =>
    percentEncoded({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_type: "code",
      scope: "openid name email",
      code_challenge: challenge,
      code_challenge_method: "S256",
      response_mode: "form_post",
      nonce: DOTNET_NONCE,
      state: DOTNET_STATE,
      "x-client-SKU": "ID_NET8_0",
      "x-client-ver": "7.1.2.0",
    }),
  token: (asker, code) => [
    {
      body: form({
        ...credentials(asker),
        ...grant(asker, code),
        code_verifier: asker.verifier,
      }),
    },
  ],
  reads: ["sub", "name", "email"],
  insists: ({ idToken, state }) => {
    expect(idToken["nonce"]).toBe(DOTNET_NONCE);
    expect(state).toBe(DOTNET_STATE);
  },
};

/** vippsas/vipps-login-dotnet 7859c99 on OWIN, with the scopes of its documentation. */
const owin: Client = {
  name: "vipps-login-dotnet",
  salesUnit: "Demo Shop",
  redirectUri: "https://shop.example/vipps-login",
  discovers: true,
  query: ({ clientId, redirectUri }) =>
    percentEncoded({
      client_id: clientId,
      redirect_uri: redirectUri,
      response_mode: "query",
      response_type: "code",
      scope: "api_version_2 openid email name address phoneNumber birthDate",
      state: `OpenIdConnect.AuthenticationProperties=${DOTNET_STATE.slice(5)}`,
      nonce: DOTNET_NONCE,
      "x-client-SKU": "ID_NET472",
      "x-client-ver": "5.7.0.0",
    }),
  token: (asker, code) => [{ headers: basic(asker), body: form(grant(asker, code)) }],
  reads: [
    "sub",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "given_name",
    "name",
    "phone_number",
    "address",
    "other_addresses",
  ],
  insists: ({ idToken, issuer, state }) => {
    expect(idToken["iss"]).toBe(issuer);
    expect(idToken["nonce"]).toBe(DOTNET_NONCE);
    expect(state).toMatch(/^OpenIdConnect\.AuthenticationProperties=/);
  },
};

export const OTHERS: readonly Client[] = [
  allauth,
  allauthBasic,
  omniauth,
  authhero,
  nextAuth,
  go,
  goPost,
  expo,
  dotnetSdk,
  dotnetSdkPost,
  aspNetCore,
  owin,
];
