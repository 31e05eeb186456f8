import { describe, expect, it } from "vitest";
import {
  canonicalScope,
  diagnoseMissingOpenid,
  diagnoseScope,
  splitByEntitlement,
} from "../../src/rules/entitlement.ts";
import { FAQ } from "../../src/rules/faq.ts";
import { fc } from "../support/properties.ts";

const everyone = ["openid", "address", "birthDate", "email", "name", "phoneNumber"];

describe(FAQ.scopes, () => {
  it.each([
    ["what everyone has", everyone, everyone, everyone, undefined],
    ["the FAQ's birthdate", ["openid", "birthdate"], everyone, ["openid", "birthdate"], undefined],
    ["birthdate without birthDate", ["birthdate"], ["openid"], [], "birthdate"],
    ["nin without entitlement", ["openid", "nin", "name"], everyone, ["openid", "name"], "nin"],
    ["nin with entitlement", ["openid", "nin"], [...everyone, "nin"], ["openid", "nin"], undefined],
    ["offline", ["openid", "offline"], everyone, ["openid"], "offline"],
    ["offline_access", ["offline_access", "openid"], everyone, ["openid"], "offline_access"],
    ["the first refused is named", ["openid", "b", "a"], everyone, ["openid"], "b"],
    ["case counts", ["openid", "Email", "birthDATE"], everyone, ["openid"], "Email"],
    ["no scope at all", [], everyone, [], undefined],
    ["a property of every object", ["constructor"], everyone, [], "constructor"],
  ])("%s", (_, requested, entitled, granted, refused) => {
    expect(splitByEntitlement(requested, entitled)).toEqual({ granted, refused });
  });

  it("grants in the order asked, and refuses exactly when something is left out", () => {
    const scopes = fc.array(fc.constantFrom(...everyone, "nin", "offline", "other"));
    fc.assert(
      fc.property(scopes, fc.subarray(everyone), (requested, entitled) => {
        const { granted, refused } = splitByEntitlement(requested, entitled);
        const wrong = requested.filter((scope) => !entitled.includes(scope));
        expect(granted).toEqual(requested.filter((scope) => !wrong.includes(scope)));
        expect(refused).toBe(wrong[0]);
      }),
    );
  });

  it.each([
    ["birthdate", "birthDate"],
    ["birthDate", "birthDate"],
    ["BIRTHDATE", "BIRTHDATE"],
    ["email", "email"],
    ["toString", "toString"],
  ])("%s is known as %s", (scope, canonical) => {
    expect(canonicalScope(scope)).toBe(canonical);
  });

  it("the diagnosis names the closest entitled scope", () => {
    expect(diagnoseScope("phonenumber", ["openid", "phoneNumber"])).toEqual({
      rule: "entitlement",
      faq: "Which scopes can I use? Why do I get Invalid_scope?",
      message:
        "the sales unit is not entitled to the scope phonenumber; it has openid, phoneNumber",
      detail: "Leave phonenumber out, or add it to the scopes of the sales unit.",
      closest: "phoneNumber",
    });
  });

  it.each(["offline", "offline_access"])("the diagnosis explains %s", (scope) => {
    const diagnosis = diagnoseScope(scope, everyone);
    expect(diagnosis).toMatchObject({
      rule: "entitlement",
      message: `the scope ${scope} is never given, although discovery lists it`,
      detail: "Leave it out: Vipps Login has no refresh tokens.",
    });
    expect(diagnosis).not.toHaveProperty("closest");
  });
});

describe("a request without openid", () => {
  it("is told that openid is required", () => {
    expect(diagnoseMissingOpenid()).toMatchObject({
      rule: "entitlement",
      message: "the scope openid is missing",
      closest: "openid",
    });
  });
});

describe(FAQ.nin, () => {
  it("the diagnosis says that the merchant must apply", () => {
    expect(diagnoseScope("nin", everyone)).toEqual({
      rule: "nin",
      faq: "Who can get access to NIN and how?",
      message: "the sales unit is not entitled to the scope nin",
      detail:
        "Add nin to the scopes of the sales unit; at the real service the merchant must apply for it.",
    });
  });
});
