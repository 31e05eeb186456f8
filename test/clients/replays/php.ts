import { expect } from "vitest";
import type { Asker, Client } from "./client.ts";
import { basic, credentials, form, grant, percentEncoded, system, unencoded } from "./client.ts";

/** Plugins and libraries in PHP. */

/** bin2hex of 16 random bytes, as PHP libraries make a state. */
const HEX_STATE = "0123456789abcdef0123456789abcdef";

const woo = system("Wordpress", "6.8", "login-with-vipps", "1.5.2:Vipps");

/** vippsas/vipps-login-wordpress afb2578, ContinueWithVipps.class.php. */
const wordpress: Client = {
  name: "vipps-login-wordpress",
  salesUnit: "Demo Shop",
  redirectUri: "https://shop.example/wp-vipps-login/continue-from-vipps/",
  discovers: true,
  headers: () => woo,
  query: ({ clientId, redirectUri }) =>
    form({
      client_id: clientId,
      response_type: "code",
      scope: "openid address email name phoneNumber",
      state: "login::b2c5a1f0e9d8c7b6a5948372615049382716aabb",
      redirect_uri: redirectUri,
    }),
  token: (asker, code) => [{ headers: basic(asker), body: form(grant(asker, code)) }],
  reads: ["sub", "email", "email_verified", "name", "given_name", "family_name", "phone_number"],
  insists: ({ state, idToken, userinfo }) => {
    const [action, session] = state.split("::");
    expect([action, session?.length]).toEqual(["login", 40]);
    expect(userinfo["sub"]).toBe(idToken["sub"]);
  },
};

/** With its filter login_with_vipps_client_secret_post. */
const wordpressPost: Client = {
  ...wordpress,
  name: "vipps-login-wordpress with client_secret_post",
  salesUnit: "Post Office",
  token: (asker, code) => [{ body: form({ ...grant(asker, code), ...credentials(asker) }) }],
};

/** vippsas/vipps-login-magento b9dedd9: the query is put together without any encoding. */
const magento: Client = {
  name: "vipps-login-magento",
  salesUnit: "Demo Shop",
  redirectUri: "https://shop.example/vipps/login/redirect",
  discovers: true,
  headers: () => system("Magento 2 Community", "2.4.7", "Vipps_Login", "2.5.0"),
  query: ({ clientId, redirectUri }) =>
    unencoded({
      client_id: clientId,
      response_type: "code",
      scope: "openid address name email phoneNumber",
      state: HEX_STATE,
      redirect_uri: redirectUri,
    }),
  token: (asker, code) => [{ headers: basic(asker), body: form(grant(asker, code)) }],
  reads: [
    "sub",
    "email",
    "given_name",
    "family_name",
    "phone_number",
    "address",
    "other_addresses",
  ],
  insists: ({ idToken, userinfo }) => expect(userinfo["sub"]).toBe(idToken["sub"]),
};

/** What League's OAuth 2 client sends where a provider takes the encoding off again. */
const leagueQuery =
  (scope: string, extra = {}) =>
  ({ clientId, redirectUri }: Asker) =>
    unencoded({
      ...extra,
      state: HEX_STATE,
      scope,
      response_type: "code",
      approval_prompt: "auto",
      redirect_uri: redirectUri,
      client_id: clientId,
    });

const league = {
  salesUnit: "Demo Shop",
  redirectUri: "https://shop.example/user/login/vipps/callback",
  token: (asker: Asker, code: string) => [
    { headers: basic(asker), body: unencoded(grant(asker, code)) },
  ],
} as const;

/** vippsas/vipps-login-drupal cfcea1a, src/Provider/Vipps.php and src/VippsAuthManager.php. */
const drupal: Client = {
  ...league,
  name: "vipps-login-drupal",
  query: leagueQuery("openid+address+email+name+phoneNumber+api_version_2", {
    requested_flow: "automatic_return_from_vipps_app",
  }),
  userinfoPath: "/access-management-1.0/access/userinfo",
  reads: ["sid", "sub", "email", "email_verified", "name", "given_name", "family_name"],
};

/** vippsas/vipps-craft-login da1e3fc, src/services/Login.php. */
const craft: Client = {
  name: "vipps-craft-login",
  salesUnit: "Demo Shop",
  redirectUri: "https://shop.example/vipps/login",
  discovers: true,
  query: ({ clientId, redirectUri }) =>
    form({
      client_id: clientId,
      response_type: "code",
      scope: "openid api_version_2 address birthDate email name phoneNumber",
      state: "Zr3kT_a9-QpLxV7bN2sYwD5mFh8cJe",
      redirect_uri: redirectUri,
    }),
  token: (asker, code) => [
    {
      headers: basic(asker),
      body: form({ ...grant(asker, code), client_id: asker.clientId }),
    },
  ],
  reads: ["sub", "email", "email_verified", "given_name", "family_name", "birthdate", "address"],
};

/** Oleksandr-Yushchenko/oauth2-vipps 43cb824. */
const oauth2Vipps: Client = {
  ...league,
  name: "oauth2-vipps",
  query: leagueQuery("openid+name+email+phoneNumber+address"),
  reads: ["sub", "sid", "email", "email_verified", "name", "phone_number", "address"],
};

