import type { FaqEntry } from "./faq.ts";

/** Why something was refused: for the developer's eyes, never part of the answer to the merchant. */
export interface Diagnosis {
  readonly rule: string;
  /** The entry of the FAQ that it comes from, where there is one. */
  readonly faq?: FaqEntry;
  /** The section of the RFC that it comes from, where the FAQ is silent. */
  readonly source?: string;
  /** What was wrong, in one sentence, with the value. */
  readonly message: string;
  /** What to do about it. */
  readonly detail: string;
  /** The registered value that comes closest to the one that was sent. */
  readonly closest?: string;
}
