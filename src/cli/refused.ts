import type { Problem } from "../config/problem.ts";

/** A new version of the config that does not fit what is there. */
export class Refused extends Error {
  readonly problems: readonly Problem[];

  constructor(...problems: readonly Problem[]) {
    super("the new version is refused");
    this.problems = problems;
  }
}