const KEY = { "ocp-apim-subscription-key": "a-key-of-the-merchant" };

const oauth2VippsWithKey: Client = {
  ...oauth2Vipps,
  name: "oauth2-vipps with a subscription key",
  headers: ({ msn }) => ({ ...KEY, "merchant-serial-number": msn }),
  sendsSubscriptionKey: true,
};

/** In its partner mode it authenticates with the partner's platform token, and names the sales unit. */
const oauth2VippsPartner: Client = {
  ...oauth2VippsWithKey,
  name: "oauth2-vipps as a partner",
  query: ({ msn, redirectUri }) =>
    unencoded({
      state: HEX_STATE,
      scope: "openid+name+email",
      response_type: "code",
      approval_prompt: "auto",
      redirect_uri: redirectUri,
      msn,
    }),
  token: (asker, code) => [
    {
      headers: { authorization: `Bearer ${asker.platformToken}` },
      body: unencoded(grant(asker, code)),
    },
  ],
  reads: ["sub", "email", "email_verified", "name"],
  profiles: ["2026"],
};

/** SocialiteProviders/Providers 26eb12d, src/Vipps/Provider.php; that it wants https is told elsewhere. */
const socialite: Client = {
  name: "SocialiteProviders/Vipps",
  salesUnit: "Demo Shop",
  redirectUri: "http://localhost:8000/auth/vipps/callback",
  discovers: true,
  headers: ({ msn }) => ({
    accept: "application/json",
    ...system("laravel-socialite", "v5.21.0", "socialiteproviders-vipps", "5.0.0"),
    "merchant-serial-number": msn,
  }),
  query: ({ clientId, redirectUri, challenge }) =>
    form({
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: "openid name email",
      response_type: "code",
      state: "pQ7mZx2LrT9vKd4sHn8wYb1cFj6gUe3aRo5iXk0M",
      code_challenge: challenge,
      code_challenge_method: "S256",
    }),
  token: (asker, code) => [
    {
      headers: basic(asker),
      body: form({ ...grant(asker, code), code_verifier: asker.verifier }),
    },
  ],
  reads: ["sub", "name", "email"],
};

const socialitePost: Client = {
  ...socialite,
  name: "SocialiteProviders/Vipps with client_secret_post",
  salesUnit: "Post Office",
  token: (asker, code) => [
    {
      body: form({
        ...grant(asker, code),
        ...credentials(asker),
        code_verifier: asker.verifier,
      }),
    },
  ],
};

/** coretrekas/vipps 8c07c24, src/Login/LoginApi.php. */
const coretrek: Client = {
  name: "coretrekas/vipps",
  salesUnit: "Demo Shop",
  redirectUri: "https://shop.example/vipps/callback",
  query: ({ clientId, redirectUri, challenge }) =>
    form({
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: "openid name email",
      response_type: "code",
      state: HEX_STATE,
      nonce: HEX_STATE,
      code_challenge: challenge,
      code_challenge_method: "S256",
    }),
  token: (asker, code) => [
    {
      headers: { ...basic(asker), ...KEY, "merchant-serial-number": asker.msn },
      body: form({ ...grant(asker, code), code_verifier: asker.verifier }),
    },
  ],
  userinfoPath: "/vipps-userinfo-api/userinfo/",
  reads: ["sub", "name", "email"],
  insists: ({ idToken }) => expect(idToken["nonce"]).toBe(HEX_STATE),
};

/** ekstremedia/vipps-php 077b7f4, src/Login/LoginApi.php and src/Http/ApiTransport.php. */
const ekstremedia: Client = {
  name: "ekstremedia/vipps-php",
  salesUnit: "Demo Shop",
  redirectUri: "https://shop.example/vipps/callback",
  discovers: true,
  headers: ({ msn }) => ({
    accept: "application/json",
    ...KEY,
    "merchant-serial-number": msn,
    ...system("shop", "1.0", "vipps-php", "0.1"),
  }),
  query: ({ clientId, redirectUri, challenge }) =>
    percentEncoded({
      response_type: "code",
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: "openid name email",
      state: HEX_STATE,
      nonce: HEX_STATE,
      code_challenge: challenge,
      code_challenge_method: "S256",
    }),
  token: (asker, code) => [
    {
      headers: basic(asker),
      body: form({ ...grant(asker, code), code_verifier: asker.verifier }),
    },
  ],
  reads: ["sub", "name", "email"],
  insists: ({ tokens, idToken }) => {
    expect(tokens["expires_in"]).toEqual(expect.any(Number));
    expect(idToken["nonce"]).toBe(HEX_STATE);
  },
  sendsSubscriptionKey: true,
};

export const PHP: readonly Client[] = [
  wordpress,
  wordpressPost,
  magento,
  drupal,
  craft,
  oauth2Vipps,
  oauth2VippsWithKey,
  oauth2VippsPartner,
  socialite,
  socialitePost,
  coretrek,
  ekstremedia,
];
