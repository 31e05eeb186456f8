import type { EndpointName } from "./endpoint.ts";
import type { FaultId } from "./ids.ts";
import type { EpochSeconds, Seconds } from "./time.ts";
import { MINUTE } from "./time.ts";

/** Something that goes wrong on purpose, and when. */
export interface Fault {
  readonly id: FaultId;
  readonly match: FaultMatch;
  /** How many exchanges it hits at most; every one when left out. */
  readonly times?: number;
  /** How many matching exchanges it lets pass first. */
  readonly after: number;
  /** How likely it hits an exchange, from 0 to 1. */
  readonly probability: number;
  /** Makes the draws for `probability` the same in every run. */
  readonly seed?: number;
  /** From here on it hits nothing, by the sandbox's clock. */
  readonly expiresAt?: EpochSeconds;
  /** How long the exchange waits first, in seconds of the real time; may have a fraction. */
  readonly delay: Seconds;
  /** `then` in the control API; a record of that name would be taken for a promise. */
  readonly answer?: FaultResponse;
  readonly corrupt?: Corruption;
  /** How many exchanges matched. */
  readonly seen: number;
  /** How many it hit. */
  readonly hits: number;
}

export interface FaultMatch {
  readonly endpoint: EndpointName;
  readonly clientId?: string;
  /** A user's id. */
  readonly user?: string;
}

/**
 * What becomes of the answer. With `status` or `body` the endpoint is not asked at all, so that a
 * code is not used up; without them its own answer is changed on the way out.
 */
export interface FaultResponse {
  readonly status?: number;
  /** A text as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  /** The connection is reset instead of an answer. */
  readonly reset?: boolean;
  /** The answer breaks off after this many bytes of its body. */
  readonly truncate?: number;
}

/** What can be wrong with an ID token: one for each check that a client must make (contract §6). */
export const CORRUPTIONS = [
  "signature",
  "alg_none",
  "alg_hs256",
  "unknown_kid",
  "wrong_iss",
  "wrong_aud",
  "expired",
  "future_iat",
  "wrong_nonce",
  "missing_nonce",
  "wrong_at_hash",
  "sub_mismatch",
  "wrong_auth_req_id",
] as const;

export type Corruption = (typeof CORRUPTIONS)[number];

/** How long an exchange waits at most, in seconds of the real time. */
export const LONGEST_DELAY: Seconds = MINUTE;
