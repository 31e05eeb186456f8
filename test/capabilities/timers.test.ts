import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { deadline, every, pause, takeTurns } from "../../src/platform/timers.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function unexpected(error: unknown): void {
  throw error;
}

it("does the task each time the interval is over, until stopped", async () => {
  const task = vi.fn();
  const timer = every(5, task, unexpected);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(task).toHaveBeenCalledTimes(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(task).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(task).toHaveBeenCalledTimes(3);
  timer.stop();
  timer.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(task).toHaveBeenCalledTimes(3);
});

it.each([
  {
    way: "throws",
    task: () => {
      throw new Error("broken");
    },
  },
  { way: "rejects", task: () => Promise.reject(new Error("broken")) },
])("hands on what a task $way and goes on", async ({ task }) => {
  const errors: unknown[] = [];
  const timer = every(1, task, (error) => errors.push(error));
  await vi.advanceTimersByTimeAsync(2_000);
  expect(errors).toStrictEqual([new Error("broken"), new Error("broken")]);
  timer.stop();
});

it("leaves out the turns that come while the task runs", async () => {
  let starts = 0;
  const task = () => {
    starts++;
    return new Promise<void>((resolve) => setTimeout(resolve, 2_500));
  };
  const timer = every(1, task, unexpected);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(starts).toBe(1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(starts).toBe(2);
  timer.stop();
});

it("keeps no process alive", () => {
  vi.useRealTimers();
  const spy = vi.spyOn(globalThis, "setInterval");
  const timer = every(1, () => undefined, unexpected);
  expect(spy.mock.results[0]?.value.hasRef()).toBe(false);
  timer.stop();
  spy.mockRestore();
});

it("pauses for fractions of a second, and keeps nothing afterwards", async () => {
  const over = vi.fn();
  const paused = pause(1.5, new AbortController().signal).then(over);
  await vi.advanceTimersByTimeAsync(1_499);
  expect(over).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await paused;
  expect(over).toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

it("ends a pause early, and does not begin one, when the signal came", async () => {
  const end = new AbortController();
  const paused = pause(60, end.signal);
  end.abort();
  await paused;
  await pause(60, end.signal);
  expect(vi.getTimerCount()).toBe(0);
});

it("aborts what takes too long, at its time and not before", async () => {
  const { signal } = deadline(1.5);
  await vi.advanceTimersByTimeAsync(1_499);
  expect(signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(signal.aborted).toBe(true);
});

it("aborts nothing once it is called off", async () => {
  const { signal, clear } = deadline(1);
  clear();
  await vi.advanceTimersByTimeAsync(2_000);
  expect([signal.aborted, vi.getTimerCount()]).toEqual([false, 0]);
});

describe("long work", () => {
  /** Whether others have a turn before the work goes on. */
  async function letsOthersGoOn(turn: () => Promise<void>): Promise<boolean> {
    let hadTurn = false;
    setImmediate(() => {
      hadTurn = true;
    });
    const goesOn = turn().then(() => hadTurn);
    await vi.advanceTimersByTimeAsync(0);
    return goesOn;
  }

  it("goes on for 5 milliseconds before others have their turn, and then again", async () => {
    const turn = takeTurns();
    expect(await letsOthersGoOn(turn)).toBe(false);
    vi.advanceTimersByTime(4);
    expect(await letsOthersGoOn(turn)).toBe(false);
    vi.advanceTimersByTime(1);
    expect(await letsOthersGoOn(turn)).toBe(true);
    expect(await letsOthersGoOn(turn)).toBe(false);
    vi.advanceTimersByTime(5);
    expect(await letsOthersGoOn(turn)).toBe(true);
  });
});
