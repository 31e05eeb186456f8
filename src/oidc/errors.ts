import type { Diagnosis } from "../records/diagnosis.ts";
import type { ResponseError } from "../records/login.ts";
import type { Provenance } from "../records/provenance.ts";
import type { Hint } from "./hints.ts";

/**
 * What goes wrong in the protocol, as values. An OAuthError says what; the class of the refusal that
 * carries it says how it reaches its reader: as JSON, by redirect, on a page, or as a Bearer
 * challenge. http/errors.ts is the one place that turns a refusal into a response.
 */

/** One error code: its status and its words. */
export interface ErrorText extends Provenance {
  /** The HTTP status of the JSON response. */
  readonly http: number;
  readonly description: string;
  /** What follows the description unless something more telling does. */
  readonly hint?: string;
  /** The description since 2023, where it is another. */
  readonly newer?: string;
}

const fosite: Provenance = { source: "fosite 0.40.2", status: "derived" };
const published: Provenance = {
  source: "vipps-login-api issue 97; vipps-login-api issue 100",
  status: "observed",
};
const vippsOwn: Provenance = {
  source:
    "documentation 2023; the code is documented, and what it means: that this is sent is assumed",
  status: "assumed",
};

/** Every error code of the merchant-facing endpoints, with the real service's words. */
export const OAUTH_ERRORS = {
  invalid_request: {
    ...fosite,
    http: 400,
    description:
      "The request is missing a required parameter, includes an invalid parameter value, includes " +
      "a parameter more than once, or is otherwise malformed.",
    hint:
      "Make sure that the various parameters are correct, be aware of case sensitivity and trim " +
      "your parameters. Make sure that the client you are using has exactly whitelisted the " +
      "redirect_uri you specified.",
  },
  unauthorized_client: {
    ...fosite,
    http: 400,
    description: "The client is not authorized to request a token using this method.",
    hint: "Make sure that client id and secret are correctly specified and that the client exists.",
  },
  access_denied: {
    ...fosite,
    http: 403,
    description: "The resource owner or authorization server denied the request.",
    hint:
      "Make sure that the request you are making is valid. Maybe the credential or request " +
      "parameters you are using are limited in scope or otherwise restricted.",
  },
  unsupported_response_type: {
    ...fosite,
    http: 400,
    description: "The authorization server does not support obtaining a token using this method.",
  },
  unsupported_response_mode: {
    ...fosite,
    http: 400,
    description:
      "The authorization server does not support obtaining a response using this response mode.",
  },
  invalid_scope: {
    ...published,
    http: 400,
    description: "The requested scope is invalid, unknown, or malformed.",
  },
  server_error: {
    ...fosite,
    http: 500,
    description:
      "The authorization server encountered an unexpected condition that prevented it from " +
      "fulfilling the request.",
  },
  invalid_grant: {
    ...published,
    http: 400,
    description:
      "The provided authorization grant (e.g., authorization code, resource owner credentials) or " +
      "refresh token is invalid, expired, revoked, does not match the redirection URI used in the " +
      "authorization request, or was issued to another client.",
  },
  invalid_client: {
    ...published,
    http: 401,
    description:
      "Client authentication failed (e.g., unknown client, no client authentication included, or " +
      "unsupported authentication method).",
  },
  invalid_state: {
    ...fosite,
    http: 400,
    description:
      "The state is missing or does not have enough characters and is therefore considered too weak.",
  },
  insufficient_entropy: {
    ...fosite,
    http: 400,
    description:
      "The request used a security parameter (e.g., anti-replay, anti-csrf) with insufficient entropy.",
  },
  request_forbidden: {
    ...fosite,
    http: 403,
    description: "The request is not allowed.",
    hint: "You are not allowed to perform this action.",
  },
  request_unauthorized: {
    ...fosite,
    http: 401,
    description: "The request could not be authorized.",
    hint: "Check that you provided valid credentials in the right format.",
  },
  login_required: {
    ...fosite,
    http: 400,
    description: "The Authorization Server requires End-User authentication.",
  },
  interaction_required: {
    source: "documentation 2022; the text of the documented redirect, fosite has another",
    status: "documented",
    http: 400,
    description: "User interaction is required",
  },
  consent_required: {
    ...fosite,
    http: 400,
    description: "The Authorization Server requires End-User consent.",
  },
  registration_not_supported: {
    ...fosite,
    http: 400,
    description: "The OP does not support use of the registration parameter.",
  },
  outdated_app_version: {
    ...vippsOwn,
    http: 400,
    description: "The user's Vipps app version is too old and needs to be updated",
    newer: "The user's Vipps or MobilePay app version is too old and needs to be updated",
  },
  wrong_challenge: {
    ...vippsOwn,
    http: 400,
    description: "The user selected the wrong challenge",
  },
  unknown_reject_reason: {
    ...vippsOwn,
    http: 400,
    description: "Something went wrong. Reject reason is unknown.",
  },
  invalid_app_callback_uri: {
    ...vippsOwn,
    http: 400,
    description: "The app callback uri is not on a valid format",
    newer: "The app callback URI is not on a valid format",
  },
  app_callback_uri_not_registered: {
    ...vippsOwn,
    http: 400,
    description: "The app callback uri is not registered as a redirect uri",
    newer: "The app callback URI is not registered as a redirect URI",
  },
} as const satisfies Record<string, ErrorText>;

/** An error code that a merchant can meet. */
export type ErrorCode = keyof typeof OAUTH_ERRORS;

/** An error as it is sent: two fields, the form of fosite since 0.36 (fosite 0.40.2). */
export interface OAuthError extends ResponseError {
  readonly code: ErrorCode;
}

