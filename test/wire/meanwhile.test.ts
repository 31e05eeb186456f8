import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAll } from "../../src/store/batches.ts";
import { call } from "../support/control.ts";
import { beforeInsert, beforeUpdate } from "../support/meanwhile.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import type { Fields } from "../support/wire.ts";
import {
  Browser,
  challengeOf,
  codeFrom,
  confirmedLogin,
  errorBody,
  expectReason,
  formIn,
  pageOf,
  parameterOf,
  parametersOf,
  requestToken,
  STATE,
  TEXT,
  textOf,
  userinfo,
  walkLogin,
  withdrawConsents,
} from "../support/wire.ts";

/** What changes between two steps of a login, or within one: other tabs, other requests, removals. */

let mock: Mock;
let browser: Browser;
beforeEach(async () => {
  // What comes between is put into the store as one server has it.
  mock = await startMock({}, { servers: 1 });
  browser = new Browser(mock);
});
afterEach(() => mock.close());

/** The app page of a login, with the address to reload it by. */
async function atApp() {
  const page = await browser.submit(await browser.login(), { fixture_user: "ada" });
  return { page, address: String(browser.visited.at(-1)) };
}

async function atConsent(request: Fields = {}) {
  const page = await browser.open(await confirmedLogin(browser, "ada", request));
  return { page, address: String(browser.visited.at(-1)) };
}

describe("two answers to one page", () => {
  it("of the user's choice: the first says whose login it is", async () => {
    const { action, hidden } = formIn(await browser.login());
    beforeUpdate(mock.sandbox.store.logins, () =>
      browser.fetch(action, { ...hidden, fixture_user: "leap-day" }),
    );
    const app = await browser.open(action, { ...hidden, fixture_user: "ada" });
    expect(pageOf(app)).toBe("app");
    const items = await readAll(mock.sandbox.store.logins);
    expect(items.map(({ user }) => user)).toEqual(["leap-day"]);
    expect(items.map(({ challenge }) => String(challenge?.shown))).toEqual([
      challengeOf(app).right,
    ]);
  });

  it("of the app: a choice does not undo that the user cancelled", async () => {
    const { page } = await atApp();
    const { action, hidden } = formIn(page);
    beforeUpdate(mock.sandbox.store.logins, () =>
      browser.fetch(action, { ...hidden, action: "cancel" }),
    );
    const end = await browser.open(action, { ...hidden, choice: challengeOf(page).right });
    expect(parametersOf(end)).toEqual([
      ["error", "access_denied"],
      ["error_description", TEXT.cancelled],
      ["state", STATE],
    ]);
  });

  it("of the consent page: once the merchant has its code, a late no is told so", async () => {
    const { page } = await atConsent();
    const { action, hidden } = formIn(page);
    let code: string | undefined;
    beforeUpdate(mock.sandbox.store.logins, async () => {
      code = parameterOf(await browser.open(action, { ...hidden, action: "accept" }), "code");
    });
    const late = await browser.open(action, { ...hidden, action: "decline" });
    expect([late.statusCode, pageOf(late)]).toEqual([400, "error"]);
    expect(textOf(late, "error-description")).toContain("This page was submitted before.");
    expect((await requestToken(mock, String(code))).statusCode).toBe(200);
  });

  it("shows the consent page no more once it is answered, but leads on", async () => {
    const { page, address } = await atConsent();
    const { action, hidden } = formIn(page);
    const answer = await browser.fetch(action, { ...hidden, action: "accept" });
    const reloaded = await browser.fetch(address);
    expect([reloaded.statusCode, reloaded.headers.location]).toEqual([
      303,
      answer.headers.location,
    ]);
    expect(parameterOf(await browser.open(address), "code")).toBeDefined();
  });
});

describe("two logins of one user at one merchant", () => {
  const consents = async () => await readAll(mock.sandbox.store.consents);

  it("that end at the same moment leave one consent, with what both asked", async () => {
    beforeInsert(mock.sandbox.store.consents, () =>
      codeFrom(mock, { request: { scope: "openid email" } }),
    );
    const code = await codeFrom(mock, { request: { scope: "openid name" } });
    expect((await consents()).map(({ scopes }) => scopes)).toEqual([["email", "name"]]);
    const { access_token } = (await requestToken(mock, code)).json();
    expect((await userinfo(mock, access_token)).json()).toMatchObject({ given_name: "Ada" });
  });

  it("do not bring back a consent that is withdrawn while it is widened", async () => {
    await codeFrom(mock, { request: { scope: "openid name" } });
    const { page } = await atConsent({ scope: "openid name email" });
    beforeUpdate(mock.sandbox.store.consents, () => withdrawConsents(mock, "ada"));
    const end = await browser.submit(page, { action: "accept" });
    expect(parameterOf(end, "code")).toBeDefined();
    expect(await consents()).toEqual([
      expect.objectContaining({ scopes: ["name"], revokedAt: expect.any(Number) }),
      expect.not.objectContaining({ revokedAt: expect.anything() }),
    ]);
  });
});

