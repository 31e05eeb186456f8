import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConfigInput } from "../../src/records/config.ts";
import { readAll } from "../../src/store/batches.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import type { Fields } from "../support/wire.ts";
import {
  authorize,
  authorizePath,
  BASE,
  Browser,
  CALLBACK,
  CHALLENGE,
  confirmedLogin,
  expectReason,
  formIn,
  jwtPart,
  PATH,
  pageOf,
  parameterOf,
  parametersOf,
  requestToken,
  STATE,
  TEXT,
  textOf,
  VERIFIER,
  walkLogin,
} from "../support/wire.ts";

/** The ways of a login between the browser, the user's app and the merchant's app (documentation 2023). */

let mock: Mock;
afterEach(() => mock.close());

const APP = "myapp://callback";
const APP_AUTH = "urn:vipps:acr:app_auth";

const queue = (body: object) => call(mock, "POST", "/scenarios", { body });

/** What the newest request to the authorization endpoint is noted with. */
async function notes(): Promise<readonly { readonly rule: string; readonly message: string }[]> {
  return (await call(mock, "GET", "/requests?endpoint=auth")).body.items.at(-1).notes;
}

/** Goes to the app of Ada; her phone is the device with the browser. */
async function openApp(browser: Browser, request: Fields) {
  return browser.submit(await browser.login(request), { fixture_user: "ada" });
}

/** Presses the one button of an app that asks for a plain yes. */
async function confirm(browser: Browser, page: Awaited<ReturnType<typeof openApp>>) {
  const choice = /name="choice" value="(\d\d)" data-testid="confirm"/.exec(page.body)?.[1];
  return browser.submit(page, { choice });
}

