import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { checkRequestLength } from "../../src/rules/request-length.ts";
import { fc } from "../support/properties.ts";

const LIMITS = { urlLength: 2000, parameterLength: 999 };
const urlOf = (length: number) => "https://api.vipps.no/?".padEnd(length, "x");
const none = () => undefined;

describe(FAQ.badGateway, () => {
  it.each([100, 1999, 2000])("a URL of %i characters passes", (length) => {
    expect(checkRequestLength(urlOf(length), LIMITS, none)).toBeUndefined();
  });

  it.each([2001, 8000])("a URL of %i characters does not", (length) => {
    expect(checkRequestLength(urlOf(length), LIMITS, none)).toMatchObject({
      rule: "request-length",
      faq: "Why do I get HTTP 502 Bad Gateway?",
      message: `the URL has ${length} characters; over 2000 the gateway answers 502`,
    });
  });

  describe.each(["state", "nonce"] as const)("%s", (parameter) => {
    const check = (length: number) =>
      checkRequestLength(urlOf(1200), LIMITS, (name) =>
        name === parameter ? "x".repeat(length) : "",
      );

    it("of 999 characters passes", () => {
      expect(check(999)).toBeUndefined();
    });

    it("of 1000 characters does not", () => {
      expect(check(1000)).toMatchObject({
        rule: "request-length",
        message: `${parameter} has 1000 characters; over 999 the gateway answers 502`,
        detail: `Keep the data on your server and send a short key as ${parameter}.`,
      });
    });
  });

  it("a long state is told before a long URL, being its cause", () => {
    expect(checkRequestLength(urlOf(3000), LIMITS, () => "x".repeat(1500))?.message).toMatch(
      /^state has/,
    );
  });

  it("passes exactly when all three are within their limits", () => {
    const near = (limit: number) => fc.integer({ min: limit - 5, max: limit + 5 });
    fc.assert(
      fc.property(near(2000), near(1000), near(1000), (url, state, nonce) => {
        const lengths = { state, nonce };
        const refusal = checkRequestLength(urlOf(url), LIMITS, (name) => "x".repeat(lengths[name]));
        expect(refusal === undefined).toBe(url <= 2000 && state < 1000 && nonce < 1000);
      }),
    );
  });
});
