import type { ClockState } from "../records/settings.ts";
import type { EpochSeconds } from "../records/time.ts";
import { after, epochSeconds } from "../records/time.ts";
import type { Clock, ClockReading, WallClock } from "./capabilities.ts";

/**
 * The clocks: the real one, read here and nowhere else, and those of the sandboxes, which run ahead
 * of it, behind it, or stand still.
 */

/** The real time, cut off to whole seconds as every time on the wire is. */
export const systemWallClock: WallClock = () => epochSeconds(Math.floor(Date.now() / 1000));

/** Begins to measure how long something takes, whatever happens to the wall clock meanwhile. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => Math.round((performance.now() - start) * 10) / 10;
}

/** A moment to count seconds from, where what happens is too short for a stopwatch. */
export function monotonicSeconds(): number {
  return performance.now() / 1000;
}

/** Where a clock's state lives. */
interface ClockCell {
  get(): Promise<ClockState>;
  /** Replaces the state in one atomic step; `change` is pure and may be called more than once. */
  update(change: (current: ClockState) => ClockState): Promise<unknown>;
}

/**
 * A sandbox's clock. It keeps nothing itself: any number of clocks over one cell, in any number of
 * processes, agree as far as their wall clocks do, and no concurrent change is lost.
 *
 * Moments and lengths are whole seconds. `advance` takes a negative length too and goes back: what
 * was swept in the meantime does not return.
 */
export function createClock(wall: WallClock, cell: ClockCell): Clock {
  async function read(): Promise<ClockReading> {
    return readingOf(await cell.get(), wall());
  }

  /** Replaces the state by what `next` makes of how the clock stands. */
  async function move(next: (reading: ClockReading) => ClockState): Promise<void> {
    await cell.update((state) => next(readingOf(state, wall())));
  }

  return {
    read,
    async now() {
      return (await read()).now;
    },
    async freeze(at) {
      await move(({ now, offset }) => ({
        offset: offset + ((at ?? now) - now),
        frozenAt: at ?? now,
      }));
    },
    async set(at) {
      await move((reading) => movedBy(at - reading.now, reading));
    },
    async advance(seconds) {
      await move((reading) => movedBy(seconds, reading));
    },
    async resume() {
      await move(({ offset }) => ({ offset }));
    },
    async reset() {
      await cell.update(() => ({ offset: 0 }));
    },
  };
}

/** How a clock in this state stands. */
export function readingOf({ offset, frozenAt }: ClockState, real: EpochSeconds): ClockReading {
  if (frozenAt !== undefined) return { now: frozenAt, frozen: true, offset: frozenAt - real };
  return { now: after(real, offset), frozen: false, offset };
}

function movedBy(seconds: number, { now, frozen, offset }: ClockReading): ClockState {
  const moved = offset + seconds;
  return frozen ? { offset: moved, frozenAt: after(now, seconds) } : { offset: moved };
}
