/** How sure we are that the real service does the same, and what each degree means. */
export const CERTAINTIES = {
  documented: "Stated by Vipps: in the FAQ, the API documentation, or by its staff.",
  observed: "Seen in a real response that somebody published.",
  derived:
    "Read in the source of Ory Hydra or fosite, on which the browser flow ran; true as far as " +
    "Vipps runs them as they come.",
  assumed: "No public source says so, or only in part. A choice had to be made; do not rely on it.",
  "deliberate difference": "The real service is known to behave differently, or has no such thing.",
} as const;

/** One degree of certainty. */
export type Certainty = keyof typeof CERTAINTIES;

/** Where a behaviour comes from. */
export interface Provenance {
  /**
   * What tells it, the parts separated by `; `: a source by its name in fidelity/sources.ts, with an
   * entry of the FAQ or a section where it has them, and where needed a remark on what of it is less
   * sure. Where nobody tells it: `no public source`, or `the mock's own`.
   */
  readonly source: string;
  readonly status: Certainty;
}
