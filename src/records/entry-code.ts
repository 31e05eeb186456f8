import type { EpochSeconds } from "./time.ts";

/** A code that lets a person in once. What is stored does not tell the code. */
export interface EntryCode {
  readonly digest: string;
  /** By the real time. */
  readonly until: EpochSeconds;
  /** The mark of whoever has used it; it is kept until its time is over. */
  readonly by?: string;
}