describe("app_to_app", () => {
  const flow = { requested_flow: "app_to_app", app_callback_uri: APP, scope: "openid" };

  beforeEach(async () => {
    mock = await startMock();
  });

  /** The address that the merchant's app is told to open in the browser. */
  const resumeUriOf = (response: Awaited<ReturnType<typeof openApp>>) =>
    parameterOf(response, "resume_uri") ?? "";

  it("confirms in the app, calls the merchant's app, and finishes where that resumes", async () => {
    const browser = new Browser(mock);
    const page = await openApp(browser, flow);
    expect(pageOf(page)).toBe("app");
    expect(textOf(page, "challenge")).toBeUndefined();
    const called = await confirm(browser, page);
    expect(called.statusCode).toBe(302);
    expect(called.headers.location).toMatch(
      new RegExp(
        `^${APP}\\?state=${STATE}&resume_uri=http%3A%2F%2Flocalhost%3A4747%2Fvipps-login-idp%2Findex\\.html%3FtabId%3D[0-9a-f]{32}$`,
      ),
    );
    const end = await browser.open(resumeUriOf(called));
    expect(end.headers.location).toMatch(new RegExp(`^${CALLBACK}\\?code=.*&state=${STATE}$`));
    const tokens = await requestToken(mock, parameterOf(end, "code") ?? "");
    expect(tokens.statusCode).toBe(200);
  });

  it("asks for the consent in the browser that resumes", async () => {
    const browser = new Browser(mock);
    const called = await confirm(
      browser,
      await openApp(browser, { ...flow, scope: "openid name" }),
    );
    const consent = await browser.open(resumeUriOf(called));
    expect(pageOf(consent)).toBe("consent");
    expect(parameterOf(await browser.submit(consent, { action: "accept" }), "code")).toBeDefined();
  });

  it("is refused the code in a browser without the cookies", async () => {
    const browser = new Browser(mock);
    const called = await confirm(browser, await openApp(browser, flow));
    const stranger = await new Browser(mock).open(resumeUriOf(called));
    expect(stranger.headers.location).toContain(`${CALLBACK}?error=request_forbidden&`);
    const end = await browser.open(resumeUriOf(called));
    expect(parameterOf(end, "code"), "the right browser may still come").toBeDefined();
  });

  it("resumes once", async () => {
    const browser = new Browser(mock);
    const called = await confirm(browser, await openApp(browser, flow));
    await browser.open(resumeUriOf(called));
    const again = await browser.open(resumeUriOf(called));
    expect(pageOf(again)).toBe("ended");
    expectReason(mock, "login-steps", "Hydra 1.10.6", "under this tabId");
  });

  it("resumes within the half hour", async () => {
    const browser = new Browser(mock);
    const called = await confirm(browser, await openApp(browser, flow));
    await mock.sandbox.clock.advance(30 * 60);
    const late = await browser.open(resumeUriOf(called));
    expect(late.headers.location).toContain(`${CALLBACK}?error=request_unauthorized&`);
  });

  it.each([
    ["who cancels", { action: "cancel" }, "access_denied"],
    ["whose app is too old", { outcome: "outdated_app" }, "outdated_app_version"],
  ])("tells the merchant's app of a user %s", async (_, fields, error) => {
    const browser = new Browser(mock);
    const end = await browser.submit(await openApp(browser, flow), fields);
    expect(end.headers.location).toBe(`${APP}?state=${STATE}&error=${error}`);
    expect(await readAll(mock.sandbox.store.logins)).toEqual([]);
  });

  it("tells the merchant's app of an app that is too old for the first step", async () => {
    const browser = new Browser(mock);
    const end = await browser.submit(await browser.login(flow), { fixture_user: "outdated-app" });
    expect(end.headers.location).toBe(`${APP}?state=${STATE}&error=outdated_app_version`);
  });

  it.each([
    ["who cancels before there is an app", {}],
    ["who has no app at all", { fixture_user: "no-app" }],
  ])("tells the redirect URI of a user %s", async (_, entry: Fields) => {
    const browser = new Browser(mock);
    let phone = await browser.login(flow);
    if (entry["fixture_user"]) phone = await browser.submit(phone, entry);
    const end = await browser.submit(phone, { action: "cancel" });
    expect(end.headers.location).toContain(`${CALLBACK}?error=access_denied&`);
  });

  it("tells the redirect URI of a user who declines the consent after that", async () => {
    const browser = new Browser(mock);
    const called = await confirm(
      browser,
      await openApp(browser, { ...flow, scope: "openid name" }),
    );
    const end = await browser.submit(await browser.open(resumeUriOf(called)), {
      action: "decline",
    });
    expect(end.headers.location).toContain(`${CALLBACK}?error=access_denied&`);
  });

  it("remembers the browser that resumes, and leads it straight back the next time", async () => {
    const browser = new Browser(mock);
    const phone = await browser.login(flow);
    const app = await browser.submit(phone, { fixture_user: "ada", remember: "yes" });
    const called = await confirm(browser, app);
    expect(await readAll(mock.sandbox.store.browsers)).toEqual([]);
    await browser.open(resumeUriOf(called));
    expect(await readAll(mock.sandbox.store.browsers)).toHaveLength(1);
    const straight = await browser.fetch(authorizePath(flow));
    expect(straight.headers.location).toContain(`${CALLBACK}?code=`);
  });

  it("is kept with all it needs when the sandbox is exported and imported on the way", async () => {
    const browser = new Browser(mock);
    const page = await openApp(browser, flow);
    const keep = async () => {
      const { body } = await call(mock, "GET", "/state");
      await call(mock, "POST", "/state/reset");
      expect((await call(mock, "PUT", "/state", { body })).status).toBe(204);
    };
    await keep();
    const called = await confirm(browser, page);
    await keep();
    expect(parameterOf(await browser.open(resumeUriOf(called)), "code")).toBeDefined();
  });

  it("with prompt=none in a browser that remembers nobody tells the redirect URI", async () => {
    const response = await authorize(mock, { ...flow, prompt: "none" });
    expect(response.headers.location).toContain(`${CALLBACK}?error=login_required&`);
  });

  it("without app_callback_uri is refused", async () => {
    const response = await authorize(mock, { requested_flow: "app_to_app" });
    expect(response.headers.location).toBe(
      `${CALLBACK}?error=invalid_app_callback_uri&error_description=The+app+callback+uri+is+not+on+a+valid+format&state=${STATE}`,
    );
    expectReason(
      mock,
      "app-callback-uri",
      "What are the requirements for Redirect URIs?",
      "requested_flow=app_to_app was sent without app_callback_uri",
    );
  });

  describe("without a person", () => {
    it.each<[string, ConfigInput]>([
      ["an automatic login", { autoLogin: "ada" }],
      ["a scenario", { scenarios: [{ user: "ada" }] }],
    ])("goes the same way: %s", async (_, config) => {
      await mock.close();
      mock = await startMock(config);
      const browser = new Browser(mock);
      const called = await browser.login({ ...flow, scope: "openid name" });
      expect(called.headers.location).toMatch(new RegExp(`^${APP}\\?state=${STATE}&resume_uri=`));
      const end = await browser.open(resumeUriOf(called));
      expect(parameterOf(end, "code")).toBeDefined();
    });

    it.each([
      ["cancel", APP, "access_denied"],
      ["wrong_challenge", APP, "wrong_challenge"],
      ["outdated_app", APP, "outdated_app_version"],
      ["server_error", APP, "server_error"],
      [{ error: "unknown_error" }, APP, "unknown_error"],
      [{ error: "unknown_reject_reason" }, APP, "unknown_reject_reason"],
      ["timeout", CALLBACK, "request_unauthorized"],
      ["csrf_cookie_lost", CALLBACK, "request_forbidden"],
      [{ error: "temporarily_unavailable" }, APP, "temporarily_unavailable"],
    ])("%j is told to %s as %s", async (outcome, to, error) => {
      await queue({ outcome });
      const end = await authorize(mock, flow);
      expect(String(end.headers.location).split("?")[0]).toBe(to);
      expect(parameterOf(end, "error")).toBe(error);
      expect(parameterOf(end, "state")).toBe(STATE);
      if (to === APP) expect(parameterOf(end, "error_description")).toBeUndefined();
    });

    it("a scenario that waits for its user answers on the way to the app", async () => {
      await queue({ match: { user: "ada" } });
      const browser = new Browser(mock);
      const called = await openApp(browser, flow);
      expect(resumeUriOf(called)).toContain("/index.html?tabId=");
      expect(parameterOf(await browser.open(resumeUriOf(called)), "code")).toBeDefined();
    });

    it("an approval over the control API sends the browser to the merchant's app", async () => {
      const browser = new Browser(mock);
      await openApp(browser, { ...flow, scope: "openid name" });
      const [{ id }] = (await call(mock, "GET", "/logins")).body.items;
      const { body: approved } = await call(mock, "POST", `/logins/${id}/approve`);
      expect(approved.status).toBe("approved");
      const called = await browser.open(approved.redirectUrl);
      expect(called.headers.location).toMatch(new RegExp(`^${APP}\\?state=`));
      const { body: left } = await call(mock, "GET", `/logins/${id}`);
      expect(left.status, "what was answered stays answered on the way").toBe("approved");
      expect(parameterOf(await browser.open(resumeUriOf(called)), "code")).toBeDefined();
    });

    it("an approval before it is known whose login it is takes the same way", async () => {
      const browser = new Browser(mock);
      await browser.login(flow);
      const [{ id }] = (await call(mock, "GET", "/logins")).body.items;
      const { body } = await call(mock, "POST", `/logins/${id}/approve`, { body: { user: "ada" } });
      const called = await browser.open(body.redirectUrl);
      expect(called.headers.location).toMatch(new RegExp(`^${APP}\\?state=`));
      expect(parameterOf(await browser.open(resumeUriOf(called)), "code")).toBeDefined();
    });

    it("an approval of the consent after resume_uri calls no app again", async () => {
      const browser = new Browser(mock);
      const request = { ...flow, scope: "openid name" };
      const called = await confirm(browser, await openApp(browser, request));
      expect(pageOf(await browser.open(resumeUriOf(called)))).toBe("consent");
      const [{ id }] = (await call(mock, "GET", "/logins")).body.items;
      const { body } = await call(mock, "POST", `/logins/${id}/approve`);
      expect(parameterOf(await browser.open(body.redirectUrl), "code")).toBeDefined();
    });

    it("a rejection tells the merchant's app, once the app is open", async () => {
      const browser = new Browser(mock);
      await openApp(browser, flow);
      const [{ id }] = (await call(mock, "GET", "/logins")).body.items;
      const { body } = await call(mock, "POST", `/logins/${id}/reject`);
      const end = await browser.open(body.redirectUrl);
      expect(end.headers.location).toBe(`${APP}?state=${STATE}&error=access_denied`);
    });

    it.each([
      ["no-app", CALLBACK, "access_denied"],
      ["outdated-app", APP, "outdated_app_version"],
    ])("an automatic login of %s is told to %s", async (autoLogin, to, error) => {
      await mock.close();
      mock = await startMock({ autoLogin });
      const end = await authorize(mock, flow);
      expect(String(end.headers.location).split("?")[0]).toBe(to);
      expect(parameterOf(end, "error")).toBe(error);
    });

    it("a login that waits for its consent in the browser says so meanwhile", async () => {
      const browser = new Browser(mock);
      const { action, hidden } = formIn(await openApp(browser, { ...flow, scope: "openid name" }));
      const [{ id, challenge }] = (await call(mock, "GET", "/logins")).body.items;
      const answered = await browser.fetch(action, { ...hidden, choice: String(challenge) });
      const status = async () => (await call(mock, "GET", `/logins/${id}`)).body.status;
      expect(await status()).toBe("consent");
      await browser.open(String(answered.headers.location));
      expect(await status()).toBe("consent");
    });
  });
});

