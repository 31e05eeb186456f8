import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { diagnoseTooShort, isTooShort } from "../../src/rules/state.ts";

describe(FAQ.state, () => {
  it.each([
    ["missing", undefined, true],
    ["empty", "", true],
    ["7 characters", "1234567", true],
    ["8 characters", "12345678", false],
    ["9 characters", "123456789", false],
    ["3 characters in 6 bytes", "æøå", true],
    ["4 characters in 8 bytes, which fosite counts", "æøåæ", false],
    ["8 spaces are 8 characters", "        ", false],
  ])("%s", (_, value, tooShort) => {
    expect(isTooShort(value)).toBe(tooShort);
  });

  it("the diagnosis names the parameter, its value and the least length", () => {
    expect(diagnoseTooShort("state", "abc")).toEqual({
      rule: "state",
      faq: "What's the purpose of the state parameter?",
      message: 'state "abc" is 3 bytes long, at least 8 are needed',
      detail: "Send a fresh random state of at least 8 characters with each login.",
    });
  });

  it("the diagnosis counts as the rule does, in bytes", () => {
    expect(diagnoseTooShort("state", "æøå").message).toBe(
      'state "æøå" is 6 bytes long, at least 8 are needed',
    );
    expect(diagnoseTooShort("state", "a").message).toBe(
      'state "a" is 1 byte long, at least 8 are needed',
    );
  });

  it.each([undefined, ""])("the diagnosis says that it is missing (%j)", (value) => {
    expect(diagnoseTooShort("nonce", value)).toMatchObject({
      message: "nonce is missing, at least 8 bytes are needed",
      detail: "Send a fresh random nonce of at least 8 characters with each login.",
    });
  });
});
