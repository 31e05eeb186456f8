import { describe, expect, it, vi } from "vitest";
import type { Clock } from "../../src/platform/capabilities.ts";
import { createClock, stopwatch, systemWallClock } from "../../src/platform/clock.ts";
import type { ClockState } from "../../src/records/settings.ts";
import { epochSeconds, HOUR } from "../../src/records/time.ts";

const START = epochSeconds(1_700_000_000);
const at = (seconds: number) => epochSeconds(START + seconds);

/** A clock over a wall clock that the test moves. */
function setUp() {
  let real = START;
  let state: ClockState = { offset: 0 };
  const cell = {
    get: async () => state,
    async update(change: (current: ClockState) => ClockState) {
      state = change(state);
    },
  };
  const wall = () => real;
  return {
    cell,
    wall,
    clock: createClock(wall, cell),
    pass(seconds: number) {
      real = epochSeconds(real + seconds);
    },
  };
}

describe("systemWallClock", () => {
  it.each([
    { millis: 1_700_000_000_000, seconds: 1_700_000_000 },
    { millis: 1_700_000_000_999, seconds: 1_700_000_000 },
    { millis: 1_700_000_001_000, seconds: 1_700_000_001 },
  ])("cuts $millis ms off to $seconds s", ({ millis, seconds }) => {
    const spy = vi.spyOn(Date, "now").mockReturnValue(millis);
    expect(systemWallClock()).toBe(seconds);
    spy.mockRestore();
  });
});

describe("a sandbox's clock", () => {
  type Step = (clock: Clock) => Promise<void>;
  const cases: {
    name: string;
    steps: Step[];
    now: number;
    frozen?: boolean;
    /** Ten seconds of real time after the steps. */
    later: number;
  }[] = [
    { name: "untouched, is the real one", steps: [], now: 0, later: 10 },
    { name: "freezes at the present", steps: [(c) => c.freeze()], now: 0, frozen: true, later: 0 },
    {
      name: "freezes at a moment",
      steps: [(c) => c.freeze(at(500))],
      now: 500,
      frozen: true,
      later: 500,
    },
    {
      name: "freezes at the moment it is in the sandbox",
      steps: [(c) => c.advance(HOUR), (c) => c.freeze()],
      now: HOUR,
      frozen: true,
      later: HOUR,
    },
    {
      name: "freezes anew elsewhere",
      steps: [(c) => c.freeze(at(500)), (c) => c.freeze(at(-500))],
      now: -500,
      frozen: true,
      later: -500,
    },
    { name: "runs on after set", steps: [(c) => c.set(at(500))], now: 500, later: 510 },
    {
      name: "stands still after set where it was frozen",
      steps: [(c) => c.freeze(), (c) => c.set(at(500))],
      now: 500,
      frozen: true,
      later: 500,
    },
    { name: "runs on after advance", steps: [(c) => c.advance(HOUR)], now: HOUR, later: HOUR + 10 },
    {
      name: "adds up advances",
      steps: [(c) => c.advance(1), (c) => c.advance(2)],
      now: 3,
      later: 13,
    },
    { name: "goes back", steps: [(c) => c.advance(-HOUR)], now: -HOUR, later: -HOUR + 10 },
    {
      name: "stays frozen when advanced",
      steps: [(c) => c.freeze(), (c) => c.advance(60)],
      now: 60,
      frozen: true,
      later: 60,
    },
    {
      name: "resumes from where it stands",
      steps: [(c) => c.freeze(at(500)), (c) => c.advance(60), (c) => c.resume()],
      now: 560,
      later: 570,
    },
    { name: "resumes although it runs", steps: [(c) => c.resume()], now: 0, later: 10 },
    {
      name: "returns to the real time",
      steps: [(c) => c.freeze(at(500)), (c) => c.reset()],
      now: 0,
      later: 10,
    },
  ];

  it.each(cases)("$name", async ({ steps, now, frozen = false, later }) => {
    const { clock, pass } = setUp();
    for (const step of steps) await step(clock);
    expect(await clock.now()).toBe(START + now);
    expect(await clock.read()).toStrictEqual({ now: START + now, frozen, offset: now });
    pass(10);
    expect(await clock.now()).toBe(START + later);
    expect(await clock.read()).toStrictEqual({ now: START + later, frozen, offset: later - 10 });
  });

  it("loses the time it stood still", async () => {
    const { clock, pass } = setUp();
    await clock.freeze();
    pass(100);
    await clock.resume();
    expect(await clock.read()).toStrictEqual({ now: START, frozen: false, offset: -100 });
  });

  it("agrees with a replica over the same cell", async () => {
    const { clock, cell, wall, pass } = setUp();
    const replica = createClock(wall, cell);
    await clock.advance(HOUR);
    expect(await replica.now()).toBe(START + HOUR);
    await replica.freeze();
    pass(10);
    expect(await clock.read()).toStrictEqual(await replica.read());
  });

  it("loses no concurrent advance", async () => {
    const { clock } = setUp();
    await Promise.all(Array.from({ length: 20 }, () => clock.advance(5)));
    expect(await clock.now()).toBe(START + 100);
  });

  it("is as it was when its state is restored", async () => {
    const { clock, cell } = setUp();
    await clock.freeze(at(7));
    const kept = await cell.get();
    await clock.reset();
    await cell.update(() => kept);
    expect(await clock.read()).toStrictEqual({ now: START + 7, frozen: true, offset: 7 });
  });
});

describe("stopwatch", () => {
  it("tells the milliseconds since it began, with one decimal", () => {
    const now = vi.spyOn(performance, "now").mockReturnValueOnce(100).mockReturnValue(112.3456);
    expect(stopwatch()()).toBe(12.3);
    now.mockRestore();
  });
});
