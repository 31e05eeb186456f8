import type { Brand } from "../records/brand.ts";
import { FAQ } from "../records/faq.ts";
import type { Provenance } from "../records/provenance.ts";

/**
 * What follows the description of an error code where there is something more telling to say than the
 * code's own hint. No other hint can be sent, so that docs/fidelity.md has them all.
 */

/** The words of one mistake. */
interface HintText extends Provenance {
  /** The code whose description it follows. */
  readonly code: string;
  /** With `{name}` for each value. */
  readonly text: string;
}

const fosite: Provenance = { source: "fosite 0.40.2", status: "derived" };
const hydra: Provenance = { source: "Hydra 1.10.6", status: "derived" };

export const HINTS = {
  unreadable: {
    ...fosite,
    code: "invalid_request",
    text: "Unable to parse HTTP body, make sure to send a properly formatted form request body.",
  },
  empty_body: { ...fosite, code: "invalid_request", text: "The POST body can not be empty." },
  no_grant_type: {
    ...fosite,
    code: "invalid_request",
    text: "Request parameter 'grant_type' is missing",
  },
  forbidden_grant: {
    ...fosite,
    code: "unauthorized_client",
    text: "The OAuth 2.0 Client is not allowed to use authorization grant '{grantType}'.",
  },
  unknown_client: {
    ...fosite,
    code: "invalid_client",
    text: "The requested OAuth 2.0 Client does not exist.",
  },
  other_auth_method: {
    ...fosite,
    code: "invalid_client",
    text:
      "The OAuth 2.0 Client supports client authentication method '{configured}', but method '{used}' was " +
      "requested. You must configure the OAuth 2.0 client's 'token_endpoint_auth_method' value to accept " +
      "'{used}'.",
  },
  no_credentials: {
    ...fosite,
    code: "invalid_request",
    text: "Client credentials missing or malformed in both HTTP Authorization header and HTTP POST body.",
  },
  undecodable_credentials: {
    ...fosite,
    code: "invalid_request",
    text:
      "The client {part} in the HTTP authorization header could not be decoded from " +
      "'application/x-www-form-urlencoded'.",
  },
  request_object: {
    source: "fosite 0.40.2; that no sales unit has keys for request objects is assumed",
    status: "assumed",
    code: "invalid_request",
    text:
      "OpenID Connect 'request' or 'request_uri' context was given, but the OAuth 2.0 Client does not have " +
      "any JSON Web Keys registered.",
  },
  unsupported_response_mode: {
    ...fosite,
    code: "unsupported_response_mode",
    text: "Request with unsupported response_mode '{mode}'.",
  },
  redirect_uri_mismatch: {
    ...fosite,
    code: "invalid_request",
    text:
      "The 'redirect_uri' parameter does not match any of the OAuth 2.0 Client's pre-registered redirect " +
      "urls.",
  },
  scope_not_allowed: {
    source: "vipps-login-api issue 100; it was quoted without punctuation",
    status: "observed",
    code: "invalid_scope",
    text: "The OAuth 2.0 Client is not allowed to request scope '{scope}'.",
  },
  no_openid: {
    source:
      "documentation 2023; that openid is required is documented, what happens without it is not",
    status: "assumed",
    code: "invalid_scope",
    text: "The scope 'openid' is required.",
  },
  audience: {
    ...fosite,
    code: "invalid_request",
    text: "Requested audience '{audience}' has not been whitelisted by the OAuth 2.0 Client.",
  },
  no_response_type: {
    ...fosite,
    code: "unsupported_response_type",
    text: "`The request is missing the 'response_type' parameter.",
  },
  response_type_not_allowed: {
    ...fosite,
    code: "unsupported_response_type",
    text: "The client is not allowed to request response_type '{responseType}'.",
  },
  short_state: {
    ...fosite,
    code: "invalid_state",
    text: "Request parameter 'state' must be at least be 8 characters long to ensure sufficient entropy.",
  },
  short_nonce: {
    ...fosite,
    code: "insufficient_entropy",
    text: "Parameter 'nonce' is set but does not satisfy the minimum entropy of 8 characters.",
  },
  unknown_prompt: {
    ...hydra,
    code: "invalid_request",
    text: "Used unknown value '{prompt}' for prompt parameter",
  },
  mixed_prompt: {
    ...hydra,
    code: "invalid_request",
    text: "Parameter 'prompt' was set to 'none', but contains other values as well which is not allowed.",
  },
  no_login_session: {
    ...hydra,
    code: "login_required",
    text: "Prompt 'none' was requested, but no existing login session was found.",
  },
  no_previous_consent: {
    ...hydra,
    code: "consent_required",
    text: "Prompt 'none' was requested, but no previous consent was found.",
  },
  login_expired: {
    ...hydra,
    code: "request_unauthorized",
    text: "The login request has expired. Please try again.",
  },
  consent_expired: {
    ...hydra,
    code: "request_unauthorized",
    text: "The consent request has expired, please try again.",
  },
  spent_verifier: {
    ...hydra,
    code: "access_denied",
    text: "The {page} verifier has already been used, has not been granted, or is invalid.",
  },
  csrf_cookie_lost: {
    source: `FAQ: ${FAQ.csrf}; Hydra 1.10.6; the FAQ has the sentence, the code around it is derived`,
    status: "documented",
    code: "request_forbidden",
    text: "No CSRF value available in the session cookie.",
  },
  csrf_mismatch: {
    ...hydra,
    code: "request_forbidden",
    text: "The CSRF value from the token does not match the CSRF value from the data store.",
  },
  challenge_missing: {
    ...fosite,
    code: "invalid_request",
    text: "Clients must include a code_challenge when performing the authorize code flow, but it is missing.",
  },
  plain_challenge: {
    ...fosite,
    code: "invalid_request",
    text: "Clients must use code_challenge_method=S256, plain is not allowed.",
  },
  unknown_challenge_method: {
    ...fosite,
    code: "invalid_request",
    text: "The code_challenge_method is not supported, use S256 instead.",
  },
  short_verifier: {
    ...fosite,
    code: "invalid_grant",
    text: "The PKCE code verifier must be at least 43 characters.",
  },
  long_verifier: {
    ...fosite,
    code: "invalid_grant",
    text: "The PKCE code verifier can not be longer than 128 characters.",
  },
  verifier_characters: {
    ...fosite,
    code: "invalid_grant",
    text: "The PKCE code verifier must only contain [a-Z], [0-9], '-', '.', '_', '~'.",
  },
  wrong_verifier: {
    ...fosite,
    code: "invalid_grant",
    text: "The PKCE code challenge did not match the code verifier.",
  },
  spent_challenge: {
    ...fosite,
    code: "invalid_grant",
    text: "Unable to find initial PKCE data tied to this request",
  },
  used_code: {
    ...fosite,
    code: "invalid_grant",
    text: "The authorization code has already been used.",
  },
  other_client: {
    ...fosite,
    code: "invalid_grant",
    text: "The OAuth 2.0 Client ID from this request does not match the one from the authorize request.",
  },
  other_redirect_uri: {
    ...fosite,
    code: "invalid_grant",
    text: "The 'redirect_uri' from this request does not match the one from the authorize request.",
  },
} as const satisfies Record<string, HintText>;

