import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import {
  actingFor,
  MSN,
  PARTNER,
  platformTokenFor,
  userinfoBySubject,
} from "../support/partner.ts";
import {
  Browser,
  codeFrom,
  get,
  PATH,
  requestToken,
  SHOP,
  tokensFrom,
  userinfo,
} from "../support/wire.ts";

describe("clock", () => {
  let mock: Mock;
  beforeEach(async () => {
    // The real time is noon in Oslo on 17 May 2023 in every test, and the clock runs from there.
    mock = await startMock({ clock: {} });
  });
  afterEach(() => mock.close());

  const move = (body: object) => call(mock, "PATCH", "/clock", { body });
  const NOON = { now: "2023-05-17T10:00:00Z", frozen: false, offset: 0 };

  it("tells the time", async () => {
    expect((await call(mock, "GET", "/clock")).body).toEqual(NOON);
  });

  it.each([
    [{ advance: "168h" }, { now: "2023-05-24T10:00:00Z", frozen: false, offset: 604_800 }],
    [{ advance: "PT168H" }, { now: "2023-05-24T10:00:00Z", frozen: false, offset: 604_800 }],
    [{ advance: 604_800 }, { now: "2023-05-24T10:00:00Z", frozen: false, offset: 604_800 }],
    [{ advance: 0 }, NOON],
    [{ freeze: true }, { ...NOON, frozen: true }],
    [{ freeze: false }, NOON],
    [
      { freeze: true, advance: "1h" },
      { now: "2023-05-17T11:00:00Z", frozen: true, offset: 3600 },
    ],
    [
      { at: "2023-05-17T11:00:00+02:00" },
      { now: "2023-05-17T09:00:00Z", frozen: false, offset: -3600 },
    ],
    [
      { at: "2049-12-31T23:59:59Z", freeze: true },
      { now: "2049-12-31T23:59:59Z", frozen: true, offset: expect.any(Number) },
    ],
  ])("moves by %j", async (body, expected) => {
    expect((await move(body)).body).toEqual({ ...expected, expired: [] });
    expect((await call(mock, "GET", "/clock")).body).toEqual(expected);
  });

  it("stays stopped when it is moved, until it is told to run", async () => {
    await move({ freeze: true });
    expect((await move({ advance: 60 })).body).toMatchObject({ frozen: true, offset: 60 });
    expect((await move({ freeze: false })).body).toMatchObject({ frozen: false, offset: 60 });
    expect((await call(mock, "DELETE", "/clock")).body).toEqual({ ...NOON, expired: [] });
  });

  it.each([
    [{}, "name freeze, at or advance"],
    [{ at: "2023-05-17T10:00:00Z", advance: 1 }, "cannot go together with at"],
    [{ at: "2023-05-17" }, "write ISO 8601 with a zone"],
    [{ at: "1969-12-31T23:59:59Z" }, "choose a moment from 1970 to 2049"],
    [{ at: "2050-01-01T00:00:00Z" }, "choose a moment from 1970 to 2049"],
    [{ advance: "27y" }, '"27y" is no length of time'],
    [{ advance: "" }, '"" is no length of time'],
    [
      { advance: "-1h" },
      "advance: is -1h; expected 0 seconds to 36500 days; the clock only advances",
    ],
    [{ advance: -180 }, 'the clock only advances; to go back, set "at" to an earlier moment'],
    [{ advance: 1.5 }, "advance: is 1.5; expected whole seconds"],
    [{ advance: "700ms" }, "advance: is 700ms; expected whole seconds"],
    [{ advance: "9999d", freeze: true }, "leads beyond 2049"],
    [{ advance: 1e300 }, "is 1e+300; expected 0 seconds to 36500 days"],
    [{ advance: "9999999999h" }, "is 9999999999h; expected 0 seconds to 36500 days"],
    [{ advance: "36500d1s" }, "expected 0 seconds to 36500 days"],
    [{ advance: "36500d" }, "leads beyond 2049"],
    [{ freeze: "yes" }, "expected true or false"],
    [{ advacne: "1h" }, 'did you mean "advance"?'],
  ])("refuses %j and stays as it is", async (body, told) => {
    const answer = await move(body);
    expect([answer.status, answer.body.detail]).toEqual([400, expect.stringContaining(told)]);
    expect((await call(mock, "GET", "/clock")).body).toEqual(NOON);
  });

  it("tells what a step expired: waiting logins, codes, tokens and sessions", async () => {
    await new Browser(mock).login();
    const code = await codeFrom(mock, { user: "leap-day" });
    const { access_token } = await tokensFrom(mock);
    const platformToken = await platformTokenFor(mock);
    const clientId = SHOP.id;

    expect((await move({ advance: "1m59s" })).body.expired).toEqual([]);
    expect((await move({ advance: "1s" })).body.expired).toEqual([
      { kind: "code", id: code, user: "leap-day", clientId, at: "2023-05-17T10:02:00Z" },
    ]);
    expect((await move({ advance: "2h" })).body.expired).toEqual([
      {
        kind: "access-token",
        id: access_token,
        user: "ada",
        clientId,
        at: "2023-05-17T10:10:00Z",
      },
      expect.objectContaining({ kind: "login", clientId, at: "2023-05-17T10:30:00Z" }),
      {
        kind: "platform-token",
        id: platformToken,
        clientId: PARTNER.id,
        at: "2023-05-17T11:00:00Z",
      },
    ]);
    const at = "2023-05-24T10:00:00Z";
    expect((await move({ at: "2023-05-24T09:59:59Z" })).body.expired).toEqual([]);
    expect((await move({ advance: 1 })).body.expired).toEqual([
      { kind: "session", id: expect.any(String), user: "leap-day", clientId, at },
      { kind: "session", id: expect.any(String), user: "ada", clientId, at },
    ]);
    expect((await move({ advance: "300d" })).body.expired).toEqual([]);
  });

  it("tells whose login it was once that is known, and forgets those that are over", async () => {
    const browser = new Browser(mock);
    await browser.submit(await browser.login(), { fixture_user: "leap-day" });
    const code = await codeFrom(mock, { user: "no-address", request: { scope: "openid" } });
    const { access_token } = (await requestToken(mock, code)).json();
    const replayed = await codeFrom(mock, { user: "born-1931" });
    await requestToken(mock, replayed);
    await requestToken(mock, replayed);
    const { expired } = (await move({ advance: "2h" })).body;
    expect(expired).toEqual([
      expect.objectContaining({ kind: "access-token", id: access_token, user: "no-address" }),
      expect.objectContaining({ kind: "login", user: "leap-day" }),
    ]);
  });

  it("tells a code's end without a name once its user is removed", async () => {
    const code = await codeFrom(mock);
    await call(mock, "DELETE", "/users/ada");
    expect((await move({ advance: "1h" })).body.expired).toEqual([
      { kind: "code", id: code, clientId: SHOP.id, at: "2023-05-17T10:02:00Z" },
    ]);
  });

  it("counts a token to the end of the 168 hours once its consent is revoked", async () => {
    const { access_token } = await tokensFrom(mock);
    await call(mock, "DELETE", "/consents?user=ada");
    expect((await move({ advance: "167h59m59s" })).body.expired).toEqual([]);
    expect((await move({ advance: 1 })).body.expired).toEqual([
      expect.objectContaining({ id: access_token, at: "2023-05-24T10:00:00Z" }),
      expect.objectContaining({ kind: "session", at: "2023-05-24T10:00:00Z" }),
    ]);
  });

  it("tells which faults a step ended, but not those that have hit as often as they may", async () => {
    const add = async (body: object) => (await call(mock, "POST", "/faults", { body })).body.id;
    const then = { status: 503 };
    const match = { endpoint: "token", clientId: SHOP.id, user: "ada" };
    const narrow = await add({ match, ttl: "2m", then });
    const wide = await add({ match: { endpoint: "userinfo" }, ttl: "1m", then });
    await add({ match: { endpoint: "jwks" }, ttl: "1m", times: 1, then });
    await add({ match: { endpoint: "auth" }, then });
    expect((await get(mock, PATH.jwks)).statusCode).toBe(503);

    expect((await move({ advance: 59 })).body.expired).toEqual([]);
    expect((await move({ advance: "1h" })).body.expired).toEqual([
      { kind: "fault", id: wide, at: "2023-05-17T10:01:00Z" },
      { kind: "fault", id: narrow, clientId: SHOP.id, user: "ada", at: "2023-05-17T10:02:00Z" },
    ]);
  });

  it("does not bring a fault back to life that it ended", async () => {
    const body = { match: { endpoint: "jwks" }, ttl: 60, then: { status: 503 } };
    await call(mock, "POST", "/faults", { body });
    await move({ advance: 59 });
    await call(mock, "DELETE", "/clock");
    expect((await get(mock, PATH.jwks)).statusCode).toBe(503);
    await move({ advance: 60 });
    await call(mock, "DELETE", "/clock");
    expect((await get(mock, PATH.jwks)).statusCode).toBe(200);
    expect((await call(mock, "GET", "/faults")).body.items).toEqual([]);
  });

  it("does not bring back to life what it expired when it goes back", async () => {
    const code = await codeFrom(mock, { user: "leap-day" });
    const { access_token } = await tokensFrom(mock);
    await move({ advance: "5m" });
    await call(mock, "DELETE", "/clock");
    expect((await requestToken(mock, code)).json()).toMatchObject({ error: "invalid_grant" });
    expect((await userinfo(mock, access_token)).statusCode).toBe(200);
    const platformToken = await platformTokenFor(mock);
    const { sub } = (await userinfo(mock, access_token)).json();
    const bySubject = async (token: string) =>
      (await userinfoBySubject(mock, sub, actingFor(MSN.shop, token))).statusCode;
    expect(await bySubject(platformToken)).toBe(200);
    await move({ advance: "1h" });
    await move({ at: "2023-05-17T10:00:00Z" });
    expect((await userinfo(mock, access_token)).statusCode).toBe(401);
    expect(await bySubject(platformToken)).toBe(401);
    expect(await bySubject(await platformTokenFor(mock))).toBe(200);
    await move({ advance: "168h" });
    await move({ at: "2023-05-17T10:00:00Z" });
    expect(await bySubject(await platformTokenFor(mock))).toBe(401);
  });
});
