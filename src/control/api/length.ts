import { findLengthProblems, lengthOf } from "../../config/duration.ts";
import { quoted } from "../../config/problem.ts";
import type { Seconds } from "../../records/time.ts";
import { DAY } from "../../records/time.ts";
import { badRequest } from "./operation.ts";

/** A hundred years: more than any clock here can go, and than anybody waits. */
const LONGEST: Seconds = 36_500 * DAY;

/**
 * The length in seconds.
 *
 * @throws Problem 400 for a text that is no length, and for more than a hundred years
 */
export function readLength(given: number | string, path: string, hint = ""): Seconds {
  const seconds = lengthOf(given);
  if (seconds === undefined) throw badRequest(findLengthProblems(given, path, hint));
  if (seconds <= LONGEST) return seconds;
  const message = `${quoted(String(given))} is too long; give at most ${LONGEST / DAY}d`;
  throw badRequest([{ path, message, value: given }]);
}
