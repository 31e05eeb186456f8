import type { SeedConfig } from "../config/validate.ts";
import type { SandboxKeys } from "../keys/sandbox-keys.ts";
import type { Clock, Ids } from "../platform/capabilities.ts";
import type { Switches } from "../profiles/profile.ts";
import type { Delivery } from "../records/delivery.ts";
import type { Limits } from "../records/schema.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
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
  readonly limits: Limits;
  /** Where webhooks may go beside the addresses that the sales units have. */
  readonly webhookHosts: readonly string[];
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keys: SandboxKeys;
  readonly store: SandboxStore;
  /**
   * Says that the courier has something to look after: a webhook was put into the store and is due, and
   * which one had to make room for it; a user will answer later whose merchant waits to be told; or the
   * clock by which that happens moved.
   */
  readonly wakeCourier: (dropped?: Delivery) => void;
}

/** How much there may be of something where the config does not say. */
export const DEFAULT_LIMITS: Limits = {
  urlLength: 2000,
  parameterLength: 999,
  phoneLoginsPerUser: 3,
};

/** What a config says that is neither a record nor the clock, as it stands now. */
export type Settings = Pick<
  SeedConfig,
  "profile" | "rules" | "limits" | "autoLogin" | "webhookHosts"
>;

/** What the store keeps of a sandbox as a whole. */
export interface SandboxRecord {
  readonly id: SandboxId;
  /** What it was made from, where that is not the server's own config; a reset goes back to it. */
  readonly config?: SeedConfig;
  readonly settings: Settings;
  /** Makes its ids, codes and tokens the same in every run. */
  readonly seed?: string;
  /** The digest of the state that it was restored from, since it was made or last reset. */
  readonly restored?: string;
  /** How long it may be idle, in seconds of the real time; without it, it stays. */
  readonly ttl?: Seconds;
  /** By the real time, as everything about the sandbox's own life. */
  readonly createdAt: EpochSeconds;
  /** Counts its changes, so that whoever holds a `Sandbox` knows whether it is still like that. */
  readonly revision: number;
}

/** The sandbox of every URL that names none. */
export const DEFAULT_SANDBOX = "default" as SandboxId;

/** What a sandbox may be called: safe in a URL, a file name and on a command line. */
export const SANDBOX_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