describe("automatic_return_from_vipps_app", () => {
  const flow = { requested_flow: "automatic_return_from_vipps_app" };

  beforeEach(async () => {
    mock = await startMock();
  });

  it("finishes in a browser that had no cookies, which then keeps those of the consent page", async () => {
    const back = await confirmedLogin(new Browser(mock), "ada", flow);
    const other = new Browser(mock);
    const consent = await other.open(back);
    expect(pageOf(consent)).toBe("consent");
    const { action, hidden } = formIn(consent);
    const end = await other.open(action, { ...hidden, action: "accept" });
    expect(parametersOf(end)).toEqual([
      ["code", expect.any(String)],
      ["scope", "openid name"],
      ["state", STATE],
    ]);
    const tokens = await requestToken(mock, parameterOf(end, "code") ?? "");
    expect(tokens.statusCode).toBe(200);
  });

  it("needs the cookie of the consent page, from which nothing leads to another browser", async () => {
    const back = await confirmedLogin(new Browser(mock), "ada", flow);
    const { action, hidden } = formIn(await new Browser(mock).open(back));
    const end = await new Browser(mock).open(action, { ...hidden, action: "accept" });
    expect(parameterOf(end, "error")).toBe("request_forbidden");
  });

  it("finishes in a browser that is in the middle of another login", async () => {
    const back = await confirmedLogin(new Browser(mock), "ada", { ...flow, scope: "openid" });
    const other = new Browser(mock);
    await other.login();
    expect(parameterOf(await other.fetch(back), "code")).toBeDefined();
  });

  it.each([undefined, "no_dialog_at_all", "app_to_app_v2"])(
    "with requested_flow %s the same browser must come back",
    async (requested_flow) => {
      const back = await confirmedLogin(new Browser(mock), "ada", { requested_flow });
      const end = await new Browser(mock).fetch(back);
      expect(parametersOf(end)).toEqual([
        ["error", "request_forbidden"],
        [
          "error_description",
          `${TEXT.request_forbidden} No CSRF value available in the session cookie.`,
        ],
        ["state", STATE],
      ]);
    },
  );

  it("a request that only claims the flow on the way back is none of it", async () => {
    const back = await confirmedLogin(new Browser(mock), "ada");
    const end = await new Browser(mock).fetch(`${back}&${new URLSearchParams(flow)}`);
    expect(parameterOf(end, "error")).toBe("request_forbidden");
  });

  it("still spends its way back once", async () => {
    const back = await confirmedLogin(new Browser(mock), "ada", { ...flow, scope: "openid" });
    await new Browser(mock).fetch(back);
    expect(parameterOf(await new Browser(mock).fetch(back), "error")).toBe("access_denied");
  });
});

