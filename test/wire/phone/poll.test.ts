import { createLocalJWKSet, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  approvePhoneLogin,
  expirePhoneLogin,
  isWaiting,
  phoneLoginStatus,
  rejectPhoneLogin,
} from "../../../src/login/phone-login.ts";
import type { LoginFailure } from "../../../src/records/login.ts";
import { readAll } from "../../../src/store/batches.ts";
import type { Mock } from "../../support/mock.ts";
import { NOON, startMock } from "../../support/mock.ts";
import {
  ADA,
  approve,
  ask,
  askForRedirect,
  begin,
  hintOf,
  loginBy,
  poll,
  reject,
  surroundings,
} from "../../support/phone.ts";
import {
  BANK,
  basic,
  codeFrom,
  errorBody,
  expectReason,
  get,
  ISSUER,
  jwtPart,
  OUTLET,
  PATH,
  post,
  posted,
  requestToken,
  SHOP,
  tokensFrom,
  userinfo,
  withdrawConsents,
} from "../../support/wire.ts";

const PENDING = errorBody("authorization_pending", "The authorization request is still pending");
const SLOW_DOWN = errorBody(
  "slow_down",
  "The authorization request is still pending and polled too often",
);
const EXPIRED = errorBody("expired_token", "The auth_req_id has expired");
const DENIED = errorBody("access_denied", "The user denied the authorization request");
const INVALID_GRANT = errorBody(
  "invalid_grant",
  "The provided authorization grant is invalid, already used, or was issued to another client.",
);

