import { describe, expect, it } from "vitest";
import { PROFILES } from "../../src/profiles/index.ts";
import type { Switches } from "../../src/profiles/profile.ts";
import { switchesOf } from "../../src/profiles/profile.ts";
import { fc } from "../support/properties.ts";

/** Contract §9, row by row. */
const asDocumented: Record<"2023" | "2026", Switches> = {
  "2023": {
    minimumAge: 18,
    scopeWithoutEntitlement: "invalid_scope",
    userDataInIdToken: false,
    consentPer: "merchant",
    subjectPer: "merchant",
    subscriptionKeyRefusedBySubject: true,
    expiresIn: 3599,
    accessTokenLifetime: 600,
    codeLifetime: 120,
    audience: "array",
    apiVersion2: true,
    formPost: true,
    errorTexts: "2022",
    delegatedConsentsFormat: "2023",
    askAgainAfterChange: false,
    subscriptionKeyRefused: false,
    discovery: "2023",
    rememberOnPhones: true,
    partnerKeys: "phone-number",
    loginFromPhoneNumber: "entitled",
    requestedExpiry: false,
    noDialog: true,
    appToAppV2: false,
    acrValues: false,
    gender: false,
    customFlow: false,
    delegatedConsentsInBrowser: false,
    webhookSecret: "base64",
    webhookRemovedAfter: null,
    platformToken: "2023",
    httpRedirectHosts: [],
    retention: "every-session",
  },
  "2026": {
    minimumAge: 15,
    scopeWithoutEntitlement: "drop",
    userDataInIdToken: true,
    consentPer: "sales-unit",
    subjectPer: "sales-unit",
    subscriptionKeyRefusedBySubject: false,
    expiresIn: 3599,
    accessTokenLifetime: 600,
    codeLifetime: 120,
    audience: "string",
    apiVersion2: false,
    formPost: true,
    errorTexts: "2023",
    delegatedConsentsFormat: "2026",
    askAgainAfterChange: true,
    subscriptionKeyRefused: true,
    discovery: "2026",
    rememberOnPhones: false,
    partnerKeys: "everywhere",
    loginFromPhoneNumber: "everyone",
    requestedExpiry: true,
    noDialog: false,
    appToAppV2: true,
    acrValues: true,
    gender: true,
    customFlow: true,
    delegatedConsentsInBrowser: true,
    webhookSecret: "uuid",
    webhookRemovedAfter: 14 * 24 * 3600,
    platformToken: "2026",
    httpRedirectHosts: [],
    retention: "payments",
  },
};

/** Both values of every switch. */
const overrides = {
  minimumAge: [0, 21],
  scopeWithoutEntitlement: ["invalid_scope", "drop"],
  userDataInIdToken: [false, true],
  consentPer: ["merchant", "sales-unit"],
  subjectPer: ["merchant", "sales-unit"],
  expiresIn: [1, 7200],
  accessTokenLifetime: [1, 7200],
  codeLifetime: [1, 7200],
  audience: ["array", "string"],
  subscriptionKeyRefusedBySubject: [false, true],
  apiVersion2: [false, true],
  formPost: [false, true],
  errorTexts: ["2022", "2023"],
  delegatedConsentsFormat: ["2023", "2026"],
  askAgainAfterChange: [false, true],
  subscriptionKeyRefused: [false, true],
  discovery: ["2023", "2026"],
  rememberOnPhones: [false, true],
  partnerKeys: ["phone-number", "everywhere"],
  loginFromPhoneNumber: ["entitled", "everyone"],
  requestedExpiry: [false, true],
  noDialog: [false, true],
  appToAppV2: [false, true],
  acrValues: [false, true],
  gender: [false, true],
  customFlow: [false, true],
  delegatedConsentsInBrowser: [false, true],
  webhookSecret: ["base64", "uuid"],
  webhookRemovedAfter: [null, 1],
  platformToken: ["2023", "2026"],
  httpRedirectHosts: [[], ["shop", "10.0.2.2"]],
  retention: ["every-session", "payments"],
} as const satisfies { readonly [Name in keyof Switches]: readonly Switches[Name][] };

describe.each(["2023", "2026"] as const)("profile %s", (name) => {
  const profile = PROFILES[name];
  const expected = asDocumented[name];

  it("goes by its name", () => {
    expect(profile.name).toBe(name);
  });

  it.each(Object.entries(expected))("%s is %j", (name_, value) => {
    expect(switchesOf(profile)).toHaveProperty(name_, value);
  });

  it("has no other switch", () => {
    expect(Object.keys(switchesOf(profile)).sort()).toEqual(Object.keys(expected).sort());
  });

  it("says of every switch where it is known from", () => {
    for (const setting of Object.values(profile.settings)) {
      expect(setting.source.length).toBeGreaterThan(10);
      expect(setting.status).toMatch(/^(documented|observed|derived|assumed)$/);
    }
  });

  it.each(Object.entries(overrides))("a config can set %s, and only it changes", (rule, values) => {
    for (const value of values) {
      expect(switchesOf(profile, { [rule]: value })).toStrictEqual({ ...expected, [rule]: value });
    }
  });

  it("any of them at once", () => {
    const some = fc.record(
      {
        minimumAge: fc.nat({ max: 150 }),
        userDataInIdToken: fc.boolean(),
        subscriptionKeyRefused: fc.boolean(),
        subjectPer: fc.constantFrom("merchant" as const, "sales-unit" as const),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(some, (set) => {
        expect(switchesOf(profile, set)).toStrictEqual({ ...expected, ...set });
      }),
    );
  });
});

it("there are two profiles", () => {
  expect(Object.keys(PROFILES).sort()).toEqual(["2023", "2026"]);
});
