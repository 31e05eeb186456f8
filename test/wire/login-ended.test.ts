import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import { page as look } from "../support/dashboard.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { BASE, Browser, formIn, pageOf, parameterOf, textOf, walkLogin } from "../support/wire.ts";

/** What a browser sees that comes back to a login that is over. */

const APP = "myapp://callback";

let mock: Mock;
let browser: Browser;
beforeEach(async () => {
  mock = await startMock();
  browser = new Browser(mock);
});
afterEach(() => mock.close());

/** The pages that a browser has seen, the newest first. */
const pagesOf = ({ visited }: Browser) =>
  visited.filter((url) => /_challenge=/.test(url)).toReversed();

const appLink = (html: string) =>
  /href="(myapp:[^"]*)"/.exec(html)?.[1]?.replaceAll("&amp;", "&").replaceAll("&#x3D;", "=");

describe("the page of a login that is over", () => {
  it.each([0, 1])(
    "has the way back to the merchant's site, at page %s from the end",
    async (nth) => {
      await walkLogin(browser);
      const ended = await browser.fetch(String(pagesOf(browser)[nth]));
      expect([ended.statusCode, pageOf(ended)]).toEqual([410, "ended"]);
      expect(ended.body).toContain('href="https://example.com"');
      expect(textOf(ended, "back")).toBe("Back to Demo Shop");
    },
  );

  it("comes for a form that is sent once more, too", async () => {
    const phone = await browser.login();
    await browser.submit(phone, { action: "cancel" });
    const ended = await browser.submit(phone, { fixture_user: "ada" });
    expect([ended.statusCode, pageOf(ended)]).toEqual([410, "ended"]);
  });

  it.each(["login?login_challenge=", "index.html?tabId=", "consent?consent_challenge="])(
    "is not for what was never a login: %s",
    async (page) => {
      await walkLogin(browser);
      const refused = await browser.open(`${BASE}/vipps-login-idp/${page}${"0".repeat(32)}`);
      expect([refused.statusCode, pageOf(refused)]).toEqual([400, "error"]);
      expect(refused.body).toContain("it is finished, or was never begun");
    },
  );

  it("is noted in the log, and is no refusal", async () => {
    await walkLogin(browser);
    await browser.fetch(String(pagesOf(browser)[0]));
    const { items } = (await call(mock, "GET", "/requests?last=1")).body;
    expect(items[0].notes).toMatchObject([{ rule: "login-steps" }]);
    expect((await call(mock, "GET", "/requests?refused=true")).body.items).toEqual([]);
  });

  it("is there in the language of the browser, and after the response as a form", async () => {
    await walkLogin(browser, { request: { response_mode: "form_post" } });
    const norwegian = new Browser(mock, { "accept-language": "nb" });
    const ended = await norwegian.fetch(String(pagesOf(browser)[0]));
    expect(ended.body).toContain("Innloggingen er ferdig");
    expect(ended.body).toContain('href="https://example.com"');
  });

  it("leads whoever may look to the login in the log, and nobody else", async () => {
    await walkLogin(browser);
    const path = String(pagesOf(browser)[0]).slice(BASE.length);
    const [last] = (await call(mock, "GET", "/requests?last=1")).body.items;
    const own = await look(mock, path);
    expect(own.html).toContain(`href="../mock/log/login/${last.login}"`);
    const other = await look(mock, path, { remoteAddress: "192.0.2.7" });
    expect(other.html).not.toContain("mock/log");
  });
});

describe("a login that ends at an app", () => {
  const request = { redirect_uri: APP };

  it("has the link that called it, in the browser to which it was sent", async () => {
    const end = await walkLogin(browser, { request });
    const location = String(end.headers.location);
    expect(location).toMatch(/^myapp:\/\/callback\?code=/);
    for (const url of pagesOf(browser).slice(0, 2)) {
      const ended = await look(mock, url.slice(BASE.length), {
        remoteAddress: "192.0.2.7",
        headers: { cookie: [...browser.cookies].map((pair) => pair.join("=")).join("; ") },
      });
      expect(appLink(ended.html)).toBe(location);
    }
  });

  it("has it for whoever may look, and not for another browser", async () => {
    const end = await walkLogin(browser, { request });
    const path = String(pagesOf(browser)[0]).slice(BASE.length);
    const own = await look(mock, path);
    expect(own.text("app-link")?.replaceAll("&amp;", "&")).toBe(end.headers.location);
    const other = await look(mock, path, { remoteAddress: "192.0.2.7" });
    expect([appLink(other.html), other.text("app-link")]).toEqual([undefined, undefined]);
    expect(other.html).not.toContain(String(parameterOf(end, "code")));
  });

  it("has the scripts that wait for the end, which other logins do not need", async () => {
    for (const [asked, count] of [
      [request, 1],
      [{}, 0],
    ] as const) {
      const app = await browser.submit(await browser.login(asked), { fixture_user: "ada" });
      expect(app.body.split('src="ended.js"')).toHaveLength(count + 1);
      await browser.submit(app, { action: "cancel" });
    }
  });

  it.each([
    ["waits", false],
    ["is over", true],
  ])("says whether it %s", async (_, isOver) => {
    const phone = await browser.login(request);
    const { login_challenge: id } = formIn(phone).hidden;
    if (isOver) await browser.submit(phone, { action: "cancel" });
    const { body } = await browser.fetch(
      `${BASE}/vipps-login-idp/login/status?login_challenge=${id}`,
    );
    expect(JSON.parse(body)).toEqual({ waiting: false, ended: isOver });
  });
});