describe("polling for a login from phone number", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const advance = (seconds: number) => mock.sandbox.clock.advance(seconds);

  /** What a poll is told. */
  const told = async (authReqId: string, client = SHOP) => {
    const response = await poll(mock, authReqId, basic(client));
    expect(response.headers["content-type"]).toBe("application/json;charset=UTF-8");
    expect(response.headers["cache-control"]).toBe("no-store");
    return response.statusCode === 200 ? "tokens" : response.body;
  };

  it("gives tokens once the user has approved", async () => {
    const { auth_req_id: authReqId } = await begin(mock, { nonce: "a-nonce" });
    const before = await poll(mock, authReqId);
    expect([before.statusCode, before.body]).toEqual([400, PENDING]);

    await approve(mock, authReqId);
    const response = await poll(mock, authReqId);
    expect(response.body).toMatch(
      /^\{"access_token":"ciba\.[\w-]{43}","token_type":"Bearer","expires_in":300,"id_token":"[\w.-]+"\}$/,
    );
    expect(response.headers).toMatchObject({ "cache-control": "no-store", pragma: "no-cache" });
    const { access_token: accessToken, id_token: idToken } = response.json();

    const { keys } = (await get(mock, PATH.jwks)).json();
    const key = keys.find(({ kty }: { kty: string }) => kty === "EC");
    expect(jwtPart(idToken, 0)).toBe(`{"kid":"${key.kid}","alg":"ES256"}`);
    const claims = (await userinfo(mock, accessToken)).json();
    expect(jwtPart(idToken, 1)).toBe(
      `{"aud":"${SHOP.id}","sub":"${claims.sub}","auth_req_id":"${authReqId}","nonce":"a-nonce",` +
        `"iss":"${ISSUER.replaceAll("/", "\\/")}","exp":${NOON + 600},"iat":${NOON},"msn":"100001"}`,
    );
    expect(claims).toMatchObject({ name: "Ada Nordmann", given_name: "Ada" });
    await jwtVerify(idToken, createLocalJWKSet({ keys }), {
      audience: SHOP.id,
      issuer: ISSUER,
      currentDate: new Date(NOON * 1000),
    });
  });

  it("leaves nonce out where none was sent, and user data in every profile", async () => {
    await mock.close();
    mock = await startMock({ profile: "2026" });
    const { auth_req_id: authReqId } = await begin(mock);
    await approve(mock, authReqId);
    const payload = jwtPart((await poll(mock, authReqId)).json().id_token, 1);
    expect(Object.keys(JSON.parse(payload))).toEqual([
      "aud",
      "sub",
      "auth_req_id",
      "iss",
      "exp",
      "iat",
      "msn",
    ]);
  });

  it("has the sub of a login in the browser", async () => {
    const browser = jwtPart((await tokensFrom(mock)).id_token, 1);
    const { auth_req_id: authReqId } = await begin(mock);
    await approve(mock, authReqId);
    const phone = jwtPart((await poll(mock, authReqId)).json().id_token, 1);
    expect(JSON.parse(phone).sub).toBe(JSON.parse(browser).sub);
  });

  it("takes credentials in the form where the sales unit has that method", async () => {
    await mock.sandbox.store.salesUnits.update("100001", (unit) => ({
      ...unit,
      tokenEndpointAuthMethod: "client_secret_post",
    }));
    const { auth_req_id: authReqId } = (await ask(mock, posted(SHOP), {})).json();
    const fields = { grant_type: "urn:openid:params:grant-type:ciba", auth_req_id: authReqId };
    const response = await post(mock, PATH.token, { ...fields, ...posted(SHOP) });
    expect(response.body).toBe(PENDING);
  });

  it("is no news to the log while the user takes time, though the request log has it", async () => {
    const { auth_req_id: authReqId } = await begin(mock);
    const before = mock.log.length;
    expect(await told(authReqId)).toBe(PENDING);
    expect(mock.log.slice(before)).toEqual([]);
    const logged = (await readAll(mock.sandbox.store.requests)).at(-1);
    expect(logged?.diagnosis).toBeUndefined();
    expect(logged?.notes).toMatchObject([
      {
        rule: "phone-number-poll",
        source: "documentation 2023",
        message: "the user has not answered yet",
      },
    ]);
    expect(await told(authReqId)).toBe(SLOW_DOWN);
    expect(mock.log.slice(before)).toMatchObject([{ level: 40 }]);
  });

  describe("at its pace", () => {
    it("may begin at once, and goes on when the interval is over", async () => {
      const { auth_req_id: authReqId } = await begin(mock);
      expect(await told(authReqId)).toBe(PENDING);
      await advance(5);
      expect(await told(authReqId)).toBe(PENDING);
      await advance(4);
      expect(await told(authReqId)).toBe(SLOW_DOWN);
      expectReason(
        mock,
        "phone-number-poll",
        "documentation 2023",
        "4 seconds",
        "interval is 5 seconds",
      );
    });

    it("is longer by 5 seconds after each slow_down", async () => {
      const { auth_req_id: authReqId } = await begin(mock);
      await told(authReqId);
      for (const [wait, answer] of [
        [0, SLOW_DOWN],
        [9, SLOW_DOWN],
        [15, PENDING],
        [14, SLOW_DOWN],
        [20, PENDING],
      ] as const) {
        await advance(wait);
        expect([wait, await told(authReqId)]).toEqual([wait, answer]);
      }
      expect((await loginBy(mock, authReqId)).interval).toBe(20);
    });

    it("is not held up by a poll of the future, once the clock is set back", async () => {
      const { auth_req_id: authReqId } = await begin(mock);
      await mock.sandbox.clock.advance(60);
      expect(await told(authReqId)).toBe(PENDING);
      await mock.sandbox.clock.set(NOON);
      expect(await told(authReqId)).toBe(PENDING);
    });

    it("is each login's own", async () => {
      const [one, other] = [await begin(mock), await begin(mock)];
      expect(await told(one.auth_req_id)).toBe(PENDING);
      expect(await told(other.auth_req_id)).toBe(PENDING);
    });

    it("does not matter once there is an answer", async () => {
      const [yes, no] = [await begin(mock), await begin(mock)];
      for (const { auth_req_id: authReqId } of [yes, no]) await told(authReqId);
      await approve(mock, yes.auth_req_id);
      await reject(mock, no.auth_req_id);
      expect(await told(yes.auth_req_id)).toBe("tokens");
      expect([await told(no.auth_req_id), await told(no.auth_req_id)]).toEqual([DENIED, DENIED]);
    });

    it("counts concurrent polls one by one", async () => {
      const { auth_req_id: authReqId } = await begin(mock);
      const answers = await Promise.all(Array.from({ length: 5 }, () => told(authReqId)));
      expect(answers.sort()).toEqual([PENDING, ...Array.from({ length: 4 }, () => SLOW_DOWN)]);
      expect((await loginBy(mock, authReqId)).interval).toBe(25);
    });
  });

  describe("to the end", () => {
    it("gives the tokens once", async () => {
      const { auth_req_id: authReqId } = await begin(mock);
      await approve(mock, authReqId);
      expect(await told(authReqId)).toBe("tokens");
      await advance(7);
      expect(await told(authReqId)).toBe(INVALID_GRANT);
      expectReason(mock, "phone-number-poll", "documentation 2023", "7 seconds ago", "once");
    });

    it("gives one of several concurrent polls the tokens", async () => {
      const { auth_req_id: authReqId } = await begin(mock);
      await approve(mock, authReqId);
      const answers = await Promise.all(Array.from({ length: 5 }, () => told(authReqId)));
      expect(answers.filter((answer) => answer === "tokens")).toHaveLength(1);
      expect(answers.filter((answer) => answer === INVALID_GRANT)).toHaveLength(4);
      expect(await readAll(mock.sandbox.store.accessTokens)).toHaveLength(1);
    });

    it.each([
      ["waiting", "the login expired 0 seconds ago"],
      ["approved", "approved it 1 seconds before its end", "expired 0 seconds ago"],
    ])("expires while %s", async (how, ...values) => {
      const { auth_req_id: authReqId } = await begin(mock);
      await advance(599);
      if (how === "approved") await approve(mock, authReqId);
      else expect(await told(authReqId)).toBe(PENDING);
      await advance(1);
      expect(await told(authReqId)).toBe(EXPIRED);
      expectReason(mock, "phone-number-poll", "documentation 2023", ...values);
      await advance(3599);
      expect(await told(authReqId)).toBe(EXPIRED);
      await advance(1);
      expect(await told(authReqId)).toBe(INVALID_GRANT);
    });

    it("gives tokens in the last second", async () => {
      const { auth_req_id: authReqId } = await begin(mock);
      await advance(599);
      await approve(mock, authReqId);
      expect(await told(authReqId)).toBe("tokens");
    });

    it.each<[LoginFailure, number, string]>([
      [{ reason: "cancelled" }, 400, DENIED],
      [{ reason: "consent_declined" }, 400, DENIED],
      [{ reason: "not_eligible" }, 400, DENIED],
      [{ reason: "wrong_challenge" }, 400, DENIED],
      [
        { reason: "outdated_app" },
        400,
        '{"error":"old_app","error_description":"The user\'s Vipps app version is too old and needs to be updated","error_code":"old_app"}',
      ],
      [
        {
          reason: "told",
          error: { code: "too_many_requests", description: "As a test wants it" },
          diagnosis: { rule: "test", source: "documentation 2023", message: "m", detail: "d" },
        },
        429,
        errorBody("too_many_requests", "As a test wants it"),
      ],
      [
        {
          reason: "told",
          error: { code: "odd", description: "" },
          diagnosis: { rule: "test", source: "documentation 2023", message: "m", detail: "d" },
        },
        400,
        '{"error":"odd"}',
      ],
    ])("is told how it was rejected: %j", async (failure, status, body) => {
      const { auth_req_id: authReqId } = await begin(mock);
      await reject(mock, authReqId, failure);
      const response = await poll(mock, authReqId);
      expect([response.statusCode, response.body]).toEqual([status, body]);
    });
  });

  describe("with what is not its own", () => {
    it("needs an auth_req_id", async () => {
      const response = await poll(mock, undefined);
      expect([response.statusCode, response.body]).toEqual([
        400,
        errorBody("invalid_request", "auth_req_id : The parameter is required."),
      ]);
      expectReason(mock, "phone-number-poll", "documentation 2023", "no auth_req_id");
    });

    it("gets nothing for an unknown one", async () => {
      expect(await told("VYGaaAMRkI6SyAm_uIywhxsN2K0")).toBe(INVALID_GRANT);
      expectReason(mock, "phone-number-poll", "documentation 2023", "no login from phone number");
    });

    it("gets nothing for another client's, and takes nothing from it", async () => {
      const { auth_req_id: authReqId } = await begin(mock);
      await approve(mock, authReqId);
      for (const client of [BANK, OUTLET]) {
        expect(await told(authReqId, client)).toBe(INVALID_GRANT);
        expectReason(mock, "phone-number-poll", "documentation 2023", SHOP.id, client.id);
      }
      expect(await told(authReqId)).toBe("tokens");
    });

    it("gets nothing for one of the redirect variant", async () => {
      const { auth_req_id: authReqId } = (await askForRedirect(mock)).json();
      expect(await told(authReqId)).toBe(INVALID_GRANT);
      expectReason(mock, "phone-number-poll", "documentation 2023", "redirect variant");
      await approve(mock, authReqId);
      expect(await told(authReqId)).toBe(INVALID_GRANT);
    });

    it.each(["users/ada", "sales-units/100001"])("goes with %s", async (removed) => {
      const waiting = await begin(mock);
      const { auth_req_id: authReqId } = await begin(mock);
      await approve(mock, authReqId);
      const answer = await mock.app.inject({ method: "DELETE", url: `/mock/api/${removed}` });
      expect(answer.statusCode).toBe(204);
      expect(await readAll(mock.sandbox.store.phoneLogins)).toEqual([]);
      for (const id of [waiting.auth_req_id, authReqId]) {
        expect((await poll(mock, id)).statusCode).toBe(removed === "users/ada" ? 400 : 401);
      }
    });
  });

  describe("and its access token", () => {
    const tokenOf = async (scope = "openid name") => {
      const { auth_req_id: authReqId } = await begin(mock, { scope });
      await approve(mock, authReqId);
      return (await poll(mock, authReqId)).json().access_token as string;
    };

    it("opens userinfo for 300 seconds", async () => {
      const token = await tokenOf("openid phoneNumber");
      expect((await userinfo(mock, token)).json()).toEqual({
        phone_number: ADA,
        phone_number_verified: true,
        sid: expect.any(String),
        sub: expect.any(String),
      });
      await advance(299);
      expect((await userinfo(mock, token)).statusCode).toBe(200);
      await advance(1);
      expect((await userinfo(mock, token)).statusCode).toBe(401);
    });

    it("keeps to the rule of retention once the consent is withdrawn", async () => {
      const token = await tokenOf();
      await withdrawConsents(mock, "ada");
      await advance(168 * 3600 - 1);
      expect((await userinfo(mock, token)).statusCode).toBe(200);
      await advance(1);
      expect((await userinfo(mock, token)).statusCode).toBe(401);
    });

    it("can be revoked", async () => {
      const token = await tokenOf();
      await post(mock, PATH.revoke, { token }, basic(SHOP));
      expect((await userinfo(mock, token)).statusCode).toBe(401);
    });
  });

  describe("after the consent", () => {
    const consents = async () => await readAll(mock.sandbox.store.consents);

    it("is on record for browsers too", async () => {
      const { auth_req_id: authReqId } = await begin(mock, { scope: "openid name email" });
      expect(await consents()).toEqual([]);
      await approve(mock, authReqId);
      expect(await consents()).toMatchObject([{ user: "ada", scopes: ["name", "email"] }]);
      const code = await codeFrom(mock, { consent: "decline" });
      expect((await requestToken(mock, code)).statusCode).toBe(200);
    });

    it("is none for openid alone", async () => {
      await approve(mock, (await begin(mock, { scope: "openid" })).auth_req_id);
      expect(await consents()).toEqual([]);
    });
  });
});

