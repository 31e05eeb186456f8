import type { EpochSeconds } from "../time.ts";

/** The signing keys that a sandbox has made of its own. */
export interface KeyState {
  readonly keys: readonly StoredKey[];
}

/** A key's place in a rotation. */
export type KeyStatus =
  /** In JWKS, but signs nothing yet: clients that cache JWKS learn of it in time. */
  | "published"
  /** Signs. */
  | "current"
  /** Signs no more and is still in JWKS, for the tokens that it signed. */
  | "retiring";

export interface StoredKey {
  readonly kid: string;
  readonly status: KeyStatus;
  /** By the sandbox's clock. */
  readonly createdAt: EpochSeconds;
  /** PKCS#8; left out for the server's own key, which other sandboxes use too. */
  readonly pem?: string;
}
