import { printable } from "../platform/printable.ts";
import type { Diagnosis } from "../records/diagnosis.ts";

/** Why a request was refused, as the pages show it. */
export interface DiagnosisView {
  readonly message: string;
  readonly detail: string;
  readonly rule: string;
  /** The FAQ entry or the section of an RFC. */
  readonly source: string;
  /** What was sent beside what was probably meant, where that is known. */
  readonly difference: Difference | null;
}

/** Two texts that begin and end in the same way, or have so little in common that each stands alone. */
interface Difference {
  readonly before: string;
  /** Only in what was sent. */
  readonly removed: string;
  /** Only in what was meant. */
  readonly added: string;
  readonly after: string;
  readonly isWhole: boolean;
}

export function diagnosisView(diagnosis: Diagnosis): DiagnosisView {
  const { message, detail, rule, faq, source, sent, closest } = diagnosis;
  return {
    message,
    detail,
    rule,
    source: faq === undefined ? (source ?? "") : `FAQ: ${faq}`,
    difference:
      closest === undefined || sent === undefined || sent === closest
        ? null
        : differenceOf(printable(sent), printable(closest)),
  };
}

function differenceOf(sent: string, meant: string): Difference {
  const one = [...sent];
  const other = [...meant];
  const most = Math.min(one.length, other.length);
  let start = 0;
  while (start < most && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < most - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  // A letter or two that are the same by chance make a riddle of both words.
  const isWhole = (start + end) * 2 < most;
  if (isWhole) [start, end] = [0, 0];
  return {
    before: one.slice(0, start).join(""),
    removed: one.slice(start, one.length - end).join(""),
    added: other.slice(start, other.length - end).join(""),
    after: one.slice(one.length - end).join(""),
    isWhole,
  };
}
