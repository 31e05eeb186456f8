/** How sure we are that the real service does the same, and what each degree means. */
export const CERTAINTIES = {
  documented: "Stated by Vipps: in the FAQ, the API documentation, or by its staff.",
  observed: "Seen in a real answer that somebody published.",
  derived:
    "Read in the source of Ory Hydra or fosite, on which the browser flow ran; true as far as " +
    "Vipps runs them as they come.",
  assumed:
    "No public source tells, or only part of it. A choice had to be made; do not rely on it.",
  "deliberate difference": "The real service is known to do otherwise, or has no such thing.",
} as const;

/** One degree of certainty. */
export type Certainty = keyof typeof CERTAINTIES;

/** Where a behaviour comes from. */
export interface Provenance {
  /**
   * What tells it, the parts separated by `; `: an entry of the FAQ, a section of the wire dossier
   * (see sources.ts), an RFC, and where needed a remark on what of it is less sure.
   */
  readonly source: string;
  readonly status: Certainty;
}

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

/**
 * Declares a deliberate difference.
 *
 * @param source what tells how the real service does it
 * @param what what the mock does
 * @param reason why it does not do the same
 * @returns the behaviour
 */
export function different(source: string, what: string, reason: string): Behaviour {
  return { what, source, status: "deliberate difference", reason };
}
