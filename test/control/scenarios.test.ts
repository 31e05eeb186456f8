import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { validateConfig } from "../../src/config/validate.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import {
  authorize,
  Browser,
  CLOSED,
  OUTLET,
  pageOf,
  parameterOf,
  SHOP,
  WITHOUT_LOGIN,
  walkLogin,
} from "../support/wire.ts";

describe("scenarios", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const queue = async (body: object) => (await call(mock, "POST", "/scenarios", { body })).body;
  const list = async (query = "") => (await call(mock, "GET", `/scenarios${query}`)).body.items;
  const end = async (request = {}) => {
    const response = await authorize(mock, request);
    return parameterOf(response, "error") ?? (parameterOf(response, "code") ? "code" : "page");
  };

  it("are queued with defaults for all that they leave out", async () => {
    const { status, body, headers } = await call(mock, "POST", "/scenarios", {
      body: { user: "4712345678" },
    });
    expect([status, body]).toEqual([
      201,
      {
        id: expect.stringMatching(/^\w{21}$/),
        match: {},
        user: "ada",
        outcome: "approve",
        remember: false,
        delay: 0,
        times: 1,
        hits: 0,
        left: 1,
        used: false,
        addedAt: "2023-05-17T10:00:00Z",
      },
    ]);
    expect(headers["location"]).toBe(`http://localhost:4747/mock/api/scenarios/${body.id}`);
    expect((await call(mock, "GET", `/scenarios/${body.id}`)).body).toEqual(body);
  });

  it("keep everything that they say, users by their ids and the delay in seconds", async () => {
    const match = { clientId: SHOP.id, user: "4712345678", state: "a-long-state", flow: "browser" };
    const outcome = { error: "temporarily_unavailable", errorDescription: "Not now" };
    const whole = { match, user: "ada", outcome, remember: true, delay: "PT1M", times: 3 };
    expect(await queue(whole)).toMatchObject({
      ...whole,
      match: { ...match, user: "ada" },
      delay: 60,
    });
    expect(await queue({ outcome: "cancel", delay: "700ms" })).toMatchObject({ delay: 0.7 });
  });

  it("are played in the order of the queue, each as often as it says, and count", async () => {
    const first = await queue({ outcome: "cancel", times: 2 });
    const second = await queue({ outcome: "timeout" });
    const third = await queue({ user: "ada" });
    const ends = [];
    for (let count = 0; count < 5; count += 1) ends.push(await end());
    expect(ends).toEqual([
      "access_denied",
      "access_denied",
      "request_unauthorized",
      "code",
      "page",
    ]);
    expect((await list()).map(({ id, hits, left, used }: never) => [id, hits, left, used])).toEqual(
      [
        [first.id, 2, 0, true],
        [second.id, 1, 0, true],
        [third.id, 1, 0, true],
      ],
    );
  });

  it("tell which of them no login has used", async () => {
    const used = await queue({ outcome: "cancel", times: 2 });
    const unused = await queue({ outcome: "timeout" });
    await end();
    expect((await list("?unused=true")).map(({ id }: never) => id)).toEqual([unused.id]);
    expect((await list("?unused=false")).map(({ id }: never) => id)).toEqual([used.id]);
    expect((await call(mock, "GET", "/scenarios?unused=yes")).status).toBe(400);
  });

  it("come in pages", async () => {
    const ids = [];
    for (const outcome of ["cancel", "timeout", "server_error"]) {
      ids.push((await queue({ outcome })).id);
    }
    const page = (await call(mock, "GET", "/scenarios?limit=2")).body;
    expect([page.items.map(({ id }: never) => id), page.next]).toEqual([ids.slice(0, 2), ids[1]]);
    const rest = (await call(mock, "GET", `/scenarios?limit=2&after=${ids[1]}`)).body;
    expect([rest.items.map(({ id }: never) => id), rest.next]).toEqual([ids.slice(2), undefined]);
    expect(await list("?after=gone")).toEqual([]);
  });

  it("play for one of two logins at the same time when they are for one", async () => {
    await queue({ user: "ada" });
    const ends = await Promise.all(Array.from({ length: 5 }, () => end()));
    expect(ends.sort()).toEqual(["code", "page", "page", "page", "page"]);
    expect(await list()).toMatchObject([{ hits: 1, left: 0 }]);
  });

  it.each([
    [{ clientId: OUTLET.id }, {}, { client_id: OUTLET.id }],
    [{ state: "another-state" }, {}, { state: "another-state" }],
    [{ user: "ada" }, { login_hint: "urn:msisdn:4799000011" }, { login_hint: "4712345678" }],
    [
      { clientId: OUTLET.id, state: "another-state", user: "ada", flow: "browser" },
      { client_id: OUTLET.id, login_hint: "ada" },
      { client_id: OUTLET.id, state: "another-state", login_hint: "ada" },
    ],
  ])("with match %j leave %j alone and take %j", async (match, other, meant) => {
    await queue({ match, outcome: "cancel" });
    expect(await end(other)).toBe("page");
    expect(await list()).toMatchObject([{ hits: 0 }]);
    expect(await end(meant)).toBe("access_denied");
    expect(await list()).toMatchObject([{ hits: 1 }]);
  });

  it("do not hold back those behind them that match", async () => {
    await queue({ match: { clientId: OUTLET.id }, outcome: "cancel" });
    await queue({ match: { user: "leap-day" }, outcome: "timeout" });
    await queue({ outcome: "server_error" });
    expect(await end()).toBe("server_error");
  });

  it("are not spent by requests that are refused", async () => {
    await queue({ user: "ada" });
    expect(await end({ state: "short" })).toBe("invalid_state");
    expect(await end({ scope: "openid nin" })).toBe("invalid_scope");
    expect(await list()).toMatchObject([{ hits: 0 }]);
  });

  it("change in what a PATCH names, and in nothing else", async () => {
    const { id, ...before } = await queue({
      match: { clientId: SHOP.id, state: "a-long-state" },
      user: "ada",
      outcome: "cancel",
      delay: 1.5,
    });
    const patch = async (body: object) =>
      (await call(mock, "PATCH", `/scenarios/${id}`, { body })).body;
    expect(await patch({ match: { clientId: null } })).toEqual({
      ...before,
      id,
      match: { state: "a-long-state" },
    });
    expect(await patch({ user: null, times: 2, delay: "2s", remember: true })).toEqual({
      ...Object.fromEntries(Object.entries(before).filter(([name]) => name !== "user")),
      id,
      match: { state: "a-long-state" },
      times: 2,
      left: 2,
      delay: 2,
      remember: true,
    });
    expect(await patch({ outcome: "timeout", match: { user: "4712345678" } })).toMatchObject({
      match: { state: "a-long-state", user: "ada" },
      outcome: "timeout",
      times: 2,
    });
    expect(await patch({})).toEqual((await list())[0]);
  });

  it.each([
    [{ user: "nobody" }, 'user: no user has the id or phone number "nobody"'],
    [{ match: { user: "leap-day" } }, 'is "ada", but match.user is "leap-day"'],
    [{ delay: "2m" }, "delay: is 2m; expected 0 to 60 seconds"],
    [{ delay: "soon" }, '"soon" is no length of time'],
    [{ times: 1 }, "times: is 1, but the scenario has served 2 logins already"],
    [{ hits: 0 }, 'unknown key "hits"'],
    [{ times: null }, "times: expected a whole number, got null"],
  ])("refuse a PATCH of %j and stay as they are", async (body, told) => {
    const { id } = await queue({ user: "ada", times: 3 });
    await end();
    await end();
    const before = await list();
    const answer = await call(mock, "PATCH", `/scenarios/${id}`, { body });
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringContaining(told)]);
    expect(await list()).toEqual(before);
  });

  it("are removed one by one, or all together", async () => {
    const { id } = await queue({ outcome: "cancel" });
    await queue({ outcome: "timeout" });
    await queue({ outcome: "server_error" });
    const path = `/scenarios/${id}`;
    expect((await call(mock, "DELETE", path)).status).toBe(204);
    for (const method of ["GET", "DELETE", "PATCH"] as const) {
      const { status, body } = await call(
        mock,
        method,
        path,
        method === "PATCH" ? { body: {} } : {},
      );
      expect([status, body.detail]).toEqual([404, expect.stringContaining(id)]);
    }
    expect(await end()).toBe("request_unauthorized");
    expect((await call(mock, "DELETE", "/scenarios")).status).toBe(204);
    expect(await list()).toEqual([]);
    expect(await end()).toBe("page");
  });

  const cannotHappen: [object, string, string][] = [
    [
      { match: { clientId: SHOP.id.replace("1", "x") }, user: "ada" },
      "match.clientId",
      `no sales unit has the client id "${SHOP.id.replace("1", "x")}"; did you mean "${SHOP.id}"?`,
    ],
    [{ match: { clientId: CLOSED.id }, user: "ada" }, "match.clientId", "is not active"],
    [
      { match: { clientId: WITHOUT_LOGIN.id }, user: "ada" },
      "match.clientId",
      "has no Vipps Login; set loginActivated to true",
    ],
    [{ user: "adda" }, "user", 'no user has the id or phone number "adda"; did you mean "ada"?'],
    [{ match: { user: "adda" } }, "match.user", 'did you mean "ada"?'],
    [{ match: { user: "leap-day" }, user: "ada" }, "user", 'but match.user is "leap-day"'],
    [{ match: { state: "1234567" }, user: "ada" }, "match.state", "shorter than 8 characters"],
    [
      { match: { flow: "phone-number" }, outcome: "wrong_challenge" },
      "outcome",
      'no login from phone number ends with "wrong_challenge", which only a browser can bring about',
    ],
    [
      { match: { flow: "phone-number" }, outcome: "csrf_cookie_lost" },
      "outcome",
      'no login from phone number ends with "csrf_cookie_lost"',
    ],
    [
      { match: { flow: "phone-number" }, remember: true },
      "remember",
      "no login from phone number has a browser that could remember",
    ],
    [{ match: { flow: "phone" }, user: "ada" }, "match.flow", 'expected one of "browser"'],
    [{}, "user", "missing: approve needs a user"],
    [{ outcome: "app_token_error" }, "user", "missing: app_token_error needs a user"],
    [{ user: "ada", times: 0 }, "times", "is 0; expected 1 or more"],
    [{ user: "ada", times: 1.5 }, "times", "expected a whole number"],
    [{ user: "ada", delay: 60.5 }, "delay", "is 60.5; expected 0 to 60 seconds"],
    [{ user: "ada", delay: -1 }, "delay", "is -1; expected 0 to 60 seconds"],
    [{ user: "ada", delay: "61s" }, "delay", "is 61s; expected 0 to 60 seconds"],
    [{ user: "ada", delay: "a while" }, "delay", "is no length of time"],
    [{ user: "ada", outcome: "aprove" }, "outcome", 'did you mean "approve"?'],
    [{ user: "ada", outcome: { error: "a b" } }, "outcome.error", "does not fit"],
    [
      { user: "ada", outcome: { error: "x", description: "y" } },
      "outcome.description",
      "unknown key",
    ],
    [{ user: "ada", remember: "yes" }, "remember", "expected true or false"],
    [{ usre: "ada" }, "usre", 'did you mean "user"?'],
  ];

  it.each(cannotHappen)("that cannot happen are refused: %j", async (body, path, told) => {
    const answer = await call(mock, "POST", "/scenarios", { body });
    expect(answer.status).toBe(400);
    const mistake = answer.body.errors.find((one: { path: string }) => one.path === path);
    expect(mistake?.message).toContain(told);
    expect(await list()).toEqual([]);
  });

  it.each(cannotHappen)("a config is refused for the same reason: %j", async (body, path, told) => {
    const { users, salesUnits } = mock.sandboxes.config;
    const result = await validateConfig({ scenarios: [body] }, { users, salesUnits });
    const problems = "problems" in result ? result.problems : [];
    const mistake = problems.find((one) => one.path === `scenarios[0].${path}`);
    expect(mistake?.message).toContain(told);
  });

  it("of a config are queued from the start, and again by a reset", async () => {
    const configured = await startMock({
      scenarios: [{ outcome: "cancel" }, { user: "4712345678", delay: "0s" }],
    });
    const items = async () => (await call(configured, "GET", "/scenarios")).body.items;
    expect(await items()).toMatchObject([
      { outcome: "cancel", hits: 0 },
      { user: "ada", outcome: "approve", delay: 0, hits: 0 },
    ]);
    expect(parameterOf(await authorize(configured), "error")).toBe("access_denied");
    await configured.sandboxes.reset(configured.sandbox.id);
    expect(await items()).toMatchObject([{ hits: 0 }, { hits: 0 }]);
    await configured.close();
  });

  it("of a sandbox's config are queued in it, or refused with where they stand there", async () => {
    const sandbox = (id: string, user: string) =>
      call(mock, "POST", "/sandboxes", { body: { id, config: { scenarios: [{ user }] } } });
    expect((await sandbox("one", "ada")).status).toBe(201);
    expect((await call(mock, "GET", "/scenarios", {}, "one")).body.items).toMatchObject([
      { user: "ada", left: 1 },
    ]);
    const refused = await sandbox("two", "adda");
    expect([refused.status, refused.body.errors]).toMatchObject([
      400,
      [{ path: "config.scenarios[0].user", closest: "ada" }],
    ]);
  });

  it("need not name their user where one is known: by automatic login", async () => {
    await call(mock, "PATCH", "/settings", { body: { autoLogin: "ada" } });
    await queue({});
    expect(await end()).toBe("code");
    expect(await list()).toMatchObject([{ hits: 1 }]);
  });

  it("need to name their user where automatic login is as one who was removed", async () => {
    await call(mock, "PATCH", "/settings", { body: { autoLogin: "ada" } });
    const { id } = await queue({});
    await call(mock, "DELETE", "/users/ada");
    const problem = {
      path: "user",
      message:
        'missing: approve needs a user, and without automatic login as one who is there, or a remembered browser, none is known in a browser; name one, or match the flow "phone-number"',
    };
    for (const [method, path] of [
      ["POST", "/scenarios"],
      ["PATCH", `/scenarios/${id}`],
    ] as const) {
      const { status, body } = await call(mock, method, path, { body: { times: 2 } });
      expect([status, body.errors]).toEqual([400, [problem]]);
    }
    expect(await list()).toMatchObject([{ id, times: 1 }]);
  });

  it("need not name their user where one is known: by a browser that remembers", async () => {
    const browser = new Browser(mock);
    await walkLogin(browser, { remember: true });
    await queue({ outcome: "app_token_error" });
    expect(await end()).toBe("page");
    expect(await list()).toMatchObject([{ hits: 0 }]);
    const app = await browser.login();
    expect(pageOf(app)).toBe("app");
    expect(app.body).toContain("Ada Nordmann");
  });

  it("that wait for a login from phone number at a sales unit without them are refused", async () => {
    const match = { clientId: OUTLET.id, flow: "phone-number" };
    const refused = await call(mock, "POST", "/scenarios", { body: { match } });
    expect([refused.status, refused.body.errors]).toEqual([
      400,
      [
        {
          path: "match.clientId",
          value: OUTLET.id,
          message:
            'no login begins at "Demo Outlet", which has no login from phone number; set features.loginFromPhoneNumber to true on it, or match another',
        },
      ],
    ]);
    expect(await list()).toEqual([]);
    await queue({ match: { clientId: OUTLET.id, flow: "browser" }, outcome: "cancel" });
    await queue({ match: { clientId: SHOP.id, flow: "phone-number" } });
    await call(mock, "PATCH", "/settings", {
      body: { rules: { loginFromPhoneNumber: "everyone" } },
    });
    await queue({ match });
    const { msn } = await mock.salesUnit("Demo Outlet");
    const body = { features: { loginFromPhoneNumber: true } };
    await call(mock, "PATCH", "/settings", {
      body: { rules: { loginFromPhoneNumber: "entitled" } },
    });
    await call(mock, "PATCH", `/sales-units/${msn}`, { body });
    await queue({ match });
    expect(await list()).toHaveLength(4);
  });

  it("change their flow where their outcome can be there", async () => {
    const { id } = await queue({ outcome: "wrong_challenge" });
    const body = { match: { flow: "phone-number" } };
    const refused = await call(mock, "PATCH", `/scenarios/${id}`, { body });
    expect([refused.status, refused.body.errors[0].path]).toEqual([400, "outcome"]);
    await call(mock, "PATCH", `/scenarios/${id}`, { body: { ...body, outcome: "approve" } });
    expect(await list()).toMatchObject([{ ...body, outcome: "approve" }]);
    const back = await call(mock, "PATCH", `/scenarios/${id}`, { body: { match: { flow: null } } });
    expect([back.status, back.body.errors[0].path]).toEqual([400, "user"]);
  });

  it("stay in their sandbox", async () => {
    for (const id of ["one", "two"]) await call(mock, "POST", "/sandboxes", { body: { id } });
    const { body } = await call(mock, "POST", "/scenarios", { body: { user: "ada" } }, "one");
    expect(await list()).toEqual([]);
    expect((await call(mock, "GET", "/scenarios", {}, "two")).body.items).toEqual([]);
    expect((await call(mock, "GET", `/scenarios/${body.id}`, {}, "two")).status).toBe(404);
    expect((await call(mock, "DELETE", "/scenarios", {}, "two")).status).toBe(204);
    expect(await end()).toBe("page");
    expect((await call(mock, "GET", "/scenarios", {}, "one")).body.items).toMatchObject([
      { hits: 0 },
    ]);
  });
});
