import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../../support/control.ts";
import type { Mock } from "../../support/mock.ts";
import { startMock } from "../../support/mock.ts";
import {
  actingFor,
  MSN,
  ownKeysOf,
  PARTNER,
  platformTokenFor,
  requestPlatformToken,
} from "../../support/partner.ts";
import {
  ADA,
  approve,
  ask,
  askForRedirect,
  begin,
  exists,
  hintOf,
  poll,
  sendCode,
} from "../../support/phone.ts";
import {
  BANK,
  basic,
  errorBody,
  jwtPart,
  PATH,
  post,
  SHOP,
  tokensFrom,
  userinfo,
} from "../../support/wire.ts";

const HIT = 418;

describe("a fault in login from phone number", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const add = async (fault: object) => {
    const answer = await call(mock, "POST", "/faults", { body: fault });
    expect([answer.status, answer.body.detail]).toEqual([201, undefined]);
  };

  it.each([
    ["backchannel-authentication", ask],
    ["user-exists", exists],
  ] as const)("hits %s by client and by user", async (endpoint, request) => {
    await add({ match: { endpoint, clientId: SHOP.id, user: "ada" }, then: { status: HIT } });
    expect((await request(mock)).statusCode).toBe(HIT);
    expect((await request(mock, { login_hint: "urn:mobilenumber:12345678" })).statusCode).toBe(HIT);
    expect((await request(mock, {}, basic(BANK))).statusCode).toBe(200);
    const others = [hintOf("4799000002"), hintOf("4799999999"), "nonsense", undefined];
    for (const login_hint of others) {
      expect((await request(mock, { login_hint })).statusCode).not.toBe(HIT);
    }
  });

  it.each([
    ["backchannel-authentication", ask],
    ["user-exists", exists],
  ] as const)(
    "hits %s of a partner by whom it acts for, and by the user",
    async (endpoint, request) => {
      await add({ match: { endpoint, clientId: SHOP.id, user: "ada" }, then: { status: HIT } });
      const token = await platformTokenFor(mock);
      const status = async (msn: string, fields = {}) =>
        (await request(mock, fields, actingFor(msn, token))).statusCode;
      expect(await status(MSN.shop)).toBe(HIT);
      expect(await status(MSN.bank)).toBe(200);
      expect(await status(MSN.shop, { login_hint: hintOf("4799000002") })).toBe(200);
    },
  );

  it("hits each request of a partner's login by what is known of it there", async () => {
    await add({
      match: { endpoint: "access-token", clientId: PARTNER.id },
      times: 1,
      then: { status: HIT },
    });
    await add({
      match: { endpoint: "token", clientId: SHOP.id, user: "ada" },
      times: 1,
      then: { status: HIT },
    });
    await add({ match: { endpoint: "userinfo", user: "ada" }, times: 1, then: { status: HIT } });
    expect((await requestPlatformToken(mock, ownKeysOf(SHOP))).statusCode).toBe(200);
    expect((await requestPlatformToken(mock)).statusCode).toBe(HIT);
    const headers = actingFor(MSN.shop, await platformTokenFor(mock));
    const { auth_req_id: id } = (await ask(mock, {}, headers)).json();
    await approve(mock, id);
    expect((await poll(mock, id, headers)).statusCode).toBe(HIT);
    const { access_token: token } = (await poll(mock, id, headers)).json();
    expect((await userinfo(mock, token)).statusCode).toBe(HIT);
    expect((await userinfo(mock, token)).statusCode).toBe(200);
  });

  it("corrupts the ID tokens of one user at one client, a partner's login too", async () => {
    await add({
      match: { endpoint: "token", clientId: SHOP.id, user: "ada" },
      corrupt: "wrong_aud",
    });
    const token = await platformTokenFor(mock);
    const audience = async (msn: string, login_hint = hintOf(ADA)) => {
      const headers = actingFor(msn, token);
      const { auth_req_id: id } = (await ask(mock, { login_hint }, headers)).json();
      await approve(mock, id);
      const { id_token } = (await poll(mock, id, headers)).json();
      return [JSON.parse(jwtPart(id_token, 1)).aud].flat();
    };
    expect(await audience(MSN.shop)).not.toContain(SHOP.id);
    expect(await audience(MSN.shop, hintOf("4799000002"))).toContain(SHOP.id);
    expect(await audience(MSN.bank)).toContain(BANK.id);
  });

  it("hits polls and codes by the user of the login", async () => {
    const { auth_req_id: authReqId } = await begin(mock);
    const other = await begin(mock, { login_hint: hintOf("4799000002") });
    const redirect = (await askForRedirect(mock)).json().auth_req_id;
    const { approval } = await approve(mock, redirect);
    await add({ match: { endpoint: "token", user: "ada" }, then: { status: HIT } });
    expect((await poll(mock, authReqId)).statusCode).toBe(HIT);
    expect((await poll(mock, other.auth_req_id)).json().error).toBe("authorization_pending");
    expect((await sendCode(mock, approval?.code)).statusCode).toBe(HIT);
  });

  it("that replaces an answer leaves the login as it was", async () => {
    const { auth_req_id: authReqId } = await begin(mock);
    await approve(mock, authReqId);
    await add({ match: { endpoint: "token" }, times: 1, then: { status: 500 } });
    expect((await poll(mock, authReqId)).statusCode).toBe(500);
    expect((await poll(mock, authReqId)).statusCode).toBe(200);
  });

  it.each([
    [
      400,
      errorBody(
        "invalid_request",
        "The request is missing a required parameter or includes an invalid one.",
      ),
    ],
    [429, errorBody("too_many_requests", "The user has too many ongoing logins.")],
    [401, expect.stringContaining('"error":"invalid_client"')],
    [500, expect.stringContaining('"error":"server_error"')],
    [503, expect.stringContaining("<h1>503 Service Unavailable</h1>")],
  ])("with the status %i alone is told in the words of the service", async (status, body) => {
    await add({ match: { endpoint: "backchannel-authentication" }, then: { status } });
    const response = await ask(mock);
    expect([response.statusCode, response.body]).toEqual([status, body]);
  });

  it("makes the auth_req_id of an ID token another login's, in both variants", async () => {
    await add({ match: { endpoint: "token" }, corrupt: "wrong_auth_req_id" });
    const { auth_req_id: polled } = await begin(mock);
    await approve(mock, polled);
    const redirect = (await askForRedirect(mock)).json().auth_req_id;
    const { approval } = await approve(mock, redirect);
    for (const [response, authReqId] of [
      [await poll(mock, polled), polled],
      [await sendCode(mock, approval?.code), redirect],
    ] as const) {
      const { auth_req_id: claimed } = JSON.parse(jwtPart(response.json().id_token, 1));
      expect(claimed).toMatch(/^[\w-]{27}$/);
      expect(claimed).not.toBe(authReqId);
    }
    const { id_token: browser } = await tokensFrom(mock);
    expect(JSON.parse(jwtPart(browser, 1))).not.toHaveProperty("auth_req_id");
  });

  it("tells nothing of it where the server breaks", async () => {
    await mock.close();
    mock = await startMock({}, { servers: 1 });
    const { phoneLogins } = mock.sandbox.store;
    phoneLogins.insert = async () => {
      throw new Error("broken on purpose");
    };
    const response = await post(
      mock,
      PATH.backchannel,
      { login_hint: "urn:msisdn:4712345678", scope: "openid" },
      basic(SHOP),
    );
    expect(response.statusCode).toBe(500);
    expect(response.json().error).toBe("server_error");
    expect(response.body).not.toContain("purpose");
  });
});
