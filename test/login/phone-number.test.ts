import { describe, expect, it } from "vitest";
import { groupedNumber, toMsisdn } from "../../src/rules/msisdn.ts";

describe("groupedNumber", () => {
  it.each([
    ["4712345678", "47 123 45 678"],
    ["471234567", "471234567"],
    ["47123456789", "47123456789"],
    ["4612345678", "4612345678"],
  ])("writes %s as %s, which reads back as the same", (msisdn, grouped) => {
    expect(groupedNumber(msisdn)).toBe(grouped);
    expect(toMsisdn(grouped)).toBe(msisdn);
  });
});
