import type { Brand } from "../records/brand.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { ResponseError } from "../records/login.ts";
import type { Provenance } from "../records/provenance.ts";
import type { Seconds } from "../records/time.ts";
import { INVALID_HINT } from "../rules/phone-number.ts";
import type { ErrorText } from "./errors.ts";
import { Refusal } from "./errors.ts";
import { filled } from "./hints.ts";

/**
 * What goes wrong in login from phone number. The real one is a program of Vipps' own, not Hydra, so
 * its errors have words, statuses and a member that the errors in errors.ts do not have.
 */

const ownWords: Provenance = {
  source: "CIBA Core §11; the code is CIBA's, the words are not known",
  status: "assumed",
};

/** Every error code of login from phone number; `{age}` is the minimum age of the profile. */
export const CIBA_ERRORS = {
  invalid_request: {
    ...ownWords,
    http: 400,
    description: "The request is missing a required parameter or includes an invalid one.",
  },
  invalid_scope: {
    ...ownWords,
    http: 400,
    description: "The requested scope is invalid, unknown, or malformed.",
  },
  invalid_binding_message: {
    ...ownWords,
    http: 400,
    description: "The binding message must be 5 to 8 characters: A to Z, 0 to 9, or a hyphen.",
  },
  unauthorized_client: {
    ...ownWords,
    http: 400,
    description: "The client is not authorized to use this authentication flow.",
  },
  unknown_user_id: {
    source:
      "vipps-developers issue 143; Curity client; it was seen with 15 years, never with the 18 of profile 2023",
    status: "assumed",
    http: 400,
    description:
      "To log in with Vipps you need to have an active Vipps app on your phone and be at least {age} " +
      "years old.",
  },
  old_app: {
    source:
      "documentation 2023; the code is documented, in a list of redirect errors; that `error` is the same, and " +
      "the words, are assumed",
    status: "assumed",
    http: 400,
    description: "The user's Vipps app version is too old and needs to be updated",
  },
  too_many_requests: {
    source: "documentation 2023; the status is documented, the body is not known",
    status: "assumed",
    http: 429,
    description: "The user has too many ongoing logins.",
  },
  invalid_grant: {
    ...ownWords,
    http: 400,
    description:
      "The provided authorization grant is invalid, already used, or was issued to another client.",
  },
  authorization_pending: {
    source: "documentation 2023",
    status: "documented",
    http: 400,
    description: "The authorization request is still pending",
  },
  slow_down: {
    ...ownWords,
    http: 400,
    description: "The authorization request is still pending and polled too often",
  },
  expired_token: {
    ...ownWords,
    http: 400,
    description: "The auth_req_id has expired",
  },
  access_denied: {
    ...ownWords,
    http: 400,
    description: "The user denied the authorization request",
  },
} as const satisfies Record<string, ErrorText>;

/** What is said in place of the description where it can be more telling; `{name}` is filled in. */
export const CIBA_TEXTS = {
  repeated: {
    ...ownWords,
    code: "invalid_request",
    text: "{name} : The parameter is included more than once.",
  },
  login_hint: {
    source: "Curity client",
    status: "observed",
    code: "invalid_request",
    text: INVALID_HINT,
  },
  no_scope: { ...ownWords, code: "invalid_request", text: "scope : The parameter is required." },
  redirect_uri: {
    ...ownWords,
    code: "invalid_request",
    text: "redirect_uri : The URI is missing or is not registered.",
  },
  requested_expiry: {
    ...ownWords,
    code: "invalid_request",
    text: "requested_expiry : The value must be between {least} and {most}.",
  },
  no_auth_req_id: {
    ...ownWords,
    code: "invalid_request",
    text: "auth_req_id : The parameter is required.",
  },
} as const satisfies Record<
  string,
  Provenance & { readonly code: CibaErrorCode; readonly text: string }
>;

/** A text that may stand in place of this code's description. */
export type CibaText<Code extends CibaErrorCode> = Brand<string, `text of ${Code}`>;

/** @param values for each `{name}` in the text */
export function cibaText<Name extends keyof typeof CIBA_TEXTS>(
  name: Name,
  values: Readonly<Record<string, string | number>> = {},
): CibaText<(typeof CIBA_TEXTS)[Name]["code"]> {
  return filled(CIBA_TEXTS[name].text, values) as CibaText<(typeof CIBA_TEXTS)[Name]["code"]>;
}

/** An error code of login from phone number. */
export type CibaErrorCode = keyof typeof CIBA_ERRORS;

/** What Vipps adds to the code about the user (documentation 2023). */
export type UserErrorCode = "invalid_user" | "old_app";

/** An error as it is sent; a test may want one that no rule of the mock has. */
export interface CibaError extends ResponseError {
  readonly http: number;
  /** The member `error_code`; most errors have none. */
  readonly errorCode?: UserErrorCode;
  /** When to try again, in seconds; left out where trying again does not help. */
  readonly retryAfter?: Seconds;
}

export function cibaError<Code extends CibaErrorCode>(
  code: Code,
  description?: CibaText<NoInfer<Code>>,
): CibaError {
  const { http, description: usual } = CIBA_ERRORS[code];
  return { code, http, description: description ?? usual };
}

/** The error for a user who cannot log in. */
export function userError(errorCode: UserErrorCode, minimumAge: number): CibaError {
  if (errorCode === "old_app") return { ...cibaError("old_app"), errorCode };
  const { description } = CIBA_ERRORS.unknown_user_id;
  const words = description.replace("{age}", String(minimumAge));
  return { ...cibaError("unknown_user_id"), description: words, errorCode };
}

/** Answered as JSON in the form of Vipps' own program. */
export class CibaRefusal extends Refusal {
  readonly error: CibaError;

  constructor(error: CibaError, diagnosis: Diagnosis) {
    super(error.description, diagnosis);
    this.error = error;
  }
}

/**
 * Answered to a poll before the user has: it looks like a refusal, but the login goes on, and the merchant
 * is meant to ask again.
 */
export class PendingRefusal extends CibaRefusal {}
