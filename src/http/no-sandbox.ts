import { didYouMean, quoted } from "../config/problem.ts";
import { closest } from "../platform/closest.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import { diagnoseNoSandbox } from "../rules/protocol.ts";

/** The URL names a sandbox that is not there. It is not made on the spot: a typo would go unnoticed. */
export class NoSandbox extends Error {
  readonly statusCode = 404;
  readonly status = 404;
  /** With all that there are, for the log alone: the caller learns of the one that it meant. */
  readonly diagnosis: Diagnosis;

  constructor(id: string, known: readonly string[]) {
    const meant = closest(id, known);
    const name = id === "" ? "The path names no sandbox" : `No sandbox is called ${quoted(id)}`;
    const what = `${name}${didYouMean(meant) || "."}`;
    const remedy =
      id === ""
        ? "Write /s/{id} before all else."
        : "It was never made, was removed, or was idle for longer than its ttl. " +
          "POST /mock/api/sandboxes makes one; GET lists those there are.";
    super(`${what} ${remedy}`);
    this.diagnosis = diagnoseNoSandbox(`${what} There are ${some(known)}.`, remedy, {
      sent: id,
      closest: meant,
    });
  }
}

/** So many sandboxes the log names. */
const MOST_NAMED = 10;

function some(ids: readonly string[]): string {
  const more = ids.length > MOST_NAMED ? ", and more" : "";
  return `${ids.slice(0, MOST_NAMED).join(", ")}${more}`;
}
