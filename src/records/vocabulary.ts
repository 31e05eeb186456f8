import type { Seconds } from "./time.ts";
import { MINUTE } from "./time.ts";

/**
 * What the members of records can be, as lists that the program reads when it runs, and how long some
 * of them can get. The schemas are made from them; they stand apart, because the server needs them at
 * its start and the schemas, with the library behind them, only for the first config or control request.
 */

/** The languages of the pages. */
export const LANGUAGES = ["nb", "en", "da", "fi"] as const;

/** The endpoints by their names in faults, in the request log and in its filters. */
export const ENDPOINT_NAMES = [
  "discovery",
  "jwks",
  "auth",
  "token",
  "userinfo",
  "revoke",
  "logout",
  "backchannel-authentication",
  "user-exists",
  "access-token",
  "webhooks",
  "login",
] as const;

export type EndpointName = (typeof ENDPOINT_NAMES)[number];

/**
 * The ways of a browser login that `requested_flow` can ask for (documentation 2023). No login is refused
 * because of it: what the profile does not have, and what nobody knows, is noted in the request log
 * and ignored.
 */
export const REQUESTED_FLOWS = [
  "app_to_app",
  "app_to_app_v2",
  "automatic_return_from_vipps_app",
  "no_dialog",
] as const;

export type RequestedFlow = (typeof REQUESTED_FLOWS)[number];

/** The consents that a merchant can collect (FAQ, "which consents does Vipps support?"). */
export const DELEGATED_CONSENT_IDS = ["email", "sms", "digital", "personal"] as const;

export type DelegatedConsentId = (typeof DELEGATED_CONSENT_IDS)[number];

/** The scopes that some sales unit can have; each has its claims in oidc/claims.ts. */
export const SCOPES = [
  "openid",
  "address",
  "birthDate",
  "email",
  "name",
  "phoneNumber",
  "nin",
  "gender",
  "delegatedConsents",
  "customFlow",
  "api_version_2",
] as const;

/** The scopes that ask the user something for the merchant, each a feature of the sales unit. */
export const ASKING_SCOPES = ["delegatedConsents", "customFlow"] as const;

export type AskingScope = (typeof ASKING_SCOPES)[number];

/** The ways to log in. */
export const LOGIN_FLOWS = ["browser", "phone-number"] as const;

export type LoginFlow = (typeof LOGIN_FLOWS)[number];

/** What the token endpoint takes (RFC 6749 §4.1.3, CIBA Core §10.1, documentation 2023). */
export const GRANT_TYPES = {
  code: "authorization_code",
  phone: "urn:openid:params:grant-type:ciba",
  phoneRedirect: "urn:vipps:params:grant-type:ciba-redirect",
} as const;

/** Why a login can end without a code, where the user or the app has ended it. */
export const FAILURE_REASONS = [
  "cancelled",
  "consent_declined",
  "not_eligible",
  "outdated_app",
  "wrong_challenge",
  "unknown_reject_reason",
] as const;

/**
 * How a login can end, as it is counted: the user is logged in; the reasons of a failure; `error` for any
 * other error; or somebody comes back when the time for it is over.
 */
export const LOGIN_ENDS = ["completed", ...FAILURE_REASONS, "error", "expired"] as const;

export type LoginEnd = (typeof LOGIN_ENDS)[number];

/** What a user, or the service, can make of a login. */
export const OUTCOMES = [
  "approve",
  "cancel",
  "timeout",
  "wrong_challenge",
  "outdated_app",
  "unknown_reject_reason",
  "app_token_error",
  "csrf_cookie_lost",
  "server_error",
] as const;

/** What can go wrong in a login that waits: of the outcomes those that are no answer of its user. */
export const MISHAPS = [
  "wrong_challenge",
  "outdated_app",
  "unknown_reject_reason",
  "app_token_error",
  "csrf_cookie_lost",
  "server_error",
] as const satisfies readonly (typeof OUTCOMES)[number][];

export type Mishap = (typeof MISHAPS)[number];

