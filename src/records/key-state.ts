import type { EpochSeconds } from "./time.ts";

/**
 * The signing keys of a sandbox that has left the server's own key, in the order in which JWKS lists
 * them: the one that signs, the one that waits for its turn, the ones that had theirs.
 */
export interface KeyState {
  /** Exactly one of them is current, at most one is published. */
  readonly keys: readonly StoredKey[];
}

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

export interface StoredKey {
  readonly kid: string;
  readonly status: KeyStatus;
  /** By the sandbox's clock; left out for the server's own key, which is older than the sandbox. */
  readonly createdAt?: EpochSeconds;
  /** PKCS#8. */
  readonly pem: string;
}
