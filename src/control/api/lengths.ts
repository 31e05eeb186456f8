import type { LengthLimits } from "../../config/duration.ts";
import { findLengthProblems, lengthOf } from "../../config/duration.ts";
import type { Seconds } from "../../records/time.ts";
import { MINUTE } from "../../records/time.ts";
import type { Arrivals } from "../../sandbox/arrivals.ts";
import { SandboxGone } from "../../sandbox/arrivals.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { Call } from "./operation.ts";
import { full, refuseProblems, removedMeanwhile } from "./problem.ts";

/** Lengths of time in requests, and calls that wait for something to happen. */

/**
 * The length in seconds.
 *
 * @throws Problem 400 for a text that is no length, and for one that is out of its limits
 */
export function readLength(
  given: number | string,
  path: string,
  limits: LengthLimits = {},
): Seconds {
  refuseProblems(findLengthProblems(given, path, limits));
  return lengthOf(given) ?? 0;
}

/** How long a call waits, as a query or a body has it. */
export const WAIT =
  "How long to wait for one in real time, 60s at most: seconds, or a length as 700ms, 10s.";

/** So long a call may wait, in seconds of the real time. */
const LONGEST_WAIT: Seconds = MINUTE;

/**
 * The length in seconds of the real time.
 *
 * @throws Problem 400 when it is no length, or a longer one than a call can wait
 */
export function waitOf(given: string | number | undefined): Seconds {
  return given === undefined ? 0 : readLength(given, "wait", { most: LONGEST_WAIT });
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
 * @throws Problem 404 when the sandbox was removed meanwhile, 409 when too many wait already
 */
export async function waiting<Item, Found>(
  { exchange, hangUp }: Call<unknown, unknown, unknown>,
  arrivals: Pick<Arrivals<Item>, "waitFor" | "countWaiting">,
  wait: Seconds,
  { fits, look, among }: Wanted<Item, Found>,
): Promise<Found | undefined> {
  const { id, limits } = exchange.sandbox;
  const count = arrivals.countWaiting(id);
  if (wait > 0 && count >= limits.waits) throw full("waits", limits.waits, count);
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
