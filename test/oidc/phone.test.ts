import { describe, expect, it } from "vitest";
import type { CibaText } from "../../src/oidc/ciba-errors.ts";
import { CibaRefusal, cibaError, userError } from "../../src/oidc/ciba-errors.ts";
import { readBearer } from "../../src/oidc/client-auth.ts";
import { javaJson } from "../../src/oidc/encoding.ts";
import { phoneIdTokenPayload } from "../../src/oidc/id-token.ts";
import { codeLocation } from "../../src/oidc/redirect.ts";
import { epochSeconds } from "../../src/records/time.ts";

/** What the protocol has for login from phone number, and for nothing else. */

describe("errors of login from phone number", () => {
  it("have the words of their code, unless a test gave others", () => {
    const usual = "The user denied the authorization request";
    expect(cibaError("access_denied")).toEqual({
      code: "access_denied",
      http: 400,
      description: usual,
    });
    expect(cibaError("too_many_requests", "Wait" as CibaText<"too_many_requests">)).toEqual({
      code: "too_many_requests",
      http: 429,
      description: "Wait",
    });
  });

  it("name the age that a user must have", () => {
    expect(userError("invalid_user", 15)).toEqual({
      code: "unknown_user_id",
      http: 400,
      description:
        "To log in with Vipps you need to have an active Vipps app on your phone and be at least 15 " +
        "years old.",
      errorCode: "invalid_user",
    });
  });

  it("say of an app that is too old nothing of an age", () => {
    expect(userError("old_app", 15)).toEqual({
      code: "old_app",
      http: 400,
      description: "The user's Vipps app version is too old and needs to be updated",
      errorCode: "old_app",
    });
  });

  it("say with the error why, for the developer", () => {
    const error = cibaError("slow_down");
    const diagnosis = { rule: "test", source: "RFC", message: "m", detail: "d" };
    const told = { error, diagnosis, message: error.description };
    expect(new CibaRefusal(error, diagnosis)).toMatchObject(told);
  });
});

describe("the ID token of login from phone number", () => {
  const content = {
    issuer: "https://issuer.example/",
    subject: "sub",
    clientId: "shop",
    msn: "100001",
    nonce: undefined,
    issuedAt: epochSeconds(1000),
    authReqId: "request",
  };

  it("lives 10 minutes and has the sample's order", () => {
    expect(JSON.stringify(phoneIdTokenPayload(content))).toBe(
      '{"aud":"shop","sub":"sub","auth_req_id":"request","iss":"https://issuer.example/","exp":1600,' +
        '"iat":1000,"msn":"100001"}',
    );
  });

  it("has the nonce that was sent", () => {
    expect(phoneIdTokenPayload({ ...content, nonce: "n" })).toHaveProperty("nonce", "n");
  });
});

it.each([
  ["Bearer a.b", "a.b"],
  ["bearer  a", "a"],
  ["Bearer", undefined],
  ["Bearer ", undefined],
  ["Bearer a b", undefined],
  ["XBearer a", undefined],
  ["Basic a", undefined],
  [undefined, undefined],
])("the bearer token in %j is %j", (authorization, token) => {
  expect(readBearer(authorization)).toBe(token);
});

it("the JSON of Vipps' own programs escapes every slash", () => {
  expect(javaJson({ url: "https://a/b" })).toBe('{"url":"https:\\/\\/a\\/b"}');
});

it("the redirect variant's response has the code and keeps the query", () => {
  expect(codeLocation("https://shop.example/cb?a=1", "x.y")).toBe(
    "https://shop.example/cb?a=1&code=x.y",
  );
});
