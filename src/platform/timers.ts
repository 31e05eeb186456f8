import type { Seconds } from "../records/time.ts";

/** The program's only timers. */

/**
 * Does a task again and again, never twice at the same time: a turn that comes while the task still
 * runs is left out. It does not keep the process alive.
 *
 * @param seconds the time between two starts, in seconds of the real time
 * @param task what to do; the first time after one interval
 * @param onError is given what the task threw or rejected with; the turns go on
 * @returns how to end it; a run under way is not broken off
 */
export function every(
  seconds: Seconds,
  task: () => void | Promise<void>,
  onError: (error: unknown) => void,
): { stop(): void } {
  let running = false;
  async function turn(): Promise<void> {
    if (running) return;
    running = true;
    try {
      await task();
    } catch (error) {
      onError(error);
    } finally {
      running = false;
    }
  }
  const timer = setInterval(() => void turn(), seconds * 1000);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/**
 * Waits. Somebody is there for whom it waits, so it keeps the process alive.
 *
 * @param seconds how long, in seconds of the real time; may have a fraction
 * @param signal ends the wait early, if one is given
 * @returns when the time is over or the signal came
 */
export function pause(seconds: Seconds, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, seconds * 1000);
    signal?.addEventListener("abort", end);
  });
}

/**
 * A limit for something that can be aborted. It does not keep the process alive.
 *
 * @param seconds how long, in seconds of the real time; may have a fraction
 * @returns a signal that aborts then, and how to call it off
 */
export function deadline(seconds: Seconds): { readonly signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), seconds * 1000);
  timer.unref();
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
