import { describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { diagnoseEnding } from "../../src/rules/login-endings.ts";
import {
  diagnoseGrantType,
  diagnoseHttp,
  diagnoseMethod,
  diagnoseNothingThere,
} from "../../src/rules/protocol.ts";
import { checkRedirectUri } from "../../src/rules/redirect-uri.ts";

describe("an ending of a login", () => {
  it.each([
    ["cancelled", "user-choice", "the user cancelled the login"],
    ["consent_declined", "consent", "the user declined to share data"],
    ["wrong_challenge", "user-choice", "the user chose the wrong number in the app"],
    ["outdated_app", "app", "the user's app is too old"],
    ["not_eligible", "app", "the user cannot log in, and went back to the merchant"],
  ] as const)("%s is explained under its rule", (ending, rule, message) => {
    const diagnosis = diagnoseEnding(ending);
    expect(diagnosis).toMatchObject({ rule, message });
    expect(Object.values(FAQ)).toContain(diagnosis.faq);
  });
});

describe("a request that HTTP or the server refuses", () => {
  it.each([
    [413, "65536 bytes"],
    [415, "application/x-www-form-urlencoded"],
    [400, "well-formed"],
    [431, "RFC 9110"],
  ])("with %i is told what to do", (status, remedy) => {
    expect(diagnoseHttp(status, "it is wrong")).toMatchObject({
      message: "it is wrong",
      detail: expect.stringContaining(remedy),
    });
  });
});

describe("a grant type that does not exist", () => {
  const GRANTS = ["urn:openid:params:grant-type:ciba", "authorization_code"];

  it.each([
    ["password", "password"],
    ["urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
    ["authorization_code;client_secret=abc", "authorization_code…"],
    ["x".repeat(60), "x".repeat(60)],
    ["x".repeat(61), `${"x".repeat(60)}…`],
  ])("%s is repeated as far as it can be a name", (sent, told) => {
    expect(diagnoseGrantType(sent, GRANTS).message).toBe(`grant_type ${told} is not known`);
  });

  it.each([
    [undefined, "authorization_code"],
    ["authorisation_code", "authorization_code"],
    ["urn:openid:params:grant-type:cib", "urn:openid:params:grant-type:ciba"],
    ["authorization_code;client_secret=abc", "authorization_code"],
  ])("is told with what was probably meant: %s", (sent, closest) => {
    const detail = `Send grant_type=${closest}.`;
    expect(diagnoseGrantType(sent, GRANTS)).toMatchObject({ closest, detail });
  });

  it("is told with all there are when none of them is near", () => {
    const diagnosis = diagnoseGrantType("password", GRANTS);
    expect(diagnosis.detail).toBe(`Send one of these: ${GRANTS.join(", ")}.`);
    expect(diagnosis).not.toHaveProperty("closest");
  });
});

describe("an address", () => {
  it("at which nothing is names the closest path, if there is any", () => {
    const { closest, detail } = diagnoseNothingThere("GET", "/tokn", ["/token", "/auth"]);
    expect([closest, detail]).toEqual(["/token", expect.stringContaining("did you mean /token?")]);
    const alone = diagnoseNothingThere("GET", "/tokn", []);
    expect(alone).not.toHaveProperty("closest");
    expect(alone.detail).not.toContain("did you mean");
  });

  it("with another method is told by the methods that it takes", () => {
    const { message, detail } = diagnoseMethod("GET", "/token", ["POST"]);
    expect([message, detail]).toEqual([
      "/token takes POST, not GET",
      expect.stringMatching(/^Send POST\./),
    ]);
  });
});

describe("a missing redirect_uri", () => {
  it("is told with those that are registered", () => {
    expect(checkRedirectUri("", ["https://a.example/cb"])?.detail).toBe(
      "Send one of those that are registered: https://a.example/cb.",
    );
    expect(checkRedirectUri("", [])?.detail).toContain("there is none yet");
  });
});