export type HintName = keyof typeof HINTS;

/** A hint that may follow the description of this code. */
export type Hint<Code extends string> = Brand<string, `hint of ${Code}`>;

/** The code that a hint goes with. */
type CodeOf<Name extends HintName> = (typeof HINTS)[Name]["code"];

/** @param values for each `{name}` in the text */
export function hintOf<Name extends HintName>(
  name: Name,
  values: Readonly<Record<string, string>> = {},
): Hint<CodeOf<Name>> {
  return filled(HINTS[name].text, values) as Hint<CodeOf<Name>>;
}

/** The text with a value for each `{name}`; a value may itself look like a place for one. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, key: string) => String(values[key] ?? place));
}

/** Words of the mock's own, about what only the mock has: its pages, and automatic login. */
export function ownWords(text: string): Hint<"invalid_request"> {
  return text as Hint<"invalid_request">;
}

/** What stands alone, in place of the description of its code. */
export const SENTENCES = {
  cancelled: {
    source:
      "public clients; documentation 2019; two plugins of Vipps translate exactly this text, and a page of " +
      "2019 shows it; an example written by hand has a small u",
    status: "observed",
    code: "access_denied",
    text: "User cancelled the login",
  },
  inactive: {
    source: `FAQ: ${FAQ.inactive}; the sentence is documented, the JSON around it is not`,
    status: "assumed",
    code: "invalid_client",
    text: "The client or its related sale unit or merchant does not exist or is not active",
  },
  app_failed: {
    source: "vipps-login-api issue 36",
    status: "observed",
    code: "server_error",
    text: "Something went wrong, please try again",
  },
} as const satisfies Record<string, HintText>;

/** The error with nothing but the sentence. */
export function sentence<Name extends keyof typeof SENTENCES>(name: Name) {
  const { code, text } = SENTENCES[name];
  return { code, description: text };
}

/** The `detail` of userinfo's errors by their status. */
export const USERINFO_DETAILS = {
  400: "The header Merchant-Serial-Number is missing.",
  401: "The access token is missing, expired or invalid.",
  403: "The access token gives no access to this sales unit.",
  404: "There is no such user at this sales unit.",
} as const;
