import type { Diagnosis } from "../records/diagnosis.ts";
import type { FaqEntry } from "../records/faq.ts";
import type { Provenance } from "../records/provenance.ts";

/** One rule of the FAQ, as the request log, docs/rules.md and the ledger speak of it. */
export interface Rule extends Provenance {
  /** Its name in diagnoses: kebab-case, as its file. */
  readonly id: string;
  /** The entries of the FAQ that it comes from. */
  readonly faq: readonly [FaqEntry, ...FaqEntry[]];
  /** What the mock holds a merchant to, in a sentence. */
  readonly enforces: string;
}

/** What OAuth itself asks for and the FAQ has no entry about. */
export interface ProtocolCheck {
  /** Its name in diagnoses: kebab-case. */
  readonly id: string;
  /** The section of the RFC. */
  readonly source: string;
}

/** The diagnosis, under the first FAQ entry of the rule. */
export function diagnose(
  rule: Rule | ProtocolCheck,
  message: string,
  detail: string,
  closest?: string | undefined,
): Diagnosis {
  const origin = "faq" in rule ? { faq: rule.faq[0] } : { source: rule.source };
  const texts = { message: shortened(message), detail: shortened(detail) };
  const diagnosis = { rule: rule.id, ...origin, ...texts };
  return closest === undefined ? diagnosis : { ...diagnosis, closest };
}

/** Room for two URLs that the gateway lets pass. What is longer came in a form, and not by a slip. */
const LONGEST_TEXT = 5000;

function shortened(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
