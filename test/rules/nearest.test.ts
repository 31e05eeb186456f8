import { describe, expect, it } from "vitest";
import { nearest } from "../../src/platform/nearest.ts";
import { fc } from "../support/properties.ts";

describe("nearest", () => {
  it.each([
    ["emial", ["name", "email", "address"], "email"],
    ["b", ["a", "c"], "a"],
    ["c", ["a", "c"], "c"],
    ["", ["long", "x"], "x"],
    ["anything", [], undefined],
  ])("to %j among %j is %j", (wanted, known, expected) => {
    expect(nearest(wanted, known)).toBe(expected);
  });

  it("is the value itself when it is known", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string()),
        fc.string(),
        fc.array(fc.string()),
        (some, one, others) => {
          expect(nearest(one, [...some, one, ...others])).toBe(one);
        },
      ),
    );
  });
});
