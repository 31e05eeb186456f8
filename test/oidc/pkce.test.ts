import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkChallenge, checkVerifier } from "../../src/oidc/pkce.ts";
import { fc } from "../support/properties.ts";

const challengeOf = (verifier: string) =>
  createHash("sha256")
    .update(verifier)
    .digest("base64")
    .replace(/=+$/, "")
    .replace(/\+/g, "-")
    .replace(/\//g, "_");

const invalidRequest =
  "The request is missing a required parameter, includes an invalid parameter value, includes a " +
  "parameter more than once, or is otherwise malformed. ";
const invalidGrant =
  "The provided authorization grant (e.g., authorization code, resource owner credentials) or " +
  "refresh token is invalid, expired, revoked, does not match the redirection URI used in the " +
  "authorization request, or was issued to another client. ";
const tooShort = "The PKCE code verifier must be at least 43 characters.";
const tooLong = "The PKCE code verifier can not be longer than 128 characters.";
const badCharacter = "The PKCE code verifier must only contain [a-Z], [0-9], '-', '.', '_', '~'.";
const noMatch = "The PKCE code challenge did not match the code verifier.";

describe("checkChallenge", () => {
  it.each([
    ["neither", undefined, undefined],
    ["S256", "challenge", "S256"],
    ["a method without a challenge is not looked at", undefined, "plain"],
  ])("%s passes", (_, challenge, method) => {
    expect(checkChallenge(challenge, method, false)).toBeUndefined();
  });

  const plain = "Clients must use code_challenge_method=S256, plain is not allowed.";
  const unsupported = "The code_challenge_method is not supported, use S256 instead.";
  it.each([
    ["plain", plain],
    [undefined, plain],
    ["s256", unsupported],
    ["S512", unsupported],
    ["PLAIN", unsupported],
  ])("method %s does not", (method, hint) => {
    expect(checkChallenge("challenge", method, false)).toEqual({
      code: "invalid_request",
      description: invalidRequest + hint,
    });
  });
});

describe("checkChallenge where PKCE is required", () => {
  it("none does not pass", () => {
    expect(checkChallenge(undefined, "S256", true)).toEqual({
      code: "invalid_request",
      description: `${invalidRequest}Clients must include a code_challenge when performing the authorize code flow, but it is missing.`,
    });
  });

  it("S256 passes, and plain does not", () => {
    expect(checkChallenge("challenge", "S256", true)).toBeUndefined();
    expect(checkChallenge("challenge", "plain", true)?.code).toBe("invalid_request");
  });
});

describe("checkVerifier", () => {
  it("RFC 7636, appendix B", () => {
    expect(
      checkVerifier(
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
      ),
    ).toBeUndefined();
  });

  it("neither challenge nor verifier passes", () => {
    expect(checkVerifier(undefined, undefined)).toBeUndefined();
  });

  it.each([
    ["43 characters", "a".repeat(43)],
    ["128 characters", "a".repeat(128)],
    ["every kind of character", `${"aZ09".repeat(11)}-._~`],
  ])("%s passes", (_, verifier) => {
    expect(checkVerifier(challengeOf(verifier), verifier)).toBeUndefined();
  });

  it.each([
    ["a challenge, no verifier", challengeOf(""), undefined, tooShort],
    ["an empty verifier", challengeOf(""), "", tooShort],
    ["42 characters", challengeOf("a".repeat(42)), "a".repeat(42), tooShort],
    ["129 characters", challengeOf("a".repeat(129)), "a".repeat(129), tooLong],
    ["a plus", challengeOf("a".repeat(42).concat("+")), "a".repeat(42).concat("+"), badCharacter],
    ["a space", challengeOf(`${"a".repeat(43)} `), `${"a".repeat(43)} `, badCharacter],
    ["a line break", challengeOf(`${"a".repeat(43)}\n`), `${"a".repeat(43)}\n`, badCharacter],
    ["a plus in front", challengeOf(`+${"a".repeat(43)}`), `+${"a".repeat(43)}`, badCharacter],
    ["a letter outside ASCII", challengeOf("å".repeat(43)), "å".repeat(43), badCharacter],
    ["padding", challengeOf(`${"a".repeat(43)}=`), `${"a".repeat(43)}=`, badCharacter],
    ["another verifier", challengeOf("a".repeat(43)), "b".repeat(43), noMatch],
    ["a padded challenge", `${challengeOf("a".repeat(43))}=`, "a".repeat(43), noMatch],
    ["plain", "a".repeat(43), "a".repeat(43), noMatch],
    ["a well-formed verifier, no challenge", undefined, "a".repeat(43), noMatch],
    ["a short verifier, no challenge", undefined, "a", tooShort],
  ])("%s does not", (_, challenge, verifier, hint) => {
    expect(checkVerifier(challenge, verifier)).toEqual({
      code: "invalid_grant",
      description: invalidGrant + hint,
    });
  });

  it("only the very verifier passes", () => {
    const verifiers = fc.stringMatching(/^[A-Za-z0-9\-._~]{43,128}$/);
    fc.assert(
      fc.property(verifiers, verifiers, (one, other) => {
        expect(checkVerifier(challengeOf(one), one)).toBeUndefined();
        expect(checkVerifier(challengeOf(one), other) === undefined).toBe(one === other);
      }),
    );
  });
});
