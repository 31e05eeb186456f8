import { describe, expect, it } from "vitest";
import { frozenCopy, frozenCopyInTurns } from "../../src/store/frozen.ts";

describe("a frozen copy that is made in turns", () => {
  it("is the same as one that is made at once", async () => {
    const whole = { list: [{ a: [1] }, { b: undefined }, 2], one: { c: {} }, none: undefined };
    const copy = await frozenCopyInTurns(whole);
    expect(copy).toStrictEqual(frozenCopy(whole));
    for (const part of [copy, copy.list, copy.list[0], copy.one, copy.one.c]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it("leaves the original as it was", async () => {
    const whole = { list: [{ a: 1 }], one: {} };
    await frozenCopyInTurns(whole);
    for (const part of [whole, whole.list, whole.list[0], whole.one]) {
      expect(Object.isFrozen(part)).toBe(false);
    }
  });

  it("needs no copy in the store", async () => {
    const copy = await frozenCopyInTurns({ list: [{ a: 1 }] });
    expect(frozenCopy(copy)).toBe(copy);
  });
});
