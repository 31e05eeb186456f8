import type { Provenance } from "../src/records/provenance.ts";

/** One thing that a merchant's application can see, as docs/fidelity.md lists it. */
export interface Behaviour extends Provenance {
  /** What happens, in a sentence or two of Markdown. */
  readonly what: string;
  /** Why it is otherwise than at the real service; every deliberate difference says so. */
  readonly reason?: string;
}

/** The behaviours of one endpoint or one topic. */
export interface Section {
  readonly title: string;
  /** The endpoints it is about, as `GET /path`. */
  readonly endpoints: readonly string[];
  readonly behaviours: readonly Behaviour[];
}

/** Declares one behaviour: where it is known from, and what happens. */
type Declare = (source: string, what: string) => Behaviour;

export const documented: Declare = (source, what) => ({ what, source, status: "documented" });
export const observed: Declare = (source, what) => ({ what, source, status: "observed" });
export const derived: Declare = (source, what) => ({ what, source, status: "derived" });
export const assumed: Declare = (source, what) => ({ what, source, status: "assumed" });

/** Declares a deliberate difference. */
export function different(source: string, what: string, reason: string): Behaviour {
  return { what, source, status: "deliberate difference", reason };
}
