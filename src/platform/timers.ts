import type { Seconds } from "../records/time.ts";

/** The program's only timers. */

/** A task that is done again and again. */
export interface Repeated {
  stop(): void;
  /** Ends with the turn that is under way. */
  idle(): Promise<void>;
}

/**
 * Does a task again and again, never twice at the same time: a turn that comes while the task still
 * runs is left out. It does not keep the process alive.
 */
export function every(
  seconds: Seconds,
  task: () => void | Promise<void>,
  onError: (error: unknown) => void,
): Repeated {
  let running: Promise<void> | undefined;
  async function turn(): Promise<void> {
    try {
      await task();
    } catch (error) {
      onError(error);
    }
  }
  const timer = setInterval(() => {
    running ??= turn().finally(() => {
      running = undefined;
    });
  }, seconds * 1000);
  timer.unref();
  return { stop: () => clearInterval(timer), idle: async () => running };
}

/** Waits. Somebody is there for whom it waits, so it keeps the process alive. */
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

/** A limit for something that can be aborted. It does not keep the process alive. */
export function deadline(seconds: Seconds): { readonly signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), seconds * 1000);
  timer.unref();
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}

/** Waits until all has had its turn that is due now, such as requests that came at the same time. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** How long work goes on before others have their turn, in milliseconds. */
const TURN = 5;

/**
 * For work that takes long: who awaits the result between two parts of it lets others go on, once that
 * work has had its turn. Nothing in the program may keep them waiting for a tenth of a second.
 */
export function takeTurns(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < TURN) return;
    await nextTurn();
    since = performance.now();
  };
}
