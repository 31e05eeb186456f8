import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAll } from "../../src/store/batches.ts";
import { call } from "../support/control.ts";
import { beforeUpdate } from "../support/meanwhile.ts";
import type { Mock } from "../support/mock.ts";
import { NOON, startMock } from "../support/mock.ts";
import { ADA, begin, hintOf, loginBy, poll, sendCode } from "../support/phone.ts";
import {
  authorize,
  CALLBACK,
  jwtPart,
  OUTLET,
  parameterOf,
  SHOP,
  userinfo,
} from "../support/wire.ts";

const LIV = "4799000011";

describe("logins from phone number", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const list = async (query = "") => (await call(mock, "GET", `/logins${query}`)).body.items;
  const act = (id: string, action: "approve" | "reject" | "expire", body?: object) =>
    call(mock, "POST", `/logins/${id}/${action}`, body ? { body } : {});
  const started = async (fields = {}) => (await begin(mock, fields)).auth_req_id;
  const redirect = { requested_flow: "login_to_webpage", redirect_uri: CALLBACK };

  it("are listed with what their user would see of them", async () => {
    const authReqId = await started({ binding_message: "TILL-07", scope: "openid email" });
    const { id } = await loginBy(mock, authReqId);
    const waiting = {
      id,
      flow: "phone-number",
      user: "ada",
      clientId: SHOP.id,
      scopes: ["openid", "email"],
      bindingMessage: "TILL-07",
      status: "confirm",
      expiresAt: "2023-05-17T10:10:00Z",
      consent: { scopes: ["email"], in: "app" },
    };
    expect(await list()).toEqual([waiting]);
    for (const name of [id, authReqId]) {
      expect((await call(mock, "GET", `/logins/${name}`)).body).toEqual(waiting);
    }
    await started();
    expect((await list())[1]).not.toHaveProperty("bindingMessage");
  });

  it("are listed among those of browsers in the order of their beginning, and in pages", async () => {
    await started();
    await mock.sandbox.clock.advance(1);
    await authorize(mock);
    await mock.sandbox.clock.advance(1);
    await started({ login_hint: hintOf(LIV) });
    const flows = (items: { flow: string }[]) => items.map(({ flow }) => flow);
    const all = await list();
    expect(flows(all)).toEqual(["phone-number", "browser", "phone-number"]);
    expect(flows(await list("?flow=browser"))).toEqual(["browser"]);
    expect(await list("?flow=phone-number")).toEqual([all[0], all[2]]);
    expect(await list(`?flow=phone-number&user=${LIV}`)).toEqual([all[2]]);
    expect(await list(`?clientId=${OUTLET.id}`)).toEqual([]);
    expect(await list("?status=identify")).toEqual([all[1]]);
    const page = (await call(mock, "GET", "/logins?limit=2")).body;
    expect(page).toEqual({ items: all.slice(0, 2), next: all[1].id });
    expect(await list(`?limit=2&after=${page.next}`)).toEqual([all[2]]);
    const refused = await call(mock, "GET", "/logins?flow=phone");
    expect([refused.status, refused.body.detail]).toEqual([
      400,
      expect.stringContaining('expected one of "browser", "phone-number"'),
    ]);
  });

  it.each(["id", "authReqId"] as const)(
    "are approved by their %s: the poll gets tokens",
    async (by) => {
      const authReqId = await started();
      const login = await loginBy(mock, authReqId);
      const { status, body } = await act(login[by], "approve");
      expect([status, body.status, body.id]).toEqual([200, "approved", login.id]);
      expect(body).not.toHaveProperty("redirectUrl");
      expect(await list()).toEqual([]);
      expect(await list("?status=approved")).toEqual([body]);
      const { access_token } = (await poll(mock, authReqId)).json();
      expect((await userinfo(mock, access_token)).json()).toMatchObject({ name: "Ada Nordmann" });
      const items = await readAll(mock.sandbox.store.consents);
      expect(items.map(({ user, scopes }) => [user, scopes])).toEqual([["ada", ["name"]]]);
    },
  );

  it("are approved in the redirect variant: the browser brings a code to its grant", async () => {
    const authReqId = await started(redirect);
    const { body } = await act(authReqId, "approve", { user: ADA });
    const { origin, pathname, searchParams } = new URL(body.redirectUrl);
    expect(`${origin}${pathname}`).toBe(CALLBACK);
    expect([...searchParams.keys()]).toEqual(["code"]);
    expect((await call(mock, "GET", `/logins/${authReqId}`)).body).toEqual(body);
    const tokens = (await sendCode(mock, searchParams.get("code") ?? "")).json();
    expect(jwtPart(tokens.id_token, 1)).toContain(`"auth_req_id":"${authReqId}"`);
  });

  it("are rejected: the poll hears it", async () => {
    const authReqId = await started();
    expect((await act(authReqId, "reject")).body.status).toBe("rejected");
    expect((await poll(mock, authReqId)).json().error).toBe("access_denied");
  });

  it("are ended: the poll hears that the time is over", async () => {
    const authReqId = await started();
    const { body } = await act(authReqId, "expire");
    expect(body).toMatchObject({ status: "expired", expiresAt: "2023-05-17T10:00:00Z" });
    expect((await poll(mock, authReqId)).json().error).toBe("expired_token");
    expect(await list("?status=expired")).toEqual([body]);
  });

  it.each([
    ["approve", "approved"],
    ["reject", "rejected"],
    ["expire", "expired"],
  ] as const)("are answered once: after %s every answer is refused", async (first, how) => {
    const authReqId = await started();
    await act(authReqId, first);
    for (const action of ["approve", "reject", "expire"] as const) {
      const again = await act(authReqId, action);
      expect([again.status, again.body.detail]).toEqual([
        409,
        `The login "${authReqId}" is not waiting any more: it is ${how}. Begin another one at the merchant.`,
      ]);
    }
  });

  it.each(["approve", "reject", "expire"] as const)(
    "are answered by somebody else meanwhile: %s is told so",
    async (action) => {
      // It comes between the steps of a server, which has to be that one.
      await mock.close();
      mock = await startMock({}, { servers: 1 });
      const authReqId = await started();
      const { phoneLogins } = mock.sandbox.store;
      beforeUpdate(phoneLogins, () => act(authReqId, "reject"));
      const { status, body } = await act(authReqId, action);
      expect([status, body.detail]).toEqual([409, expect.stringContaining("it is rejected")]);
    },
  );

  it("time out by the clock, and are answered no more", async () => {
    const authReqId = await started();
    await mock.sandbox.clock.advance(600);
    expect(await list()).toEqual([]);
    const { status, body } = await act(authReqId, "approve");
    expect([status, body.detail]).toEqual([409, expect.stringContaining("it is expired")]);
  });

  it.each([
    [{ challenge: 42 }, 409, "challenge: no number is shown in a login from phone number"],
    [{ remember: true }, 409, "remember: no browser is there to remember"],
    [{ remember: false }, 409, "remember: no browser is there to remember"],
    [{ user: "leap-day" }, 409, 'user: the login is "ada"\'s already, not "leap-day"\'s'],
    [{ user: "adda" }, 404, 'did you mean "ada"?'],
    [{ outcome: "approve" }, 400, 'unknown key "outcome"'],
  ])("approve with %j is refused and changes nothing", async (body, status, told) => {
    const authReqId = await started();
    const before = await loginBy(mock, authReqId);
    const answer = await act(authReqId, "approve", body);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(told)]);
    expect(await loginBy(mock, authReqId)).toEqual(before);
    expect(await readAll(mock.sandbox.store.consents)).toEqual([]);
  });

  it("name everything at once that does not fit", async () => {
    const { body } = await act(await started(), "approve", { challenge: 1, remember: true });
    expect(body.errors.map(({ path }: { path: string }) => path)).toEqual([
      "challenge",
      "remember",
    ]);
  });

  it("are not approved for a user whom something has befallen since", async () => {
    const authReqId = await started();
    await mock.sandbox.store.users.update("ada", (ada) => ({ ...ada, status: "blocked" }));
    const { status, body } = await act(authReqId, "approve");
    expect([status, body.errors]).toEqual([
      422,
      [{ path: "user", value: "ada", message: expect.stringContaining("has the status blocked") }],
    ]);
    expect(await list()).toMatchObject([{ status: "confirm" }]);
  });

  it("that are not there are 404, with what waits instead", async () => {
    const { id } = await loginBy(mock, await started());
    const { status, body } = await act("nothing", "approve");
    expect([status, body.detail]).toEqual([
      404,
      `No login has the id "nothing": it is finished, or was never begun. Waiting now: ${id} (confirm, at ${SHOP.id}).`,
    ]);
  });

  it("go with their user, and with their sales unit", async () => {
    await started();
    await started({ login_hint: hintOf(LIV) });
    await call(mock, "DELETE", "/users/ada");
    expect(await list()).toMatchObject([{ user: "leap-day" }]);
    const { msn } = await mock.salesUnit("Demo Shop");
    await call(mock, "DELETE", `/sales-units/${msn}`);
    expect(await list()).toEqual([]);
  });

  it("stay in their sandbox", async () => {
    await call(mock, "POST", "/sandboxes", { body: { id: "other" } });
    const authReqId = await started();
    expect((await call(mock, "GET", "/logins", {}, "other")).body.items).toEqual([]);
    for (const action of ["approve", "reject", "expire"]) {
      const answer = await call(mock, "POST", `/logins/${authReqId}/${action}`, {}, "other");
      expect(answer.status).toBe(404);
    }
    expect(await list()).toMatchObject([{ status: "confirm" }]);
  });

  describe("and the clock", () => {
    const step = async (advance: number) =>
      (await call(mock, "PATCH", "/clock", { body: { advance } })).body.expired;
    const ending = async (authReqId: string) => ({
      kind: "phone-login",
      id: (await loginBy(mock, authReqId)).id,
      user: "ada",
      clientId: SHOP.id,
      at: "2023-05-17T10:10:00Z",
    });

    it("says which of them a step has ended", async () => {
      const authReqId = await started();
      expect(await step(599)).toEqual([]);
      expect(await step(1)).toEqual([await ending(authReqId)]);
    });

    it.each(["reject", "expire"] as const)("leaves out what %s has ended", async (action) => {
      const authReqId = await started();
      await act(authReqId, action);
      expect(await step(600)).toEqual([]);
    });

    it("leaves out what is over because its tokens were given", async () => {
      const authReqId = await started();
      await act(authReqId, "approve");
      await poll(mock, authReqId);
      expect(await step(299)).toEqual([]);
      expect(await step(301)).toMatchObject([{ kind: "access-token" }]);
    });

    it("forgets on its way back what is past", async () => {
      const authReqId = await started();
      await step(600);
      await call(mock, "PATCH", "/clock", { body: { at: "2023-05-17T10:00:00Z" } });
      expect((await call(mock, "GET", `/logins/${authReqId}`)).status).toBe(404);
      expect((await poll(mock, authReqId)).json().error).toBe("invalid_grant");
      expect(await mock.sandbox.clock.now()).toBe(NOON);
    });
  });

  it("are tied together in the request log, from the request to userinfo", async () => {
    const logged = async (query: string) =>
      (await call(mock, "GET", `/requests${query}`)).body.items;
    const authReqId = await started();
    await started({ login_hint: hintOf(LIV) });
    await poll(mock, authReqId);
    await act(authReqId, "approve");
    const { access_token } = (await poll(mock, authReqId)).json();
    await userinfo(mock, access_token);
    const { id } = await loginBy(mock, authReqId);
    const whole = await logged(`?login=${id}`);
    expect(whole.map((one: never) => [one["endpoint"], one["status"]])).toEqual([
      ["backchannel-authentication", 200],
      ["token", 400],
      ["token", 200],
      ["userinfo", 200],
    ]);
    for (const one of whole) expect(one).toMatchObject({ user: "ada", clientId: SHOP.id });
    expect(await logged("?user=ada")).toEqual(whole);
    expect(await logged(`?clientId=${SHOP.id}&user=${LIV}`)).toMatchObject([
      { endpoint: "backchannel-authentication", user: "leap-day" },
    ]);
    expect(await logged("?user=ada&refused=true")).toEqual([]);
  });

  it("are refused nothing while the user has not answered, however often they are polled for", async () => {
    const authReqId = await started();
    await poll(mock, authReqId);
    await poll(mock, authReqId);
    const polls = (await call(mock, "GET", "/requests?endpoint=token")).body.items;
    expect(polls).toMatchObject([
      { status: 400, refused: false, notes: [{ message: "the user has not answered yet" }] },
      { status: 400, refused: false, notes: [{ message: expect.stringContaining("interval") }] },
    ]);
    expect(polls.every((one: object) => !("diagnosis" in one))).toBe(true);
    await act(authReqId, "reject");
    await poll(mock, authReqId);
    const { items } = (await call(mock, "GET", "/requests?refused=true")).body;
    expect(items).toMatchObject([{ diagnosis: { message: expect.stringContaining("the user") } }]);
  });

  it("are tied together in the request log in the redirect variant too", async () => {
    const authReqId = await started(redirect);
    const { body } = await act(authReqId, "approve");
    const code = new URL(body.redirectUrl).searchParams.get("code") ?? "";
    const { access_token } = (await sendCode(mock, code)).json();
    await userinfo(mock, access_token);
    const { items } = (await call(mock, "GET", `/requests?login=${body.id}`)).body;
    expect(items.map(({ endpoint }: { endpoint: string }) => endpoint)).toEqual([
      "backchannel-authentication",
      "token",
      "userinfo",
    ]);
  });

  it("leave a login in a browser alone that goes on beside them", async () => {
    await started();
    const page = await authorize(mock);
    expect(parameterOf(page, "code")).toBeUndefined();
    const [phone] = await list("?flow=phone-number");
    await act(phone.id, "approve");
    expect(await list()).toMatchObject([{ flow: "browser", status: "identify" }]);
  });
});
