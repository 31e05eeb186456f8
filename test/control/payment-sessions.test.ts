import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAll } from "../../src/store/batches.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { actingFor, MSN, platformTokenFor, userinfoBySubject } from "../support/partner.ts";
import { tokensFrom, userinfo } from "../support/wire.ts";

describe("payment sessions", () => {
  let mock: Mock;
  const restart = async (config: Parameters<typeof startMock>[0] = {}) => {
    mock = await startMock(config);
  };
  beforeEach(() => restart());
  afterEach(() => mock.close());

  const PAYMENT = { msn: MSN.shop, user: "ada", scope: "name phoneNumber" };
  const pay = (body: object = PAYMENT) => call(mock, "POST", "/payment-sessions", { body });
  const all = async () => (await call(mock, "GET", "/payment-sessions")).body.items;
  const read = async (sub: string) =>
    userinfoBySubject(mock, sub, actingFor(MSN.shop, await platformTokenFor(mock)));

  it("begin now, can be read by sub, and say until when", async () => {
    const { status, body, headers } = await pay();
    expect(status).toBe(201);
    expect(headers["location"]).toBe(`http://localhost:4747/mock/api/payment-sessions/${body.id}`);
    expect(body).toEqual({
      ...PAYMENT,
      id: expect.any(String),
      sub: expect.stringMatching(/^[\da-f-]{36}$/),
      beganAt: "2023-05-17T10:00:00Z",
      readableUntil: "2023-05-24T10:00:00Z",
    });
    expect((await read(body.sub)).json()).toMatchObject({ name: "Ada Nordmann", sub: body.sub });
  });

  it("know their user by MSISDN, and each scope once", async () => {
    const { body } = await pay({ ...PAYMENT, user: "4712345678", scope: " email  name email" });
    expect(body).toMatchObject({ user: "ada", scope: "email name" });
  });

  it("have the sub of a login at the same sales unit", async () => {
    const { access_token } = await tokensFrom(mock);
    const { sub } = (await userinfo(mock, access_token)).json();
    expect((await pay()).body.sub).toBe(sub);
  });

  it("put the consent on record, which covers the next login", async () => {
    await pay();
    expect((await call(mock, "GET", "/consents?user=ada")).body.items).toMatchObject([
      { merchant: "Demo Group", scopes: ["name", "phoneNumber"] },
    ]);
  });

  it("are listed page by page, and no login among them", async () => {
    await tokensFrom(mock);
    const [first, second] = [(await pay()).body, (await pay({ ...PAYMENT, scope: "name" })).body];
    expect(await all()).toEqual([first, second]);
    const page = (await call(mock, "GET", "/payment-sessions?limit=1")).body;
    expect(page).toEqual({ items: [first], next: first.id });
    const { body } = await call(mock, "GET", `/payment-sessions/${second.id}`);
    expect(body).toEqual(second);
  });

  it("are gone when they are removed; the consent stays", async () => {
    const { id, sub } = (await pay()).body;
    expect((await call(mock, "DELETE", `/payment-sessions/${id}`)).status).toBe(204);
    expect(await all()).toEqual([]);
    expect((await read(sub)).statusCode).toBe(401);
    expect((await call(mock, "GET", "/consents")).body.items).toHaveLength(1);
  });

  it("can be read until then whatever login follows, and no more once they are removed", async () => {
    const { id, sub, beganAt, readableUntil } = (await pay()).body;
    await mock.sandbox.clock.advance(60);
    await tokensFrom(mock, { request: { scope: "openid" } });
    const length = (Date.parse(readableUntil) - Date.parse(beganAt)) / 1000;
    await mock.sandbox.clock.advance(length - 60 - 1);
    expect((await read(sub)).json()).toMatchObject({ name: "Ada Nordmann" });
    expect((await call(mock, "DELETE", `/payment-sessions/${id}`)).status).toBe(204);
    expect(Object.keys((await read(sub)).json())).toEqual(["sid", "sub"]);
  });

  it("are gone with their user", async () => {
    const { sub } = (await pay()).body;
    await call(mock, "DELETE", "/users/ada");
    expect(await all()).toEqual([]);
    expect((await read(sub)).statusCode).toBe(404);
  });

  it.each(["GET", "DELETE"] as const)("are not logins: %s", async (method) => {
    await tokensFrom(mock);
    const [session] = await readAll(mock.sandbox.store.sessions);
    for (const id of ["nothing", session?.id]) {
      const { status, body } = await call(mock, method, `/payment-sessions/${id}`);
      expect([status, body.detail]).toEqual([404, expect.stringContaining(`"${id}"`)]);
    }
    expect(await readAll(mock.sandbox.store.sessions)).toEqual([session]);
  });

  const refused = async (body: object, status: number, path: string, told: string) => {
    const before = await readAll(mock.sandbox.store.sessions);
    const answer = await pay(body);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(told)]);
    expect(answer.body.errors.map((one: { path: string }) => one.path)).toContain(path);
    expect(await readAll(mock.sandbox.store.sessions)).toEqual(before);
    expect(await readAll(mock.sandbox.store.consents)).toEqual([]);
  };

  it.each([
    [{ msn: undefined }, 400, "msn", "missing"],
    [{ scopes: "name" }, 400, "scopes", 'did you mean "scope"?'],
    [{ scope: " " }, 400, "scope", "Which data is asked for"],
    [{ scope: ["name"] }, 400, "scope", "expected a string"],
    [{ msn: "10001" }, 400, "msn", 'did you mean "100001"?'],
    [{ user: "adda" }, 400, "user", 'did you mean "ada"?'],
    [{ user: "adda", msn: "10001" }, 400, "user", "2 problems"],
    [{ msn: "100005" }, 422, "msn", "is not active"],
    [{ scope: "name nin" }, 422, "scope", "not entitled to the scope nin"],
    [{ scope: "nmae" }, 422, "scope", "nmae"],
    [{ user: "no-app" }, 422, "user", "no_app"],
  ])("are not made of %j", async (over, status, path, told) => {
    await refused({ ...PAYMENT, ...over }, status, path, told);
  });

  it("are not made with a user who declines, unless the consent stands already", async () => {
    await call(mock, "PATCH", "/users/ada", { body: { consentAnswer: "decline" } });
    await refused(PAYMENT, 422, "user", "declines to share");
    await call(mock, "PATCH", "/users/ada", { body: { consentAnswer: "accept" } });
    await pay();
    await call(mock, "PATCH", "/users/ada", { body: { consentAnswer: "decline" } });
    expect((await pay({ ...PAYMENT, scope: "name" })).status).toBe(201);
    expect((await pay({ ...PAYMENT, scope: "email" })).status).toBe(422);
  });

  it("leave out in profile 2026 what the sales unit is not entitled to", async () => {
    await mock.close();
    await restart({ profile: "2026" });
    const { body } = await pay({ ...PAYMENT, scope: "nin name" });
    expect(body).toMatchObject({ scope: "name" });
    expect((await read(body.sub)).json()).not.toHaveProperty("nin");
  });
});
