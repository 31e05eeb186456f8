import type { Problem } from "../config/problem.ts";

/** The control API refused a call, or something else answered in its place. Nothing was changed. */
export class ControlError extends Error {
  override readonly name = "ControlError";
  /** The HTTP status. */
  readonly status: number;
  /** What was wrong, with the value, and what to do: the same as the message. */
  readonly detail: string;
  /** The single mistakes, where there can be several; each names its property. */
  readonly errors: readonly Problem[];

  /**
   * @param status the HTTP status
   * @param detail what was wrong and what to do
   * @param errors the single mistakes, if there are any
   */
  constructor(status: number, detail: string, errors: readonly Problem[] = []) {
    super(detail);
    this.status = status;
    this.detail = detail;
    this.errors = errors;
  }
}
