import { every, pause } from "../platform/timers.ts";
import type { SandboxId } from "../records/ids.ts";
import type { Seconds } from "../records/time.ts";

/** How often a waiting one looks by itself, in seconds: other replicas write into the log as well. */
const LOOK_INTERVAL: Seconds = 1;

/** Waiting for the request log. What is waited for stands in the store; here is only the waking up. */
export interface Arrivals {
  /** Tells those who wait that something was written into the log of a sandbox, or that it is gone. */
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
          // Both stand before the look, so that nothing is missed that happens during it.
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
