import type { Clock, Ids, Keyring } from "../deps.ts";
import type { Switches } from "../profiles/profile.ts";
import type { SandboxId, SandboxStore } from "../store/store.ts";

/**
 * A Vipps of its own: users, sales units, consents, clock, keys. Functions take from it what they
 * need: `Pick<Sandbox, "clock" | "store">` says what they may touch.
 */
export interface Sandbox {
  readonly id: SandboxId;
  readonly profile: "2023" | "2026";
  readonly switches: Switches;
  /** The user (id or MSISDN) as whom every browser login completes at once; null for none. */
  readonly autoLogin: string | null;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keys: Keyring;
  readonly store: SandboxStore;
}
