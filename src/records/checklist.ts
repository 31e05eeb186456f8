import type { RequestId } from "./ids.ts";
import type { EpochSeconds } from "./time.ts";

/**
 * What the traffic of a sandbox has shown of the applications that call it, and what people have said of them
 * (rules/checklist.ts). It is read from the request log and outlives what the log drops, so all of it is bounded.
 */
export interface Checklist {
  /** Where in the request log the last request stands that was looked at; left out before the first one. */
  readonly cursor?: string;
  /** Since when requests are looked at, by the sandbox's clock. */
  readonly since: EpochSeconds;
  /** How often discovery and the keys were fetched: who fetches them does not say who it is. */
  readonly fetched: { readonly discovery: Tally; readonly jwks: Tally };
  /** By the client id; the newest of too many. */
  readonly clients: Readonly<Record<string, ClientFile>>;
}

/** What is known of one client. */
export interface ClientFile {
  /** When it called last, by the sandbox's clock. */
  readonly lastAt: EpochSeconds;
  /** What speaks for each item and what against it, by the item's id. */
  readonly items: Readonly<Record<string, Evidence>>;
  /** Its logins, the newest of them last. */
  readonly logins: readonly LoginTrace[];
  /** What should be another value with each login: short digests of what came. */
  readonly used: Readonly<Record<OncePerLogin, readonly UsedValue[]>>;
  /** The calls, by what is counted of them: the logins that were begun, and what has succeeded. */
  readonly called: Readonly<Record<string, Tally>>;
  /** What somebody has said, by the item's id. */
  readonly ticks: Readonly<Record<string, Tick>>;
}

export interface Evidence {
  readonly done: Tally;
  readonly failed: Tally;
}

/** How often something was seen, and the newest requests that show it. */
export interface Tally {
  readonly count: number;
  readonly proofs: readonly Proof[];
}

/** A request that shows something. The log may have dropped it. */
export interface Proof {
  readonly request: RequestId;
  readonly at: EpochSeconds;
  /** What it shows, in a sentence with the value. */
  readonly why: string;
}

/** The parameters that should be another value with each login. */
export type OncePerLogin = "state" | "nonce" | "code_challenge";

/** A value that an authorization request had. */
interface UsedValue {
  /** Of the value. */
  readonly digest: string;
  /** Of the whole request: a page that is reloaded sends the same once more. */
  readonly request: string;
}

/** What of a login has to be known at its next request. */
export interface LoginTrace {
  readonly id: string;
  /** The digests of what its authorization request had. */
  readonly used: Readonly<Partial<Record<OncePerLogin, string>>>;
  /** The scopes that it asked for. */
  readonly scopes: readonly string[];
  /** The error that the application got, and the request that brought it. */
  readonly error?: { readonly code: string; readonly request: RequestId };
  /** Whether tokens were given for it. */
  readonly isRedeemed: boolean;
  /** How often the application was told to wait for its user. */
  readonly pending: number;
}

/** What somebody has said of an item that no traffic shows. */
export interface Tick {
  readonly done: boolean;
  /** Set where it does not concern the application. */
  readonly concerns?: false;
  /** Why, or who has looked. */
  readonly note?: string;
  readonly at: EpochSeconds;
}
