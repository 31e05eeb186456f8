import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAll } from "../../src/store/batches.ts";
import { call } from "../support/control.ts";
import { beforeUpdate } from "../support/meanwhile.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import type { Fields } from "../support/wire.ts";
import {
  Browser,
  challengeOf,
  confirmedLogin,
  get,
  OUTLET,
  PATH,
  pageOf,
  parameterOf,
  parametersOf,
  SHOP,
  STATE,
  TEXT,
  walkLogin,
} from "../support/wire.ts";

describe("logins", () => {
  let mock: Mock;
  let browser: Browser;
  beforeEach(async () => {
    mock = await startMock();
    browser = new Browser(mock);
  });
  afterEach(() => mock.close());

  /** Where a test comes between the steps of a server, it has to be that one. */
  async function onOneServer(): Promise<void> {
    await mock.close();
    mock = await startMock({}, { servers: 1 });
    browser = new Browser(mock);
  }
  const list = async (query = "") => (await call(mock, "GET", `/logins${query}`)).body.items;
  const theOne = async () => (await list())[0].id as string;
  const act = (id: string, action: "approve" | "reject" | "expire", body?: object) =>
    call(mock, "POST", `/logins/${id}/${action}`, body ? { body } : {});

  /** Where a login waits, and the page that its browser shows there. */
  const waits = {
    identify: (request: Fields = {}) => browser.login(request),
    confirm: async (request: Fields = {}) =>
      browser.submit(await browser.login(request), { fixture_user: "ada" }),
    consent: async (request: Fields = {}) =>
      browser.open(await confirmedLogin(browser, "ada", request)),
  };
  const stages = ["identify", "confirm", "consent"] as const;

  /** The numbers that the app shows. */
  const choicesOf = (app: { readonly body: string }) =>
    [...app.body.matchAll(/name="choice" value="(\d+)"/g)].map(([, number]) => Number(number));

  /** What the browser gets that loads its page again. */
  const reload = () => browser.open(String(browser.visited.at(-1)));

  it("are listed with what a person would see of them", async () => {
    expect(await list()).toEqual([]);
    const phone = await waits.identify({ scope: "openid email" });
    const common = {
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      flow: "browser",
      clientId: SHOP.id,
      scopes: ["openid", "email"],
      expiresAt: "2023-05-17T10:30:00Z",
    };
    expect(await list()).toEqual([{ ...common, status: "identify" }]);
    const app = await browser.submit(phone, { fixture_user: "ada" });
    const challenge = Number(challengeOf(app).right);
    const asked = { consent: { scopes: ["email"], in: "browser" } };
    const confirming = {
      ...{ ...common, ...asked, status: "confirm", user: "ada", challenge },
      choices: choicesOf(app),
    };
    expect(await list()).toEqual([confirming]);
    expect((await call(mock, "GET", `/logins/${await theOne()}`)).body).toEqual(confirming);
    const consent = await browser.submit(app, { choice: String(challenge) });
    expect(await list()).toEqual([{ ...common, ...asked, status: "consent", user: "ada" }]);
    await browser.submit(consent, { action: "accept" });
    expect(await list()).toEqual([]);
  });

  it("are listed by user, by client, by status, and in pages", async () => {
    await waits.confirm();
    await new Browser(mock).login({ client_id: OUTLET.id });
    await new Browser(mock).login();
    const ids = (await list()).map(({ id }: { id: string }) => id);
    const found = async (query: string) =>
      (await list(query)).map(({ id }: { id: string }) => ids.indexOf(id));
    expect(await found("?user=4712345678")).toEqual([0]);
    expect(await found(`?clientId=${OUTLET.id}`)).toEqual([1]);
    expect(await found(`?clientId=${SHOP.id}&status=identify`)).toEqual([2]);
    expect(await found("?status=expired")).toEqual([]);
    expect(await found(`?limit=1&after=${ids[0]}`)).toEqual([1]);
    await mock.sandbox.clock.advance(30 * 60);
    expect(await found("")).toEqual([]);
    expect(await found("?status=expired")).toEqual([0, 1, 2]);
  });

  it.each([
    ["?user=adda", 404, 'did you mean "ada"?'],
    [`?clientId=${SHOP.id.replace("1", "2")}`, 404, "did you mean"],
    ["?status=waiting", 400, "expected one of"],
    ["?client=x", 400, "unknown key"],
  ])("a filter that can match nothing is refused: %s", async (query, status, told) => {
    const answer = await call(mock, "GET", `/logins${query}`);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(told)]);
  });

  describe.each(stages)("that wait at %s", (stage) => {
    const approval = stage === "identify" ? { user: "4712345678" } : undefined;

    it("are approved: the browser's next step leads to the merchant with a code", async () => {
      await waits[stage]();
      const { status, body } = await act(await theOne(), "approve", approval);
      expect([status, body.status, body.user]).toEqual([200, "approved", "ada"]);
      expect(body.redirectUrl).toMatch(/[?&](login|consent)_verifier=[0-9a-f]{32}$/);
      const end = await browser.fetch(body.redirectUrl);
      expect(parameterOf(end, "code")).toBeDefined();
      expect(parameterOf(end, "state")).toBe(STATE);
      const items = await readAll(mock.sandbox.store.consents);
      expect(items.map(({ user, scopes }) => [user, scopes])).toEqual([["ada", ["name"]]]);
      expect(await readAll(mock.sandbox.store.logins)).toEqual([]);
    });

    it("are approved: a reload of the page, or an answer to it, leads on too", async () => {
      await waits[stage]();
      await act(await theOne(), "approve", approval);
      expect(parameterOf(await reload(), "code")).toBeDefined();

      const page = await waits[stage]({ client_id: OUTLET.id, scope: "openid email" });
      await act(await theOne(), "approve", approval);
      const answer = { identify: "continue", confirm: "cancel", consent: "decline" }[stage];
      const end = await browser.submit(page, { action: answer, phone_number: "12" });
      expect(parameterOf(end, "code")).toBeDefined();
    });

    it("are approved: without the browser's own cookies that leads nowhere", async () => {
      await waits[stage]();
      const { body } = await act(await theOne(), "approve", approval);
      const thief = await new Browser(mock).fetch(body.redirectUrl);
      expect(parameterOf(thief, "error")).toBe("request_forbidden");
    });

    it("are rejected: the merchant hears that the user cancelled", async () => {
      await waits[stage]();
      const { body } = await act(await theOne(), "reject");
      expect(body).toMatchObject({ status: "rejected", redirectUrl: expect.any(String) });
      expect(parametersOf(await reload())).toEqual([
        ["error", "access_denied"],
        ["error_description", TEXT.cancelled],
        ["state", STATE],
      ]);
    });

    it("expire: the merchant hears that the half hour is over", async () => {
      await waits[stage]();
      const { body } = await act(await theOne(), "expire");
      expect(body).toMatchObject({ status: "expired", expiresAt: "2023-05-17T10:00:00Z" });
      const end = await reload();
      expect(parameterOf(end, "error")).toBe("request_unauthorized");
      expect(parameterOf(end, "error_description")).toMatch(/request has expired/);
    });

    it.each([
      ["approve", approval, "approved"],
      ["reject", undefined, "rejected"],
      ["expire", undefined, "expired"],
    ] as const)("are answered once: after %s every answer is refused", async (first, body, how) => {
      await waits[stage]();
      const id = await theOne();
      await act(id, first, body);
      for (const action of ["approve", "reject", "expire"] as const) {
        const again = await act(id, action, action === "approve" ? { user: "ada" } : undefined);
        expect([again.status, again.body.detail]).toEqual([
          409,
          expect.stringContaining(`not waiting any more: it is ${how}.`),
        ]);
      }
    });
  });

  it("are approved and rejected at the same time: one answer counts, the other is told so", async () => {
    await waits.confirm();
    const id = await theOne();
    const answers = await Promise.all([act(id, "approve"), act(id, "reject"), act(id, "approve")]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  });

  it("are approved on the browser's way from the app to the consent: it sees no consent page", async () => {
    const back = await confirmedLogin(browser, "ada");
    expect(await list()).toMatchObject([{ status: "consent", redirectUrl: back }]);
    const { body } = await act(await theOne(), "approve");
    expect(body).toMatchObject({ status: "approved", redirectUrl: back });
    expect(parameterOf(await browser.fetch(back), "code")).toBeDefined();
  });

  it.each([
    ["approve", "code"],
    ["reject", "error"],
  ] as const)("are answered while the consent page is being prepared: %s", async (how, told) => {
    await onOneServer();
    const back = await confirmedLogin(browser, "ada");
    const id = await theOne();
    const { logins } = mock.sandbox.store;
    // The first update spends the verifier, the second one is about to put up the page.
    beforeUpdate(logins, async () => beforeUpdate(logins, () => act(id, how)));
    expect(parameterOf(await browser.fetch(back), told)).toBeDefined();
    expect(await readAll(logins)).toEqual([]);
  });

  it("confirm a login whose consent stands, or that shares nothing", async () => {
    await walkLogin(browser);
    for (const scope of ["openid", "openid name"]) {
      await waits.confirm({ scope });
      await act(await theOne(), "approve");
      expect(parameterOf(await reload(), "code")).toBeDefined();
    }
  });

  it("are approved so that the browser remembers its user, or not, whatever the box said", async () => {
    for (const [box, remember, remembered] of [
      ["yes", undefined, true],
      [undefined, true, true],
      ["yes", false, false],
    ] as const) {
      browser = new Browser(mock);
      await browser.submit(await browser.login(), { fixture_user: "ada", remember: box });
      await act(await theOne(), "approve", remember === undefined ? {} : { remember });
      await reload();
      const next = await browser.login();
      expect(parameterOf(next, "code") !== undefined).toBe(remembered);
      if (!remembered) await act(await theOne(), "expire");
    }
  });

  it("take the number that the user chose in the app: the right one, or wrong_challenge", async () => {
    const right = Number(challengeOf(await waits.confirm()).right);
    expect((await act(await theOne(), "approve", { challenge: right })).body.status).toBe(
      "approved",
    );
    expect(parameterOf(await reload(), "code")).toBeDefined();

    const wrong = Number(challengeOf(await waits.confirm()).wrong);
    const id = await theOne();
    expect((await act(id, "approve", { challenge: wrong })).body.status).toBe("failed");
    const again = await act(id, "approve");
    expect(again.body.detail).toContain("it is failed with wrong_challenge.");
    expect(parameterOf(await reload(), "error")).toBe("wrong_challenge");
  });

  it.each<[(typeof stages)[number], object, number, string]>([
    ["identify", {}, 422, "user: missing: nobody has said yet whose login it is"],
    ["identify", { user: "adda" }, 404, 'did you mean "ada"?'],
    ["identify", { user: "turns-18-tomorrow" }, 422, "the user turns-18-tomorrow is under 18"],
    ["identify", { user: "blocked" }, 422, "the user blocked has the status blocked"],
    ["identify", { user: "no-app" }, 422, "the user no-app has the status no_app"],
    ["identify", { user: "outdated-app" }, 422, "has the status outdated_app"],
    ["identify", { user: "ada", challenge: 42 }, 409, "challenge: no number is asked for now"],
    ["confirm", { user: "leap-day" }, 409, `the login is "ada"'s already, not "leap-day"'s`],
    ["confirm", { challenge: "42" }, 400, "challenge: expected a whole number"],
    ["confirm", { remember: "yes" }, 400, "remember: expected true or false"],
    ["confirm", { outcome: "approve" }, 400, 'unknown key "outcome"'],
    ["consent", { challenge: 42 }, 409, "challenge: no number is asked for now"],
    ["consent", { remember: true }, 409, "remember: comes too late"],
  ])("at %s, approve with %j is refused and changes nothing", async (stage, body, status, told) => {
    await waits[stage]();
    const before = await list();
    const answer = await act(before[0].id, "approve", body);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(told)]);
    expect(await list()).toEqual(before);
  });

  it("are not approved for a user whom something has befallen since", async () => {
    await waits.confirm();
    const id = await theOne();
    await mock.sandbox.store.users.update("ada", (ada) => ({ ...ada, status: "blocked" }));
    expect((await act(id, "approve")).status).toBe(422);
    await mock.sandbox.store.users.take("ada");
    expect((await act(id, "approve")).status).toBe(404);
  });

  it("that are not there are 404, with what waits instead", async () => {
    const nothing = await call(mock, "GET", "/logins/nothing");
    expect([nothing.status, nothing.body.detail]).toEqual([
      404,
      expect.stringContaining('No login has the id "nothing"'),
    ]);
    expect(nothing.body.detail).toContain("No login is waiting now.");
    await waits.confirm();
    for (const action of ["approve", "reject", "expire"] as const) {
      const { status, body } = await act("nothing", action, action === "approve" ? {} : undefined);
      expect(status).toBe(404);
      expect(body.detail).toContain(`Waiting now: ${await theOne()} (confirm, at ${SHOP.id}).`);
    }
  });

  it("take no body where there is nothing to say", async () => {
    await waits.confirm();
    const { status, body } = await act(await theOne(), "reject", { why: "no" });
    expect([status, body.detail]).toEqual([400, expect.stringContaining("takes no body")]);
  });

  it("stay in their sandbox", async () => {
    await call(mock, "POST", "/sandboxes", { body: { id: "other" } });
    await waits.confirm();
    const id = await theOne();
    expect((await call(mock, "GET", "/logins", {}, "other")).body.items).toEqual([]);
    for (const action of ["approve", "reject", "expire"]) {
      const answer = await call(mock, "POST", `/logins/${id}/${action}`, {}, "other");
      expect(answer.status).toBe(404);
    }
    expect(await list()).toMatchObject([{ id, status: "confirm" }]);
  });

  describe("the app page", () => {
    const waiting = async (challenge: string) => {
      const response = await get(mock, `${PATH.login}/status?login_challenge=${challenge}`);
      expect([response.statusCode, response.headers["cache-control"]]).toEqual([200, "no-store"]);
      return response.json();
    };

    it("learns beside itself whether its login still waits for the app", async () => {
      await waits.confirm();
      const id = await theOne();
      expect(await waiting(id)).toEqual({ waiting: true, ended: false });
      await act(id, "approve");
      expect(await waiting(id)).toEqual({ waiting: false, ended: false });
      expect(await waiting("nothing")).toEqual({ waiting: false, ended: true });
    });

    it.each(["reject", "expire"] as const)("learns of %s likewise", async (action) => {
      await waits.confirm();
      const id = await theOne();
      await act(id, action);
      expect(await waiting(id)).toEqual({ waiting: false, ended: false });
    });

    it("has a link that goes on without a script", async () => {
      const app = await waits.confirm();
      const [, href] =
        /<a href="([^"]+)" data-testid="continue">Continue<\/a>/.exec(app.body) ?? [];
      expect(pageOf(await browser.open(String(href)))).toBe("app");
      await act(await theOne(), "approve");
      expect(parameterOf(await browser.open(String(href)), "code")).toBeDefined();
    });

    it("has its script beside it", async () => {
      const response = await get(mock, "/vipps-login-idp/app.js");
      expect(response.headers).toMatchObject({
        "content-type": "text/javascript; charset=utf-8",
        "cache-control": "max-age=3600",
      });
      expect(response.body).toContain("login/status");
    });
  });
});