describe("no_dialog", () => {
  const flow = { requested_flow: "no_dialog" };
  const interactionRequired = `${CALLBACK}?error=interaction_required&error_description=User+interaction+is+required&state=${STATE}`;

  beforeEach(async () => {
    mock = await startMock();
  });

  it("in a browser that remembers nobody needs an interaction", async () => {
    const response = await authorize(mock, flow);
    expect(response.headers.location).toBe(interactionRequired);
    expectReason(mock, "requested-flow", "documentation 2023", "this browser remembers nobody");
    expect(await readAll(mock.sandbox.store.logins)).toEqual([]);
  });

  it("of a remembered user without the consent needs one too", async () => {
    const browser = new Browser(mock);
    await walkLogin(browser, { remember: true, request: { scope: "openid" } });
    const response = await browser.fetch(authorizePath(flow));
    expect(response.headers.location).toBe(interactionRequired);
    expectReason(mock, "requested-flow", "documentation 2023", "has not consented");
  });

  it("of a remembered user with the consent is silent", async () => {
    const browser = new Browser(mock);
    await walkLogin(browser, { remember: true });
    expect(parameterOf(await browser.fetch(authorizePath(flow)), "code")).toBeDefined();
  });

  it.each([
    ["an automatic login", { autoLogin: "ada" }, "code"],
    ["a user whom a scenario lets approve", { scenarios: [{ user: "ada" }] }, "error"],
  ])("asks nobody: %s", async (_, config, parameter) => {
    await mock.close();
    mock = await startMock(config);
    expect(parameterOf(await authorize(mock, flow), parameter)).toBeDefined();
  });

  it("is ignored in 2026, with a note", async () => {
    await mock.close();
    mock = await startMock({ profile: "2026" });
    expect(pageOf(await new Browser(mock).login(flow))).toBe("phone");
    expect(await notes()).toMatchObject([
      { rule: "requested-flow", message: expect.stringContaining("removed in October 2023") },
    ]);
  });
});

