import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";

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
