import { findLengthProblems, lengthOf } from "../../config/duration.ts";
import { quoted } from "../../config/problem.ts";
import type { Seconds } from "../../records/time.ts";
import { DAY, MINUTE } from "../../records/time.ts";
import type { Arrivals } from "../../sandbox/arrivals.ts";
import { SandboxGone } from "../../sandbox/arrivals.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
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

/** What a call waits for; it finds the sandbox as it is in its exchange. */
interface Wanted<Item, Found> {
  readonly fits: (item: Item) => boolean;
  readonly look: () => Promise<Found | undefined>;
  /** Looks at those that are new and fit. */
  readonly among: (news: readonly Item[]) => Promise<Found | undefined>;
}

/**
 * Looks until there is something. A sandbox that somebody waits for is in use; with its removal the
 * waiting is over.
 *
 * @throws Problem 404 when the sandbox was removed meanwhile
 */
export async function waiting<Item, Found>(
  { exchange, hangUp }: Call<unknown, unknown, unknown>,
  arrivals: Pick<Arrivals<Item>, "waitFor">,
  wait: Seconds,
  { fits, look, among }: Wanted<Item, Found>,
): Promise<Found | undefined> {
  const wanted = {
    fits,
    look: (sandbox: Sandbox) => {
      exchange.sandbox = sandbox;
      return look();
    },
    among: (news: readonly Item[], sandbox: Sandbox) => {
      exchange.sandbox = sandbox;
      return among(news);
    },
  };
  try {
    return await arrivals.waitFor(exchange.sandbox.id, wait, wanted, hangUp);
  } catch (error) {
    throw error instanceof SandboxGone ? removedMeanwhile() : error;
  }
}
