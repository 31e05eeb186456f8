import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAll } from "../../src/store/batches.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import {
  BANK,
  Browser,
  challengeOf,
  confirmedLogin,
  formIn,
  pageOf,
  parameterOf,
  walkLogin,
} from "../support/wire.ts";

/** A person at the pages of a login notices that it is somebody else's. */

let mock: Mock;
let browser: Browser;
beforeEach(async () => {
  mock = await startMock();
  browser = new Browser(mock);
});
afterEach(() => mock.close());

describe("another number, at the app page", () => {
  const appOf = async (user: string, request = {}) =>
    browser.submit(await browser.login(request), { fixture_user: user });

  it("asks once more whose login it is, and goes on with that user", async () => {
    const again = await browser.submit(await appOf("ada"), { action: "another_number" });
    expect([again.statusCode, pageOf(again)]).toEqual([200, "phone"]);
    const app = await browser.submit(again, { fixture_user: "no-address" });
    expect(pageOf(app)).toBe("app");
    expect(app.body).toContain("Nils");
    const consent = await browser.submit(app, { choice: challengeOf(app).right });
    const end = await browser.submit(consent, { action: "accept" });
    expect(parameterOf(end, "code")).toBeDefined();
    const [consented] = await readAll(mock.sandbox.store.consents);
    expect(consented?.user).toBe("no-address");
  });

  it("makes the login one that waits for nobody", async () => {
    await browser.submit(await appOf("ada"), { action: "another_number" });
    const { items } = (await call(mock, "GET", "/logins")).body;
    expect(items).toMatchObject([{ status: "identify" }]);
    expect(items[0]).not.toHaveProperty("user");
  });

  it("is there where the app of 2026 shows no number, too", async () => {
    await call(mock, "PATCH", "/settings", { body: { profile: "2026" } });
    const app = await appOf("ada", { requested_flow: "app_to_app_v2" });
    const again = await browser.submit(app, { action: "another_number" });
    expect(pageOf(again)).toBe("phone");
  });

  it("does nothing to a login that was approved meanwhile", async () => {
    const app = await appOf("ada");
    const { login_challenge: id } = formIn(app).hidden;
    await call(mock, "POST", `/logins/${id}/approve`);
    const end = await browser.submit(app, { action: "another_number" });
    expect(parameterOf(end, "code")).toBeDefined();
  });
});

describe("not you, at the consent page of a remembered user", () => {
  const bank = { client_id: BANK.id };

  it("forgets the browser, and begins the login again", async () => {
    await walkLogin(browser, { remember: true });
    const consent = await browser.login(bank);
    expect(pageOf(consent)).toBe("consent");
    expect(consent.body).toContain('value="forget"');
    const again = await browser.submit(consent, { action: "forget" });
    expect([again.statusCode, pageOf(again)]).toEqual([200, "phone"]);
    expect(await readAll(mock.sandbox.store.browsers)).toEqual([]);
    expect(await readAll(mock.sandbox.store.logins)).toHaveLength(1);
    const app = await browser.submit(again, { fixture_user: "no-address" });
    const asked = await browser.submit(app, { choice: challengeOf(app).right });
    const end = await browser.submit(asked, { action: "accept" });
    expect(parameterOf(end, "code")).toBeDefined();
  });

  it("leaves other browsers of the same user as they are", async () => {
    const other = new Browser(mock);
    await walkLogin(other, { remember: true });
    await walkLogin(browser, { remember: true });
    await browser.submit(await browser.login(bank), { action: "forget" });
    expect(await readAll(mock.sandbox.store.browsers)).toHaveLength(1);
    expect(pageOf(await other.login(bank))).toBe("consent");
  });

  it("is not offered to who has just confirmed in the app, and does nothing then", async () => {
    const consent = await browser.open(await confirmedLogin(browser, "ada"));
    expect(consent.body).not.toContain('value="forget"');
    const refused = await browser.submit(consent, { action: "forget" });
    expect(refused.statusCode).toBe(400);
  });
});
