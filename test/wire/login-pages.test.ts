import type { LightMyRequestResponse } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { readAll } from "../../src/store/batches.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import type { Fields } from "../support/wire.ts";
import {
  authorizePath,
  BASE,
  Browser,
  CALLBACK,
  challengeOf,
  confirmedLogin,
  expectReason,
  formIn,
  PATH,
  pageOf,
  parameterOf,
  parametersOf,
  STATE,
  TEXT,
  textOf,
  walkLogin,
} from "../support/wire.ts";

/** Of the app the FAQ has no entry. */
const APP = "documentation 2023; vipps-developers issue 143";

describe("the login pages", () => {
  let mock: Mock;
  let browser: Browser;
  beforeEach(async () => {
    mock = await startMock();
    browser = new Browser(mock);
  });
  afterEach(() => mock.close());

  /** The three pages, each reached as a person reaches it. */
  const pages = {
    phone: () => browser.login(),
    app: async () => browser.submit(await browser.login(), { fixture_user: "ada" }),
    consent: async () => browser.open(await confirmedLogin(browser, "ada")),
  };

  it("error and logout: stand in no frame either, and the merchant's redirect is not held up", async () => {
    for (const path of [PATH.error, PATH.logout]) {
      const policy = String((await browser.fetch(path)).headers["content-security-policy"]);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("form-action");
    }
  });

  const failsWith = (response: LightMyRequestResponse, error: string, description: string) =>
    expect(parametersOf(response)).toEqual([
      ["error", error],
      ["error_description", description],
      ["state", STATE],
    ]);

  it.each(Object.entries(pages))(
    "%s: HTML that is not stored and says that it is a mock",
    async (...row) => {
      const [name, reach] = row;
      const page = await reach();
      expect([page.statusCode, pageOf(page)]).toEqual([200, name]);
      expect(page.headers).toMatchObject({
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        pragma: "no-cache",
        "x-content-type-options": "nosniff",
        "content-security-policy": expect.stringMatching(
          /^default-src 'none'; .*; frame-ancestors 'none'$/,
        ),
      });
      expect(textOf(page, "mock-banner")).toBe("");
      expect(page.body).toContain("<strong>vipps-login-mock</strong>");
      expect(page.body).not.toMatch(/<script(?! src="app\.js" defer>)|vipps\.no|vippsmobilepay/);
    },
  );

  it.each<[keyof typeof pages, Fields]>([
    ["phone", { action: "cancel" }],
    ["app", { action: "cancel" }],
    ["consent", { action: "decline" }],
  ])("%s: who cancels goes back to the merchant with access_denied", async (name, answer) => {
    const end = await browser.submit(await pages[name](), answer);
    failsWith(end, "access_denied", TEXT.cancelled);
    expect(String(end.headers.location).startsWith(`${CALLBACK}?`)).toBe(true);
    const { store } = mock.sandbox;
    expect(await readAll(store.codes)).toEqual([]);
    expect(await readAll(store.consents)).toEqual([]);
    expect(await readAll(store.logins)).toEqual([]);
  });

  describe("phone", () => {
    it.each([
      ["4712345678"],
      ["+47 12 34 56 78"],
      ["0047 123 45 678"],
      ["12345678"],
      ["(+47) 123-45-678"],
    ])("understands %s", async (phone_number) => {
      const app = await browser.submit(await pages.phone(), { phone_number });
      expect(pageOf(app)).toBe("app");
      expect(app.body).toContain("Ada Nordmann");
    });

    it.each(["", "123", "phone", "+47", "<script>", "47123456789012345678"])(
      "asks again for %j, which is no number",
      async (phone_number) => {
        const again = await browser.submit(await pages.phone(), { phone_number, remember: "yes" });
        expect([again.statusCode, pageOf(again)]).toEqual([400, "phone"]);
        expect(textOf(again, "problem")).toBe("This does not look like a phone number.");
        expect(again.body).not.toContain("<script");
        expect(again.body).toMatch(/name="remember" value="yes" checked/);
      },
    );

    const TOO_YOUNG_OR_WITHOUT =
      "To log in with Vipps you need to have Vipps on your phone and be at least 18 years old.";
    it.each([
      ["no-app", "app", "no_app"],
      ["blocked", "app", "blocked"],
      ["under-15", "age", "under 18"],
      ["turns-18-tomorrow", "age", "under 18"],
    ])("%s cannot log in, is told one text for all, and can go back", async (user, rule, why) => {
      const refused = await browser.submit(await pages.phone(), { fixture_user: user });
      expect([refused.statusCode, pageOf(refused)]).toEqual([400, "phone"]);
      expect(textOf(refused, "problem")).toBe(TOO_YOUNG_OR_WITHOUT);
      expect(textOf(refused, "cancel")).toBe("Back to Demo Shop");
      expectReason(mock, rule, rule === "age" ? FAQ.age : APP, user, why);
      const back = await browser.submit(refused, { action: "cancel" });
      failsWith(back, "access_denied", TEXT.cancelled);
    });

    it("a number that nobody has gets the same text, and another may follow it", async () => {
      const refused = await browser.submit(await pages.phone(), { phone_number: "4740000000" });
      expect(textOf(refused, "problem")).toBe(TOO_YOUNG_OR_WITHOUT);
      expectReason(mock, "app", APP, "4740000000");
      const app = await browser.submit(refused, { phone_number: "4712345678" });
      expect(pageOf(app)).toBe("app");
    });

    it("a fixture user that does not exist gets it too", async () => {
      const refused = await browser.submit(await pages.phone(), { fixture_user: "adda" });
      expect(textOf(refused, "problem")).toBe(TOO_YOUNG_OR_WITHOUT);
      expectReason(mock, "app", APP, "adda");
    });

    it("an outdated app ends the login", async () => {
      const end = await browser.submit(await pages.phone(), { fixture_user: "outdated-app" });
      failsWith(
        end,
        "outdated_app_version",
        "The user's Vipps app version is too old and needs to be updated",
      );
      expectReason(mock, "app", APP, "outdated-app", "outdated_app");
    });

    it("offers the fixture users, and says when there are more", async () => {
      const page = await pages.phone();
      expect(page.body).toContain('data-testid="fixture-user-ada"');
      expect(page.body).not.toContain("There are more");
      const users = Array.from({ length: 31 }, (_, index) => ({ id: `user-${index}` }));
      const many = await startMock({ users });
      const crowded = await new Browser(many).login();
      expect(crowded.body.match(/data-testid="fixture-user-/g)).toHaveLength(30);
      expect(crowded.body).toContain("There are more");
      await many.close();
    });
  });

  describe("app", () => {
    it("offers three numbers, the one that the browser shows among them", async () => {
      const app = await pages.app();
      const offered = [...app.body.matchAll(/name="choice" value="(\d\d)"/g)].map(([, one]) => one);
      expect(new Set(offered).size).toBe(3);
      expect(offered).toContain(challengeOf(app).right);
    });

    it("a wrong choice is wrong_challenge", async () => {
      const app = await pages.app();
      const end = await browser.submit(app, { choice: challengeOf(app).wrong });
      failsWith(end, "wrong_challenge", "The user selected the wrong challenge");
    });

    it("the phone can say that its app is outdated", async () => {
      const end = await browser.submit(await pages.app(), { outcome: "outdated_app" });
      failsWith(
        end,
        "outdated_app_version",
        "The user's Vipps app version is too old and needs to be updated",
      );
    });

    it("shows itself again to a form without an answer, and after a reload", async () => {
      const app = await pages.app();
      const again = await browser.submit(app, {});
      expect([pageOf(again), challengeOf(again).right]).toEqual(["app", challengeOf(app).right]);
      const reloaded = await browser.fetch(
        String(browser.visited.find((url) => url.includes("?login_"))),
      );
      expect(challengeOf(reloaded).right).toBe(challengeOf(app).right);
    });

    it("knows a user who was removed meanwhile no more", async () => {
      const app = await pages.app();
      await mock.sandbox.store.users.take("ada");
      const end = await browser.submit(app, { choice: challengeOf(app).right });
      failsWith(end, "access_denied", TEXT.cancelled);
    });
  });

  describe("consent", () => {
    it("shows the values of each scope", async () => {
      const scope = "openid name phoneNumber email birthDate address";
      const back = await confirmedLogin(browser, "no-address", { scope });
      const page = await browser.open(back);
      const shown = ["name", "phoneNumber", "email", "birthDate", "address"].map((one) =>
        new RegExp(
          `data-testid="consent-item-${one}">\\s*<dt>([^<]+)</dt>\\s*<dd[^>]*>(?:<bdi>)?([^<]+)<`,
        )
          .exec(page.body)
          ?.slice(1),
      );
      expect(shown).toEqual([
        ["Name", "Nils Reisende"],
        ["Phone number", "+47 990 00 002"],
        ["E-mail address", "no-address@example.com"],
        ["Date of birth", "1979-06-02"],
        ["Address", "Not registered"],
      ]);
    });

    it("takes yes and no, and nothing between", async () => {
      const page = await pages.consent();
      const neither = await browser.submit(page, { action: "maybe" });
      expect([neither.statusCode, pageOf(neither)]).toEqual([400, "error"]);
      const end = await browser.submit(page, { action: "accept" });
      expect(parameterOf(end, "code")).toBeDefined();
    });

    it("the first of two answers counts", async () => {
      const page = await pages.consent();
      const { action, hidden } = formIn(page);
      const first = await browser.fetch(action, { ...hidden, action: "decline" });
      const second = await browser.fetch(action, { ...hidden, action: "accept" });
      expect(second.headers.location).toBe(first.headers.location);
      failsWith(
        await browser.open(String(first.headers.location)),
        "access_denied",
        TEXT.cancelled,
      );
    });
  });

  describe("a browser that comes a second time", () => {
    it("remembered and with consent sees no page", async () => {
      await walkLogin(browser, { remember: true });
      const again = await browser.fetch(authorizePath());
      expect(again.statusCode).toBe(302);
      expect(String(again.headers.location)).toMatch(/^https:\/\/example\.com\/callback\?code=/);
    });

    it("keeps its cookie for a year, out of reach of scripts", async () => {
      const back = await confirmedLogin(browser, "ada", {}, { remember: "yes" });
      const response = await browser.fetch(back);
      expect(response.headers["set-cookie"]).toContainEqual(
        expect.stringMatching(
          /^oauth2_authentication_session_insecure=\w{21}; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax$/,
        ),
      );
    });

    it("is not remembered when the login failed", async () => {
      const app = await browser.submit(await browser.login(), {
        fixture_user: "ada",
        remember: "yes",
      });
      await browser.submit(app, { choice: challengeOf(app).wrong });
      expect(await readAll(mock.sandbox.store.browsers)).toEqual([]);
      expect(pageOf(await browser.login())).toBe("phone");
    });

    it.each<["blocked" | "no_app"]>([["blocked"], ["no_app"]])(
      "is asked again once its user is %s",
      async (status) => {
        await walkLogin(browser, { remember: true });
        await mock.sandbox.store.users.update("ada", (user) => ({ ...user, status }));
        expect(pageOf(await browser.login())).toBe("phone");
      },
    );

    it("with a cookie that nobody gave it is a new one", async () => {
      browser.cookies.set("oauth2_authentication_session_insecure", "made-up");
      expect(pageOf(await browser.login())).toBe("phone");
    });
  });

  it.each([
    ["nb-NO", "nb", "Logg inn hos Demo Shop", "Velg dette tallet i appen"],
    ["en", "en", "Log in to Demo Shop", "Choose this number in the app"],
  ])("speak %s from beginning to end", async (accept, language, title, instruction) => {
    browser = new Browser(mock, { "accept-language": accept });
    const phone = await pages.phone();
    expect(phone.body).toContain(title);
    const app = await browser.submit(phone, { fixture_user: "ada" });
    expect(app.body).toContain(instruction);
    const consent = await browser.submit(app, { choice: challengeOf(app).right });
    for (const { body } of [phone, app, consent]) {
      expect(body).toContain(`<html lang="${language}">`);
    }
  });

  it.each([
    `${PATH.login}?login_challenge=${"0".repeat(32)}`,
    PATH.login,
    `${PATH.consent}?consent_challenge=${"0".repeat(32)}`,
    PATH.consent,
  ])("a login that is not there is told on the error page: %s", async (url) => {
    const page = await browser.open(url);
    expect([page.statusCode, pageOf(page)]).toEqual([400, "error"]);
    expect(browser.visited.at(-1)).toMatch(`${BASE}${PATH.error}?error=invalid_request&`);
    expect(textOf(page, "error-description")).toContain("Start again at the merchant.");
  });

  it.each([
    ["the phone page", "login_challenge", pages.phone, { fixture_user: "ada" }],
    ["the consent page", "consent_challenge", pages.consent, { action: "accept" }],
  ])("a form of %s without its %s is told so, whatever its address has", async (...row) => {
    const [, name, open, fields] = row;
    const { action, hidden } = formIn(await open());
    const page = await browser.open(`${action}?${name}=${hidden[name]}`, fields);
    expect([page.statusCode, pageOf(page)]).toEqual([400, "error"]);
    expect(textOf(page, "error-description")).toContain(`The ${name} is missing.`);
    const told = mock.log.map(({ diagnosis }) => diagnosis).find((one) => one !== undefined);
    expect(told).toMatchObject({
      rule: "login-steps",
      message: `the ${name} is missing`,
      detail: expect.stringContaining("in the body, hidden ones too"),
    });
  });

  it("a page that was left with an answer leads on, however often it is sent", async () => {
    const app = await pages.app();
    const { action, hidden } = formIn(app);
    const answer = { ...hidden, choice: challengeOf(app).right };
    const first = await browser.fetch(action, answer);
    const second = await browser.fetch(action, { ...hidden, choice: challengeOf(app).wrong });
    expect(first.statusCode).toBe(303);
    expect(second.headers.location).toBe(first.headers.location);
    expect(pageOf(await browser.open(String(first.headers.location)))).toBe("consent");
    const late = await browser.open(action, answer);
    expect(pageOf(late)).toBe("consent");
  });

  it("end after half an hour, and say so to the merchant", async () => {
    const app = await pages.app();
    await mock.sandbox.clock.advance(30 * 60);
    const end = await browser.submit(app, { choice: challengeOf(app).right });
    failsWith(
      end,
      "request_unauthorized",
      `${TEXT.request_unauthorized} The login request has expired. Please try again.`,
    );
  });
});
