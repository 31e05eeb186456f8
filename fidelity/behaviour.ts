import type { Provenance } from "../src/records/provenance.ts";

/** One thing that a merchant's application can see, as docs/fidelity.md lists it. */
export interface Behaviour extends Provenance {
  /** What happens, in a sentence or two of Markdown. */
  readonly what: string;
  /** The tests that show it. */
  readonly tests: readonly TestName[];
  /** Why the mock differs from the real service; every deliberate difference says so. */
  readonly reason?: string;
}

/**
 * A test by its file in test/ and its title, or that of its group, as they are written there:
 * `wire/token.test.ts > refuses %s, once and for all`. A test checks that it exists.
 */
export type TestName = `${string}.ts > ${string}`;

/** The behaviours of one endpoint or one topic. */
export interface Section {
  readonly title: string;
  /** What to know before reading the table, in Markdown. */
  readonly note?: string;
  /** The endpoints it is about, as `GET /path`. */
  readonly endpoints: readonly string[];
  readonly behaviours: readonly Behaviour[];
}

/** Declares one behaviour: where it is known from, what happens, and which tests show it. */
type Declare = (
  source: string,
  what: string,
  ...tests: readonly [TestName, ...TestName[]]
) => Behaviour;

const declare =
  (status: Provenance["status"]): Declare =>
  (source, what, ...tests) => ({ what, source, status, tests });

export const documented = declare("documented");
export const observed = declare("observed");
export const derived = declare("derived");
export const assumed = declare("assumed");

/** Declares a deliberate difference. */
export function different(
  source: string,
  what: string,
  reason: string,
  ...tests: readonly [TestName, ...TestName[]]
): Behaviour {
  return { what, source, status: "deliberate difference", reason, tests };
}
