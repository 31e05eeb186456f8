/**
 * How sure we are that the real service does the same.
 *
 * - `documented`: stated by Vipps
 * - `observed`: seen in a real answer that somebody published
 * - `derived`: read in Ory Hydra or fosite, on which the browser flow ran
 * - `assumed`: no public source tells; a choice had to be made
 * - `deliberate difference`: we know better and do otherwise, for the reason given
 */
export type Certainty = "documented" | "observed" | "derived" | "assumed" | "deliberate difference";

/** Where a behaviour comes from. */
export interface Provenance {
  /** A section of the RFCs, an entry of the FAQ, or a section of the wire dossier. */
  readonly source: string;
  readonly status: Certainty;
}

/** One thing that a merchant's application can see, as docs/fidelity.md lists it. */
export interface Behaviour extends Provenance {
  /** What happens, in a sentence. */
  readonly what: string;
}