describe("app_to_app_v2", () => {
  const pkce = { code_challenge: CHALLENGE, code_challenge_method: "S256" };
  const flow = { requested_flow: "app_to_app_v2", redirect_uri: APP, ...pkce };

  beforeEach(async () => {
    mock = await startMock({ profile: "2026" });
  });

  it("takes the consent in the app and returns straight to the redirect URI", async () => {
    const browser = new Browser(mock);
    const page = await openApp(browser, flow);
    expect(pageOf(page)).toBe("app");
    expect(page.body).toContain('data-testid="consent-item-name"');
    const end = await confirm(browser, page);
    expect(end.headers.location).toMatch(new RegExp(`^${APP}\\?code=.*&state=${STATE}$`));
    expect(browser.visited.some((url) => url.includes(PATH.consent))).toBe(false);
    const tokens = await requestToken(mock, parameterOf(end, "code") ?? "", {
      redirect_uri: APP,
      code_verifier: VERIFIER,
    });
    expect(tokens.json()).toHaveProperty("id_token");
    expect((await call(mock, "GET", "/consents?user=ada")).body.items).toMatchObject([
      { scopes: ["name"] },
    ]);
    const second = await openApp(new Browser(mock), flow);
    expect(second.body, "asked once").not.toContain("consent-item");
  });

  it("needs no cookies: there is no browser between the apps", async () => {
    const { action, hidden } = formIn(await openApp(new Browser(mock), flow));
    const [{ challenge }] = (await call(mock, "GET", "/logins")).body.items;
    const end = await new Browser(mock).open(action, { ...hidden, choice: String(challenge) });
    expect(parameterOf(end, "code")).toBeDefined();
  });

  it("tells the redirect URI of a user who cancels", async () => {
    const browser = new Browser(mock);
    const end = await browser.submit(await openApp(browser, flow), { action: "cancel" });
    expect(end.headers.location).toContain(`${APP}?error=access_denied&`);
  });

  it("asks a user whom the browser remembers all the same", async () => {
    const browser = new Browser(mock);
    await walkLogin(browser, { remember: true });
    expect(pageOf(await browser.login(flow))).toBe("phone");
  });

  it.each<[string, Fields, string]>([
    [
      "no challenge",
      { code_challenge: undefined, code_challenge_method: undefined },
      "Clients must include a code_challenge when performing the authorize code flow, but it is missing.",
    ],
    [
      "plain",
      { code_challenge_method: "plain" },
      "Clients must use code_challenge_method=S256, plain is not allowed.",
    ],
  ])("is refused the code with %s", async (_, without, hint) => {
    const browser = new Browser(mock);
    const end = await confirm(browser, await openApp(browser, { ...flow, ...without }));
    expect(parametersOf(end)).toEqual([
      ["error", "invalid_request"],
      ["error_description", `${TEXT.invalid_request} ${hint}`],
      ["state", STATE],
    ]);
  });

  it("is ignored in 2023, with a note", async () => {
    await mock.close();
    mock = await startMock();
    const page = await openApp(new Browser(mock), { ...flow, code_challenge: undefined });
    expect(textOf(page, "challenge")).toMatch(/^\d\d$/);
    const [, ...later] = (await call(mock, "GET", "/requests?endpoint=auth")).body.items;
    expect(later, "told once").toEqual([]);
    expect(await notes()).toMatchObject([
      { rule: "requested-flow", message: expect.stringContaining("it came after 2023") },
    ]);
  });
});

