import { every, pause } from "../platform/timers.ts";
import type { SandboxId } from "../records/ids.ts";
import type { Seconds } from "../records/time.ts";

/** How often somebody who waits looks unasked, in seconds: other replicas write into the log as well. */
const LOOK_INTERVAL: Seconds = 1;

/** Waiting for requests. They are in the store; this only wakes up those who wait for one. */
export interface Arrivals {
  /** Wakes those who wait, because a sandbox has a new request or is gone. */
  announce(sandbox: SandboxId): void;
  /**
   * Looks now, and again whenever something arrives, until there is something or the time is over.
   */
  waitFor<Found>(
    sandbox: SandboxId,
    wait: Seconds,
    look: () => Promise<Found | undefined>,
    hangUp?: AbortSignal,
  ): Promise<Found | undefined>;
  /** Ends all waiting, now and from now on. */
  close(): void;
}

/** Somebody who waits. */
interface Waiter {
  readonly sandbox: SandboxId;
  wake(): void;
  end(): void;
}

export function createArrivals(): Arrivals {
  const waiters = new Set<Waiter>();
  let closed = false;

  return {
    announce(sandbox) {
      for (const waiter of waiters) if (waiter.sandbox === sandbox) waiter.wake();
    },
    async waitFor(sandbox, wait, look, hangUp) {
      if (wait === 0 || closed) return look();
      let over = false;
      let wake = () => {};
      const end = () => {
        over = true;
        wake();
      };
      const waiter: Waiter = { sandbox, wake: () => wake(), end };
      const interval = every(LOOK_INTERVAL, waiter.wake, end);
      const done = new AbortController();
      void pause(wait, done.signal).then(end);
      hangUp?.addEventListener("abort", end);
      waiters.add(waiter);
      try {
        for (;;) {
          // Both come before the look, so that nothing that happens during it is missed.
          const woken = new Promise<void>((resolve) => {
            wake = resolve;
          });
          const last = over;
          if (hangUp?.aborted) return undefined;
          const found = await look();
          if (found !== undefined || last) return found;
          if (!over) await woken;
        }
      } finally {
        waiters.delete(waiter);
        interval.stop();
        done.abort();
        hangUp?.removeEventListener("abort", end);
      }
    },
    close() {
      closed = true;
      for (const waiter of waiters) waiter.end();
    },
  };
}
