import { describe, expect, it } from "vitest";
import { CIBA_TEXTS, cibaError, cibaText } from "../../src/oidc/ciba-errors.ts";
import type { HintName } from "../../src/oidc/hints.ts";
import { HINTS, hintOf, SENTENCES, sentence, USERINFO_DETAILS } from "../../src/oidc/hints.ts";

/** As fosite 0.40.2, Hydra 1.10.6 and the sources of single texts have them; with values in their places. */
const hints: [HintName, string, string, Record<string, string>?][] = [
  [
    "unreadable",
    "invalid_request",
    "Unable to parse HTTP body, make sure to send a properly formatted form request body.",
  ],
  ["empty_body", "invalid_request", "The POST body can not be empty."],
  ["no_grant_type", "invalid_request", "Request parameter 'grant_type' is missing"],
  [
    "forbidden_grant",
    "unauthorized_client",
    "The OAuth 2.0 Client is not allowed to use authorization grant 'refresh_token'.",
    { grantType: "refresh_token" },
  ],
  ["unknown_client", "invalid_client", "The requested OAuth 2.0 Client does not exist."],
  [
    "other_auth_method",
    "invalid_client",
    "The OAuth 2.0 Client supports client authentication method 'client_secret_basic', but method 'client_secret_post' was requested. You must configure the OAuth 2.0 client's 'token_endpoint_auth_method' value to accept 'client_secret_post'.",
    { configured: "client_secret_basic", used: "client_secret_post" },
  ],
  [
    "no_credentials",
    "invalid_request",
    "Client credentials missing or malformed in both HTTP Authorization header and HTTP POST body.",
  ],
  [
    "undecodable_credentials",
    "invalid_request",
    "The client secret in the HTTP authorization header could not be decoded from 'application/x-www-form-urlencoded'.",
    { part: "secret" },
  ],
  [
    "request_object",
    "invalid_request",
    "OpenID Connect 'request' or 'request_uri' context was given, but the OAuth 2.0 Client does not have any JSON Web Keys registered.",
  ],
  [
    "unsupported_response_mode",
    "unsupported_response_mode",
    "Request with unsupported response_mode 'web_message'.",
    { mode: "web_message" },
  ],
  [
    "redirect_uri_mismatch",
    "invalid_request",
    "The 'redirect_uri' parameter does not match any of the OAuth 2.0 Client's pre-registered redirect urls.",
  ],
  [
    "scope_not_allowed",
    "invalid_scope",
    "The OAuth 2.0 Client is not allowed to request scope 'nin'.",
    { scope: "nin" },
  ],
  ["no_openid", "invalid_scope", "The scope 'openid' is required."],
  [
    "audience",
    "invalid_request",
    "Requested audience 'api' has not been whitelisted by the OAuth 2.0 Client.",
    { audience: "api" },
  ],
  [
    "no_response_type",
    "unsupported_response_type",
    "`The request is missing the 'response_type' parameter.",
  ],
  [
    "response_type_not_allowed",
    "unsupported_response_type",
    "The client is not allowed to request response_type 'token'.",
    { responseType: "token" },
  ],
  [
    "short_state",
    "invalid_state",
    "Request parameter 'state' must be at least be 8 characters long to ensure sufficient entropy.",
  ],
  [
    "short_nonce",
    "insufficient_entropy",
    "Parameter 'nonce' is set but does not satisfy the minimum entropy of 8 characters.",
  ],
  [
    "unknown_prompt",
    "invalid_request",
    "Used unknown value 'dance' for prompt parameter",
    { prompt: "dance" },
  ],
  [
    "mixed_prompt",
    "invalid_request",
    "Parameter 'prompt' was set to 'none', but contains other values as well which is not allowed.",
  ],
  [
    "no_login_session",
    "login_required",
    "Prompt 'none' was requested, but no existing login session was found.",
  ],
  [
    "no_previous_consent",
    "consent_required",
    "Prompt 'none' was requested, but no previous consent was found.",
  ],
  ["login_expired", "request_unauthorized", "The login request has expired. Please try again."],
  ["consent_expired", "request_unauthorized", "The consent request has expired, please try again."],
  [
    "spent_verifier",
    "access_denied",
    "The consent verifier has already been used, has not been granted, or is invalid.",
    { page: "consent" },
  ],
  ["csrf_cookie_lost", "request_forbidden", "No CSRF value available in the session cookie."],
  [
    "csrf_mismatch",
    "request_forbidden",
    "The CSRF value from the token does not match the CSRF value from the data store.",
  ],
  [
    "challenge_missing",
    "invalid_request",
    "Clients must include a code_challenge when performing the authorize code flow, but it is missing.",
  ],
  [
    "plain_challenge",
    "invalid_request",
    "Clients must use code_challenge_method=S256, plain is not allowed.",
  ],
  [
    "unknown_challenge_method",
    "invalid_request",
    "The code_challenge_method is not supported, use S256 instead.",
  ],
  ["short_verifier", "invalid_grant", "The PKCE code verifier must be at least 43 characters."],
  [
    "long_verifier",
    "invalid_grant",
    "The PKCE code verifier can not be longer than 128 characters.",
  ],
  [
    "verifier_characters",
    "invalid_grant",
    "The PKCE code verifier must only contain [a-Z], [0-9], '-', '.', '_', '~'.",
  ],
  ["wrong_verifier", "invalid_grant", "The PKCE code challenge did not match the code verifier."],
  ["spent_challenge", "invalid_grant", "Unable to find initial PKCE data tied to this request"],
  ["used_code", "invalid_grant", "The authorization code has already been used."],
  [
    "other_client",
    "invalid_grant",
    "The OAuth 2.0 Client ID from this request does not match the one from the authorize request.",
  ],
  [
    "other_redirect_uri",
    "invalid_grant",
    "The 'redirect_uri' from this request does not match the one from the authorize request.",
  ],
];

