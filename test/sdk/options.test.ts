import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LoginOptions, PhoneLoginOptions, Sandbox, VippsLoginMock } from "../../src/index.ts";
import { startVippsLoginMock } from "../../src/index.ts";
import { authorizationUrl } from "../../src/sdk/login.ts";

let mock: VippsLoginMock;
let box: Sandbox;
beforeAll(async () => {
  mock = await startVippsLoginMock({ listen: false });
  box = await mock.createSandbox({ id: "box" });
});
afterAll(() => mock.close());

/** Where an application would send the browser, if it were to log in there. */
const urlAt = (sandbox: Sandbox) => authorizationUrl(sandbox.url, sandbox.salesUnits, {});

describe("a login", () => {
  it("takes every option that it has", async () => {
    const scope = "openid name";
    expect((await box.login({ user: "ada", scope, nonce: "a" })).scope).toBe(scope);
    expect(await box.login({ user: "ada", url: urlAt(box) })).toHaveProperty("code");
    expect(await box.login({ user: "ada", url: urlAt(box).href })).toHaveProperty("code");
    expect(await mock.login({ user: "ada", url: urlAt(mock) })).toHaveProperty("code");
    expect(await box.login({ user: "ada", url: undefined })).toHaveProperty("code");
  });

  it("takes the request of an application that knows the mock by another name", async () => {
    const url = urlAt(box);
    url.host = "vipps.container:8080";
    expect(await box.login({ user: "ada", url })).toHaveProperty("code");
  });

  it.each(["apitest.vipps.no", "api.vipps.no"])(
    "is not begun for an application that is at the real service: %s",
    async (host) => {
      const url = urlAt(box);
      url.host = host;
      await expect(box.login({ user: "ada", url })).rejects.toThrow(
        `is a login at the real service; send the application to ${box.url}`,
      );
    },
  );

  it.each<[string, unknown]>([
    ['scopes: unknown option; did you mean "scope"?', { user: "ada", scopes: "openid" }],
    ["user: is missing; give it", {}],
    ["expected an object, got undefined", undefined],
    ['expected an object, got the string "ada"', "ada"],
    ["user: expected a string, got the number 5", { user: 5 }],
    ["scope: expected a string, got a list", { user: "ada", scope: ["openid"] }],
    ['url: expected a URL, got the string "/auth"', { user: "ada", url: "/auth" }],
    ["scope: unknown option; there are user, url", { user: "ada", url: "http://a/", scope: "a" }],
  ])("is not begun where an option is wrong: %s", async (told, options) => {
    const failing = expect(box.login(options as LoginOptions)).rejects;
    await failing.toMatchObject({
      name: "OptionsError",
      message: expect.stringContaining(`login() cannot be called with these options:\n  ${told}`),
    });
  });

  it("is not begun elsewhere than in its own sandbox, and says where it would be", async () => {
    await expect(box.login({ user: "ada", url: urlAt(mock) })).rejects.toThrow(
      /url: \S+ is a login at the default sandbox, and this is \S+\/s\/box; call mock\.login\(\)/,
    );
    await expect(mock.login({ user: "ada", url: urlAt(box) })).rejects.toThrow(
      'is a login at the sandbox "box"',
    );
    const other = urlAt(box).href.replace("/s/box/", "/s/other/");
    await expect(box.login({ user: "ada", url: other })).rejects.toThrow(
      'call (await mock.sandbox("other")).login()',
    );
    await expect(box.login({ user: "ada", url: "https://shop.example.com/login" })).rejects.toThrow(
      "url: https://shop.example.com/login is not where logins begin; expected a URL that begins with",
    );
  });
});

describe("a login from phone number", () => {
  it.each<[string, unknown]>([
    [
      'bindingMesage: unknown option; did you mean "bindingMessage"?',
      { user: "ada", bindingMesage: "" },
    ],
    ["user: is missing; give it", { scope: "openid" }],
    [
      'requestedExpiry: expected a number, got the string "5"',
      { user: "ada", requestedExpiry: "5" },
    ],
    ["url: unknown option", { user: "ada", url: "http://a/" }],
  ])("is not begun where an option is wrong: %s", async (told, options) => {
    await expect(box.phoneLogin(options as PhoneLoginOptions)).rejects.toThrow(
      `phoneLogin() cannot be called with these options:\n  ${told}`,
    );
  });
});

describe("what the control API is given", () => {
  it.each<[string, () => Promise<unknown>]>([
    ["limt", () => box.requests.list({ limt: 5 } as object)],
    ["endpont", () => box.requests.take({ endpont: "auth" } as object)],
    ["endpont", () => box.requests.count({ endpont: "auth" } as object)],
    ["usre", () => box.logins.list({ usre: "ada" } as object)],
    ["unsed", () => box.scenarios.list({ unsed: true } as object)],
    ["usre", () => box.consents.list({ usre: "ada" } as object)],
    ["usre", () => box.consents.revoke({ usre: "ada" } as object)],
    ["mns", () => box.statistics.list({ mns: "100001" } as object)],
    ["knd", () => box.webhookDeliveries.list({ knd: "login-ping" } as object)],
    ["confg", () => mock.createSandbox({ confg: {} } as object)],
    ["givnName", () => box.addUser({ givnName: "Kari" } as object)],
    ["profil", () => box.settings.update({ profil: "2026" } as object)],
  ])("is refused where its name is wrong: %s", async (name, call) => {
    await expect(call()).rejects.toThrow(`unknown key "${name}"`);
  });
});
