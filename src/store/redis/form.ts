import { StoreUnavailableError } from "../store.ts";

/**
 * Redis outlives the mock that filled it, so the form of what is in it has a number, and each record says in which
 * one it is. Whoever renames, removes or adds a required member of a record, changes what belongs to its indexes, or adds
 * a collection, whose keys an older mock would leave behind, raises the number and says in the steps what becomes of
 * older records. Records are read in whatever older form they
 * are, and an older mock that meets a newer one refuses to work with it.
 */
export interface Form {
  /** The one in which records are written. */
  readonly number: number;
  /**
   * For each older one what becomes of a record of it, or of a single value, in the next one.
   *
   * @param kind the collection that it is in, or what the value is called
   */
  readonly steps: Readonly<Record<number, (kind: string, value: unknown) => unknown>>;
}

export const OWN_FORM: Form = { number: 1, steps: {} };

/** Between the form and what is in it. */
const MARK = " ";

/** A text that begins with its form. */
export function inForm({ number }: Form, text: string): string {
  return `${number}${MARK}${text}`;
}

/** The text behind its form. */
export function behindForm(text: string): string {
  return text.slice(text.indexOf(MARK) + 1);
}

/**
 * The value as this mock has it.
 *
 * @param marked begins with the form that the value is in
 * @throws StoreUnavailableError when that is newer than this mock
 */
export function inOwnForm(form: Form, marked: string, kind: string, value: unknown): unknown {
  let given = value;
  const from = Number(marked.slice(0, marked.indexOf(MARK)));
  refuseNewer(form, from);
  for (let number = from; number < form.number; number++) {
    given = form.steps[number]?.(kind, given) ?? given;
  }
  return given;
}

/** @throws StoreUnavailableError when the form is newer than this mock */
export function refuseNewer({ number }: Form, found: number): void {
  if (found <= number) return;
  throw new StoreUnavailableError(
    `its records are in form ${found}, which a newer vipps-login-mock wrote, and this one takes ${number} at most: update this one, or give it another --store-prefix`,
  );
}
