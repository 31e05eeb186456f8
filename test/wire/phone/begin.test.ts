import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConfigInput } from "../../../src/records/config.ts";
import { FAQ } from "../../../src/records/faq.ts";
import { readAll } from "../../../src/store/batches.ts";
import type { Mock } from "../../support/mock.ts";
import { NOON, startMock } from "../../support/mock.ts";
import {
  ADA,
  approve,
  ask,
  askForRedirect,
  begin,
  exists,
  hintOf,
  loginBy,
  poll,
  reject,
} from "../../support/phone.ts";
import type { Fields } from "../../support/wire.ts";
import {
  BANK,
  basic,
  CALLBACK,
  CLOSED,
  expectReason,
  HOST,
  OUTLET,
  PATH,
  post,
  posted,
  SHOP,
  userinfo,
  WITHOUT_LOGIN,
} from "../../support/wire.ts";

const HINT =
  "login_hint.value : Invalid login_hint. login_hint must be in format: 'urn:msisdn:46|45|47|358|299{phonenumber}'.";

const OLD_APP =
  '{"error":"old_app","error_description":"The user\'s Vipps app version is too old and needs to be ' +
  'updated","error_code":"old_app"}';

const unknownUser = (code: string, age = 18) =>
  '{"error":"unknown_user_id","error_description":"To log in with Vipps you need to have an active ' +
  `Vipps app on your phone and be at least ${age} years old.","error_code":"${code}"}`;

let mock: Mock;
const start = async (config: ConfigInput = {}) => {
  mock = await startMock(config);
};
const restart = async (config: ConfigInput) => {
  await mock.close();
  await start(config);
};
beforeEach(() => start());
afterEach(() => mock.close());

const refusal = async (overrides: Fields) => {
  const response = await ask(mock, overrides);
  const { error, error_description: description } = response.json();
  return [response.statusCode, error, description];
};

const nothingBegun = async () => expect(await readAll(mock.sandbox.store.phoneLogins)).toEqual([]);

const notes = async () => {
  const items = await readAll(mock.sandbox.store.requests);
  return items.at(-1)?.notes.map(({ message }) => message);
};

