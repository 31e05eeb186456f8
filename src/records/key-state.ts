import type { Static } from "typebox";
import Type from "typebox";
import type { ReadonlyDeep } from "./schema-parts.ts";
import { closed, Moment, Text } from "./schema-parts.ts";
import { KEY_STATUSES } from "./vocabulary.ts";

export const StoredKeySchema = Type.Object(
  {
    kid: Text,
    status: Type.Enum([...KEY_STATUSES]),
    /** By the sandbox's clock; left out for the server's own key, which is older than the sandbox. */
    createdAt: Type.Optional(Moment),
    pem: Type.String({ description: "The private key, PKCS#8 in PEM." }),
  },
  closed,
);

export type StoredKey = ReadonlyDeep<Static<typeof StoredKeySchema>>;

/**
 * The signing keys of a sandbox that has left the server's own key, in the order in which JWKS lists
 * them: the one that signs, the one that waits for its turn, the ones that had theirs.
 */
export interface KeyState {
  /** Exactly one of them is current, at most one is published. */
  readonly keys: readonly StoredKey[];
}

/** The key that all servers on one store sign with, in sandboxes that have made none of their own. */
export interface ServerKey {
  /** PKCS#8. */
  readonly pem: string;
}
