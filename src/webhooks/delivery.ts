import type { Delivery, Outcome } from "../records/delivery.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { after, DAY, epochSeconds, HOUR } from "../records/time.ts";

/** How long retries go on after the first attempt (dossier §1.10). */
const RETRIES_END: Seconds = 7 * DAY;

/** The longest that a retry is waited for. */
const LONGEST_DELAY: Seconds = 6 * HOUR;

/** How long the next one is waited for, in seconds: 1, 2, 4, 8 and so on, up to six hours. */
export function retryDelay(turns: number): Seconds {
  return Math.min(2 ** (turns - 1), LONGEST_DELAY);
}

/** From which moment of the real time on it is its turn; undefined when it waits for none. */
export function dueAt(
  { status, nextAttemptAt, attempts }: Delivery,
  lease: Seconds,
): EpochSeconds | undefined {
  if (status !== "waiting") return undefined;
  const underWay = attempts.filter(({ duration }) => duration === undefined);
  return epochSeconds(Math.max(nextAttemptAt ?? 0, ...underWay.map(({ at }) => after(at, lease))));
}

/** Whether it is its turn. */
export function isDue(delivery: Delivery, now: EpochSeconds, lease: Seconds): boolean {
  const due = dueAt(delivery, lease);
  return due !== undefined && due <= now;
}

/**
 * Claims a delivery for an attempt. Until the lease is over nobody else makes one by turn, and then
 * under the next number: who claimed it is gone. When the turns are, an attempt that somebody asks
 * for does not change.
 */
export function beginAttempt(
  delivery: Delivery,
  { at, lease, asked }: { readonly at: EpochSeconds; readonly lease: Seconds; asked: boolean },
): Delivery | undefined {
  if (!asked && !isDue(delivery, at, lease)) return undefined;
  const number = delivery.attempts.length + 1;
  return {
    ...delivery,
    ...(!asked && { nextAttemptAt: after(at, lease) }),
    attempts: [...delivery.attempts, { number, asked, at }],
  };
}

/** The delivery afterwards: arrived, waiting for a retry, or given up. */
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
