import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { loggedRequests, startMock } from "../support/mock.ts";
import { authorize, Browser, requestToken, walkLogin } from "../support/wire.ts";

describe("a parameter that is ignored, and nearly one that is known", () => {
  let mock: Mock;
  beforeAll(async () => {
    mock = await startMock();
  });
  afterAll(() => mock.close());
  beforeEach(() => call(mock, "DELETE", "/requests"));

  const notes = async () => {
    const [request] = await loggedRequests(mock);
    return request?.notes.map(({ rule, closest }) => [rule, closest]);
  };

  it.each([
    [{ loginHint: "urn:msisdn:4712345678" }, "login_hint"],
    [{ "login-hint": "urn:msisdn:4712345678" }, "login_hint"],
    [{ Nonce: "nonce-of-the-test" }, "nonce"],
    [{ code_chalenge: "x" }, "code_challenge"],
  ])(
    "is noted at the authorization endpoint, and changes nothing: %j",
    async (parameters, meant) => {
      const { statusCode } = await authorize(mock, parameters);
      expect(statusCode).toBe(302);
      expect(await notes()).toEqual([["parameters", meant]]);
      expect(mock.log.at(-1)?.diagnosis?.message).toMatch(
        /^the parameter \S+ is not known, and ignored; did you mean \w+\?$/,
      );
    },
  );

  it("is noted once, not again when the login comes back from the pages", async () => {
    const browser = new Browser(mock);
    await walkLogin(browser, { request: { code_chalenge: "x" } });
    expect((await loggedRequests(mock)).flatMap(({ notes }) => notes)).toHaveLength(1);
  });

  it("is looked for among the first twenty that are not known", async () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`unknown-${at}-of-many`, "x"]));
    await requestToken(mock, "code-of-the-test", { ...many(19), codeVerifier: "x" });
    expect(await notes()).toEqual([["parameters", "code_verifier"]]);
    await call(mock, "DELETE", "/requests");
    await requestToken(mock, "code-of-the-test", { ...many(20), codeVerifier: "x" });
    expect(await notes()).toEqual([]);
  });

  it("is noted at the token endpoint", async () => {
    await requestToken(mock, "code-of-the-test", { codeVerifier: "x" });
    expect(await notes()).toEqual([["parameters", "code_verifier"]]);
  });

  it.each([
    { utm_source: "mail" },
    { foo: "bar" },
    { ui_locales: "nb" },
    { resource: "https://example.com/" },
    // What was meant is there as well.
    { login_hint: "urn:msisdn:4712345678", loginHint: "urn:msisdn:4712345678" },
  ])("is not what anything else is: %j", async (parameters) => {
    await authorize(mock, parameters);
    expect(await notes()).toEqual([]);
  });
});
