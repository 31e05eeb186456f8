import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import { textsIn } from "../support/dashboard.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { Browser, challengeOf, pageOf, parameterOf, textOf } from "../support/wire.ts";

/** On the login page: who may use the mock's own pages makes a user of a number that nobody has. */

const NUMBER = "4740000000";

let mock: Mock;
let browser: Browser;
beforeEach(async () => {
  mock = await startMock();
  browser = new Browser(mock);
});
afterEach(() => mock.close());

const offered = async () =>
  browser.submit(await browser.login(), { phone_number: "400 00 000", remember: "yes" });

/** The fields of the person, as they are proposed. */
function proposed(html: string): Record<string, string> {
  const fields = html.matchAll(/name="(given_name|family_name|birth_date|email)" value="([^"]*)"/g);
  return Object.fromEntries([...fields].map(([, name, value]) => [name, value]));
}

const make = { action: "make_user", phone_number: NUMBER };

describe("a number that nobody has", () => {
  it("is told that Vipps is needed as ever, and beside it is offered to become a user", async () => {
    const page = await offered();
    expect([page.statusCode, pageOf(page)]).toEqual([400, "phone"]);
    expect(textOf(page, "problem")).toContain("you need to have Vipps on your phone");
    expect(textsIn(page.body, "new-user")[0]).toContain("Nobody has +47 400 00 000 in the mock.");
    const person = proposed(page.body);
    expect(person["email"]).toMatch(/@example\.com$/);
    expect(proposed((await offered()).body)).toEqual(person);
    expect((await call(mock, "GET", `/users/${NUMBER}`)).status).toBe(404);
  });

  it("becomes a user as proposed, who logs in at once", async () => {
    const page = await offered();
    const person = proposed(page.body);
    const app = await browser.submit(page, { ...make, ...person });
    expect(pageOf(app)).toBe("app");
    const { body: user } = await call(mock, "GET", `/users/${NUMBER}`);
    expect(user).toMatchObject({
      givenName: person["given_name"],
      familyName: person["family_name"],
      birthDate: person["birth_date"],
      email: person["email"],
      phoneNumber: NUMBER,
    });
    const consent = await browser.submit(app, { choice: challengeOf(app).right });
    const end = await browser.submit(consent, { action: "accept" });
    expect(parameterOf(end, "code")).toBeDefined();
  });

  it("becomes somebody else where that was typed, whose NIN fits", async () => {
    const fields = {
      given_name: "Åse",
      family_name: "Ørn",
      birth_date: "1960-02-29",
      email: "a@b.c",
    };
    const app = await browser.submit(await offered(), { ...make, ...fields });
    expect(app.body).toContain("Åse Ørn");
    const { body: user } = await call(mock, "GET", `/users/${NUMBER}`);
    expect(user).toMatchObject({ birthDate: "1960-02-29", email: "a@b.c" });
    expect(user.nin).toMatch(/^298260/);
  });

  it.each([
    [{ birth_date: "1960-02-30" }, "birthDate"],
    [{ email: "nobody" }, "email"],
    [{ given_name: `<script>${"x".repeat(300)}` }, "givenName"],
  ])("stays nobody's with %j, and the page says why", async (fields, named) => {
    const page = await offered();
    const again = await browser.submit(page, { ...make, ...proposed(page.body), ...fields });
    expect([again.statusCode, pageOf(again)]).toEqual([400, "phone"]);
    expect(textsIn(again.body, "new-user-problem")[0]).toContain(named);
    expect(again.body).not.toContain("<script>x");
    expect((await call(mock, "GET", `/users/${NUMBER}`)).status).toBe(404);
  });

  it("is a user by whoever was first", async () => {
    const page = await offered();
    await call(mock, "POST", "/users", { body: { phoneNumber: NUMBER, id: "kari" } });
    const again = await browser.submit(page, { ...make, ...proposed(page.body) });
    expect(textsIn(again.body, "new-user-problem")[0]).toContain("belongs to another user");
  });

  it("who is too young is made, and refused by the rules as anybody is", async () => {
    const page = await offered();
    const fields = { ...proposed(page.body), birth_date: "2020-01-01" };
    const refused = await browser.submit(page, { ...make, ...fields });
    expect([refused.statusCode, pageOf(refused)]).toEqual([400, "phone"]);
    expect(textsIn(refused.body, "new-user")).toEqual([]);
    expect((await call(mock, "GET", `/users/${NUMBER}`)).status).toBe(200);
  });
});

