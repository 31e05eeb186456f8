import type { Provenance } from "../fidelity/behaviour.ts";
import type { FaqEntry } from "./faq.ts";

/** One rule of the FAQ, as the request log, the README and the ledger speak of it. */
export interface Rule extends Provenance {
  /** Its name in diagnoses: kebab-case, as its file. */
  readonly id: string;
  /** The entries of the FAQ that it comes from. */
  readonly faq: readonly [FaqEntry, ...FaqEntry[]];
  /** What the mock holds a merchant to, in a sentence. */
  readonly enforces: string;
}

/** Why something was refused: for the developer's eyes, never part of the answer to the merchant. */
export interface Diagnosis {
  readonly rule: string;
  readonly faq: FaqEntry;
  /** What was wrong, in one sentence, with the value. */
  readonly message: string;
  /** What to do about it. */
  readonly detail: string;
  /** The registered value that comes closest to the one that was sent. */
  readonly closest?: string;
}

/**
 * @param rule the rule that was broken
 * @param message what was wrong, with the value
 * @param detail what to do about it
 * @param closest the registered value nearest to the one sent, where there is one
 * @returns the diagnosis, under the first FAQ entry of the rule
 */
export function diagnose(
  rule: Rule,
  message: string,
  detail: string,
  closest?: string | undefined,
): Diagnosis {
  const diagnosis = { rule: rule.id, faq: rule.faq[0], message, detail };
  return closest === undefined ? diagnosis : { ...diagnosis, closest };
}
