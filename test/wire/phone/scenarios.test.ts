import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_SANDBOX } from "../../../src/records/sandbox.ts";
import type { ScenarioInput } from "../../../src/records/scenario.ts";
import { subjectAt } from "../../../src/sandbox/users.ts";
import { readAll } from "../../../src/store/batches.ts";
import { call } from "../../support/control.ts";
import type { Mock } from "../../support/mock.ts";
import { startMock } from "../../support/mock.ts";
import { actingFor, MSN, platformTokenFor, userinfoBySubject } from "../../support/partner.ts";
import { ADA, ask, askForRedirect, begin, hintOf, loginBy, poll } from "../../support/phone.ts";
import { addScenario } from "../../support/scenarios.ts";
import { authorize, OUTLET, parameterOf, SHOP } from "../../support/wire.ts";

const LIV = hintOf("4799000011");
const PHONE = { flow: "phone-number" } as const;

describe("a login from phone number with a scenario", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const queue = (scenario: ScenarioInput) => addScenario(mock.sandbox, scenario);
  const hits = async () =>
    (await readAll(mock.sandbox.store.scenarios)).map((scenario) => scenario.hits);

  /** What the first poll hears, and in which words. */
  async function end(fields = {}): Promise<[number, string, string | undefined]> {
    const { auth_req_id } = await begin(mock, fields);
    const response = await poll(mock, auth_req_id);
    const { error = "tokens", error_description } = response.json();
    return [response.statusCode, error, error_description];
  }

  it.each<[NonNullable<ScenarioInput["outcome"]>, number, string, string | undefined]>([
    ["approve", 200, "tokens", undefined],
    ["cancel", 400, "access_denied", "The user denied the authorization request"],
    ["timeout", 400, "expired_token", "The auth_req_id has expired"],
    ["app_token_error", 400, "authorization_pending", "The authorization request is still pending"],
    ["server_error", 500, "server_error", "Something went wrong, please try again"],
    [{ error: "slow_down" }, 400, "slow_down", expect.stringContaining("polled too often")],
    [{ error: "unknown_user_id" }, 400, "unknown_user_id", expect.stringContaining("at least 18")],
    [{ error: "temporarily_unavailable" }, 400, "temporarily_unavailable", undefined],
    [{ error: "toString" }, 400, "toString", undefined],
    [{ error: "access_denied", errorDescription: "No" }, 400, "access_denied", "No"],
  ])("%j: the poll is told %i %s", async (outcome, status, error, description) => {
    await queue({ match: PHONE, outcome });
    expect(await end()).toEqual([status, error, description]);
    expect(await hits()).toEqual([1]);
  });

  it("outdated_app: the request itself is refused with old_app, and no login is left", async () => {
    const { id } = await queue({ match: PHONE, outcome: "outdated_app" });
    const response = await ask(mock);
    expect([response.statusCode, response.json()]).toEqual([
      400,
      {
        error: "old_app",
        error_description: "The user's Vipps app version is too old and needs to be updated",
        error_code: "old_app",
      },
    ]);
    expect(await readAll(mock.sandbox.store.phoneLogins)).toEqual([]);
    const [logged] = await readAll(mock.sandbox.store.requests);
    expect(logged).toMatchObject({ scenario: id, diagnosis: { rule: "scenario" } });
  });

  it("is named with the request that played it, and in the diagnosis of the poll", async () => {
    const { id } = await queue({ match: PHONE, outcome: "timeout" });
    const { auth_req_id } = await begin(mock);
    await poll(mock, auth_req_id);
    const [first, second] = await readAll(mock.sandbox.store.requests);
    const login = (await loginBy(mock, auth_req_id)).id;
    expect(first).toMatchObject({ scenario: id, login, user: "ada", clientId: SHOP.id });
    expect(second).toMatchObject({
      login,
      diagnosis: { rule: "scenario", message: expect.stringContaining(`${id} was queued`) },
    });
    const told = await call(mock, "POST", `/logins/${auth_req_id}/approve`);
    expect([told.status, told.body.detail]).toEqual([
      409,
      expect.stringContaining("failed with expired_token"),
    ]);
  });

  describe("matches", () => {
    it.each<[ScenarioInput, object, object]>([
      [{ match: { ...PHONE, state: "s" } }, {}, { state: "s" }],
      [{ match: { ...PHONE, user: "leap-day" } }, {}, { login_hint: LIV }],
      [{ user: "leap-day", match: PHONE }, {}, { login_hint: LIV }],
      [{ match: { user: "leap-day" } }, {}, { login_hint: LIV }],
      [{ user: "leap-day" }, {}, { login_hint: LIV }],
    ])("%j: not %j, but %j", async (scenario, other, meant) => {
      await queue({ ...scenario, outcome: "cancel" });
      expect((await end(other))[1]).toBe("authorization_pending");
      expect(await hits()).toEqual([0]);
      expect((await end(meant))[1]).toBe("access_denied");
      expect(await hits()).toEqual([1]);
    });

    it("by the client", async () => {
      await queue({ match: { ...PHONE, clientId: OUTLET.id }, outcome: "cancel" });
      expect((await end())[1]).toBe("authorization_pending");
      await queue({ match: { ...PHONE, clientId: SHOP.id }, outcome: "cancel" });
      expect((await end())[1]).toBe("access_denied");
    });

    it("both kinds of logins without a flow", async () => {
      await queue({ user: "ada", times: 2 });
      expect((await end())[1]).toBe("tokens");
      expect(parameterOf(await authorize(mock), "code")).toBeDefined();
      expect(await hits()).toEqual([2]);
    });

    it("no login of the other kind", async () => {
      await queue({ match: { flow: "browser" }, outcome: "cancel" });
      await queue({ match: PHONE, outcome: "timeout" });
      expect((await end())[1]).toBe("expired_token");
      expect(parameterOf(await authorize(mock), "error")).toBe("access_denied");
    });

    it.each(["wrong_challenge", "csrf_cookie_lost"] as const)(
      "no login from phone number that cannot end with its outcome: %s",
      async (outcome) => {
        await queue({ outcome });
        await queue({ outcome: "cancel" });
        expect((await end())[1]).toBe("access_denied");
        expect(await hits()).toEqual([0, 1]);
        expect(parameterOf(await authorize(mock), "error")).not.toBe("access_denied");
      },
    );

    it("as often as it says, in the order of the queue", async () => {
      await queue({ match: PHONE, outcome: "cancel", times: 2 });
      await queue({ match: PHONE });
      const ends = [];
      for (let count = 0; count < 4; count += 1) ends.push((await end())[1]);
      expect(ends).toEqual(["access_denied", "access_denied", "tokens", "authorization_pending"]);
    });
  });

  it("is not spent by requests that are refused", async () => {
    mock = await startMock({ limits: { phoneLoginsPerUser: 1 } });
    await begin(mock);
    await queue({ match: PHONE });
    expect((await ask(mock, { binding_message: "no" })).statusCode).toBe(400);
    expect((await ask(mock, { login_hint: hintOf("4799999999") })).statusCode).toBe(400);
    expect((await ask(mock)).statusCode).toBe(429);
    expect(await hits()).toEqual([0]);
  });

  it("wins over automatic login", async () => {
    mock = await startMock({ autoLogin: "ada" });
    await queue({ match: PHONE, outcome: "app_token_error" });
    await queue({ match: PHONE, outcome: "cancel" });
    expect((await end())[1]).toBe("authorization_pending");
    expect((await end())[1]).toBe("access_denied");
    expect((await end())[1]).toBe("tokens");
  });

  it("app_token_error leaves it to somebody else to answer", async () => {
    await queue({ match: PHONE, outcome: "app_token_error" });
    const { auth_req_id } = await begin(mock);
    await call(mock, "POST", `/logins/${auth_req_id}/approve`);
    expect((await poll(mock, auth_req_id)).statusCode).toBe(200);
  });

  it("gives the redirect variant its code", async () => {
    await queue({ match: PHONE });
    const { auth_req_id } = (await askForRedirect(mock)).json();
    const { body } = await call(mock, "GET", `/logins/${auth_req_id}`);
    expect(body).toMatchObject({ status: "approved", redirectUrl: expect.stringMatching(/code=/) });
  });

  describe("whose user takes time", () => {
    const advance = async (seconds: number) =>
      (await mock.sandboxes.open(DEFAULT_SANDBOX))?.clock.advance(seconds);
    const told = async (authReqId: string) => {
      const { error = "tokens" } = (await poll(mock, authReqId)).json();
      return error;
    };

    it.each([
      ["approve", "tokens"],
      ["cancel", "access_denied"],
      ["timeout", "expired_token"],
      ["server_error", "server_error"],
    ] as const)(
      "%s: the merchant has its answer at once, and a poll after the delay the end",
      async (outcome, last) => {
        await queue({ match: PHONE, outcome, delay: "10s" });
        const { auth_req_id } = await begin(mock);
        expect(await told(auth_req_id)).toBe("authorization_pending");
        await advance(9);
        expect(await told(auth_req_id)).toBe("authorization_pending");
        await advance(1);
        expect(await told(auth_req_id)).toBe(last);
      },
    );

    it("approves as of the moment at which the user did, whenever that is noticed", async () => {
      await queue({ match: PHONE, delay: 1.5 });
      const { auth_req_id } = await begin(mock);
      await advance(60);
      expect(await told(auth_req_id)).toBe("tokens");
      const { approval } = await loginBy(mock, auth_req_id);
      const items = await readAll(mock.sandbox.store.consents);
      const { startedAt } = await loginBy(mock, auth_req_id);
      expect([approval?.at, items[0]?.givenAt]).toEqual([startedAt + 2, startedAt + 2]);
    });

    it("is answered by whoever is faster", async () => {
      await queue({ match: PHONE, outcome: "cancel", delay: 10 });
      const { auth_req_id } = await begin(mock);
      await call(mock, "POST", `/logins/${auth_req_id}/approve`);
      await advance(10);
      expect(await told(auth_req_id)).toBe("tokens");
    });

    it("is not answered any more by the control API once the user has", async () => {
      await queue({ match: PHONE, delay: 10 });
      const { auth_req_id } = await begin(mock);
      await advance(10);
      const late = await call(mock, "POST", `/logins/${auth_req_id}/reject`);
      expect([late.status, late.body.detail]).toEqual([
        409,
        expect.stringContaining("not waiting any more: it is approved"),
      ]);
    });

    it("is not answered when its time is over before", async () => {
      mock = await startMock({ profile: "2026" });
      await queue({ match: PHONE, delay: 60 });
      const { auth_req_id } = await begin(mock, { requested_expiry: "60" });
      await advance(60);
      expect(await told(auth_req_id)).toBe("expired_token");
      expect(await readAll(mock.sandbox.store.consents)).toEqual([]);
    });

    it("waits on when something keeps the user from logging in", async () => {
      await queue({ match: PHONE, delay: 10 });
      const { auth_req_id } = await begin(mock);
      const status = (is: "active" | "blocked") =>
        mock.sandbox.store.users.update("ada", (ada) => ({ ...ada, status: is }));
      await status("blocked");
      await advance(10);
      expect(await told(auth_req_id)).toBe("authorization_pending");
      await status("active");
      await advance(5);
      expect(await told(auth_req_id)).toBe("tokens");
    });

    it("does not count any more among those that wait for its user", async () => {
      mock = await startMock({ limits: { phoneLoginsPerUser: 1 } });
      await queue({ match: PHONE, delay: 10 });
      await begin(mock);
      await advance(9);
      expect((await ask(mock)).statusCode).toBe(429);
      await advance(1);
      expect((await ask(mock)).statusCode).toBe(200);
    });

    it("is answered on the way of a clock that is moved, forth and back", async () => {
      await queue({ match: PHONE, delay: 10 });
      const { auth_req_id } = await begin(mock);
      await call(mock, "PATCH", "/clock", { body: { advance: 10 } });
      expect(await readAll(mock.sandbox.store.consents)).toMatchObject([{ user: "ada" }]);
      await call(mock, "PATCH", "/clock", { body: { at: "2023-05-17T10:00:05Z" } });
      expect(await told(auth_req_id)).toBe("tokens");
    });

    it("shows up in the list of logins when the user has answered", async () => {
      await queue({ match: PHONE, delay: 10 });
      await begin(mock);
      const list = async () => (await call(mock, "GET", "/logins")).body.items;
      await advance(9);
      expect(await list()).toMatchObject([{ status: "confirm" }]);
      await advance(1);
      expect(await list()).toEqual([]);
    });

    describe("and then is not looked at", () => {
      const sleeping = async () => {
        await queue({ match: PHONE, delay: 2 });
        const { auth_req_id } = await begin(mock);
        await advance(10);
        return auth_req_id;
      };

      it.each<["PATCH" | "DELETE", string, object?]>([
        ["DELETE", "/consents?user=ada"],
        ["PATCH", "/users/ada", { status: "blocked" }],
        ["PATCH", "/sales-units/100001", { active: false }],
      ])("has been answered before %s %s", async (method, path, body) => {
        const authReqId = await sleeping();
        expect((await call(mock, method, path, body ? { body } : {})).status).toBe(200);
        const { approval, startedAt } = await loginBy(mock, authReqId);
        expect(approval).toMatchObject({ at: startedAt + 2, ready: true });
      });

      it("brings no consent back that was revoked since", async () => {
        const authReqId = await sleeping();
        await call(mock, "DELETE", "/consents?user=ada");
        await advance(10);
        expect(await told(authReqId)).toBe("tokens");
        const { body } = await call(mock, "GET", "/consents");
        expect(body.items).toEqual([
          expect.objectContaining({ revokedAt: "2023-05-17T10:00:10Z" }),
        ]);
      });

      it.each(["/consents", "/state", "/statistics"])(
        "has been answered before GET %s",
        async (path) => {
          await sleeping();
          await call(mock, "GET", path);
          expect(await readAll(mock.sandbox.store.sessions)).toHaveLength(1);
        },
      );

      it("can be read by its sub", async () => {
        await sleeping();
        const { users, salesUnits } = mock.sandbox.store;
        const [ada, unit] = [await users.get("ada"), await salesUnits.get(MSN.shop)];
        const sub = ada && unit && subjectAt(mock.sandbox, ada, unit);
        const headers = actingFor(MSN.shop, await platformTokenFor(mock));
        const response = await userinfoBySubject(mock, String(sub), headers);
        expect(response.json()).toMatchObject({ sub, name: "Ada Nordmann" });
      });

      it("answers in the order of the moments, not in that of the requests", async () => {
        await queue({ match: PHONE, delay: 5 });
        await queue({ match: PHONE, delay: 2 });
        await begin(mock, { scope: "openid name" });
        await begin(mock, { scope: "openid email" });
        const { startedAt } = (await readAll(mock.sandbox.store.phoneLogins))[0] ?? {};
        await advance(10);
        const { body } = await call(mock, "GET", "/consents");
        expect(body.items).toMatchObject([{ scopes: ["email", "name"] }]);
        const sessions = await readAll(mock.sandbox.store.sessions);
        expect(sessions.map(({ beganAt }) => beganAt - Number(startedAt))).toEqual([2, 5]);
      });
    });

    it("is gone with its user", async () => {
      await queue({ match: PHONE, delay: 10 });
      const { auth_req_id } = await begin(mock);
      await call(mock, "DELETE", "/users/ada");
      await advance(10);
      expect(await told(auth_req_id)).toBe("invalid_grant");
    });

    it("is part of the state document", async () => {
      await queue({ match: PHONE, outcome: "cancel", delay: 10 });
      const { auth_req_id } = await begin(mock, { login_hint: hintOf(ADA) });
      const { body } = await call(mock, "GET", "/state");
      await call(mock, "POST", "/state/reset");
      expect((await call(mock, "PUT", "/state", { body })).status).toBe(204);
      await (await mock.sandboxes.open(DEFAULT_SANDBOX))?.clock.advance(10);
      expect(await told(auth_req_id)).toBe("access_denied");
    });
  });
});