describe("the answer to a login from phone number", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const waiting = async () => loginBy(mock, (await begin(mock)).auth_req_id);
  const ANSWERS = { approvePhoneLogin, rejectPhoneLogin, expirePhoneLogin };

  it("moves its status", async () => {
    const [yes, no, failed, late] = [
      await waiting(),
      await waiting(),
      await waiting(),
      (await readAll(mock.sandbox.store.phoneLogins))[0],
    ];
    expect(phoneLoginStatus(yes, NOON)).toBe("confirm");
    expect(isWaiting(yes, NOON)).toBe(true);
    expect(phoneLoginStatus(await approve(mock, yes.authReqId), NOON)).toBe("approved");
    expect(phoneLoginStatus(await reject(mock, no.authReqId), NOON)).toBe("rejected");
    const outdated = await reject(mock, failed.authReqId, { reason: "outdated_app" });
    expect(phoneLoginStatus(outdated, NOON)).toBe("failed");
    expect(late && phoneLoginStatus(late, late.expiresAt)).toBe("expired");
  });

  it.each(Object.entries(ANSWERS))("%s comes too late after another one", async (_, answer) => {
    for (const first of Object.values(ANSWERS)) {
      const { id } = await waiting();
      const place = await surroundings(mock);
      expect((await first(place, id)).kind).toBe("ended");
      const login = await mock.sandbox.store.phoneLogins.get(id);
      expect(await answer(place, id)).toEqual({ kind: "too-late", login });
      expect(await mock.sandbox.store.phoneLogins.get(id)).toEqual(login);
    }
  });

  it.each(Object.entries(ANSWERS))("%s finds no login that is not there", async (_, answer) => {
    const place = await surroundings(mock);
    expect(await answer(place, "nobody" as never)).toEqual({ kind: "too-late", login: undefined });
  });

  it("ends its time at once", async () => {
    const { id, authReqId } = await waiting();
    await expirePhoneLogin(await surroundings(mock), id);
    expect((await poll(mock, authReqId)).json().error).toBe("expired_token");
  });

  it("counts once, of concurrent ones, and a refused approval leaves no consent", async () => {
    for (let turn = 0; turn < 4; turn++) {
      const { id } = await waiting();
      const place = await surroundings(mock);
      const answers = await Promise.all([
        ...(turn % 2 === 0 ? [rejectPhoneLogin(place, id)] : []),
        approvePhoneLogin(place, id),
        approvePhoneLogin(place, id),
        rejectPhoneLogin(place, id),
      ]);
      expect(answers.filter(({ kind }) => kind === "ended")).toHaveLength(1);
      const login = await mock.sandbox.store.phoneLogins.get(id);
      expect([login?.approval, login?.failure].filter(Boolean)).toHaveLength(1);
    }
    const logins = await readAll(mock.sandbox.store.phoneLogins);
    const approved = logins.filter(({ approval }) => approval);
    const sessions = await readAll(mock.sandbox.store.sessions);
    expect(sessions.map(({ id }) => id)).toEqual(approved.map(({ approval }) => approval?.session));
    const consents = await readAll(mock.sandbox.store.consents);
    expect(consents).toHaveLength(approved.length > 0 ? 1 : 0);
  });

  it.each([
    ["blocked", { status: "blocked" }],
    ["too young", { birthDate: "2010-01-01" }],
    ["without a new app", { status: "outdated_app" }],
  ] as const)("cannot be yes of a user who is %s by then", async (_, change) => {
    const login = await waiting();
    await mock.sandbox.store.users.update("ada", (user) => ({ ...user, ...change }));
    const answer = await approvePhoneLogin(await surroundings(mock), login.id);
    expect(answer).toMatchObject({ kind: "obstacle", diagnosis: { message: /ada/ } });
    expect(await mock.sandbox.store.phoneLogins.get(login.id)).toEqual(login);
    expect(await readAll(mock.sandbox.store.sessions)).toEqual([]);
  });

  it.each(["users", "salesUnits"] as const)(
    "cannot be yes where the record in %s is gone",
    async (name) => {
      const login = await waiting();
      await mock.sandbox.store[name].take(name === "users" ? "ada" : "100001");
      const answer = await approvePhoneLogin(await surroundings(mock), login.id);
      expect(answer).toMatchObject({ kind: "obstacle", diagnosis: { rule: "login-steps" } });
    },
  );

  it("is noted with the request that gives it", async () => {
    const { id } = await waiting();
    const place = await surroundings(mock);
    await approvePhoneLogin(place, id);
    expect(place.trace).toMatchObject({ login: id, user: "ada", clientId: SHOP.id });
  });

  it("is a waiting login's alone in the endings of the clock", async () => {
    const [one, two, three] = [await waiting(), await waiting(), await waiting()];
    await approve(mock, one.authReqId);
    await poll(mock, one.authReqId);
    await reject(mock, two.authReqId);
    const redirect = (await askForRedirect(mock)).json().auth_req_id;
    const { approval } = await approve(mock, redirect);
    const waitingRedirect = await askForRedirect(mock, { login_hint: hintOf(ADA) });
    const fourth = await loginBy(mock, waitingRedirect.json().auth_req_id);
    const { expired } = (
      await mock.app.inject({
        method: "PATCH",
        url: "/mock/api/clock",
        headers: { "content-type": "application/json" },
        payload: { advance: 600 },
      })
    ).json();
    const ended = { user: "ada", clientId: SHOP.id, at: "2023-05-17T10:10:00Z" };
    expect(expired).toEqual([
      { kind: "code", id: approval?.code, ...ended, at: "2023-05-17T10:02:00Z" },
      expect.objectContaining({ kind: "access-token", at: "2023-05-17T10:05:00Z" }),
      { kind: "phone-login", id: three.id, ...ended },
      { kind: "phone-login", id: fourth.id, ...ended },
    ]);
  });

  it("does not come back to life when the clock is set back", async () => {
    const { authReqId } = await waiting();
    await mock.sandbox.clock.advance(600);
    await mock.app.inject({
      method: "PATCH",
      url: "/mock/api/clock",
      headers: { "content-type": "application/json" },
      payload: { at: "2023-05-17T10:00:00Z" },
    });
    expect(await mock.sandbox.clock.now()).toBe(NOON);
    expect((await poll(mock, authReqId)).json().error).toBe("invalid_grant");
  });
});