describe("nobody is offered", () => {
  it("who is there and cannot log in, nor an id, nor what is no number", async () => {
    const login = await browser.login();
    for (const entry of [
      { phone_number: "4799000016" },
      { fixture_user: "adda" },
      { phone_number: "12" },
    ]) {
      const page = await browser.submit(login, entry);
      expect(textsIn(page.body, "new-user"), JSON.stringify(entry)).toEqual([]);
    }
  });

  it("to those who may not use the mock's pages, and their form makes nobody", async () => {
    const closed = await startMock({}, { control: { open: false, token: "t".repeat(20) } });
    const stranger = new Browser(closed);
    const page = await stranger.submit(await stranger.login(), { phone_number: NUMBER });
    expect([page.statusCode, textsIn(page.body, "new-user")]).toEqual([400, []]);
    const again = await stranger.submit(page, { ...make, given_name: "Eve" });
    expect([again.statusCode, pageOf(again)]).toEqual([400, "phone"]);
    expect(await closed.sandbox.store.users.find("phoneNumber", NUMBER)).toBeUndefined();
    await closed.close();
  });
});

describe("the users of the login page", () => {
  const shown = (body: string) =>
    [...body.matchAll(/data-testid="fixture-user-([^"]*)"/g)].map(([, id]) => id);

  async function find(text: string) {
    const page = await browser.login();
    const challenge = /name="login_challenge" value="(\w+)"/.exec(page.body)?.[1] ?? "";
    const query = new URLSearchParams({ login_challenge: challenge, find: text });
    return browser.fetch(`/vipps-login-idp/login?${query}`);
  }

  it("have a sentence each", async () => {
    const { body } = await browser.login();
    expect(textsIn(body, "fixture-user-ada")[0]).toContain("37 years old.");
    expect(textsIn(body, "fixture-user-no-address")[0]).toContain("No address.");
    expect(textsIn(body, "fixture-user-turns-18-today")[0]).toContain("Turns 18 today.");
    expect(textsIn(body, "fixture-user-turns-18-tomorrow")[0]).toContain("Turns 18 tomorrow.");
    expect(textsIn(body, "fixture-user-no-app")[0]).toContain("No app.");
  });

  it.each([
    ["ADA", ["ada"]],
    ["nordmann ada", ["ada"]],
    ["+47 990 00 002", ["no-address"]],
    ["turns-18", ["turns-18-today", "turns-18-tomorrow"]],
    ["<script>", []],
  ])("are found by name, id and number: %j", async (text, ids) => {
    const page = await find(text);
    expect(shown(page.body)).toEqual(ids);
    expect(page.body).not.toMatch(/<script(?! src)/);
    if (ids.length === 0) expect(page.body).toContain("No user fits.");
  });

  it.each([
    [11, false],
    [12, true],
  ])("of %i can be searched: %s", async (count, can) => {
    const users = Array.from({ length: count }, (_, n) => ({ id: `user-${n}` }));
    const other = await startMock({ users });
    const { body } = await new Browser(other).login();
    expect(body.includes('data-testid="find"')).toBe(can);
    await other.close();
  });

  it("are found beyond those that are shown", async () => {
    const users = Array.from({ length: 40 }, (_, n) => ({ id: `user-${n}` }));
    const other = await startMock({ users });
    browser = new Browser(other);
    expect(shown((await find("user-39")).body)).toEqual(["user-39"]);
    expect(shown((await find("user")).body)).toHaveLength(30);
    await other.close();
  });
});
