import { describe, expect, it } from "vitest";
import type { ErrorCode } from "../../src/oidc/errors.ts";
import {
  BearerRefusal,
  GatewayRefusal,
  JsonRefusal,
  OAUTH_ERRORS,
  oauthError,
  PageRefusal,
  PlatformRefusal,
  RedirectRefusal,
  Refusal,
  UserinfoRefusal,
} from "../../src/oidc/errors.ts";
import type { Hint } from "../../src/oidc/hints.ts";
import { hintOf } from "../../src/oidc/hints.ts";
import { diagnoseSubscriptionKey } from "../../src/rules/credentials.ts";

/** As fosite 0.40.2 and the documentation have them: error, HTTP status, description, default hint. */
const table: [ErrorCode, number, string, string?][] = [
  [
    "invalid_request",
    400,
    "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.",
    "Make sure that the various parameters are correct, be aware of case sensitivity and trim your parameters. Make sure that the client you are using has exactly whitelisted the redirect_uri you specified.",
  ],
  [
    "unauthorized_client",
    400,
    "The client is not authorized to request a token using this method.",
    "Make sure that client id and secret are correctly specified and that the client exists.",
  ],
  [
    "access_denied",
    403,
    "The resource owner or authorization server denied the request.",
    "Make sure that the request you are making is valid. Maybe the credential or request parameters you are using are limited in scope or otherwise restricted.",
  ],
  [
    "unsupported_response_type",
    400,
    "The authorization server does not support obtaining a token using this method.",
  ],
  [
    "unsupported_response_mode",
    400,
    "The authorization server does not support obtaining a response using this response mode.",
  ],
  ["invalid_scope", 400, "The requested scope is invalid, unknown, or malformed."],
  [
    "server_error",
    500,
    "The authorization server encountered an unexpected condition that prevented it from fulfilling the request.",
  ],
  [
    "invalid_grant",
    400,
    "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.",
  ],
  [
    "invalid_client",
    401,
    "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).",
  ],
  [
    "invalid_state",
    400,
    "The state is missing or does not have enough characters and is therefore considered too weak.",
  ],
  [
    "insufficient_entropy",
    400,
    "The request used a security parameter (e.g., anti-replay, anti-csrf) with insufficient entropy.",
  ],
  [
    "request_forbidden",
    403,
    "The request is not allowed.",
    "You are not allowed to perform this action.",
  ],
  [
    "request_unauthorized",
    401,
    "The request could not be authorized.",
    "Check that you provided valid credentials in the right format.",
  ],
  ["login_required", 400, "The Authorization Server requires End-User authentication."],
  ["consent_required", 400, "The Authorization Server requires End-User consent."],
  ["registration_not_supported", 400, "The OP does not support use of the registration parameter."],
  ["outdated_app_version", 400, "The user's Vipps app version is too old and needs to be updated"],
  ["wrong_challenge", 400, "The user selected the wrong challenge"],
  ["unknown_reject_reason", 400, "Something went wrong. Reject reason is unknown."],
  ["interaction_required", 400, "User interaction is required"],
  ["invalid_app_callback_uri", 400, "The app callback uri is not on a valid format"],
  [
    "app_callback_uri_not_registered",
    400,
    "The app callback uri is not registered as a redirect uri",
  ],
];

describe("OAUTH_ERRORS", () => {
  it("the tests know every code", () => {
    expect(table.map(([code]) => code).sort()).toEqual(Object.keys(OAUTH_ERRORS).sort());
  });

  it.each(table)("%s has the status %i and its text", (code, http, description, hint) => {
    expect(OAUTH_ERRORS[code].http).toBe(http);
    expect(oauthError(code)).toEqual({
      code,
      description: hint === undefined ? description : `${description} ${hint}`,
    });
    const [text, nothing] = ["Hint.", ""] as Hint<ErrorCode>[];
    expect(oauthError(code, text)).toEqual({ code, description: `${description} Hint.` });
    expect(oauthError(code, nothing)).toEqual({ code, description });
  });

  it("each cites its section", () => {
    for (const { source } of Object.values(OAUTH_ERRORS))
      expect(source).toMatch(/^(fosite|Hydra|vipps-login-api|documentation)/);
  });
});

describe("oauthError", () => {
  it.each([
    [
      "outdated_app_version",
      "The user's Vipps or MobilePay app version is too old and needs to be updated",
    ],
    ["invalid_app_callback_uri", "The app callback URI is not on a valid format"],
    ["app_callback_uri_not_registered", "The app callback URI is not registered as a redirect URI"],
    ["wrong_challenge", "The user selected the wrong challenge"],
  ] as const)("%s has the text of 2023 where that is asked for", (code, description) => {
    expect(oauthError(code, undefined, "2023")).toEqual({ code, description });
    expect(oauthError(code, "Hint." as Hint<typeof code>, "2023").description).toBe(
      `${description} Hint.`,
    );
  });

  it("replaces every double quote with a single one", () => {
    const hint = hintOf("unsupported_response_mode", { mode: '"b" "c"' });
    expect(oauthError("unsupported_response_mode", hint).description).toMatch(/ ''b' 'c''\.$/);
  });
});

describe("refusals", () => {
  const error = { code: "invalid_scope", description: "text" } as const;
  const to = { redirectUri: "https://a.example", responseMode: "query", state: "s" } as const;
  const diagnosis = diagnoseSubscriptionKey();

  it.each([
    ["JSON", new JsonRefusal(error, diagnosis)],
    ["page", new PageRefusal(error, diagnosis)],
    ["redirect", new RedirectRefusal(error, to, diagnosis)],
  ])("%s: carries the error and its diagnosis", (_, refusal) => {
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ message: "text", error, diagnosis });
  });

  it("a redirect knows where to", () => {
    expect(new RedirectRefusal(error, to, diagnosis).to).toBe(to);
  });

  it("of an access token is told by its diagnosis alone", () => {
    const refusal = new BearerRefusal(diagnosis);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ message: diagnosis.message, diagnosis });
  });

  it("of the gateway, the platform and userinfo carry a message and a diagnosis", () => {
    expect(new GatewayRefusal("why", diagnosis)).toMatchObject({ message: "why", diagnosis });
    const extraDetails = [{ name: "url", reason: "because" }];
    expect(new PlatformRefusal(400, "why", diagnosis, extraDetails)).toMatchObject({
      message: "why",
      status: 400,
      diagnosis,
      extraDetails,
    });
    expect(new UserinfoRefusal(403, diagnosis)).toMatchObject({
      message: diagnosis.message,
      status: 403,
      diagnosis,
    });
  });
});
