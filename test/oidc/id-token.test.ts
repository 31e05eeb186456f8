import { describe, expect, it } from "vitest";
import type { IdTokenContent } from "../../src/oidc/id-token.ts";
import { ID_TOKEN_LIFETIME, idTokenPayload } from "../../src/oidc/id-token.ts";
import { epochSeconds } from "../../src/records/time.ts";

/** The sample of January 2022, and an msn as later documentation shows it (OpenAPI 2025). */
const content = (over: Partial<IdTokenContent> = {}): IdTokenContent => ({
  issuer: "https://api.vipps.no/access-management-1.0/access/",
  subject: "63d8303f-41d5-4150-9e33-0a39ed81856c",
  clientId: "edddb32f-5028-4397-b0ab-e8ecf218fdc2",
  msn: "123456",
  accessToken: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
  nonce: "5895411e-e930-432a-9eb3-d3a0388e1b39",
  sid: "abe22395-e8d4-481e-8cd2-554bf09f432f",
  jti: "533672eb-ecc4-4494-b385-65f60bd195a7",
  authenticatedAt: epochSeconds(1643120204),
  requestedAt: epochSeconds(1643120007),
  issuedAt: epochSeconds(1643120205),
  audience: "array",
  userClaims: {},
  ...over,
});

describe("idTokenPayload", () => {
  it("is the sample of 2022 with the msn that came later, key by key in its order", () => {
    expect(JSON.stringify(idTokenPayload(content()))).toBe(
      '{"at_hash":"77QmUPtjPfzWtF2AnpK9RQ","aud":["edddb32f-5028-4397-b0ab-e8ecf218fdc2"],"auth_time":1643120204,"exp":1643123805,"iat":1643120205,"iss":"https://api.vipps.no/access-management-1.0/access/","jti":"533672eb-ecc4-4494-b385-65f60bd195a7","msn":"123456","nonce":"5895411e-e930-432a-9eb3-d3a0388e1b39","rat":1643120007,"sid":"abe22395-e8d4-481e-8cd2-554bf09f432f","sub":"63d8303f-41d5-4150-9e33-0a39ed81856c"}',
    );
  });

  it.each([
    // The example of OpenID Connect Core 1.0, appendix A.
    ["jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y", "77QmUPtjPfzWtF2AnpK9RQ"],
    // Made with Python's hashlib, for the access token of the sample.
    [
      "hel39XaKjGH5tkCvIENGPNbsSHz1DLKluOat4qP-A4.WyV61hCK1E2snVs1aOvjOWZOXOayZad0K-Qfo3lLzus",
      "emHiEue17me_stRcldynBA",
    ],
  ])("at_hash of %s is %s", (accessToken, hash) => {
    expect(idTokenPayload(content({ accessToken }))["at_hash"]).toBe(hash);
  });

  it("has a string as audience where the profile says so", () => {
    expect(idTokenPayload(content({ audience: "string" }))["aud"]).toBe(content().clientId);
  });

  it("lives an hour", () => {
    expect(ID_TOKEN_LIFETIME).toBe(3600);
  });

  it("has no nonce when none was sent", () => {
    expect(Object.keys(idTokenPayload(content({ nonce: undefined })))).not.toContain("nonce");
  });

  it("says how the user authenticated where that was asked, in front of all", () => {
    const payload = idTokenPayload(content({ acr: "urn:vipps:acr:app_auth" }));
    expect(JSON.stringify(payload)).toMatch(/^\{"acr":"urn:vipps:acr:app_auth","at_hash":/);
  });

  it("has the user's claims where the profile puts them, in alphabetical order", () => {
    const userClaims = { phone_number: "4748571123", address: { country: "NO" }, email: "a@b.c" };
    expect(Object.keys(idTokenPayload(content({ userClaims })))).toEqual([
      "address",
      "at_hash",
      "aud",
      "auth_time",
      "email",
      "exp",
      "iat",
      "iss",
      "jti",
      "msn",
      "nonce",
      "phone_number",
      "rat",
      "sid",
      "sub",
    ]);
  });

  it("no claim about the user replaces one of the token's own", () => {
    const userClaims = { sub: "someone else", iss: "elsewhere", aud: "x", at_hash: "y" };
    expect(idTokenPayload(content({ userClaims }))).toEqual(idTokenPayload(content()));
  });
});
