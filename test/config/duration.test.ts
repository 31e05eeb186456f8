import { describe, expect, it } from "vitest";
import type { LengthLimits } from "../../src/config/duration.ts";
import { findLengthProblems, lengthOf, parseDuration } from "../../src/config/duration.ts";

describe("parseDuration", () => {
  it.each([
    ["168h", 604_800],
    ["1h30m", 5400],
    ["7d", 604_800],
    ["1d1h1m1s", 90_061],
    ["0s", 0],
    ["700ms", 0.7],
    ["1s500ms", 1.5],
    ["5m", 300],
    ["5ms", 0.005],
    ["1m5ms", 60.005],
    ["1.5s", 1.5],
    ["PT168H", 604_800],
    ["P7D", 604_800],
    ["P1DT1H1M1S", 90_061],
    ["PT1S", 1],
    ["PT0.7S", 0.7],
    ["10", 10],
    ["1.5", 1.5],
    ["-1h", -3600],
    ["-180", -180],
    ["-PT1H", -3600],
  ])("reads %s as %d seconds", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each([
    "",
    "-",
    "P",
    "PT",
    "P1DT",
    "h",
    "1h ",
    "1m1h",
    "1ms1s",
    "1.5h",
    "1.5ms",
    ".5s",
    "P1Y",
    "P1M",
    "1H",
    "pt1h",
    "1e3",
    "0x10",
    "--1h",
  ])("does not read %j", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe("findLengthProblems", () => {
  const hint = { ifNegative: "the clock only goes on" };
  const clock = { whole: true };

  it.each<[number | string, LengthLimits, string | undefined]>([
    ["700ms", {}, undefined],
    [0, {}, undefined],
    ["36500d", {}, undefined],
    ["soon", {}, '"soon" is no length of time; write seconds, or 700ms, 10s, 1h30m, 7d, PT168H'],
    ["36500d1s", {}, "is 36500d1s; expected 0 seconds to 36500 days"],
    [-1, {}, "is -1; expected 0 seconds to 36500 days"],
    [-1, hint, "is -1; expected 0 seconds to 36500 days; the clock only goes on"],
    ["-3m", hint, "is -3m; expected 0 seconds to 36500 days; the clock only goes on"],
    ["36501d", hint, "is 36501d; expected 0 seconds to 36500 days"],
    [60, { most: 60 }, undefined],
    ["1m1ms", { most: 60 }, "is 1m1ms; expected 0 to 60 seconds"],
    [0, { least: 0.001, most: 60 }, "is 0; expected 0.001 to 60 seconds"],
    ["1ms", { least: 0.001 }, undefined],
    ["1000ms", clock, undefined],
    ["700ms", clock, "is 700ms; expected whole seconds, as the sandbox's clock counts them"],
    [1.5, clock, "is 1.5; expected whole seconds, as the sandbox's clock counts them"],
  ])("%j within %j: %s", (given, limits, message) => {
    expect(findLengthProblems(given, "wait", limits)).toEqual(
      message === undefined ? [] : [{ path: "wait", message, value: given }],
    );
  });

  it("reads a number as seconds", () => {
    expect(lengthOf(1.5)).toBe(1.5);
  });
});