describe("two exchanges of one code", () => {
  it("at the same moment give tokens once, and those are worthless", async () => {
    const code = await codeFrom(mock);
    let first = "";
    beforeUpdate(mock.sandbox.store.codes, async () => {
      first = (await requestToken(mock, code)).json().access_token;
    });
    const second = await requestToken(mock, code);
    expect([second.statusCode, second.body]).toEqual([
      400,
      errorBody(
        "invalid_grant",
        `${TEXT.invalid_grant} The authorization code has already been used.`,
      ),
    ]);
    expectReason(mock, "code-replay", "RFC 6749 §4.1.2", "used 0 seconds ago");
    expect((await userinfo(mock, first)).statusCode).toBe(401);
  });
});

describe("a user who may no longer log in while a page waits", () => {
  const block = (status: "blocked" | "outdated_app") =>
    call(mock, "PATCH", "/users/ada", { body: { status } });

  it.each([
    ["blocked", "access_denied", TEXT.cancelled],
    [
      "outdated_app",
      "outdated_app_version",
      "The user's Vipps app version is too old and needs to be updated",
    ],
  ] as const)("gets no code once %s, from either page", async (status, error, description) => {
    const { page: app } = await atApp();
    await block(status);
    const afterApp = await browser.submit(app, { choice: challengeOf(app).right });
    expect(parametersOf(afterApp).slice(0, 2)).toEqual([
      ["error", error],
      ["error_description", description],
    ]);
    expectReason(mock, "app", "documentation 2023; vipps-developers issue 143", "ada", status);
    await call(mock, "PATCH", "/users/ada", { body: { status: "active" } });
    const { page: consent } = await atConsent();
    await block(status);
    const afterConsent = await browser.submit(consent, { action: "accept" });
    expect(parameterOf(afterConsent, "error")).toBe(error);
    expect(await readAll(mock.sandbox.store.consents)).toEqual([]);
  });

  it("may cancel all the same", async () => {
    const { page } = await atApp();
    await block("outdated_app");
    const end = await browser.submit(page, { action: "cancel" });
    expect(parameterOf(end, "error")).toBe("access_denied");
  });
});

it("a consent is on record once the code is made, not for a login that fails after it", async () => {
  const { page } = await atConsent({ code_challenge: "x".repeat(43) });
  const end = await browser.submit(page, { action: "accept" });
  expect(parameterOf(end, "error")).toBe("invalid_request");
  expect(await readAll(mock.sandbox.store.consents)).toEqual([]);
});

describe("what is removed while a page waits", () => {
  it.each([
    ["app", atApp],
    ["consent", atConsent],
  ])("the user: the %s page ends the login with access_denied", async (_name, reach) => {
    const { address } = await reach();
    await call(mock, "DELETE", "/users/ada");
    const end = await browser.fetch(address);
    expect(parametersOf(end)).toEqual([
      ["error", "access_denied"],
      ["error_description", TEXT.cancelled],
      ["state", STATE],
    ]);
    expectReason(mock, "login-steps", "the mock's own", "removed meanwhile");
  });

  it("the sales unit: its logins go with it, and lead nowhere if it comes back", async () => {
    const { address } = await atApp();
    const { body: unit } = await call(mock, "GET", "/sales-units/100001");
    await call(mock, "DELETE", "/sales-units/100001");
    await call(mock, "POST", "/sales-units", { body: unit });
    const page = await browser.open(address);
    expect([page.statusCode, pageOf(page)]).toEqual([410, "ended"]);
    expect(textOf(page, "back")).toBe("Back to Demo Shop");
    expect((await call(mock, "GET", "/logins")).body.items).toEqual([]);
  });

  it("the user's data: the code of the login is worthless", async () => {
    const code = await codeFrom(mock);
    await call(mock, "DELETE", "/users/ada");
    const response = await requestToken(mock, code);
    expect([response.statusCode, response.json().error]).toEqual([400, "invalid_grant"]);
  });

  it("a remembered user: the browser is asked again", async () => {
    await walkLogin(browser, { remember: true });
    await call(mock, "DELETE", "/users/ada");
    expect(pageOf(await browser.login())).toBe("phone");
  });
});
