import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { Browser, confirmedLogin, formIn, pageOf, textOf } from "../support/wire.ts";

/** What developers read on the pages of a login. */

let mock: Mock;
let browser: Browser;
beforeEach(async () => {
  mock = await startMock();
  browser = new Browser(mock);
});
afterEach(() => mock.close());

const REACH = {
  phone: () => browser.login(),
  app: async () => browser.submit(await browser.login(), { fixture_user: "ada" }),
  consent: async () => browser.open(await confirmedLogin(browser, "ada")),
};

/** What stands behind the words of the list. */
const listed = (html: string) =>
  Object.fromEntries(
    [...html.matchAll(/<dt>(.*?)<\/dt>\s*<dd[^>]*>(.*?)<\/dd>/gs)].map(([, name, value]) =>
      [name, value].map((text) => String(text).replace(/<[^>]*>/g, "")),
    ),
  );

const box = (html: string) => /data-testid="developers">(.*?)<\/section>/s.exec(html)?.[1] ?? "";

describe("a page of a login", () => {
  it.each(Object.keys(REACH) as (keyof typeof REACH)[])(
    "%s: says what was asked, and where",
    async (name) => {
      const page = await REACH[name]();
      const said = box(page.body);
      expect(listed(said)).toMatchObject({
        Sandbox: "default, profile 2023",
        redirect_uri: "https://example.com/callback",
        state: "state-of-the-test",
        scope: expect.stringContaining("openid"),
      });
      const [login] = (await call(mock, "GET", "/logins")).body.items;
      expect(said).toContain(`href="../mock/log/login/${login.id}"`);
    },
  );

  it("says a clock that was moved, and none that was not", async () => {
    await call(mock, "DELETE", "/clock");
    expect(textOf(await REACH.phone(), "moved-clock")).toBeUndefined();
    await call(mock, "PATCH", "/clock", { body: { freeze: true, at: "2024-02-29T12:00:00Z" } });
    const page = await REACH.phone();
    expect(page.body).toMatch(/2024-02-29T12:00:00Z<\/time>, standing still/);
  });

  it("says which scopes are withheld in 2026", async () => {
    await call(mock, "PATCH", "/settings", { body: { profile: "2026" } });
    const page = await browser.login({ scope: "openid name nin" });
    const withheld = listed(box(page.body))["Scopes withheld"];
    expect(withheld).toBe("nin");
  });

  it.each([
    ["under-15", "age"],
    ["no-app", "app"],
    ["blocked", "app"],
    ["nobody", "app"],
  ])("%s cannot log in, and why is there too", async (user, rule) => {
    const page = await browser.submit(await browser.login(), { fixture_user: user });
    expect(pageOf(page)).toBe("phone");
    expect(box(page.body)).toContain(`Rule <code>${rule}</code>`);
    expect(box(page.body)).toContain(user);
    const refused = (await call(mock, "GET", "/requests?refused=true")).body.items;
    expect(refused).toMatchObject([{ endpoint: "login", status: 400, diagnosis: { rule } }]);
    const next = await browser.submit(page, { fixture_user: "ada" });
    expect(box(next.body)).not.toContain("Rule <code>");
  });

  it("says nothing of it to anybody else", async () => {
    const { action, hidden } = formIn(await browser.login());
    const asked = (method: "GET" | "POST", url: string, payload?: string) =>
      mock.app.inject({
        method,
        url,
        remoteAddress: "192.0.2.7",
        headers: {
          host: "localhost:4747",
          ...(payload && { "content-type": "application/x-www-form-urlencoded" }),
        },
        ...(payload && { payload }),
      });
    const challenge = hidden["login_challenge"];
    const seen = await asked("GET", `${new URL(action).pathname}?login_challenge=${challenge}`);
    expect([seen.statusCode, box(seen.body)]).toEqual([200, ""]);
    const form = `login_challenge=${challenge}&fixture_user=under-15`;
    const refused = await asked("POST", new URL(action).pathname, form);
    expect([refused.statusCode, box(refused.body)]).toEqual([400, ""]);
    expect(refused.body).not.toContain("under 18");
  });
});