/** Which descriptions are sent where they have changed (`rules.errorTexts`). */
export type ErrorTexts = "2022" | "2023";

/** The error, its text as fosite joins and quotes it (fosite 0.40.2). */
export function oauthError<Code extends ErrorCode>(
  code: Code,
  hint?: Hint<NoInfer<Code>>,
  texts: ErrorTexts = "2022",
): OAuthError {
  const text: ErrorText = OAUTH_ERRORS[code];
  const words = (texts === "2023" ? text.newer : undefined) ?? text.description;
  const description = [words, hint ?? text.hint].filter(Boolean).join(" ");
  return { code, description: description.replaceAll('"', "'") };
}

/**
 * Something a merchant's application or a user's browser asked for and does not get. None of them is
 * made without a diagnosis: whoever refuses knows best why.
 */
export abstract class Refusal extends Error {
  /** Why, for the log. */
  readonly diagnosis: Diagnosis;

  constructor(message: string, diagnosis: Diagnosis) {
    super(message);
    this.diagnosis = diagnosis;
  }
}

/** Answered as JSON with the error's own status: token and revocation (RFC 6749 §5.2). */
export class JsonRefusal extends Refusal {
  readonly error: OAuthError;

  constructor(error: OAuthError, diagnosis: Diagnosis) {
    super(error.description, diagnosis);
    this.error = error;
  }
}

/** Shown to the user, because it is not known where to send the browser (RFC 6749 §4.1.2.1). */
export class PageRefusal extends Refusal {
  readonly error: OAuthError;

  constructor(error: OAuthError, diagnosis: Diagnosis) {
    super(error.description, diagnosis);
    this.error = error;
  }
}

/** Where an authorization response goes. */
export interface ReturnAddress {
  readonly redirectUri: string;
  /** `app` is the way in which the user's app calls the merchant's (documentation 2023). */
  readonly responseMode: "query" | "fragment" | "form_post" | "app";
  readonly state: string;
}

/** Told to the merchant by redirecting the browser (RFC 6749 §4.1.2.1). */
export class RedirectRefusal extends Refusal {
  readonly error: ResponseError;
  readonly to: ReturnAddress;

  constructor(error: ResponseError, to: ReturnAddress, diagnosis: Diagnosis) {
    super(error.description, diagnosis);
    this.error = error;
    this.to = to;
  }
}

/** An access token that userinfo does not take (RFC 6750 §3). */
export class BearerRefusal extends Refusal {
  constructor(diagnosis: Diagnosis) {
    super(diagnosis.message, diagnosis);
  }
}

/** One thing that is wrong with a request to the Webhooks API. */
export interface ExtraDetail {
  /** The member or header that it is about. */
  readonly name: string;
  readonly reason: string;
}

/** Answered as a problem document of the platform around Vipps Login (RFC 7807). */
export class PlatformRefusal extends Refusal {
  readonly status: PlatformStatus;
  readonly extraDetails: readonly ExtraDetail[];

  constructor(
    status: PlatformStatus,
    detail: string,
    diagnosis: Diagnosis,
    extraDetails: readonly ExtraDetail[] = [],
  ) {
    super(detail, diagnosis);
    this.status = status;
    this.extraDetails = extraDetails;
  }
}

/** The statuses with which the platform refuses. */
export type PlatformStatus = 400 | 401 | 404;

/** How userinfo refuses beyond a bad token (OpenAPI 2025). */
export class UserinfoRefusal extends Refusal {
  readonly status: 400 | 403 | 404;

  constructor(status: 400 | 403 | 404, diagnosis: Diagnosis) {
    super(diagnosis.message, diagnosis);
    this.status = status;
  }
}

/** Keys that are missing or wrong: 401 in the gateway's own JSON (vipps-developers issue 80). */
export class KeysRefusal extends Refusal {}

/** An error of the Microsoft directory that makes platform tokens, as it comes through the gateway. */
export interface DirectoryError {
  readonly http: 400 | 401;
  readonly error: string;
  /** The number behind AADSTS. */
  readonly code: number;
  readonly description: string;
}

/** What the directory says of each mistake. */
const DIRECTORY_ERRORS = {
  unknown_client: {
    http: 400,
    error: "unauthorized_client",
    code: 700016,
    description:
      "Application with identifier '{client_id}' was not found in the directory 'VIPPS-TEST'. This can " +
      "happen if the application has not been installed by the administrator of the tenant or consented " +
      "to by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
  },
  wrong_secret: {
    http: 401,
    error: "invalid_client",
    code: 7000215,
    description:
      "Invalid client secret provided. Ensure the secret being sent in the request is the client secret " +
      "value, not the client secret ID, for a secret added to app '{client_id}'.",
  },
  missing_client: {
    http: 400,
    error: "invalid_request",
    code: 900144,
    description: "The request body must contain the following parameter: 'client_id'.",
  },
  missing_secret: {
    http: 401,
    error: "invalid_client",
    code: 7000218,
    description:
      "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  },
} as const satisfies Record<string, DirectoryError>;

export function directoryError(
  mistake: keyof typeof DIRECTORY_ERRORS,
  clientId = "",
): DirectoryError {
  const { http, error, code, description } = DIRECTORY_ERRORS[mistake];
  const text = `AADSTS${code}: ${description.replace("{client_id}", () => clientId)}`;
  return { http, error, code, description: text };
}

/** A client_id or client_secret that gets no platform token, in the JSON of the directory. */
export class DirectoryRefusal extends Refusal {
  readonly error: DirectoryError;

  constructor(error: DirectoryError, diagnosis: Diagnosis) {
    super(error.description, diagnosis);
    this.error = error;
  }
}

/** The gateway in front of everything does not pass the request on. */
export class GatewayRefusal extends Refusal {}
