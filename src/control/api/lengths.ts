import { findLengthProblems, lengthOf } from "../../config/duration.ts";
import { quoted } from "../../config/problem.ts";
import type { Seconds } from "../../records/time.ts";
import { DAY, MINUTE } from "../../records/time.ts";
import type { Call } from "./operation.ts";
import { badRequest, removedMeanwhile } from "./problem.ts";

/** Lengths of time in requests, and calls that wait for something to happen. */

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

/** How long a call waits, as a query or a body has it. */
export const WAIT = "How long to wait for one, 60s at most: seconds, or a length as 10s.";

/** So long a call may wait, in seconds of the real time. */
const LONGEST_WAIT: Seconds = MINUTE;

/**
 * The length in seconds of the real time.
 *
 * @throws Problem 400 when it is no length, or a longer one than a call can wait
 */
export function waitOf(given: string | number | undefined): Seconds {
  if (given === undefined) return 0;
  const seconds = readLength(
    typeof given === "string" && /^\d+$/.test(given) ? Number(given) : given,
    "wait",
  );
  if (seconds <= LONGEST_WAIT) return seconds;
  const message = `is ${given}; a call waits ${LONGEST_WAIT} seconds at most, so ask again`;
  throw badRequest([{ path: "wait", message, value: given }]);
}

/**
 * Looks until there is something. A sandbox that somebody waits for is in use; with its removal the
 * waiting is over.
 *
 * @throws Problem 404 when the sandbox was removed meanwhile
 */
export function waiting<Found>(
  { arrivals, exchange, sandboxes, hangUp }: Call<unknown, unknown, unknown>,
  wait: Seconds,
  look: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  const { id } = exchange.sandbox;
  const lookInside = async () => {
    const used = await sandboxes.use(id);
    if (!used) throw removedMeanwhile();
    exchange.sandbox = used.sandbox;
    return look();
  };
  return arrivals.waitFor(id, wait, lookInside, hangUp);
}
