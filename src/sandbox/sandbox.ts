import type { SandboxKeys } from "../keys/sandbox-keys.ts";
import type { Clock, Ids } from "../platform/capabilities.ts";
import type { Switches } from "../profiles/profile.ts";
import type { SeedConfig } from "../records/config.ts";
import type { Delivery } from "../records/delivery.ts";
import type { SandboxId } from "../records/ids.ts";
import type { Limits } from "../records/limits.ts";
import type { SandboxEntry, SandboxRecord } from "../records/sandbox.ts";
import { DEFAULT_SANDBOX } from "../records/sandbox.ts";
import type { Settings } from "../records/settings.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { after } from "../records/time.ts";
import type { LoginEnd, LoginFlow } from "../records/vocabulary.ts";
import type { SandboxStore } from "../store/store.ts";
import type { LiveRecord } from "./live-record.ts";

/**
 * A Vipps of its own: users, sales units, consents, clock, keys. Functions take from it what they
 * need: `Pick<Sandbox, "clock" | "store">` says what they may touch.
 */
export interface Sandbox {
  readonly id: SandboxId;
  /** As they were written; what is in force follows from them. */
  readonly settings: Settings;
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
  /** Its record, with what is in it besides the settings. */
  readonly record: Pick<LiveRecord, "read" | "known">;
  /**
   * Says that the courier has something to look after: a webhook was put into the store and is due, and
   * which one had to make room for it; a user will answer later whose merchant waits to be told; or the
   * clock by which that happens moved.
   */
  readonly wakeCourier: (dropped?: Delivery) => void;
  readonly loginCounts: LoginCounts;
}

/** Counts the logins of a server, for whoever looks after it. */
export interface LoginCounts {
  /** A login has begun, with a request in which nothing is wrong. */
  began(flow: LoginFlow): void;
  /** A login is over: once for each, but that a late one is told so whenever somebody comes back to it. */
  ended(flow: LoginFlow, outcome: LoginEnd): void;
}

/** When a sandbox goes if nobody uses it; undefined when it stays. */
export function expiresAt({ ttl, usedAt, createdAt }: SandboxRecord): EpochSeconds | undefined {
  return ttl === undefined ? undefined : after(usedAt ?? createdAt, ttl);
}

/** Minimum seconds between two writes of `usedAt`; a ttl may be off by this. */
const NOTING_INTERVAL: Seconds = 1;

/** Whether it is to be written down that somebody uses a sandbox now. */
export function isUseToBeNoted({ ttl, usedAt }: SandboxRecord, now: EpochSeconds): boolean {
  return ttl !== undefined && (usedAt === undefined || now >= usedAt + NOTING_INTERVAL);
}

/** One that was made from the server's config has it for its own from now on; undefined for any other. */
export function withOwnConfig(
  { sandbox, ...rest }: SandboxEntry,
  config: SeedConfig,
): SandboxEntry | undefined {
  if (!sandbox || sandbox.id === DEFAULT_SANDBOX || sandbox.config !== undefined) return undefined;
  return { ...rest, sandbox: { ...sandbox, config } };
}
