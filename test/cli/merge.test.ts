import { describe, expect, it } from "vitest";
import { changedPaths, merged } from "../../src/cli/merge.ts";

describe("merged", () => {
  it.each<[string, object, object, object, object]>([
    ["nothing", { a: 1 }, { a: 1 }, { a: 1 }, { a: 1 }],
    ["what differs", { a: 1, b: 1 }, { a: 1, b: 1 }, { a: 2, b: 1 }, { a: 2, b: 1 }],
    ["not what somebody changed", { a: 9 }, { a: 1 }, { a: 1 }, { a: 9 }],
    ["what differs over what somebody changed", { a: 9 }, { a: 1 }, { a: 2 }, { a: 2 }],
    ["what is new", {}, {}, { a: 1 }, { a: 1 }],
    ["what is gone", { a: 1 }, { a: 1 }, {}, {}],
    ["what is gone already", {}, { a: 1 }, {}, {}],
    ["lists as a whole", { a: [1, 2] }, { a: [1] }, { a: [3] }, { a: [3] }],
    [
      "members of objects by themselves",
      { rules: { a: 9, b: 1 } },
      { rules: { a: 1, b: 1 } },
      { rules: { a: 1, b: 2 } },
      { rules: { a: 9, b: 2 } },
    ],
    [
      "an object that is new",
      { rules: { a: 9 } },
      {},
      { rules: { b: 1 } },
      { rules: { a: 9, b: 1 } },
    ],
    [
      "an object that is gone",
      { rules: { a: 9, b: 1 } },
      { rules: { b: 1 } },
      {},
      { rules: { a: 9 } },
    ],
    ["an object that nobody has", {}, {}, { rules: { a: 1 } }, { rules: { a: 1 } }],
    ["an object in place of null", { a: null }, { a: null }, { a: { b: 1 } }, { a: { b: 1 } }],
    ["null in place of an object", { a: { b: 1 } }, { a: { b: 1 } }, { a: null }, { a: null }],
  ])("takes over %s", (_what, current, before, after, expected) => {
    expect(merged(current, before, after)).toEqual(expected);
  });
});

describe("changedPaths", () => {
  it.each<[object, object, string[]]>([
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1, b: 2 }, { a: 2 }, ["a", "b"]],
    [{ rules: { a: 1, b: 1 } }, { rules: { a: 1, b: 2 } }, ["rules.b"]],
    [{}, { rules: { a: 1, "b c": [2] } }, ["rules.a", 'rules["b c"]']],
    [{ rules: { a: 1 } }, {}, ["rules.a"]],
    [{ a: null }, { a: { b: 1 } }, ["a"]],
    [{ a: [1] }, { a: [2] }, ["a"]],
  ])("from %j to %j: %j", (before, after, paths) => {
    expect(changedPaths(before, after)).toEqual(paths);
  });
});
