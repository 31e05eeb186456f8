import type { SeedConfig } from "./config.ts";
import type { GenerationId, SandboxId } from "./ids.ts";
import type { KeyState } from "./key-state.ts";
import type { ClockState, Settings } from "./settings.ts";
import type { EpochSeconds, Seconds } from "./time.ts";

/**
 * What stands in the store under a sandbox's name: the sandbox, and every other generation of records
 * that was begun for it. So whoever comes after a crash knows what nobody needs any more.
 */
export interface SandboxEntry {
  readonly id: SandboxId;
  /** Missing until it is made, and once it is removed. */
  readonly sandbox?: SandboxRecord;
  /** Those that are being filled; if nobody has finished one by then, it is given up. */
  readonly filling: readonly GenerationLease[];
  /** Those that nobody opens any more; they are dropped then. */
  readonly retired: readonly GenerationLease[];
}

/** How long a generation is to be left alone, by the real time. */
export interface GenerationLease {
  readonly generation: GenerationId;
  readonly until: EpochSeconds;
}

/** What the store keeps of a sandbox as a whole. */
export interface SandboxRecord {
  readonly id: SandboxId;
  /** Where its records are. */
  readonly generation: GenerationId;
  /** What it was made from, where that is not the server's own config; a reset goes back to it. */
  readonly config?: SeedConfig;
  readonly settings: Settings;
  readonly clock: ClockState;
  /** Left out while it signs with the server's own key. */
  readonly keys?: KeyState;
  /** Makes its ids, codes and tokens the same in every run. */
  readonly seed?: string;
  /** The digest of the server's own config that it was made from; left out where no later server finds it. */
  readonly madeFrom?: string;
  /** The digest of the state that it was restored from, since it was made or last reset. */
  readonly restored?: string;
  /** How long it may be idle, in seconds of the real time; without it, it stays. */
  readonly ttl?: Seconds;
  /** By the real time, as everything about the sandbox's own life. */
  readonly createdAt: EpochSeconds;
  /** When somebody last called it; noted where there is a ttl. */
  readonly usedAt?: EpochSeconds;
  /** Counts the changes of settings, clock and keys, so that of two readings the newer one is known. */
  readonly revision: number;
}

/** The sandbox of every URL that names none. */
export const DEFAULT_SANDBOX = "default" as SandboxId;

/** What a sandbox may be called: safe in a URL, a file name and on a command line. */
export const SANDBOX_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
