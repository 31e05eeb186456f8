import { describe, expect, it } from "vitest";
import { diagnoseNoBearer, diagnoseUnknownToken } from "../../src/rules/access-token.ts";

describe("an access token that opens nothing", () => {
  it.each([
    [() => diagnoseNoBearer(undefined), "the request has no Authorization header"],
    [() => diagnoseNoBearer("Basic Zm9vOmJhcg=="), "has the scheme 'Basic' instead of Bearer"],
    [() => diagnoseNoBearer("a23456789b123456789c a"), "has the scheme 'a23456789b123456789c' "],
    [() => diagnoseNoBearer("a23456789b123456789cd a"), "has the scheme 'a23456789b123456789c' "],
    [() => diagnoseNoBearer("Bearer"), "says Bearer, but no single token follows"],
    [() => diagnoseUnknownToken("made-up.token"), "was never issued, was revoked"],
    [() => diagnoseUnknownToken("eyJ.eyJ.sig"), "the token is a JWT, as the ID token is"],
  ])("%#", (diagnosis, told) => {
    expect(diagnosis()).toMatchObject({
      rule: "access-token",
      source: "RFC 6750 §2.1",
      message: expect.stringContaining(told),
      detail: expect.stringContaining("Authorization: Bearer"),
    });
  });

  it("is not told in full", () => {
    expect(JSON.stringify(diagnoseNoBearer("Basic Zm9vOmJhcg=="))).not.toContain("Zm9vOmJhcg");
  });
});