describe("the beginning of a login from phone number", () => {
  it("answers what to poll with, in the service's own order", async () => {
    const response = await ask(mock);
    expect(response.statusCode).toBe(200);
    expect(response.body).toMatch(/^\{"auth_req_id":"[\w-]{27}","expires_in":600,"interval":5\}$/);
    expect(response.headers).toMatchObject({
      "content-type": "application/json;charset=UTF-8",
      "cache-control": "no-store",
      pragma: "no-cache",
    });
  });

  it.each([
    ["the login", ask],
    ["the question whether a user exists", exists],
  ])(
    "refuses %s for loginHint as for no hint, and its log says what was meant",
    async (_, send) => {
      const response = await send(mock, { login_hint: undefined, loginHint: hintOf(ADA) });
      expect([response.statusCode, response.json().error_description]).toEqual([400, HINT]);
      expectReason(
        mock,
        "phone-number-request",
        "documentation 2023",
        "what was sent is loginHint",
      );
      expect(mock.log.at(-1)?.diagnosis?.closest).toBe("login_hint");
    },
  );

  it("notes other parameters in another spelling, which are ignored", async () => {
    const { auth_req_id: authReqId } = await begin(mock, { bindingMessage: "ABC-12" });
    expect(await loginBy(mock, authReqId)).not.toHaveProperty("bindingMessage");
    expect(await notes()).toEqual([
      "binding_message is missing: what was sent is bindingMessage, which is ignored",
    ]);
  });

  it("writes down all that the phone and the merchant need", async () => {
    const { auth_req_id: authReqId } = await begin(mock, {
      scope: "openid name openid",
      binding_message: "ABC-12",
      state: "a-state",
      nonce: "n",
    });
    expect(await loginBy(mock, authReqId)).toEqual({
      id: expect.stringMatching(/^\w{21}$/),
      authReqId,
      clientId: SHOP.id,
      msn: "100001",
      user: "ada",
      scopes: ["openid", "name"],
      grantedScopes: ["openid", "name"],
      bindingMessage: "ABC-12",
      state: "a-state",
      nonce: "n",
      startedAt: NOON,
      expiresAt: NOON + 600,
      forgetAt: NOON + 600 + 3600,
      interval: 5,
    });
  });

  it("tells the request log whose login it is, and ties its requests together", async () => {
    const { auth_req_id: authReqId } = await begin(mock);
    await poll(mock, authReqId);
    const { id } = await loginBy(mock, authReqId);
    const items = await readAll(mock.sandbox.store.requests);
    expect(
      items.map(({ endpoint, clientId, user, login }) => [endpoint, clientId, user, login]),
    ).toEqual([
      ["backchannel-authentication", SHOP.id, "ada", id],
      ["token", SHOP.id, "ada", id],
    ]);
  });

  describe("by its client", () => {
    it("takes the one method that the sales unit has", async () => {
      const { clientId } = await mock.salesUnit("Demo Shop");
      expect((await ask(mock, posted(SHOP), {})).statusCode).toBe(401);
      await mock.sandbox.store.salesUnits.update("100001", (unit) => ({
        ...unit,
        tokenEndpointAuthMethod: "client_secret_post",
      }));
      expect((await ask(mock, posted(SHOP), {})).statusCode).toBe(200);
      expect(clientId).toBe(SHOP.id);
    });

    it.each([
      ["a wrong secret", { ...SHOP, secret: "wrong" }, 401, "invalid_client"],
      ["a sales unit that is not active", CLOSED, 401, "invalid_client"],
      ["a sales unit without Vipps Login", WITHOUT_LOGIN, 401, "invalid_client"],
    ])("refuses %s", async (_, client, status, error) => {
      for (const request of [ask, exists]) {
        const response = await request(mock, {}, basic(client));
        expect([response.statusCode, response.json().error]).toEqual([status, error]);
      }
      await nothingBegun();
    });

    it("refuses a request without credentials", async () => {
      const response = await ask(mock, {}, {});
      expect([response.statusCode, response.json().error]).toEqual([400, "invalid_request"]);
      expectReason(mock, "client-authentication", "RFC 6749 §2.3.1");
    });
  });

  describe("by its form", () => {
    it.each([
      ["", "The request is missing a required parameter or includes an invalid one."],
      ["scope=openid&scope=name", "scope : The parameter is included more than once."],
      ["scope=%zz", "The request is missing a required parameter or includes an invalid one."],
    ])("refuses %j", async (form, description) => {
      for (const path of [PATH.backchannel, PATH.userExists]) {
        const response = await post(mock, path, form, basic(SHOP));
        expect([response.statusCode, response.json()]).toEqual([
          400,
          { error: "invalid_request", error_description: description },
        ]);
        expect(lastRule()).toBe("parameters");
      }
      await nothingBegun();
    });

    it("refuses a request without a body", async () => {
      const { statusCode, body } = await mock.app.inject({
        method: "POST",
        url: PATH.backchannel,
        headers: { host: HOST, ...basic(SHOP) },
      });
      expect([statusCode, JSON.parse(body).error]).toEqual([400, "invalid_request"]);
    });

    it("is told mistakes in a fixed order", async () => {
      const wrong = { login_hint: "x", scope: "nnin", binding_message: "x" };
      expect((await ask(mock, wrong, basic({ ...SHOP, secret: "x" }))).statusCode).toBe(401);
      expect((await ask(mock, wrong, basic(OUTLET))).json().error).toBe("unauthorized_client");
      expect(await refusal(wrong)).toEqual([400, "invalid_request", HINT]);
      const hinted = { ...wrong, login_hint: hintOf("4799999999") };
      expect((await refusal(hinted))[1]).toBe("invalid_scope");
      expect((await refusal({ ...hinted, scope: "openid" }))[1]).toBe("invalid_binding_message");
      const right = { login_hint: hintOf("4799999999"), scope: "openid" };
      expect((await refusal(right))[1]).toBe("unknown_user_id");
    });
  });

  describe("by login_hint", () => {
    it.each([hintOf(ADA), "urn:mobilenumber:12345678"])("understands %s", async (hint) => {
      const { auth_req_id: authReqId } = await begin(mock, { login_hint: hint });
      expect((await loginBy(mock, authReqId)).user).toBe("ada");
      expect((await exists(mock, { login_hint: hint })).json()).toEqual({ exists: true });
    });

    it.each(["46", "45", "47", "358", "299"])("knows numbers that begin with %s", async (code) => {
      const msisdn = `${code}55512345`;
      await mock.sandbox.store.users.update("ada", (user) => ({ ...user, phoneNumber: msisdn }));
      await begin(mock, { login_hint: hintOf(msisdn) });
    });

    it.each([
      [undefined, "login_hint is missing"],
      ["", "login_hint is missing"],
      [ADA, ADA],
      [`urn:msisdn:+${ADA}`, "neither of the two known forms"],
      ["urn:msisdn:", "neither of the two known forms"],
      ["urn:msisdn:4412345678", "country code"],
      ["urn:msisdn:4712345", "8 to 15 digits"],
      ["urn:msisdn:4712345678901234", "8 to 15 digits"],
      ["urn:mobilenumber:1234567", "8 digits of a Norwegian number"],
      ["urn:mobilenumber:123456789", "8 digits of a Norwegian number"],
      [`urn:mobilenumber:${ADA}`, "8 digits of a Norwegian number"],
      ["urn:customer-token:abc", "removed in January 2023"],
      [`URN:MSISDN:${ADA}`, "neither of the two known forms"],
    ])("does not take %j", async (hint, told) => {
      expect(await refusal({ login_hint: hint })).toEqual([400, "invalid_request", HINT]);
      expectReason(mock, "phone-number-request", "documentation 2023", told);
      const response = await exists(mock, { login_hint: hint, scope: "openid" });
      expect([response.statusCode, response.json().error_description]).toEqual([400, HINT]);
      await nothingBegun();
    });

    it.each([hintOf("47123456"), hintOf("471234567890123")])(
      "takes %s for the number of nobody",
      async (hint) => {
        expect((await refusal({ login_hint: hint }))[1]).toBe("unknown_user_id");
      },
    );
  });

  describe("by scope", () => {
    it.each([
      [undefined, "invalid_request", "phone-number-request"],
      ["  ", "invalid_request", "phone-number-request"],
      ["openid nnin", "invalid_scope", "phone-number-request"],
      ["openid unheard-of", "invalid_scope", "entitlement"],
      ["openid offline", "invalid_scope", "entitlement"],
    ])("refuses %j as %s", async (scope, error, rule) => {
      expect((await refusal({ scope }))[1]).toBe(error);
      expect(lastRule()).toBe(rule);
      await nothingBegun();
    });

    it.each(["2023", "2026"] as const)(
      "needs openid in the redirect variant alone, in profile %s",
      async (profile) => {
        await restart({ profile });
        const { auth_req_id: authReqId } = await begin(mock, { scope: "name address birthDate" });
        await approve(mock, authReqId);
        const tokens = (await poll(mock, authReqId)).json();
        expect(tokens.id_token).toEqual(expect.any(String));
        expect((await userinfo(mock, tokens.access_token)).json().name).toBe("Ada Nordmann");
        const refused = await askForRedirect(mock, { scope: "name" });
        expect([refused.statusCode, refused.json().error]).toEqual([400, "invalid_scope"]);
        expect(lastRule()).toBe("entitlement");
        expect((await askForRedirect(mock, { scope: "openid name" })).statusCode).toBe(200);
      },
    );

    it("drops what the sales unit is not entitled to in profile 2026, but for nnin", async () => {
      await restart({ profile: "2026" });
      const { auth_req_id: authReqId } = await begin(mock, { scope: "openid unheard-of name" });
      const { scopes, grantedScopes } = await loginBy(mock, authReqId);
      expect([scopes, grantedScopes]).toEqual([
        ["openid", "unheard-of", "name"],
        ["openid", "name"],
      ]);
      expect((await refusal({ scope: "openid nnin" }))[1]).toBe("invalid_scope");
    });

    it("gives nin to those who have it", async () => {
      expect((await ask(mock, { scope: "openid nin" }, basic(BANK))).statusCode).toBe(200);
      await mock.sandbox.store.salesUnits.update("100004", (unit) => ({
        ...unit,
        scopes: ["openid"],
      }));
      expect((await ask(mock, { scope: "openid nin" }, basic(BANK))).json().error).toBe(
        "invalid_scope",
      );
      expectReason(mock, "nin", "Who can get access to NIN and how?");
    });

    it("gives delegatedConsents to those who said for which consents", async () => {
      const scope = "openid delegatedConsents";
      expect((await ask(mock, { scope })).statusCode).toBe(200);
      await mock.sandbox.store.salesUnits.update("100001", (unit) => ({
        ...unit,
        features: { ...unit.features, delegatedConsents: null },
      }));
      expect((await refusal({ scope }))[1]).toBe("invalid_scope");
      expectReason(mock, "delegated-consents", FAQ.delegatedConsentsStart, "is not set up");
      expect((await ask(mock, { scope }, basic(BANK))).json().error).toBe("invalid_scope");
      expectReason(mock, "entitlement", "Which scopes can I use? Why do I get Invalid_scope?");
    });
  });

  describe("by binding_message", () => {
    it.each(["ABC12", "A-B-C-12", "-----", "12345678"])("takes %s", async (message) => {
      const { auth_req_id: authReqId } = await begin(mock, { binding_message: message });
      expect((await loginBy(mock, authReqId)).bindingMessage).toBe(message);
    });

    it.each(["ABCD", "ABCDEFGHI", "abcde", "ABC 12", "ÆØÅ123", "ABC_12", "ABC-12\n"])(
      "refuses %j",
      async (message) => {
        expect((await refusal({ binding_message: message }))[0]).toBe(400);
        await nothingBegun();
      },
    );

    it("says why", async () => {
      expect(await refusal({ binding_message: "abcde" })).toEqual([
        400,
        "invalid_binding_message",
        "The binding message must be 5 to 8 characters: A to Z, 0 to 9, or a hyphen.",
      ]);
      expectReason(mock, "phone-number-request", "documentation 2023", '"abcde"');
    });
  });

  describe("by requested_expiry", () => {
    it.each(["60", "61", "899", "900"])("takes %s where the profile has it", async (expiry) => {
      await restart({ rules: { requestedExpiry: true } });
      const { auth_req_id: authReqId, expires_in } = await begin(mock, {
        requested_expiry: expiry,
      });
      expect(expires_in).toBe(Number(expiry));
      expect((await loginBy(mock, authReqId)).expiresAt).toBe(NOON + Number(expiry));
    });

    it.each(["59", "901", "0", "-60", "60.0", "1e2", "ten", " 60", "60000"])(
      "refuses %j there",
      async (expiry) => {
        await restart({ profile: "2026" });
        expect(await refusal({ requested_expiry: expiry })).toEqual([
          400,
          "invalid_request",
          "requested_expiry : The value must be between 60 and 900.",
        ]);
        expectReason(mock, "phone-number-request", "documentation 2023", JSON.stringify(expiry));
        await nothingBegun();
      },
    );

    it("is 600 where nothing is asked", async () => {
      await restart({ profile: "2026" });
      expect((await begin(mock)).expires_in).toBe(600);
    });

    it("is ignored in profile 2023, with a note", async () => {
      expect((await begin(mock, { requested_expiry: "1" })).expires_in).toBe(600);
      expect(await notes()).toEqual([expect.stringContaining("requested_expiry is ignored")]);
    });
  });

  describe("of the redirect variant", () => {
    it("writes the redirect URI down", async () => {
      const { auth_req_id: authReqId } = (await askForRedirect(mock)).json();
      expect((await loginBy(mock, authReqId)).redirectUri).toBe(CALLBACK);
    });

    it("takes a redirect URI of this machine", async () => {
      const redirect_uri = "http://localhost:3000/callback";
      const { auth_req_id: authReqId } = (await askForRedirect(mock, { redirect_uri })).json();
      expect((await loginBy(mock, authReqId)).redirectUri).toBe(redirect_uri);
    });

    it.each([undefined, `${CALLBACK}/`, "https://elsewhere.example/"])(
      "refuses the redirect_uri %s",
      async (redirect_uri) => {
        const response = await askForRedirect(mock, { redirect_uri });
        expect([response.statusCode, response.json()]).toEqual([
          400,
          {
            error: "invalid_request",
            error_description: "redirect_uri : The URI is missing or is not registered.",
          },
        ]);
        expectReason(mock, "redirect-uri", "What are the requirements for Redirect URIs?");
        await nothingBegun();
      },
    );

    it.each([
      [{ redirect_uri: CALLBACK }, ["redirect_uri"]],
      [{ requested_flow: "app_to_app" }, ["requested_flow"]],
      [
        { requested_flow: "Login_to_webpage", redirect_uri: "x" },
        ["requested_flow", "redirect_uri"],
      ],
    ])("is not begun by %j, which is noted", async (fields, ignored) => {
      const { auth_req_id: authReqId } = await begin(mock, fields);
      expect((await loginBy(mock, authReqId)).redirectUri).toBeUndefined();
      expect(await notes()).toEqual(
        ignored.map((name) => expect.stringMatching(new RegExp(`^${name} .* is ignored$`))),
      );
    });
  });

  describe("by its user", () => {
    /** Of the app the FAQ has no entry. */
    const APP = "documentation 2023; vipps-developers issue 143";
    const numberOf = async (id: string) =>
      (await mock.sandbox.store.users.get(id))?.phoneNumber ?? "";

    it.each([
      ["blocked", "invalid_user", false],
      ["no_app", "invalid_user", false],
      ["outdated_app", "old_app", true],
    ] as const)("refuses one with the status %s as %s", async (status, code, there) => {
      await mock.sandbox.store.users.update("ada", (user) => ({ ...user, status }));
      const response = await ask(mock);
      const body = code === "old_app" ? OLD_APP : unknownUser(code);
      expect([response.statusCode, response.body]).toEqual([400, body]);
      expectReason(mock, "app", APP, status);
      expect((await exists(mock)).json()).toEqual({ exists: there });
      await nothingBegun();
    });

    it("refuses a number that nobody has", async () => {
      const nobody = { login_hint: hintOf("4799999999") };
      const response = await ask(mock, nobody);
      expect([response.statusCode, response.body]).toEqual([400, unknownUser("invalid_user")]);
      expectReason(mock, "app", APP, "4799999999");
      const answer = await exists(mock, nobody);
      expect([answer.statusCode, answer.body]).toEqual([200, '{"exists":false}']);
      expect(answer.headers["content-type"]).toBe("application/json;charset=UTF-8");
    });

    it.each([
      ["2023", 18, "2005-05-17", "2005-05-18"],
      ["2026", 15, "2008-05-17", "2008-05-18"],
    ] as const)("counts the age in profile %s from %i", async (profile, age, old, young) => {
      await restart({ profile });
      await mock.sandbox.store.users.update("ada", (user) => ({ ...user, birthDate: young }));
      const response = await ask(mock);
      expect([response.statusCode, response.body]).toEqual([400, unknownUser("invalid_user", age)]);
      expect((await exists(mock)).json()).toEqual({ exists: false });
      await mock.sandbox.store.users.update("ada", (user) => ({ ...user, birthDate: old }));
      expect((await ask(mock)).statusCode).toBe(200);
      expect((await exists(mock)).json()).toEqual({ exists: true });
    });

    it("lets three logins wait for one user, and says when to try again", async () => {
      const [first] = [await begin(mock)];
      await mock.sandbox.clock.advance(100);
      for (const _ of [2, 3]) await begin(mock);
      const response = await ask(mock);
      expect([response.statusCode, response.headers["retry-after"], response.json()]).toEqual([
        429,
        "500",
        {
          error: "too_many_requests",
          error_description: "The user has too many ongoing logins.",
        },
      ]);
      expectReason(mock, "phone-number-request", "documentation 2023", "3 logins", "ada");
      const other = { login_hint: hintOf(await numberOf("no-address")) };
      expect((await ask(mock, other)).statusCode).toBe(200);

      await mock.sandbox.clock.advance(499);
      expect((await ask(mock)).headers["retry-after"]).toBe("1");
      await mock.sandbox.clock.advance(1);
      await begin(mock);
      expect((await ask(mock)).statusCode).toBe(429);
      expect((await poll(mock, first?.auth_req_id)).json().error).toBe("expired_token");
    });

    it.each([approve, reject])("makes room with an answer: %o", async (answer) => {
      await restart({ limits: { phoneLoginsPerUser: 1 } });
      const { auth_req_id: authReqId } = await begin(mock);
      expect((await ask(mock)).statusCode).toBe(429);
      await answer(mock, authReqId);
      expect((await ask(mock)).statusCode).toBe(200);
    });

    it("lets exactly so many of concurrent ones wait", async () => {
      await restart({ limits: { phoneLoginsPerUser: 4 } });
      const responses = await Promise.all(Array.from({ length: 12 }, () => ask(mock)));
      const statuses = responses.map(({ statusCode }) => statusCode);
      expect(statuses.filter((status) => status === 200)).toHaveLength(4);
      expect(statuses.filter((status) => status === 429)).toHaveLength(8);
      expect(await readAll(mock.sandbox.store.phoneLogins)).toHaveLength(4);
    });
  });

  describe("with automatic login", () => {
    it("is approved at once for the user hinted", async () => {
      await restart({ autoLogin: "no-address" });
      const { auth_req_id: authReqId } = await begin(mock);
      const { access_token: token } = (await poll(mock, authReqId)).json();
      expect((await userinfo(mock, token)).json()).toMatchObject({ given_name: "Ada" });
    });

    it("is declined by a user who declines", async () => {
      await restart({ autoLogin: "ada" });
      await mock.sandbox.store.users.update("ada", (user) => ({
        ...user,
        consentAnswer: "decline",
      }));
      const { auth_req_id: authReqId } = await begin(mock);
      expect((await poll(mock, authReqId)).json().error).toBe("access_denied");
    });
  });

  it("belongs to its sandbox alone", async () => {
    const made = await mock.sandboxes.create({ id: "other" as never });
    const { auth_req_id: authReqId } = await begin(mock);
    expect(await readAll(made.store.phoneLogins)).toEqual([]);
    const there = await mock.app.inject({
      method: "POST",
      url: `/s/other${PATH.token}`,
      headers: {
        host: HOST,
        "content-type": "application/x-www-form-urlencoded",
        ...basic(SHOP),
      },
      payload: `grant_type=urn%3Aopenid%3Aparams%3Agrant-type%3Aciba&auth_req_id=${authReqId}`,
    });
    expect(there.json().error).toBe("invalid_grant");
  });

  /** The rule of the last refusal in the log. */
  function lastRule(): string | undefined {
    return mock.log.flatMap(({ diagnosis }) => (diagnosis ? [diagnosis.rule] : [])).at(-1);
  }
});