const sentences: [keyof typeof SENTENCES, string, string][] = [
  ["cancelled", "access_denied", "User cancelled the login"],
  [
    "inactive",
    "invalid_client",
    "The client or its related sale unit or merchant does not exist or is not active",
  ],
  ["app_failed", "server_error", "Something went wrong, please try again"],
];

const cibaTexts: [keyof typeof CIBA_TEXTS, string, Record<string, string | number>?][] = [
  ["repeated", "scope : The parameter is included more than once.", { name: "scope" }],
  [
    "login_hint",
    "login_hint.value : Invalid login_hint. login_hint must be in format: 'urn:msisdn:46|45|47|358|299{phonenumber}'.",
  ],
  ["no_scope", "scope : The parameter is required."],
  ["redirect_uri", "redirect_uri : The URI is missing or is not registered."],
  [
    "requested_expiry",
    "requested_expiry : The value must be between 60 and 900.",
    { least: 60, most: 900 },
  ],
  ["no_auth_req_id", "auth_req_id : The parameter is required."],
];

describe("the texts of errors", () => {
  it("are all known here", () => {
    const names = (table: readonly (readonly [string, ...unknown[]])[]) =>
      table.map(([name]) => name);
    expect(names(hints).sort()).toEqual(Object.keys(HINTS).sort());
    expect(names(sentences).sort()).toEqual(Object.keys(SENTENCES).sort());
    expect(names(cibaTexts).sort()).toEqual(Object.keys(CIBA_TEXTS).sort());
  });

  it.each(hints)("%s: behind %s, word by word", (name, code, text, values) => {
    expect([HINTS[name].code, hintOf(name, values)]).toEqual([code, text]);
  });

  it.each(sentences)("%s: %s with nothing else", (name, code, description) => {
    expect(sentence(name)).toEqual({ code, description });
  });

  it.each(cibaTexts)("%s: in place of the description, word by word", (name, text, values) => {
    const { code } = CIBA_TEXTS[name];
    expect(cibaError(code, cibaText(name, values)).description).toBe(text);
  });

  it("says at userinfo what is wrong", () => {
    expect(USERINFO_DETAILS).toEqual({
      400: "The header Merchant-Serial-Number is missing.",
      401: "The access token is missing, expired or invalid.",
      403: "The access token gives no access to this sales unit.",
      404: "There is no such user at this sales unit.",
    });
  });

  it("takes a value for what it is, whatever is in it", () => {
    expect(hintOf("other_auth_method", { configured: "{used}", used: "$&" })).toContain(
      "method '{used}', but method '$&' was requested",
    );
  });
});