/**
 * What only a browser login can end with: a browser shows a number, and has cookies; and the codes of
 * rejections are documented for its redirect alone.
 */
const OF_BROWSERS: readonly unknown[] = [
  "wrong_challenge",
  "unknown_reject_reason",
  "csrf_cookie_lost",
];

/** Whether a login can end so that goes this way. */
export function isPossible(outcome: string | object, flow: LoginFlow): boolean {
  return flow === "browser" || !OF_BROWSERS.includes(outcome);
}

/** Whether that cannot be done without knowing whose login it is. */
export function needsUser(outcome: string | object): boolean {
  return outcome === "approve" || outcome === "app_token_error";
}

const OF_ID_TOKEN = ["token"] as const satisfies readonly EndpointName[];

/** What an authorization response brings to the application, and what it had asked for. */
const OF_AUTHORIZATION_RESPONSE = ["auth"] as const satisfies readonly EndpointName[];

/** What a fault can make wrong, one thing at a time, and the endpoints whose responses have it. */
export const CORRUPTED_AT = {
  signature: OF_ID_TOKEN,
  alg_none: OF_ID_TOKEN,
  alg_hs256: OF_ID_TOKEN,
  unknown_kid: OF_ID_TOKEN,
  wrong_iss: OF_ID_TOKEN,
  wrong_aud: OF_ID_TOKEN,
  expired: OF_ID_TOKEN,
  future_iat: OF_ID_TOKEN,
  wrong_nonce: OF_ID_TOKEN,
  missing_nonce: OF_ID_TOKEN,
  wrong_at_hash: OF_ID_TOKEN,
  sub_mismatch: ["token", "userinfo"],
  wrong_auth_req_id: OF_ID_TOKEN,
  clock_ahead: OF_ID_TOKEN,
  clock_behind: OF_ID_TOKEN,
  wrong_state: OF_AUTHORIZATION_RESPONSE,
  other_code: OF_AUTHORIZATION_RESPONSE,
  missing_code: OF_AUTHORIZATION_RESPONSE,
  unknown_members: [
    "discovery",
    "jwks",
    "token",
    "userinfo",
    "backchannel-authentication",
    "user-exists",
  ],
} as const satisfies Readonly<Record<string, readonly EndpointName[]>>;

export type Corruption = keyof typeof CORRUPTED_AT;

export const CORRUPTIONS = Object.keys(CORRUPTED_AT) as Corruption[];

/** How long a fault or a scenario can delay a response, in seconds of the real time. */
export const LONGEST_DELAY: Seconds = MINUTE;

/** A key's place in a rotation. */
export const KEY_STATUSES = [
  /** Signs. */
  "current",
  /** In JWKS, but signs nothing yet: clients that cache JWKS learn of it in time. */
  "published",
  /** Signs no more and is still in JWKS, for the tokens that it signed. */
  "retiring",
] as const;

export type KeyStatus = (typeof KEY_STATUSES)[number];

/** What webhooks there are. */
export const DELIVERY_KINDS = ["consent-revoked", "login-ping"] as const;

/** What can become of a delivery: it waits for its next attempt, has arrived, or was given up. */
export const DELIVERY_STATUSES = ["waiting", "delivered", "failed"] as const;

export type DeliveryKind = (typeof DELIVERY_KINDS)[number];

/**
 * What comes of an attempt, as it is counted: it has arrived, is made again, or was the last one. A delivery is
 * dropped that waits where there are too many newer ones.
 */
export const ATTEMPT_ENDS = ["delivered", "retry", "failed", "dropped"] as const;

export type AttemptEnd = (typeof ATTEMPT_ENDS)[number];

/** The one event of login that can be registered for (agent toolkit). */
export const LOGIN_PING = "login.merchant-initiated.ping.v1";

/** One host as the setting `httpRedirectHosts` names it: no port, no `*`, IPv6 in brackets. */
export const ONE_HOST = "^(\\[[0-9a-f:.]+\\]|[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*)$";

/** So many characters an address may have: each attempt to deliver repeats it in the log. */
export const LONGEST_ADDRESS = 2000;
