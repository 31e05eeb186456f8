import type { EpochSeconds } from "./time.ts";

/** How many logins succeeded, and how many of them with the national identity number. */
export interface LoginCount {
  readonly logins: number;
  readonly withNin: number;
}

/**
 * The logins that succeeded at some moments: for each its place in three lists. Every login rewrites
 * them, and lists of numbers are copied many times as fast as one of records.
 */
export interface RecentLogins {
  /** The moments, each once. */
  readonly at: readonly EpochSeconds[];
  readonly logins: readonly number[];
  readonly withNin: readonly number[];
}

/** The logins that succeeded at a sales unit on one day. */
export interface LoginDay {
  /** Made of the msn and the date (collections.ts). */
  readonly id: string;
  readonly msn: string;
  /** The day in Oslo: `YYYY-MM-DD`. */
  readonly date: string;
  /** Those that the statistics have for good. */
  readonly appeared: LoginCount;
  /** Those of which that was not so yet at the last login. */
  readonly recent: RecentLogins;
}

/** Somebody who logged in at a sales unit on one day. */
export interface LoginUser {
  /** Made of the msn, the date and the subject (collections.ts). */
  readonly id: string;
  readonly msn: string;
  readonly date: string;
  /** Not the user's id, which another user may have later. */
  readonly subject: string;
  /** The first login of the day; left out once the statistics have it for good. */
  readonly firstAt?: EpochSeconds;
}
