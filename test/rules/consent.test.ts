import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { diagnoseDecline, mustAskConsent, scopesNeedingConsent } from "../../src/rules/consent.ts";

describe(FAQ.gdpr, () => {
  it.each([
    ["only openid is asked", ["openid"], []],
    ["api_version_2 shares nothing either", ["openid", "api_version_2"], []],
    ["every other scope shares data", ["openid", "name", "nin"], ["name", "nin"]],
    ["birthdate is birthDate", ["openid", "birthdate"], ["birthDate"]],
    ["each counts once", ["name", "birthdate", "name", "birthDate"], ["name", "birthDate"]],
  ])("%s", (_, granted, sharing) => {
    expect(scopesNeedingConsent(granted)).toEqual(sharing);
  });

  it.each([
    ["only openid is asked", ["openid"], [], false],
    ["nothing was consented", ["openid", "name"], [], true],
    ["everything was consented before", ["openid", "name", "email"], ["email", "name"], false],
    ["more was consented before", ["openid", "name"], ["email", "name"], false],
    ["one more scope is asked than before", ["openid", "name", "email"], ["name"], true],
    ["other scopes were consented", ["openid", "email"], ["name"], true],
    ["birthDate was consented, birthdate is asked", ["openid", "birthdate"], ["birthDate"], false],
  ])("whether the user is asked: %s", (_, granted, consented, asked) => {
    expect(mustAskConsent(granted, consented)).toBe(asked);
  });

  it("tells of a user who would say no", () => {
    expect(diagnoseDecline("ada")).toMatchObject({
      rule: "consent",
      message: "the user ada declines to share data when asked",
      detail: expect.stringContaining("PATCH users/ada"),
    });
  });
});
