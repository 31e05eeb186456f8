import type { Seconds } from "./time.ts";

/** The program's only timers. None of them keeps the process alive. */

/**
 * Does a task again and again, never twice at the same time: a turn that comes while the task still
 * runs is left out.
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
