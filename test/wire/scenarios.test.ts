import { request } from "node:http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import type { ScenarioInput } from "../../src/records/scenario.ts";
import { MINUTE } from "../../src/records/time.ts";
import { readAll } from "../../src/store/batches.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { addScenario } from "../support/scenarios.ts";
import { until } from "../support/wait.ts";
import type { Fields } from "../support/wire.ts";
import {
  authorize,
  authorizePath,
  Browser,
  CALLBACK,
  challengeOf,
  expectReason,
  pageOf,
  parameterOf,
  parametersOf,
  requestToken,
  STATE,
  TEXT,
  userinfo,
  walkLogin,
} from "../support/wire.ts";

describe("a login with a scenario", () => {
  let mock: Mock;
  let browser: Browser;
  beforeEach(async () => {
    mock = await startMock();
    browser = new Browser(mock);
  });
  afterEach(async () => {
    vi.useRealTimers();
    await mock.close();
  });

  const queue = (scenario: ScenarioInput) => addScenario(mock.sandbox, scenario);

  const turnTaken = async () => {
    const items = await readAll(mock.sandbox.store.scenarios);
    return items.some(({ hits }) => hits > 0);
  };

  async function nameOf(code: string | undefined): Promise<string> {
    const { access_token } = (await requestToken(mock, code ?? "")).json();
    return (await userinfo(mock, access_token)).json().name;
  }

  it("approve: one request, and the code of its user is there", async () => {
    await queue({ user: "leap-day" });
    const end = await authorize(mock);
    expect(end.statusCode).toBe(302);
    expect(String(end.headers.location)).toMatch(
      /^https:\/\/example\.com\/callback\?code=[\w.-]{87}&scope=openid\+name&state=state-of-the-test$/,
    );
    expect(end.headers["set-cookie"]).toBeUndefined();
    expect(await nameOf(parameterOf(end, "code"))).toBe("Liv Skuddår");
    expect(await readAll(mock.sandbox.store.logins)).toEqual([]);
    const items = await readAll(mock.sandbox.store.consents);
    expect(items.map(({ user, scopes }) => [user, scopes])).toEqual([["leap-day", ["name"]]]);
  });

  const endings: [ScenarioInput["outcome"], string, string | undefined][] = [
    ["cancel", "access_denied", "User cancelled the login"],
    [
      "timeout",
      "request_unauthorized",
      "The request could not be authorized. The login request has expired. Please try again.",
    ],
    ["wrong_challenge", "wrong_challenge", "The user selected the wrong challenge"],
    [
      "outdated_app",
      "outdated_app_version",
      "The user's Vipps app version is too old and needs to be updated",
    ],
    [
      "csrf_cookie_lost",
      "request_forbidden",
      "The request is not allowed. No CSRF value available in the session cookie.",
    ],
    ["server_error", "server_error", "Something went wrong, please try again"],
    [
      { error: "temporarily_unavailable", errorDescription: "Later, = & please" },
      "temporarily_unavailable",
      "Later, = & please",
    ],
    [
      "unknown_reject_reason",
      "unknown_reject_reason",
      "Something went wrong. Reject reason is unknown.",
    ],
    [{ error: "made_up_code" }, "made_up_code", undefined],
    [
      { error: "outdated_app_version" },
      "outdated_app_version",
      "The user's Vipps app version is too old and needs to be updated",
    ],
    [{ error: "login_required", errorDescription: "" }, "login_required", undefined],
  ];

  it.each(endings)("%j: the merchant hears it at once", async (outcome, error, description) => {
    const { id } = await queue({ ...(outcome && { outcome }) });
    const end = await authorize(mock);
    expect(end.statusCode).toBe(302);
    expect(String(end.headers.location).startsWith(`${CALLBACK}?`)).toBe(true);
    expect(parametersOf(end)).toEqual([
      ["error", error],
      ...(description === undefined ? [] : [["error_description", description]]),
      ["state", STATE],
    ]);
    expectReason(mock, "scenario", "the mock's own", id);
    const { logins, codes, consents } = mock.sandbox.store;
    for (const records of [logins, codes, consents]) {
      expect(await readAll<unknown>(records)).toEqual([]);
    }
  });

  it("server_error: byte for byte as it was seen", async () => {
    await queue({ outcome: "server_error" });
    expect(String((await authorize(mock)).headers.location)).toBe(
      `${CALLBACK}?error=server_error&error_description=Something+went+wrong%2C+please+try+again&state=${STATE}`,
    );
  });

  it("app_token_error: the browser lands on the app page with that text, and may try again", async () => {
    await queue({ user: "ada", outcome: "app_token_error" });
    const app = await browser.login();
    expect(pageOf(app)).toBe("app");
    expect(app.body).toContain(">Could not get Vipps Login token</p>");
    const reloaded = await browser.fetch(String(browser.visited.at(-1)));
    expect(reloaded.body).toContain(">Could not get Vipps Login token</p>");
    const consent = await browser.submit(app, { choice: challengeOf(app).right });
    const end = await browser.submit(consent, { action: "accept" });
    expect(parameterOf(end, "code")).toBeDefined();
  });

  it.each([
    ["blocked", "app", "access_denied", TEXT.cancelled],
    ["no-app", "app", "access_denied", TEXT.cancelled],
    ["turns-18-tomorrow", "age", "access_denied", TEXT.cancelled],
    [
      "outdated-app",
      "app",
      "outdated_app_version",
      "The user's Vipps app version is too old and needs to be updated",
    ],
  ])("approve and app_token_error as %s: the rules still hold", async (user, rule, error, text) => {
    for (const outcome of ["approve", "app_token_error"] as const) {
      await queue({ user, outcome });
      expect(parametersOf(await authorize(mock))).toEqual([
        ["error", error],
        ["error_description", text],
        ["state", STATE],
      ]);
      const app = "documentation 2023; vipps-developers issue 143";
      expectReason(mock, rule, rule === "age" ? FAQ.age : app, user);
    }
  });

  it("approve: its user consents, also one who declines by habit", async () => {
    await queue({ user: "declines" });
    expect(parameterOf(await authorize(mock), "code")).toBeDefined();
  });

  it("approve: a user who was removed since is refused", async () => {
    await queue({ user: "ada" });
    await mock.sandbox.store.users.take("ada");
    expect(parameterOf(await authorize(mock), "error")).toBe("access_denied");
    expectReason(mock, "login-steps", "the mock's own", "removed meanwhile");
  });

  it("timeout: also for a user who was removed since", async () => {
    await queue({ user: "ada", outcome: "timeout" });
    await mock.sandbox.store.users.take("ada");
    expect(parameterOf(await authorize(mock), "error")).toBe("request_unauthorized");
  });

  it.each([
    ["openid", undefined],
    ["openid name", "consent_required"],
  ])("approve: prompt=none with %s asks nobody", async (scope, error) => {
    await queue({ user: "ada" });
    const end = await authorize(mock, { scope, prompt: "none" });
    expect(parameterOf(end, "error")).toBe(error);
  });

  it("approve: checks PKCE as ever", async () => {
    await queue({ user: "ada" });
    const end = await authorize(mock, { code_challenge: "x".repeat(43) });
    expect(parameterOf(end, "error")).toBe("invalid_request");
  });

  it("wins over automatic login, and over a login_hint that names nobody", async () => {
    await mock.sandboxes.change(mock.sandbox.id, (now) => ({ ...now, autoLogin: "ada" }));
    await queue({ user: "leap-day", times: 2 });
    for (const request of [{}, { login_hint: "nobody" }]) {
      const end = await authorize(mock, request);
      expect(await nameOf(parameterOf(end, "code"))).toBe("Liv Skuddår");
    }
    expect(await nameOf(parameterOf(await authorize(mock), "code"))).toBe("Ada Nordmann");
  });

  it("wins over a remembered browser, whose user it can match", async () => {
    await walkLogin(browser, { remember: true });
    await queue({ match: { user: "leap-day" }, outcome: "timeout" });
    await queue({ match: { user: "ada" }, outcome: "cancel" });
    await queue({ user: "leap-day" });
    const ends = [await browser.login(), await browser.login(), await browser.login()];
    expect(parameterOf(ends[0] ?? fail(), "error")).toBe("access_denied");
    expect(await nameOf(parameterOf(ends[1] ?? fail(), "code"))).toBe("Liv Skuddår");
    expect(await nameOf(parameterOf(ends[2] ?? fail(), "code"))).toBe("Ada Nordmann");
  });

  it.each([
    [null, { login_hint: "leap-day" }, "ada"],
    ["leap-day", {}, "leap-day"],
    ["leap-day", { login_hint: "nobody" }, "leap-day"],
    ["leap-day", { login_hint: "urn:msisdn:4799999999" }, undefined],
  ])(
    "matches whose login it would be, automatic login %s and %j in a browser of Ada: %s",
    async (autoLogin, fields, user) => {
      await walkLogin(browser, { remember: true });
      await mock.sandboxes.change(mock.sandbox.id, (now) => ({ ...now, autoLogin }));
      await queue({ match: { user: "leap-day" }, outcome: "cancel" });
      await queue({ match: { user: "ada" }, outcome: "cancel" });
      await browser.fetch(authorizePath(fields));
      const items = await readAll(mock.sandbox.store.scenarios);
      expect(items.find(({ hits }) => hits > 0)?.match.user).toBe(user);
    },
  );

  it("remember: the browser knows its user the next time", async () => {
    await queue({ user: "ada", remember: true });
    const first = await browser.fetch(authorizePath());
    expect(String(first.headers["set-cookie"])).toMatch(
      /^oauth2_authentication_session_insecure=\w{21}; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const second = await browser.fetch(authorizePath());
    expect(parameterOf(second, "code")).toBeDefined();
    expect(pageOf(await new Browser(mock).login())).toBe("phone");
  });

  it("remember: not when the login fails", async () => {
    await queue({ user: "ada", outcome: "cancel", remember: true });
    expect((await browser.fetch(authorizePath())).headers["set-cookie"]).toBeUndefined();
    expect(await readAll(mock.sandbox.store.browsers)).toEqual([]);
  });

  it("delay: its user takes so long, by the real time", async () => {
    await queue({ outcome: "cancel", delay: 0.3 });
    const before = performance.now();
    expect(parameterOf(await authorize(mock), "error")).toBe("access_denied");
    const took = performance.now() - before;
    expect(took).toBeGreaterThan(290);
    expect(await mock.sandbox.clock.now()).toBe(mock.wall.now);
  });

  it("delay: the login goes on at the moment that the sandbox's clock shows after it", async () => {
    await queue({ user: "ada", delay: 30 });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const login = authorize(mock);
    await until(turnTaken);
    await mock.sandbox.clock.advance(20 * MINUTE);
    vi.advanceTimersByTime(30_000);
    const code = parameterOf(await login, "code");
    expect((await requestToken(mock, code ?? "")).statusCode).toBe(200);
    const [asked] = await readAll(mock.sandbox.store.requests);
    expect(asked).toMatchObject({ endpoint: "auth", at: mock.wall.now });
  });

  it("delay: a reset meanwhile leaves its user in peace", async () => {
    await queue({ user: "ada", delay: 30 });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const login = authorize(mock);
    await until(turnTaken);
    await mock.sandboxes.reset(mock.sandbox.id);
    vi.advanceTimersByTime(30_000);
    expect(await nameOf(parameterOf(await login, "code"))).toBe("Ada Nordmann");
  });

  it("delay: the end of the server does not wait for it", async () => {
    await queue({ user: "ada", delay: 30 });
    const login = authorize(mock);
    await until(turnTaken);
    await mock.app.close();
    expect(parameterOf(await login, "code")).toBeDefined();
  });

  it("delay: a browser that goes away leaves its turn to the next", async () => {
    const { id } = await queue({ user: "ada", delay: 30 });
    const url = await mock.app.listen({ port: 0, host: "127.0.0.1" });
    const login = request(`${url}${authorizePath()}`, { agent: false });
    login.on("error", () => {}).end();
    await until(turnTaken);
    login.destroy();
    await until(async () => !(await turnTaken()));
    const { store } = mock.sandbox;
    expect(await readAll(store.codes)).toEqual([]);
    const [asked] = await readAll(store.requests);
    expect(asked).toMatchObject({ endpoint: "auth", scenario: id });
    expect(asked).not.toHaveProperty("status");
    expect(mock.log.map(({ msg }) => msg)).not.toContain("unexpected error");
  });

  it("is noted with the request that played it", async () => {
    const played: (string | undefined)[] = [];
    await mock.close();
    mock = await startMock({}, { isOwn: true });
    browser = new Browser(mock);
    mock.app.addHook("onResponse", async ({ exchange }) => {
      played.push(exchange.trace.scenario);
    });
    const { id } = await queue({ outcome: "cancel" });
    await authorize(mock);
    await authorize(mock);
    expect(played).toEqual([id, undefined]);
  });

  describe("for a user who is not known yet", () => {
    const identify = async (entry: Fields) => browser.submit(await browser.login(), entry);

    it.each([
      ["approve", undefined],
      ["cancel", "access_denied"],
      ["timeout", "request_unauthorized"],
      ["wrong_challenge", "wrong_challenge"],
      ["csrf_cookie_lost", "request_forbidden"],
      ["server_error", "server_error"],
    ] as const)("%s: is played once the user has said who it is", async (outcome, error) => {
      await queue({ match: { user: "ada" }, outcome });
      const end = await identify({ phone_number: "4712345678" });
      expect(parameterOf(end, "error")).toBe(error);
      expect(parameterOf(end, "code") === undefined).toBe(error !== undefined);
      expect(await readAll(mock.sandbox.store.logins)).toEqual([]);
    });

    it("app_token_error: the app says so from the start", async () => {
      await queue({ match: { user: "ada" }, outcome: "app_token_error" });
      const app = await identify({ fixture_user: "ada" });
      expect(pageOf(app)).toBe("app");
      expect(app.body).toContain(">Could not get Vipps Login token</p>");
      expect(parameterOf(await browser.submit(app, { action: "cancel" }), "error")).toBe(
        "access_denied",
      );
    });

    it("another user gets the pages as ever, and so does a scenario queued for everybody since", async () => {
      await queue({ match: { user: "ada" } });
      const phone = await browser.login();
      await queue({ outcome: "timeout" });
      const app = await browser.submit(phone, { fixture_user: "leap-day" });
      expect(pageOf(app)).toBe("app");
      const items = await readAll(mock.sandbox.store.scenarios);
      expect(items.map(({ hits }) => hits)).toEqual([0, 0]);
    });

    it("remember and the box mean the same", async () => {
      await queue({ match: { user: "ada" }, remember: true });
      await queue({ match: { user: "leap-day" } });
      expect(parameterOf(await identify({ fixture_user: "ada" }), "code")).toBeDefined();
      expect(await readAll(mock.sandbox.store.browsers)).toMatchObject([{ user: "ada" }]);
      browser = new Browser(mock);
      await identify({ fixture_user: "leap-day", remember: "yes" });
      expect(await readAll(mock.sandbox.store.browsers)).toHaveLength(2);
    });

    it("is played once, when the form is sent twice", async () => {
      await queue({ match: { user: "ada" }, outcome: "timeout", times: 2 });
      const phone = await browser.login();
      await Promise.all([1, 2].map(() => browser.submit(phone, { fixture_user: "ada" })));
      expect(await readAll(mock.sandbox.store.scenarios)).toMatchObject([{ hits: 1 }]);
    });
  });
});

function fail(): never {
  throw new Error("there is no such answer");
}
