/** Waiting for a state, however slow the machine is. No test sleeps, and none is held to a time. */

/** In milliseconds; a little less than the time limit of a test, so that it says what did not come. */
const LIMIT = 50_000;
const INTERVAL = 5;

/** The real one, also in a test that moves the timers itself. */
const { setTimeout: later } = globalThis;

/** Waits until there is something. */
export function until<Found>(look: () => Found | Promise<Found>): Promise<Found> {
  return eventually(async () => {
    const found = await look();
    if (!found) throw new Error("What the test waits for did not come.");
    return found;
  });
}

/** Waits until a check passes. */
export async function eventually<Result>(check: () => Result | Promise<Result>): Promise<Result> {
  const began = performance.now();
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() - began > LIMIT) throw error;
    }
    await new Promise((resolve) => later(resolve, INTERVAL));
  }
}
