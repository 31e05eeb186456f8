import { printable } from "../platform/printable.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { FaqEntry } from "../records/faq.ts";
import type { Provenance } from "../records/provenance.ts";

/** One rule of the FAQ, or beside it, as the request log, docs/rules.md and the ledger speak of it. */
export interface Rule extends Provenance {
  /** Its name in diagnoses: kebab-case, as its file. */
  readonly id: string;
  /** The entries of the FAQ that it comes from; none where the FAQ is silent. */
  readonly faq: readonly FaqEntry[];
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

/** A value that is wrong, and the one that was probably meant in its place. */
export interface Correction {
  /** Undefined where nothing was sent, and where it may not be shown because it is a secret. */
  readonly sent: string | undefined;
  /** Undefined where nothing is near. */
  readonly closest: string | undefined;
}

/** The diagnosis, under the first FAQ entry of the rule, or under its source where it has none. */
export function diagnose(
  rule: Rule | ProtocolCheck,
  message: string,
  detail: string,
  { sent, closest }: Correction = NOTHING_MEANT,
): Diagnosis {
  const faq = "faq" in rule ? rule.faq[0] : undefined;
  const origin = faq === undefined ? { source: rule.source } : { faq };
  const texts = { message: shortened(message), detail: shortened(detail) };
  const diagnosis = { rule: rule.id, ...origin, ...texts };
  if (closest === undefined) return diagnosis;
  // Half a value cannot be compared with anything.
  const isWhole = sent !== undefined && sent.length <= LONGEST_TEXT;
  return { ...diagnosis, ...(isWhole && { sent }), closest };
}

const NOTHING_MEANT: Correction = { sent: undefined, closest: undefined };

/** Room for two URLs that the gateway lets pass. What is longer came in a form, and not by a slip. */
const LONGEST_TEXT = 5000;

function shortened(sent: string): string {
  const text = printable(sent);
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
