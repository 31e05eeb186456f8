import { OperatorError } from "../platform/operator-error.ts";
import type { Problem } from "./problem.ts";
import { listed } from "./problem.ts";

/** A config that cannot be used, with everything that is wrong with it. */
export class ConfigError extends OperatorError {
  /** The file, as it was named. */
  readonly source: string;
  readonly problems: readonly Problem[];

  /**
   * @param source the file, as it was named
   * @param problems what is wrong with it
   */
  constructor(source: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    super(`${source} has ${count}:\n${listed(problems)}`);
    this.name = "ConfigError";
    this.source = source;
    this.problems = problems;
  }
}
