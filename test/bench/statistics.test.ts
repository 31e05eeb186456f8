import { describe, expect, it } from "vitest";
import { atLeast, atMost, exactly, unchanged } from "../../bench/report/bars.ts";
import { ratio, summarize } from "../../bench/report/statistics.ts";

describe("summarize", () => {
  it("gives the median, and the range of the middle half", () => {
    expect(summarize([7, 1, 5, 3, 100])).toEqual({ median: 5, low: 3, high: 7 });
    expect(summarize([1, 2])).toEqual({ median: 1.5, low: 1.25, high: 1.75 });
    expect(summarize([4])).toEqual({ median: 4, low: 4, high: 4 });
  });

  it("has nothing to say of no round", () => {
    expect(() => summarize([])).toThrow("no round was measured");
  });
});

describe("ratio", () => {
  it("compares each round with its own, so that a slow minute counts for nothing", () => {
    expect(ratio([2, 20, 2], [1, 10, 1])).toEqual({ median: 2, low: 2, high: 2 });
  });
});

describe("a bar", () => {
  const measured = { median: 1.3, low: 1.2, high: 1.4 };

  it("is met at its limit, and its moonshot apart from it", () => {
    expect(atMost("CPU", measured, 1.3, { unit: "×", moonshot: 1.25 })).toEqual({
      what: "CPU",
      bar: "at most 1.3 ×",
      measured: "1.30 (1.20–1.40) ×",
      met: true,
      moonshot: { bar: "1.25 ×", met: false },
    });
    expect(atMost("CPU", measured, 1.2).met).toBe(false);
    expect(atLeast("flows/s", measured, 1.3).met).toBe(true);
    expect(atLeast("flows/s", measured, 1.31, { moonshot: 2 })).toMatchObject({
      met: false,
      moonshot: { bar: "2", met: false },
    });
  });

  it("takes what grows by a tenth at most, or within its spread, for unchanged", () => {
    const met = (median: number, low: number) => unchanged("users", { median, low, high: 9 }).met;
    expect([met(1.1, 1.05), met(1.2, 0.9), met(1.2, 1.1)]).toEqual([true, true, false]);
  });

  it("has no spread where nothing varies", () => {
    expect(exactly("size", 4.2, 5, { unit: "MB" })).toMatchObject({
      measured: "4.20 MB",
      met: true,
    });
  });
});
