import type { ClockReading } from "../platform/capabilities.ts";
import type { Attempt, Delivery, Outcome } from "../records/delivery.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { after, DAY, HOUR, MINUTE } from "../records/time.ts";

/**
 * When a delivery has its turn, and what an attempt makes of it. Retries go by the sandbox's clock, so
 * that a test can move to them; how long an attempt may be under way goes by the real one.
 */

/** How long retries go on after the first attempt. */
const RETRIES_END: Seconds = 7 * DAY;

/** How long the next attempt is waited for after each of the first ones. */
const FIRST_DELAYS: readonly Seconds[] = [2, 2, 2, 2, MINUTE, 2 * MINUTE];

/** The last attempt that is made an hour after the one before. */
const LAST_HOURLY = 29;

/** How long the next attempt is waited for when so many have failed, as Vipps wrote in 2026. */
export function retryDelay(turns: number): Seconds {
  return FIRST_DELAYS[turns - 1] ?? (turns < LAST_HOURLY ? HOUR : DAY);
}

/** How the two clocks stand. */
export interface Clocks {
  /** The sandbox's. */
  readonly sandbox: ClockReading;
  /** The real one. */
  readonly wall: EpochSeconds;
}

/**
 * How many seconds of real time later it is its turn, 0 for now; undefined when it waits for none, or
 * for a clock that stands still.
 */
export function secondsUntilTurn(
  { status, nextAttemptAt, attempts }: Delivery,
  { sandbox, wall }: Clocks,
): Seconds | undefined {
  if (status !== "waiting") return undefined;
  const delay = nextAttemptAt === undefined ? 0 : Math.max(0, nextAttemptAt - sandbox.now);
  if (delay > 0 && sandbox.frozen) return undefined;
  const leases = attempts.filter(isUnderWay).map(({ leasedUntil }) => leasedUntil - wall);
  return Math.max(delay, ...leases);
}

function isUnderWay({ duration }: Attempt): boolean {
  return duration === undefined;
}

/**
 * Claims a delivery for an attempt. Until the lease is over nobody else makes one by turn, and then
 * under the next number: who claimed it is gone. When the turns are, an attempt that somebody asks
 * for does not change.
 */
export function beginAttempt(
  delivery: Delivery,
  { clocks, lease, asked }: { readonly clocks: Clocks; readonly lease: Seconds; asked: boolean },
): Delivery | undefined {
  if (!asked && secondsUntilTurn(delivery, clocks) !== 0) return undefined;
  const { sandbox, wall } = clocks;
  const number = delivery.attempts.length + 1;
  const attempt = { number, asked, at: sandbox.now, leasedUntil: after(wall, lease) };
  return { ...delivery, attempts: [...delivery.attempts, attempt] };
}

/** The delivery afterwards: arrived, waiting for a retry, or given up. `at` is by the sandbox's clock. */
export function endAttempt(
  delivery: Delivery,
  number: number,
  outcome: Outcome,
  { at, final }: { readonly at: EpochSeconds; readonly final: boolean },
): Delivery {
  const { nextAttemptAt: _, ...rest } = delivery;
  const attempts = delivery.attempts.map((attempt) =>
    attempt.number === number ? { ...attempt, ...outcome } : attempt,
  );
  if (hasArrived(outcome)) return { ...rest, status: "delivered", attempts };
  if (delivery.status !== "waiting") return { ...rest, attempts };
  const ended: Delivery = { ...delivery, attempts };
  if (final) return giveUp(ended);
  const turns = attempts.filter(({ asked }) => !asked);
  // The next turn is for the last one to say, not for who was asked or came back too late.
  if (turns.at(-1)?.number !== number) return ended;
  const next = after(at, retryDelay(turns.length));
  const [first] = attempts;
  const isLast = first !== undefined && next > after(first.at, RETRIES_END);
  return isLast ? giveUp(ended) : { ...ended, nextAttemptAt: next };
}

/**
 * The delivery as it is when no attempt is made by turn any more; as it was when none was to come.
 */
export function giveUp(delivery: Delivery): Delivery {
  if (delivery.status !== "waiting") return delivery;
  const { nextAttemptAt: _, ...rest } = delivery;
  return { ...rest, status: "failed" };
}

/**
 * Whether the receiver took it; who redirects did not, because a delivery goes where it was meant
 * to go, or nowhere.
 */
export function hasArrived({ response }: Pick<Outcome, "response">): boolean {
  return response !== undefined && response.status >= 200 && response.status < 300;
}
