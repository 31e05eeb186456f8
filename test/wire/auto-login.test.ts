import { afterEach, describe, expect, it } from "vitest";
import type { ConfigInput } from "../../src/records/config.ts";
import { readAll } from "../../src/store/batches.ts";
import type { Mock } from "../support/mock.ts";
import { loggedRequests, startMock } from "../support/mock.ts";
import { addScenario } from "../support/scenarios.ts";
import type { Fields } from "../support/wire.ts";
import {
  authorize,
  authorizePath,
  BASE,
  Browser,
  CALLBACK,
  expectReason,
  PATH,
  pageOf,
  parameterOf,
  parametersOf,
  requestToken,
  STATE,
  TEXT,
  textOf,
  userinfo,
} from "../support/wire.ts";

describe("automatic login", () => {
  let mock: Mock;
  afterEach(() => mock.close());

  async function start(autoLogin: string | null, more: ConfigInput = {}): Promise<void> {
    mock = await startMock({ autoLogin, ...more });
  }

  /** Whose login it became. */
  async function nameAfter(request: Fields): Promise<string> {
    const end = await authorize(mock, request);
    const code = parameterOf(end, "code") ?? "";
    const { access_token } = (await requestToken(mock, code)).json();
    return (await userinfo(mock, access_token)).json().name;
  }

  it.each([
    ["the user's id", "ada"],
    ["the user's number", "4712345678"],
  ])("named by %s: one request, and the code is there", async (_, autoLogin) => {
    await start(autoLogin);
    const end = await authorize(mock);
    expect(end.statusCode).toBe(302);
    expect(String(end.headers.location)).toMatch(
      /^https:\/\/example\.com\/callback\?code=[\w-]{43}\.[\w-]{43}&scope=openid\+name&state=state-of-the-test$/,
    );
    expect(end.headers["set-cookie"]).toBeUndefined();
    expect(await nameAfter({})).toBe("Ada Nordmann");
    expect(await readAll(mock.sandbox.store.logins)).toEqual([]);
  });

  it("completes a silent login at once, the first one too, unless the user declines", async () => {
    await start("ada");
    const end = await authorize(mock, { prompt: "none" });
    expect(parameterOf(end, "code")).toBeDefined();
    await mock.sandbox.store.users.update("ada", (ada) => ({ ...ada, consentAnswer: "decline" }));
    const more = await authorize(mock, { prompt: "none", scope: "openid email" });
    expect(parameterOf(more, "error_description")).toBe(TEXT.cancelled);
  });

  it.each([
    ["urn:msisdn:4799000011", "Liv Skuddår"],
    ["urn:mobilenumber:99000011", "Liv Skuddår"],
    ["4799000011", "Liv Skuddår"],
    ["+47 99 00 00 11", "Liv Skuddår"],
    ["tel:+47-99000011", "Liv Skuddår"],
    ["99000011", "Liv Skuddår"],
    ["leap-day", "Liv Skuddår"],
  ])("login_hint=%s chooses another user", async (login_hint, name) => {
    await start("ada");
    expect(await nameAfter({ login_hint })).toBe(name);
    expect(await nameAfter({})).toBe("Ada Nordmann");
  });

  it.each([
    "urn:msisdn:4799000099",
    "urn:mobilenumber:4712345678",
    "urn:msisdn:",
    "4799000099",
    "+47 99 00 00 99",
    "tel:+4799000099",
  ])("login_hint=%s, the phone number of nobody, is a loud error", async (login_hint) => {
    await start("ada");
    const browser = new Browser(mock);
    const page = await browser.open(authorizePath({ login_hint }));
    expect([page.statusCode, pageOf(page)]).toEqual([400, "error"]);
    expect(browser.visited.at(-1)).toMatch(`${BASE}${PATH.error}?error=invalid_request`);
    const description = textOf(page, "error-description");
    expect(description).toContain(`Automatic login is on, but no user is called ${login_hint}.`);
    expectReason(mock, "user", "the mock's own", login_hint);
  });

  it("the loud error names the closest user", async () => {
    await start("ada");
    await authorize(mock, { login_hint: "4712345679" });
    expect(mock.log.at(-1)?.diagnosis?.closest).toBe("4712345678");
  });

  it.each([
    ["someone@example.com", undefined],
    ["auth0|6f1c2d3e", undefined],
    ["100234", undefined],
    ["7", undefined],
    ["1990-01-01", undefined],
    ["4712345678x", "4712345678"],
    ["adda", "ada"],
  ])(
    "login_hint=%s, which is no phone number, is ignored with a note",
    async (login_hint, closest) => {
      await start("ada");
      expect(await nameAfter({ login_hint })).toBe("Ada Nordmann");
      const [logged] = await loggedRequests(mock);
      expect(logged).not.toHaveProperty("diagnosis");
      expect(logged?.notes).toMatchObject([
        {
          rule: "login-hint",
          source: "OpenID Connect Core §3.1.2.1",
          message: `login_hint ${login_hint} names no user and is ignored: ada logs in`,
          detail: expect.stringContaining("urn:msisdn:4712345678"),
        },
      ]);
      expect(logged?.notes[0]?.closest).toBe(closest);
      expect(
        mock.log.some(({ msg }) => msg.startsWith(`login_hint ${login_hint} names no user`)),
      ).toBe(true);
    },
  );

  it("a scenario for the configured user is for a login with such a hint too", async () => {
    await start("ada");
    await addScenario(mock.sandbox, { match: { user: "ada" }, outcome: "cancel" });
    const end = await authorize(mock, { login_hint: "someone@example.com" });
    expect(parameterOf(end, "error")).toBe("access_denied");
  });

  it("a user who was removed since is a loud error too", async () => {
    await start("ada");
    await mock.sandbox.store.users.take("ada");
    expect(String((await authorize(mock)).headers.location)).toContain("no+user+is+called+ada");
  });

  it("writes the consent down as the user gives it, and asks for none twice", async () => {
    await start("ada");
    await authorize(mock, { scope: "openid email" });
    await authorize(mock, { scope: "openid email" });
    const items = await readAll(mock.sandbox.store.consents);
    expect(items.map(({ user, scopes }) => [user, scopes])).toEqual([["ada", ["email"]]]);
  });

  it.each([
    ["declines", "access_denied", TEXT.cancelled],
    ["turns-18-tomorrow", "access_denied", TEXT.cancelled],
    ["blocked", "access_denied", TEXT.cancelled],
    ["no-app", "access_denied", TEXT.cancelled],
    [
      "outdated-app",
      "outdated_app_version",
      "The user's Vipps app version is too old and needs to be updated",
    ],
  ])("as %s ends as it would by hand", async (user, error, description) => {
    await start(user);
    const end = await authorize(mock);
    expect(String(end.headers.location).startsWith(`${CALLBACK}?`)).toBe(true);
    expect(parametersOf(end)).toEqual([
      ["error", error],
      ["error_description", description],
      ["state", STATE],
    ]);
    expect(await readAll(mock.sandbox.store.consents)).toEqual([]);
  });

  it("somebody who declines can still log in without sharing anything", async () => {
    await start("declines");
    expect(parameterOf(await authorize(mock, { scope: "openid" }), "code")).toBeDefined();
  });

  it("checks the request as strictly as ever", async () => {
    await start("ada");
    for (const [request, error] of [
      [{ state: "short" }, "invalid_state"],
      [{ scope: "openid nin" }, "invalid_scope"],
      [{ redirect_uri: "https://evil.example/" }, "invalid_request"],
      [{ client_id: "nobody" }, "invalid_client"],
    ] as const) {
      expect(parameterOf(await authorize(mock, request), "error")).toBe(error);
    }
  });

  it("is off unless it is asked for: then login_hint chooses nobody", async () => {
    await start(null);
    const page = await new Browser(mock).login({ login_hint: "urn:msisdn:4799000011" });
    expect(pageOf(page)).toBe("phone");
  });
});
