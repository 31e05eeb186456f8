import { OperatorError } from "../platform/operator-error.ts";

/** The properties that are made up so that no two records share them, or none fits the others. */
export type MadeUpProperty = "id" | "birthDate" | "nin" | "phoneNumber" | "msn";

/**
 * A record that is right in itself cannot be made whole: what it leaves out is used up, or does not
 * exist for what it gives. Whoever gave it can give something else, so the control API answers it
 * with 422 and the command line without a stack trace.
 */
export class CompletionError extends OperatorError {
  /** What to give, or to give otherwise. */
  readonly path: MadeUpProperty;

  constructor(path: MadeUpProperty, problem: string) {
    super(problem);
    this.path = path;
  }
}
