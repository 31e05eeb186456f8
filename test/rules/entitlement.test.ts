import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import {
  canonicalScope,
  diagnoseMissingOpenid,
  diagnoseScope,
  splitByEntitlement,
} from "../../src/rules/entitlement.ts";
import { fc } from "../support/properties.ts";
import { askerWith, asking } from "./fixtures.ts";

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
    expect(splitByEntitlement(requested, askerWith(entitled))).toEqual({ granted, refused });
  });

  it("grants in the order asked, and refuses exactly when something is left out", () => {
    const scopes = fc.array(fc.constantFrom(...everyone, "nin", "offline", "other"));
    fc.assert(
      fc.property(scopes, fc.subarray(everyone), (requested, entitled) => {
        const { granted, refused } = splitByEntitlement(requested, askerWith(entitled));
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
    expect(diagnoseScope("phonenumber", askerWith(["openid", "phoneNumber"]))).toEqual({
      rule: "entitlement",
      faq: "Which scopes can I use? Why do I get Invalid_scope?",
      message:
        "the sales unit is not entitled to the scope phonenumber; it has openid, phoneNumber",
      detail:
        "Vipps has no scope phonenumber: leave it out, or send phoneNumber, if that was meant.",
      sent: "phonenumber",
      closest: "phoneNumber",
    });
  });

  it.each([
    ["name,email", "name email"],
    ["openid,", "openid"],
    ["name+email", "name email"],
    ["name;email|other", "name email other"],
    ["openid%20name%2Bemail", "openid name email"],
    ["birthdate,other", "birthdate other"],
  ])("the diagnosis of %s says that scopes are separated by spaces: %s", (scope, meant) => {
    expect(diagnoseScope(scope, askerWith(everyone))).toMatchObject({
      rule: "entitlement",
      message: `${scope} counts as the name of one scope, and there is none of that name`,
      detail: `Separate scopes by spaces, percent-encoded once: send ${meant} in its place.`,
      sent: scope,
      closest: meant,
    });
  });

  it.each(["shoe,size", ",", "100%"])("the diagnosis of %s says nothing of spaces", (scope) => {
    expect(diagnoseScope(scope, askerWith(everyone)).detail).not.toContain("spaces");
  });

  it.each([
    ["phone", "phoneNumber"],
    ["phone_number_verified", "phoneNumber"],
    ["PHONE", "phoneNumber"],
    ["mobile", "phoneNumber"],
    ["email_verified", "email"],
    ["birth", "birthDate"],
    ["profile", "name"],
    ["given_name", "name"],
    ["address_full", "address"],
  ])("the diagnosis of %s, as others call it, asks for %s", (scope, meant) => {
    const { detail, closest } = diagnoseScope(scope, askerWith(everyone));
    expect(detail).toContain(`or send ${meant}, if that was meant`);
    expect(closest).toBe(meant);
  });

  it.each(["national_id", "national_identity_number", "nnin", "ssn"])(
    "the diagnosis of %s is that of nin, or asks for it where the sales unit has it",
    (scope) => {
      expect(diagnoseScope(scope, askerWith([...everyone, "nin"])).closest).toBe("nin");
      expect(diagnoseScope(scope, askerWith(everyone))).toMatchObject({
        rule: "nin",
        message: `the sales unit is not entitled to the scope nin, which is what Vipps calls ${scope}`,
      });
    },
  );

  it.each(["e", "ad", "shoe_size", "constructor", ""])(
    "the diagnosis of %s asks for nothing",
    (scope) => {
      const { detail, closest } = diagnoseScope(scope, askerWith(everyone));
      expect(closest).toBeUndefined();
      expect(detail).toContain("or send the name of the scope that was meant.");
    },
  );

  it.each(["offline", "offline_access"])("the diagnosis explains %s", (scope) => {
    const diagnosis = diagnoseScope(scope, askerWith(everyone));
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
    expect(diagnoseMissingOpenid(["name"])).toMatchObject({
      rule: "entitlement",
      message: "the scope openid is missing",
      closest: "openid",
    });
    expect(diagnoseMissingOpenid([])).not.toHaveProperty("sent");
  });

  it("is told that scopes are separated by spaces where it has openid among others", () => {
    expect(diagnoseMissingOpenid(["openid,name"])).toMatchObject({
      detail: "Separate scopes by spaces, percent-encoded once: send openid name in its place.",
      sent: "openid,name",
      closest: "openid name",
    });
  });
});

describe(FAQ.nin, () => {
  it("the diagnosis says that the merchant must apply", () => {
    expect(diagnoseScope("nin", askerWith(everyone))).toEqual({
      rule: "nin",
      faq: "Who can get access to NIN and how?",
      message: "the sales unit is not entitled to the scope nin",
      detail:
        "Add nin to the scopes of the sales unit; at the real service the merchant must apply for it.",
    });
  });
});

describe("a scope that not every profile, flow and sales unit has", () => {
  const later = ["gender", "delegatedConsents", "customFlow"];
  const all = ["openid", ...later];

  it.each([
    ["2023", "browser", asking, ["openid"], "gender"],
    ["2023", "phone-number", asking, ["openid", "delegatedConsents"], "gender"],
    ["2026", "browser", asking, all, undefined],
    ["2026", "phone-number", asking, all, undefined],
    [
      "2026",
      "browser",
      { ...asking, delegatedConsents: null },
      ["openid", "gender", "customFlow"],
      "delegatedConsents",
    ],
    [
      "2026",
      "phone-number",
      { ...asking, customFlow: null },
      ["openid", "gender", "delegatedConsents"],
      "customFlow",
    ],
  ] as const)("in %s by %s", (profile, flow, features, granted, refused) => {
    const asker = askerWith(all, profile, features, flow);
    expect(splitByEntitlement(all, asker)).toEqual({ granted, refused });
  });

  it.each(later)("%s is not granted to a sales unit without the entitlement", (scope) => {
    const asker = askerWith(["openid"], "2026", asking);
    expect(splitByEntitlement(["openid", scope], asker).refused).toBe(scope);
    expect(diagnoseScope(scope, asker).message).toBe(
      `the sales unit is not entitled to the scope ${scope}; it has openid`,
    );
    expect(diagnoseScope(scope, asker).detail).toBe(
      `Leave ${scope} out, or add it to the scopes of the sales unit.`,
    );
  });

  it.each([
    ["gender", "2023", "entitlement", "the profile 2023 does not know the scope gender"],
    ["customFlow", "2023", "entitlement", "the profile 2023 does not know the scope customFlow"],
    [
      "delegatedConsents",
      "2023",
      "delegated-consents",
      "in the profile 2023 the scope delegatedConsents is for login from phone number only",
    ],
    [
      "delegatedConsents",
      "2026",
      "delegated-consents",
      "the scope delegatedConsents is not set up for the sales unit",
    ],
    ["customFlow", "2026", "entitlement", "the scope customFlow is not set up for the sales unit"],
  ] as const)("the diagnosis of %s in %s says why", (scope, profile, rule, message) => {
    const diagnosis = diagnoseScope(scope, askerWith(all, profile));
    expect(diagnosis).toMatchObject({ rule, message });
    expect(diagnosis.detail).toContain(scope);
  });

  it("api_version_2 is for every sales unit in 2023, and for those that have it in 2026", () => {
    const scopes = ["openid", "api_version_2"];
    const refused = (entitled: readonly string[], profile: "2023" | "2026") =>
      splitByEntitlement(scopes, askerWith(entitled, profile)).refused;
    expect(refused(["openid"], "2023")).toBeUndefined();
    expect(refused(["openid"], "2026")).toBe("api_version_2");
    expect(refused(scopes, "2026")).toBeUndefined();
  });

  it("none that would be refused is suggested in place of a misspelt one", () => {
    const diagnosis = diagnoseScope("gendre", askerWith(all));
    expect(diagnosis.message).toBe(
      "the sales unit is not entitled to the scope gendre; it has openid",
    );
    expect(diagnosis).not.toHaveProperty("closest");
    expect(diagnoseScope("gendre", askerWith(all, "2026")).closest).toBe("gender");
  });
});
