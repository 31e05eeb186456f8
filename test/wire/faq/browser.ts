import { expect, it } from "vitest";
import { FAQ } from "../../../src/records/faq.ts";
import { readAll } from "../../../src/store/batches.ts";
import type { Fields } from "../../support/wire.ts";
import {
  authorize,
  authorizePath,
  BANK,
  BASE,
  Browser,
  challengeOf,
  confirmedLogin,
  expectReason,
  get,
  HOST,
  PATH,
  pageOf,
  parameterOf,
  parametersOf,
  STATE,
  TEXT,
  walkLogin,
} from "../../support/wire.ts";

import { changeSalesUnit, mock } from "./setting.ts";

/** The entries of the FAQ about the browser flow. */

export const browserEntries = {
  remembered() {
    it("only the user chooses: the box decides whether the next login asks", async () => {
      for (const [remember, next] of [
        [true, undefined],
        [false, "phone"],
      ] as const) {
        const browser = new Browser(mock);
        await walkLogin(browser, { remember });
        expect(pageOf(await browser.login())).toBe(next);
      }
    });

    it("a remembered user with consent is sent straight back, to other merchants too", async () => {
      const browser = new Browser(mock);
      await walkLogin(browser, { remember: true });
      expect(parameterOf(await browser.fetch(authorizePath()), "code")).toBeDefined();
      const bank = { client_id: BANK.id, scope: "openid" };
      expect(parameterOf(await browser.fetch(authorizePath(bank)), "code")).toBeDefined();
      expect(pageOf(await browser.login({ client_id: BANK.id }))).toBe("consent");
    });

    it.each<[string, Fields]>([
      ["prompt=login", { prompt: "login" }],
      ["prompt=consent", { prompt: "consent" }],
      ["max_age", { max_age: "0" }],
      ["id_token_hint", { id_token_hint: "x" }],
      ["a parameter named remember", { remember: "no" }],
      ["acr_values", { acr_values: "urn:vipps:acr:app_auth" }],
    ])("the merchant cannot forbid it: %s", async (_, request) => {
      const browser = new Browser(mock);
      await walkLogin(browser, { remember: true });
      expect(parameterOf(await browser.login(request), "code")).toBeDefined();
    });

    it("the merchant cannot force it", async () => {
      const browser = new Browser(mock);
      const request = { remember: "yes", remember_me: "true", login_hint: "urn:msisdn:4712345678" };
      expect(parameterOf(await walkLogin(browser, { request }), "code")).toBeDefined();
      expect(pageOf(await browser.login(request))).toBe("phone");
    });

    it.each([
      ["a phone", "Mozilla/5.0 (iPhone; CPU iPhone OS 16_5) Mobile/15E148 Safari/604.1", true],
      ["a desktop", "Mozilla/5.0 (X11; Linux x86_64) Firefox/113.0", false],
    ])("the box on %s", async (_, userAgent, ticked) => {
      const page = await new Browser(mock, { "user-agent": userAgent }).login();
      expect(/name="remember"[^>]* checked/.test(page.body)).toBe(ticked);
    });
  },

  language() {
    it.each([
      ["nb-NO,nb;q=0.9,en;q=0.8", "nb", "Logg inn hos Demo Shop"],
      ["en-GB", "en", "Log in to Demo Shop"],
      ["da", "da", "Log ind hos Demo Shop"],
      ["fi", "fi", "Kirjaudu palveluun Demo Shop"],
      ["de-DE,fr;q=0.5", "en", "Log in to Demo Shop"],
    ])("no, it follows the browser: %s is %s", async (header, language, title) => {
      const browser = new Browser(mock, { "accept-language": header });
      const page = await browser.login({ ui_locales: language === "nb" ? "en" : "nb" });
      expect(page.body).toContain(`<html lang="${language}">`);
      expect(page.body).toContain(`<title>${title} – `);
      expect(page.body).toContain(`<h1>${title.replace("Demo Shop", "<bdi>Demo Shop</bdi>")}</h1>`);
    });
  },

  nameAndLogo() {
    it("every page of the login shows the name of the sales unit and no logo", async () => {
      const browser = new Browser(mock);
      const phone = await browser.login();
      const app = await browser.submit(phone, { fixture_user: "ada" });
      const consent = await browser.submit(app, { choice: challengeOf(app).right });
      expect([phone, app, consent].map(pageOf)).toEqual(["phone", "app", "consent"]);
      for (const { body } of [phone, app, consent]) {
        expect(body).toContain("Demo Shop");
        expect(body).not.toMatch(/<img|<svg|logo/i);
      }
    });
  },

  nameInApp() {
    it("yes, it is the name of the sales unit: a new one shows at once, also in a login under way", async () => {
      const browser = new Browser(mock);
      const page = await browser.login();
      await changeSalesUnit("Demo Shop", { name: "Brand New & Co" });
      const app = await browser.submit(page, { fixture_user: "ada" });
      expect(pageOf(app)).toBe("app");
      expect(app.body).toContain("Brand New &amp; Co");
      expect(app.body).not.toContain("Demo Shop");
    });
  },

  logout() {
    it("not from here: the page explains it, and the browser stays remembered", async () => {
      const browser = new Browser(mock);
      await walkLogin(browser, { remember: true });
      const page = await browser.fetch(
        `${PATH.logout}?post_logout_redirect_uri=https%3A%2F%2Fexample.com%2F&id_token_hint=x`,
      );
      expect([page.statusCode, pageOf(page)]).toEqual([400, "logout"]);
      expect(page.headers.location).toBeUndefined();
      expect(page.cookies).toEqual([]);
      expectReason(mock, "logout", FAQ.logout, "logs nobody out");
      expect(parameterOf(await browser.login(), "code")).toBeDefined();
    });

    it("the user can: a browser forgotten in the app asks again", async () => {
      const browser = new Browser(mock);
      await walkLogin(browser, { remember: true });
      const items = await readAll(mock.sandbox.store.browsers);
      expect(items.map(({ user }) => user)).toEqual(["ada"]);
      for (const { id } of items) await mock.sandbox.store.browsers.take(id);
      expect(pageOf(await browser.login())).toBe("phone");
    });
  },

  csrf() {
    const forbidden = (hint: string) => [
      ["error", "request_forbidden"],
      ["error_description", `${TEXT.request_forbidden} ${hint}`],
      ["state", STATE],
    ];

    it("because the browser lost the login's cookie", async () => {
      const browser = new Browser(mock);
      const back = await confirmedLogin(browser, "ada");
      browser.cookies.clear();
      expect(parametersOf(await browser.fetch(back))).toEqual(
        forbidden("No CSRF value available in the session cookie."),
      );
      expectReason(mock, "csrf", FAQ.csrf, "without the login's cookie");
    });

    it("a second tab takes the cookie away from the first", async () => {
      const browser = new Browser(mock);
      const first = await confirmedLogin(browser, "ada");
      const second = await confirmedLogin(browser, "leap-day");
      expect(parametersOf(await browser.fetch(first))).toEqual(
        forbidden(
          "The CSRF value from the token does not match the CSRF value from the data store.",
        ),
      );
      expectReason(mock, "csrf", FAQ.csrf, "the cookie of another login");
      expect(pageOf(await browser.open(second))).toBe("consent");
    });

    it("is no reason where the app may lead to another browser", async () => {
      const request = { requested_flow: "automatic_return_from_vipps_app" };
      const back = await confirmedLogin(new Browser(mock), "ada", { ...request, scope: "openid" });
      expect(parameterOf(await new Browser(mock).fetch(back), "code")).toBeDefined();
    });

    it("the consent page has a cookie of its own", async () => {
      const browser = new Browser(mock);
      const consent = await browser.open(await confirmedLogin(browser, "ada"));
      browser.cookies.delete("oauth2_consent_csrf_insecure");
      const end = await browser.submit(consent, { action: "accept" });
      expect(parametersOf(end)).toEqual(
        forbidden("No CSRF value available in the session cookie."),
      );
    });
  },

  cors() {
    const origin = "https://spa.example.com";
    const endpoints = [
      ["GET", PATH.discovery],
      ["GET", PATH.jwks],
      ["GET", authorizePath()],
      ["POST", PATH.token],
      ["POST", PATH.revoke],
      ["GET", PATH.userinfo],
      ["GET", PATH.legacyUserinfo],
    ] as const;

    it.each(endpoints)(
      "because a script called %s %s: no answer allows it",
      async (method, url) => {
        const preflight = { origin, "access-control-request-method": method };
        for (const [verb, extra] of [
          [method, { origin }],
          ["OPTIONS", preflight],
        ] as const) {
          const response = await mock.app.inject({
            method: verb,
            url,
            headers: { host: HOST, ...extra },
          });
          expect(Object.keys(response.headers).join()).not.toContain("access-control");
          expect(mock.log.flatMap(({ diagnosis }) => diagnosis ?? [])).toContainEqual(
            expect.objectContaining({
              rule: "cors",
              faq: FAQ.cors,
              message: expect.stringContaining(origin),
            }),
          );
        }
      },
    );
  },

  badGateway() {
    const body =
      "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>vipps-login-mock</center>\r\n</body>\r\n</html>\r\n";

    /** An authorization request whose full URL has so many characters. */
    const urlOfLength = (length: number) => {
      const url = `${authorizePath()}&filler=`;
      return url + "x".repeat(length - BASE.length - url.length);
    };

    it("because the whole URL has more than 2000 characters", async () => {
      const longest = await get(mock, urlOfLength(2000));
      expect([longest.statusCode, longest.headers.location]).toEqual([
        302,
        expect.stringContaining(PATH.login),
      ]);
      const refused = await get(mock, urlOfLength(2001));
      expect([refused.statusCode, refused.body]).toEqual([502, body]);
      expect(refused.headers["content-type"]).toBe("text/html");
      expectReason(mock, "request-length", FAQ.badGateway, "2001 characters");
    });

    it.each(["state", "nonce"])("because %s has 1000 characters or more", async (name) => {
      const passed = await authorize(mock, { [name]: "x".repeat(999) });
      expect(passed.headers.location).toContain(PATH.login);
      const refused = await authorize(mock, { [name]: "x".repeat(1000) });
      expect([refused.statusCode, refused.body]).toEqual([502, body]);
      expectReason(mock, "request-length", FAQ.badGateway, `${name} has 1000 characters`);
    });

    it("because the redirects of the login make the URL grow past it", async () => {
      const browser = new Browser(mock);
      const page = await browser.open(urlOfLength(1990));
      const app = await browser.submit(page, { action: "cancel" });
      expect([app.statusCode, app.body]).toEqual([502, body]);
    });

    it("before anything else looks at the request, on every path", async () => {
      for (const path of ["/nothing", PATH.token, PATH.userinfo, PATH.discovery]) {
        expect((await get(mock, `${path}?${"x".repeat(2000)}`)).statusCode).toBe(502);
      }
    });
  },
};
