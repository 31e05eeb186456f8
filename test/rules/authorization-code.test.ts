import { describe, expect, it } from "vitest";
import {
  diagnoseExpiredCode,
  diagnoseOtherClient,
  diagnoseOtherRedirectUri,
  diagnosePkce,
  diagnoseReplay,
  diagnoseUnknownCode,
} from "../../src/rules/authorization-code.ts";

describe("a code that is not redeemed", () => {
  it.each([
    [() => diagnoseUnknownCode(undefined), "the token request has no code"],
    [() => diagnoseUnknownCode("made-up"), "no code made-up was issued"],
    [() => diagnoseUnknownCode("12345678"), "no code 12345678 was issued"],
    [() => diagnoseUnknownCode("a-long-secret"), "no code a-long-s… was issued"],
    [() => diagnoseExpiredCode(0, 120), "the code expired 0 seconds ago; it lives 120 seconds"],
    [
      () => diagnoseReplay(5),
      "the code was used 5 seconds ago; the tokens of that login are worthless now",
    ],
    [() => diagnoseOtherClient("a", "b"), "the code was issued to client_id a, but b redeems it"],
    [
      () => diagnoseOtherRedirectUri("https://a.example/cb", undefined),
      "the token request has no redirect_uri; the authorization request had https://a.example/cb",
    ],
    [
      () => diagnoseOtherRedirectUri("https://a.example/cb", "https://a.example/cb/"),
      "redirect_uri https://a.example/cb/ differs from https://a.example/cb of the authorization " +
        "request only by the trailing slash",
    ],
  ])("%#", (diagnose, message) => {
    const diagnosis = diagnose();
    expect(diagnosis.message).toBe(message);
    expect(diagnosis.source).toMatch(/^RFC 6749 §4\.1\.[23]$/);
    expect(diagnosis.detail).toMatch(/\w{4}.*\.$/);
    expect(diagnosis.faq).toBeUndefined();
  });

  it("names what would have been right", () => {
    expect(diagnoseOtherClient("a", "b").closest).toBe("a");
    expect(diagnoseOtherRedirectUri("https://a", undefined).closest).toBe("https://a");
  });
});

describe("PKCE that fails", () => {
  const attempt = { challenge: "c", verifier: "v", spent: false };
  it.each([
    [{ ...attempt, spent: true }, "there is one attempt"],
    [{ ...attempt, challenge: undefined }, "had no code_challenge"],
    [{ ...attempt, verifier: undefined }, "has no code_verifier"],
    [attempt, "not the one that the code_challenge was made from"],
  ])("%j", (given, told) => {
    expect(diagnosePkce(given)).toMatchObject({
      rule: "pkce",
      source: "RFC 7636 §4.6",
      message: expect.stringContaining(told),
    });
  });
});
