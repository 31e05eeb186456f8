import { describe, expect, it } from "vitest";
import {
  MisplacedStep,
  publish,
  remove,
  replaceAll,
  retire,
  use,
} from "../../src/keys/rotation.ts";
import type { KeyState } from "../../src/records/key-state.ts";
import type { KeyStatus } from "../../src/records/vocabulary.ts";

/** Keys as `name:status`, in order. */
function keys(...written: string[]): KeyState {
  return {
    keys: written.map((text) => {
      const [kid = "", status] = text.split(":");
      return { kid, status: status as KeyStatus, pem: `pem of ${kid}` };
    }),
  };
}

function written({ keys: all }: KeyState): string[] {
  return all.map(({ kid, status }) => `${kid}:${status}`);
}

const fresh = { kid: "new", pem: "pem of new" };

describe("a rotation", () => {
  it.each([
    [["a:current"], ["a:current", "new:published"]],
    [
      ["a:current", "b:retiring"],
      ["a:current", "new:published", "b:retiring"],
    ],
  ])("publishes a key behind the one that signs: %j", (before, after) => {
    expect(written(publish(keys(...before), fresh))).toEqual(after);
  });

  it.each([
    [
      ["a:current", "b:published"],
      ["b:current", "a:retiring"],
    ],
    [
      ["a:current", "b:published", "c:retiring"],
      ["b:current", "a:retiring", "c:retiring"],
    ],
  ])("lets the published key sign and the one before retire: %j", (before, after) => {
    expect(written(use(keys(...before)))).toEqual(after);
  });

  it.each([
    [["a:current", "b:retiring"], ["a:current"]],
    [
      ["a:current", "b:published", "c:retiring", "d:retiring"],
      ["a:current", "b:published"],
    ],
  ])("takes the retiring keys away: %j", (before, after) => {
    expect(written(retire(keys(...before)))).toEqual(after);
  });

  it("leaves nothing but the new key when it goes all at once", () => {
    expect(written(replaceAll(fresh))).toEqual(["new:current"]);
  });

  it.each([
    ["publish", () => publish(keys("a:current", "b:published"), fresh), "b is published and waits"],
    ["use", () => use(keys("a:current", "b:retiring")), '"phase":"publish"'],
    ["retire", () => retire(keys("a:current")), '"phase":"publish"'],
    ["retire", () => retire(keys("a:current", "b:published")), '"phase":"use"'],
  ])("refuses to %s out of turn and says what is next", (_name, step, told) => {
    expect(step).toThrow(MisplacedStep);
    expect(step).toThrow(told);
  });
});

describe("the removal of a key", () => {
  it.each([
    ["a", ["new:current", "b:published", "c:retiring"]],
    ["b", ["a:current", "c:retiring"]],
    ["c", ["a:current", "b:published"]],
    ["x", ["a:current", "b:published", "c:retiring"]],
  ])("of %s leaves one that signs", (kid, after) => {
    const before = keys("a:current", "b:published", "c:retiring");
    expect(written(remove(before, kid, fresh))).toEqual(after);
  });
});
