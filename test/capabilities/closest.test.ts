import { describe, expect, it } from "vitest";
import { closest } from "../../src/platform/closest.ts";
import { fc } from "../support/properties.ts";

describe("closest", () => {
  it.each<[string, readonly string[], string | undefined]>([
    ["redirect_uris", ["redirectUris"], "redirectUris"],
    ["--Redirect-URIs", ["redirectUris"], "redirectUris"],
    ["prot", ["host", "port"], "port"],
    ["emial", ["name", "email", "address"], "email"],
    ["same", ["sane", "save"], "sane"],
    ["x", [], undefined],
  ])("to %s among %j: %s", (word, names, expected) => {
    expect(closest(word, names)).toBe(expected);
  });

  it.each<[string, string, string, boolean]>([
    ["half the letters", "abc", "abd", true],
    ["more than half the letters", "abc", "ade", false],
    ["the only letter", "a", "b", false],
    ["nothing of a letter", "", "b", false],
    ["three edits", "abcdefgh", "abcdexyz", true],
    ["four edits", "abcdefgh", "abcdwxyz", false],
    ["a third of a long name", "abcdefghijkl", "abcdefghwxyz", true],
    ["more than a third of it", "abcdefghijkl", "abcdefgvwxyz", false],
    [
      "another part of an address",
      "https://shop.example/callback",
      "https://shop.example/auth/callback",
      true,
    ],
    [
      "another client id",
      "5f0c9a4e-0b7d-4a53-9d7c-1f6f4f7b8a21",
      "b1e7cb0e-5a43-4f0f-8f5c-92d8a3c6de70",
      false,
    ],
  ])("counts %s as near enough, or not: %s, %s, %s", (_what, word, name, near) => {
    expect(closest(word, [name])).toBe(near ? name : undefined);
  });

  it("is a name that differs in nothing that counts, wherever in the list", () => {
    const names = fc.array(fc.stringMatching(/^[a-y]{2,30}$/));
    fc.assert(
      fc.property(names, fc.stringMatching(/^z[a-y]{1,30}$/), names, (some, one, others) => {
        expect(closest(one, [...some, one, ...others])).toBe(one);
      }),
    );
  });
});
