import { describe, expect, it } from "vitest";
import { groupedNumber, toMsisdn } from "../../src/rules/msisdn.ts";

describe("groupedNumber", () => {
  it.each([
    ["4712345678", "+47 123 45 678"],
    ["471234567", "+471234567"],
    ["47123456789", "+47123456789"],
    ["4612345678", "+4612345678"],
    ["14712345678", "+14712345678"],
  ])("writes %s as %s, which reads back as the same", (msisdn, grouped) => {
    expect(groupedNumber(msisdn)).toBe(grouped);
    expect(toMsisdn(grouped)).toBe(msisdn);
  });
});

describe("toMsisdn", () => {
  it.each([
    ["12345678", "4712345678"],
    ["90 00 00 01", "4790000001"],
    ["(900) 00-0.01", "4790000001"],
    ["+4790000001", "4790000001"],
    ["+47 900 00 001", "4790000001"],
    ["004790000001", "4790000001"],
    ["00 47 90000001", "4790000001"],
    ["+90000001", "4790000001"],
    ["123456789", "123456789"],
    ["123456789012345", "123456789012345"],
  ])("understands %s as %s", (typed, msisdn) => {
    expect(toMsisdn(typed)).toBe(msisdn);
  });

  it.each([
    "",
    "+",
    "1234567",
    "1234567890123456",
    "01234567",
    "0123456789",
    "0004790000001",
    "++4790000001",
    "47+90000001",
    "4790000001x",
    "x4790000001",
    "x90000001",
    "90000001x",
  ])("does not understand %j", (typed) => {
    expect(toMsisdn(typed)).toBeUndefined();
  });
});
