import type { SeedConfig } from "./config.ts";
import type { SandboxId } from "./ids.ts";
import type { Settings } from "./settings.ts";
import type { EpochSeconds, Seconds } from "./time.ts";

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
