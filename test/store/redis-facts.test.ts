import { describe, expect, it } from "vitest";
import type { EpochSeconds } from "../../src/records/time.ts";
import { epochSeconds } from "../../src/records/time.ts";
import type { SpecOf } from "../../src/store/redis/facts.ts";
import {
  factsOf,
  fieldOf,
  groupOf,
  numberOf,
  sortable,
  splitField,
} from "../../src/store/redis/facts.ts";

interface Thing {
  readonly id: string;
  readonly code?: string;
  readonly user?: string;
  readonly ends: readonly EpochSeconds[];
  readonly forgetAt: EpochSeconds;
  readonly over: boolean;
}

describe("a number in texts that are in its order", () => {
  const numbers = [
    ...[Number.NEGATIVE_INFINITY, -1e300, -2, -1.5, -1, -Number.MIN_VALUE, 0, Number.MIN_VALUE],
    ...[0.1, 0.7, 1, 1.5, 2, 1_684_317_600, 1_684_317_600.25, 1_684_317_601, 1e300],
    Number.POSITIVE_INFINITY,
  ];

  it("has 16 digits, and comes before that of every larger one", () => {
    const texts = numbers.map(sortable);
    expect(texts.every((text) => /^[0-9a-f]{16}$/.test(text))).toBe(true);
    expect([...texts].sort()).toEqual(texts);
    expect(new Set(texts).size).toBe(numbers.length);
  });

  it("is one text for the two zeros", () => {
    expect(sortable(-0)).toBe(sortable(0));
  });
});

describe("a number for Redis", () => {
  it.each([
    [1_684_317_600.5, "1684317600.5"],
    [0, "0"],
    [Number.POSITIVE_INFINITY, "+inf"],
    [Number.NEGATIVE_INFINITY, "-inf"],
  ])("%d is %s", (value, text) => {
    expect(numberOf(value)).toBe(text);
  });
});

describe("the facts of a record", () => {
  it.each(["", "a\0b", '"', "\ud800", "🫐"])("keep the index and the value %j apart", (value) => {
    expect(splitField(fieldOf("nin", value))).toEqual(["nin", value.toWellFormed()]);
  });

  it("begin differently for every value of a group", () => {
    const values = ["", "a", "ab", "a\0", "a\0b", '"', '""', "\\"];
    const begins = values.map((value) => groupOf("user", value));
    for (const [index, one] of begins.entries()) {
      const others = begins.filter((_, other) => other !== index);
      expect(others.some((other) => other.startsWith(one))).toBe(false);
    }
  });

  it("have what the spec says, and nothing that is not", () => {
    const spec: SpecOf<Thing> = {
      name: "things",
      key: ({ id }) => id,
      indexes: { code: ({ code }) => code },
      groups: { user: ({ user }) => user },
      endings: ({ ends }) => ends,
      forgetAt: ({ forgetAt }) => forgetAt,
      whenFull: "evict",
      isDispensable: ({ over }) => over,
    };
    const ends = [2, 1, 2].map(epochSeconds);
    const all = { id: "k", code: "c", user: "u", ends, forgetAt: epochSeconds(9), over: true };
    expect(factsOf(spec, all)).toEqual({
      x: [fieldOf("code", "c")],
      g: [groupOf("user", "u")],
      e: [sortable(2), sortable(1)],
      f: "9",
      d: true,
    });
    const never = Number.POSITIVE_INFINITY as EpochSeconds;
    const none = { id: "k", ends: [], forgetAt: never, over: false };
    expect(factsOf(spec, none)).toEqual({ x: [], g: [], e: [], f: "+inf" });
    expect(factsOf({ name: "plain", key: spec.key, indexes: {} }, all)).toEqual({
      ...{ x: [], g: [], e: [] },
    });
  });
});
