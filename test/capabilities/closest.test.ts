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
    ["loginHint", ["login_hint", "login_challenge"], "login_hint"],
    ["x", [], undefined],
  ])("to %s among %j: %s", (word, names, expected) => {
    expect(closest(word, names)).toBe(expected);
  });

  it.each<[string, string, string, boolean]>([
    ["half the letters of a short name", "ad", "ab", true],
    ["more than half the letters", "ab", "cd", false],
    ["the only letter", "a", "b", false],
    ["nothing of a letter", "", "b", false],
    ["one letter of five", "uzers", "users", true],
    ["two letters of five", "uzerz", "users", false],
    ["two of six", "opemit", "openid", true],
    ["three of six", "opamit", "openid", false],
    ["three letters of nine", "abcdefghi", "abcdefxyz", true],
    ["three letters of eight", "abcdefgh", "abcdexyz", false],
    ["a third of the shorter one", "abcdef", "abcdefgh", true],
    ["more than a third of the shorter one", "user", "issuer", false],
    ["two letters in the wrong order", "prot", "port", true],
    ["letters all over the place", "ropt", "port", false],
    ["a word that is part of another", "file", "profile", false],
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

  it.each([
    ["a scope for an older version", "api_version_2", ["openid", "name", "email", "birthDate"]],
    ["a scope of other providers", "profile", ["openid", "name", "email", "phoneNumber"]],
    ["another word of four letters", "time", ["name", "host", "nin"]],
    ["an option of other programs", "--verbose", ["issuer", "port", "logLevel"]],
  ])("suggests nothing for %s", (_what, word, names) => {
    expect(closest(word, names)).toBeUndefined();
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