describe("acr_values", () => {
  const wish = { acr_values: APP_AUTH };

  it("in 2026 a remembered browser is not enough, and the ID token says so", async () => {
    mock = await startMock({ profile: "2026" });
    const browser = new Browser(mock);
    await walkLogin(browser, { remember: true });
    expect(parameterOf(await browser.login(), "code")).toBeDefined();
    const end = await walkLogin(browser, { request: wish });
    expect(browser.visited.filter((url) => url.includes("login_challenge="))).toHaveLength(4);
    const tokens = await requestToken(mock, parameterOf(end, "code") ?? "");
    expect(JSON.parse(jwtPart(tokens.json().id_token, 1)).acr).toBe(APP_AUTH);
  });

  it("in 2026 there is no box to be remembered, and none that counts", async () => {
    mock = await startMock({ profile: "2026" });
    const browser = new Browser(mock);
    const phone = await browser.login(wish);
    expect(phone.body).not.toContain('name="remember"');
    await walkLogin(browser, { remember: true, request: wish });
    expect(await readAll(mock.sandbox.store.browsers)).toEqual([]);
  });

  it("in 2026 an approval that wants to be remembered is refused, one that does not passes", async () => {
    mock = await startMock({ profile: "2026" });
    await new Browser(mock).login(wish);
    const [{ id }] = (await call(mock, "GET", "/logins")).body.items;
    const approve = (remember: boolean) =>
      call(mock, "POST", `/logins/${id}/approve`, { body: { user: "ada", remember } });
    const { status, body } = await approve(true);
    expect(status).toBe(409);
    expect(body.errors).toMatchObject([{ path: "remember", value: true }]);
    expect((await approve(false)).status).toBe(200);
  });

  it("in 2026 an automatic login has confirmed in the app", async () => {
    mock = await startMock({ profile: "2026", autoLogin: "ada" });
    const code = parameterOf(await authorize(mock, wish), "code") ?? "";
    const { id_token } = (await requestToken(mock, code)).json();
    expect(JSON.parse(jwtPart(id_token, 1)).acr).toBe(APP_AUTH);
  });

  it("in 2026 prompt=none cannot be silent", async () => {
    mock = await startMock({ profile: "2026" });
    const browser = new Browser(mock);
    await walkLogin(browser, { remember: true });
    const silent = { ...wish, prompt: "none" };
    expect(parameterOf(await browser.login(silent), "error")).toBe("login_required");
  });

  it("in 2023 they change nothing, with a note", async () => {
    mock = await startMock();
    const browser = new Browser(mock);
    await walkLogin(browser, { remember: true });
    const code = parameterOf(await browser.login(wish), "code") ?? "";
    const { id_token } = (await requestToken(mock, code)).json();
    expect(JSON.parse(jwtPart(id_token, 1))).not.toHaveProperty("acr");
    expect(await notes()).toMatchObject([{ rule: "remembered" }]);
  });
});

describe("what is noted and nothing else", () => {
  beforeEach(async () => {
    mock = await startMock();
  });

  it.each([
    [{ requested_flow: "automatic_return" }, "requested-flow"],
    [{ acr_values: "loa4" }, "acr-values"],
    [{ final_redirect_is_app: "1" }, "final-redirect-is-app"],
    [{ market: "GL" }, "market"],
    [{ app_callback_uri: APP }, "requested-flow"],
  ])("%j", async (request, rule) => {
    expect(pageOf(await new Browser(mock).login(request))).toBe("phone");
    expect(await notes()).toMatchObject([{ rule }]);
  });

  it.each([
    { market: "SE" },
    { final_redirect_is_app: "true", redirect_uri: APP },
    { requested_flow: "automatic_return_from_vipps_app" },
  ])("%j is not even noted", async (request) => {
    expect(pageOf(await new Browser(mock).login(request))).toBe("phone");
    expect(await notes()).toEqual([]);
  });

  it("a login to an app ends by redirect, whatever final_redirect_is_app says", async () => {
    for (const final_redirect_is_app of ["true", "false", undefined]) {
      const request = { final_redirect_is_app, redirect_uri: APP };
      const end = await walkLogin(new Browser(mock), { request });
      expect(end.statusCode).toBe(302);
      expect(end.headers.location).toMatch(new RegExp(`^${APP}\\?code=`));
    }
  });

  it("a page that nobody knows is the error page", async () => {
    const end = await new Browser(mock).open(`${BASE}/vipps-login-idp/index.html?tabId=nothing`);
    expect(pageOf(end)).toBe("error");
  });
});
