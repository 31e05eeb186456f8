import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { profile2023 } from "../../src/profiles/2023.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";

describe("the lifetimes in the settings", () => {
  let mock: Mock;
  beforeAll(async () => {
    mock = await startMock({ rules: { codeLifetime: "10m" } });
  });
  afterAll(() => mock.close());
  const change = (rules: object) => call(mock, "PATCH", "/settings", { body: { rules } });

  it("come from the config in seconds, and are changed by a length or by seconds", async () => {
    expect((await call(mock, "GET", "/settings")).body.rules.codeLifetime).toBe(600);
    expect((await change({ codeLifetime: "120s" })).body.rules.codeLifetime).toBe(120);
    expect((await change({ codeLifetime: 90 })).body.rules.codeLifetime).toBe(90);
  });

  it("are refused where they are no length, and nothing is changed", async () => {
    const { status, body } = await change({ expiresIn: "an hour", minimumAge: 15 });
    expect(status).toBe(400);
    expect(body.errors).toMatchObject([{ path: "rules.expiresIn", value: "an hour" }]);
    expect((await call(mock, "GET", "/settings")).body.rules.minimumAge).toBe(18);
  });

  it("may be lengths in the config of a sandbox", async () => {
    const config = { rules: { accessTokenLifetime: "168h" } };
    await call(mock, "POST", "/sandboxes", { body: { id: "long", config } });
    const { rules } = (await call(mock, "GET", "/settings", {}, "long")).body;
    expect(rules).toMatchObject({ accessTokenLifetime: 604_800, codeLifetime: 600 });
    const wrong = { id: "wrong", config: { rules: { codeLifetime: "0s" } } };
    const { status, body } = await call(mock, "POST", "/sandboxes", { body: wrong });
    expect([status, body.errors[0].path]).toEqual([400, "config.rules.codeLifetime"]);
  });
});

describe("the automatic login in the settings", () => {
  let mock: Mock;
  beforeAll(async () => {
    mock = await startMock();
  });
  afterAll(() => mock.close());

  it.each([
    ["adda", { closest: "ada" }],
    ["4712345679", { closest: "4712345678" }],
    ["nobody-at-all", {}],
  ])("is refused as %s, with the path and who was meant", async (autoLogin, meant) => {
    const { status, body } = await call(mock, "PATCH", "/settings", { body: { autoLogin } });
    expect(status).toBe(400);
    expect(body.detail).toContain(`autoLogin: no user has the id or phone number "${autoLogin}"`);
    expect(body.errors).toEqual([
      { path: "autoLogin", message: expect.any(String), value: autoLogin, ...meant },
    ]);
    expect((await call(mock, "GET", "/settings")).body.autoLogin).toBeNull();
  });

  it.each(["ada", "4712345678", null])("is set to %s", async (autoLogin) => {
    const { status, body } = await call(mock, "PATCH", "/settings", { body: { autoLogin } });
    expect([status, body.autoLogin]).toEqual([200, autoLogin]);
  });
});

describe("the rules", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const rule = async (name: string) => {
    const { items } = (await call(mock, "GET", "/settings/rules")).body;
    return items.find((one: { name: string }) => one.name === name);
  };

  it("are all listed, each with what it decides and what tells its value", async () => {
    const { items } = (await call(mock, "GET", "/settings/rules")).body;
    expect(items.map(({ name }: { name: string }) => name).sort()).toEqual(
      Object.keys(profile2023.settings).sort(),
    );
    for (const { name, description, source, value, byProfile } of items) {
      expect(description, name).toMatch(/^[A-Z].*\.$/s);
      expect(source, name).not.toBe("");
      expect(value, name).toEqual(byProfile);
    }
  });

  it("say which values they can have where those are few", async () => {
    expect(await rule("gender")).toMatchObject({ choices: [true, false] });
    expect(await rule("audience")).toMatchObject({ choices: ["array", "string"] });
    expect(await rule("minimumAge")).not.toHaveProperty("choices");
  });

  it("tell what was set apart from the profile, and take it back one by one", async () => {
    const rules = { minimumAge: 15, gender: true };
    await call(mock, "PATCH", "/settings", { body: { rules } });
    expect(await rule("minimumAge")).toMatchObject({
      value: 15,
      byProfile: 18,
      overridden: true,
    });
    const { body } = await call(mock, "DELETE", "/settings/rules/minimumAge");
    expect(body.rules).toMatchObject({ minimumAge: 18, gender: true });
    expect(await rule("minimumAge")).toMatchObject({ value: 18, overridden: false });
    await call(mock, "PATCH", "/settings", { body: { profile: "2026" } });
    expect(await rule("minimumAge")).toMatchObject({ value: 15, byProfile: 15 });
  });

  it("know only their own names", async () => {
    const { status, body } = await call(mock, "DELETE", "/settings/rules/minimumage");
    expect([status, body.detail]).toEqual([
      404,
      expect.stringContaining('did you mean "minimumAge"?'),
    ]);
    expect((await call(mock, "DELETE", "/settings/rules/constructor")).status).toBe(404);
  });

  it("keep a host open to which a redirect URI leads", async () => {
    const rules = { httpRedirectHosts: ["shop"] };
    await call(mock, "PATCH", "/settings", { body: { rules } });
    const { msn } = await mock.salesUnit();
    const redirectUris = ["http://shop/callback"];
    await call(mock, "PATCH", `/sales-units/${msn}`, { body: { redirectUris } });
    expect((await call(mock, "DELETE", "/settings/rules/httpRedirectHosts")).status).toBe(409);
    await call(mock, "PATCH", `/sales-units/${msn}`, { body: { redirectUris: [] } });
    expect((await call(mock, "DELETE", "/settings/rules/httpRedirectHosts")).status).toBe(200);
  });
});
