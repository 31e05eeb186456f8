import { describe, expect, it } from "vitest";
import { claimsFor, legacyClaimsFor } from "../../src/oidc/claims.ts";
import { goJson, sortKeys } from "../../src/oidc/encoding.ts";
import { PROFILES } from "../../src/profiles/index.ts";
import { switchesOf } from "../../src/profiles/profile.ts";
import { epochSeconds } from "../../src/records/time.ts";
import type { User } from "../../src/records/user.ts";
import { questionsOf } from "../../src/rules/questions.ts";
import { asking, testUser } from "../rules/fixtures.ts";

const every = ["openid", "address", "birthDate", "email", "name", "phoneNumber", "nin"];
const language = {
  salesUnit: { name: "Butikken AS", features: asking },
  switches: switchesOf(PROFILES["2026"]),
  language: "en",
} as const;
const answers = questionsOf(
  { ...language, scopes: ["delegatedConsents", "customFlow"], consented: [] },
  epochSeconds(0),
);
const empty = {
  address_type: "",
  country: "",
  formatted: "",
  postal_code: "",
  region: "",
  street_address: "",
};

describe("claimsFor", () => {
  it("is the full documented example, byte by byte", () => {
    const json = goJson(
      sortKeys({
        ...claimsFor({ ...testUser, gender: "male" }, [...every, "gender"]),
        sid: "f2373816-439c-40e4-9882-afe7d79dd170",
        sub: "126684df-c056-4625-821d-f2905febe3f9",
      }),
    );
    expect(json).toBe(
      '{"address":{"address_type":"home","country":"NO","formatted":"BOKS 6300, ETTERSTAD\\n0603\\nOSLO\\nNO","postal_code":"0603","region":"OSLO","street_address":"BOKS 6300, ETTERSTAD"},' +
        '"birthdate":"1955-05-18","email":"user@example.com","email_verified":true,"family_name":"User","gender":"male","given_name":"Test","name":"Test User","nin":"10121550047",' +
        '"other_addresses":[{"address_type":"work","country":"NO","formatted":"Robert Levins gate 5\\n0152\\nOslo\\nNO","postal_code":"0152","region":"Oslo","street_address":"Robert Levins gate 5"}],' +
        '"phone_number":"4748571123","phone_number_verified":true,"sid":"f2373816-439c-40e4-9882-afe7d79dd170","sub":"126684df-c056-4625-821d-f2905febe3f9"}',
    );
  });

  it.each([
    ["openid", []],
    ["name", ["family_name", "given_name", "name"]],
    ["phoneNumber", ["phone_number", "phone_number_verified"]],
    ["email", ["email", "email_verified"]],
    ["address", ["address", "other_addresses"]],
    ["birthDate", ["birthdate"]],
    ["birthdate", ["birthdate"]],
    ["nin", ["nin"]],
    ["gender", ["gender"]],
    ["delegatedConsents", ["delegatedConsents"]],
    ["customFlow", ["flowResult"]],
    ["api_version_2", []],
    ["offline", []],
    ["constructor", []],
  ])("%s gives %j and nothing else", (scope, names) => {
    const user: User = { ...testUser, gender: "other" };
    expect(Object.keys(claimsFor(user, [scope], answers)).sort()).toEqual(names);
  });

  it("a user who prefers not to say has no gender", () => {
    expect(claimsFor({ ...testUser, gender: null }, ["gender"])).toEqual({});
  });

  it("a login in which nothing was asked has no answers, and no scope gives those of another", () => {
    const asked = ["delegatedConsents", "customFlow"];
    expect(Object.keys(claimsFor(testUser, asked))).toEqual([]);
    expect(Object.keys(claimsFor(testUser, ["customFlow"], answers))).toEqual(["flowResult"]);
  });

  it("no scope gives nothing", () => {
    expect(claimsFor(testUser, [])).toEqual({});
  });

  it("email_verified is the user's", () => {
    const user: User = { ...testUser, emailVerified: false };
    expect(claimsFor(user, ["email"])).toEqual({
      email: "user@example.com",
      email_verified: false,
    });
  });

  it("a user without an address has one with every field an empty string", () => {
    expect(claimsFor({ ...testUser, addresses: [] }, ["address"])).toEqual({
      address: empty,
      other_addresses: [],
    });
  });

  it("a user with one address has no others", () => {
    const user: User = { ...testUser, addresses: testUser.addresses.slice(0, 1) };
    expect(claimsFor(user, ["address"])).toMatchObject({
      address: { address_type: "home" },
      other_addresses: [],
    });
  });

  it("a unit or floor stands in the street address behind a line break", () => {
    const address = {
      type: "other",
      streetAddress: "Storgata 1\nH0201",
      postalCode: "0155",
      region: "Oslo",
      country: "NO",
    } as const;
    expect(claimsFor({ ...testUser, addresses: [address] }, ["address"])).toMatchObject({
      address: {
        street_address: "Storgata 1\nH0201",
        formatted: "Storgata 1\nH0201\n0155\nOslo\nNO",
      },
    });
  });
});

describe("legacyClaimsFor, the format up to February 2021", () => {
  it("has another date format, nnin, and all addresses in one array", () => {
    expect(legacyClaimsFor(testUser, every)).toEqual({
      address: [
        {
          address_type: "home",
          country: "NO",
          formatted: "BOKS 6300, ETTERSTAD\n0603\nOSLO\nNO",
          postal_code: "0603",
          region: "OSLO",
          street_address: "BOKS 6300, ETTERSTAD",
          default: true,
        },
        {
          address_type: "work",
          country: "NO",
          formatted: "Robert Levins gate 5\n0152\nOslo\nNO",
          postal_code: "0152",
          region: "Oslo",
          street_address: "Robert Levins gate 5",
          default: false,
        },
      ],
      birthdate: "18.05.1955",
      email: "user@example.com",
      email_verified: true,
      family_name: "User",
      given_name: "Test",
      name: "Test User",
      nnin: "10121550047",
      phone_number: "4748571123",
      phone_number_verified: true,
    });
  });

  it.each([
    ["openid", []],
    ["birthdate", ["birthdate"]],
    ["nin", ["nnin"]],
    ["address", ["address"]],
    ["name", ["family_name", "given_name", "name"]],
  ])("%s gives %j and nothing else", (scope, names) => {
    expect(Object.keys(legacyClaimsFor(testUser, [scope])).sort()).toEqual(names);
  });

  it("a user without an address has an empty array", () => {
    expect(legacyClaimsFor({ ...testUser, addresses: [] }, ["address"])).toEqual({ address: [] });
  });
});
