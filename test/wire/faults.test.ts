import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ENDPOINT_NAMES } from "../../src/records/vocabulary.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import {
  actingFor,
  keysOf,
  MSN,
  ownKeysOf,
  PARTNER,
  platformTokenFor,
  requestPlatformToken,
  userinfoBySubject,
} from "../support/partner.ts";
import { ask, exists } from "../support/phone.ts";
import { until } from "../support/wait.ts";
import type { Fields } from "../support/wire.ts";
import {
  authorize,
  authorizePath,
  Browser,
  basic,
  codeFrom,
  errorBody,
  formIn,
  get,
  OUTLET,
  PATH,
  pageOf,
  parameterOf,
  post,
  posted,
  requestToken,
  SHOP,
  TEXT,
  tokensFrom,
  userinfo,
  walkLogin,
} from "../support/wire.ts";

describe("a fault", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(async () => {
    vi.useRealTimers();
    await mock.close();
  });

  /** A status that no endpoint has by itself shows that the fault hit. */
  const HIT = 418;
  const add = async (fault: object, sandbox?: string) =>
    (await call(mock, "POST", "/faults", { body: { then: { status: HIT }, ...fault } }, sandbox))
      .body;
  const counters = async () =>
    (await call(mock, "GET", "/faults")).body.items.map(
      ({ seen, hits }: { seen: number; hits: number }) => [seen, hits],
    );
  const jwks = () => get(mock, PATH.jwks);
  const statuses = async (count: number) => {
    const all = [];
    for (let n = 0; n < count; n++) all.push((await jwks()).statusCode);
    return all;
  };

  describe("by its endpoint", () => {
    const requests: Record<string, () => Promise<{ statusCode: number }>> = {
      discovery: () => get(mock, PATH.discovery),
      jwks,
      auth: () => authorize(mock),
      token: () => requestToken(mock, "code"),
      userinfo: () => get(mock, PATH.userinfo),
      revoke: () => post(mock, PATH.revoke, { token: "x" }, basic(SHOP)),
      logout: () => get(mock, PATH.logout),
      "backchannel-authentication": () => ask(mock),
      "user-exists": () => exists(mock),
      login: () => get(mock, PATH.login),
      webhooks: () => get(mock, "/webhooks/v1/webhooks"),
      "access-token": () => requestPlatformToken(mock),
    };

    it("is there for all", () => {
      expect(Object.keys(requests).sort()).toEqual([...ENDPOINT_NAMES].sort());
    });

    it.each(Object.keys(requests))("hits %s and nothing else", async (endpoint) => {
      await add({ match: { endpoint } });
      for (const [name, request] of Object.entries(requests)) {
        expect((await request()).statusCode === HIT, name).toBe(name === endpoint);
      }
      expect(await counters()).toEqual([[1, 1]]);
    });

    it.each([PATH.consent, PATH.legacyUserinfo, `${PATH.userinfo}/`, `${PATH.userinfo}/sub`])(
      "hits every path of it: %s",
      async (path) => {
        await add({ match: { endpoint: path === PATH.consent ? "login" : "userinfo" } });
        expect((await get(mock, path)).statusCode).toBe(HIT);
      },
    );

    it("leaves the control API and the error page alone", async () => {
      for (const endpoint of Object.keys(requests)) await add({ match: { endpoint } });
      expect((await get(mock, PATH.error)).statusCode).toBe(400);
      expect(await counters()).toEqual(Object.keys(requests).map(() => [0, 0]));
    });
  });

  describe("by its client", () => {
    const atShop = { clientId: SHOP.id };

    it("hits an authorization request by its query", async () => {
      await add({ match: { endpoint: "auth", ...atShop } });
      expect((await authorize(mock)).statusCode).toBe(HIT);
      expect((await authorize(mock, { client_id: OUTLET.id })).statusCode).toBe(302);
    });

    it("hits a request for a platform token by its header", async () => {
      await add({ match: { endpoint: "access-token", clientId: PARTNER.id } });
      const wrong = keysOf({ ...PARTNER, secret: "wrong" });
      expect((await requestPlatformToken(mock, wrong)).statusCode).toBe(HIT);
      expect((await requestPlatformToken(mock, ownKeysOf(SHOP))).statusCode).toBe(200);
    });

    it("hits a token request of a partner by the sales unit that it acts for", async () => {
      const token = await platformTokenFor(mock);
      await add({ match: { endpoint: "token", ...atShop } });
      const statusOf = async (msn: string) =>
        (await requestToken(mock, "x", {}, actingFor(msn, token))).statusCode;
      expect(await statusOf(MSN.shop)).toBe(HIT);
      expect(await statusOf(MSN.bank)).toBe(400);
    });

    it("hits userinfo by sub by the sales unit, and by the user", async () => {
      const body = { msn: MSN.shop, user: "ada", scope: "name" };
      const { sub } = (await call(mock, "POST", "/payment-sessions", { body })).body;
      const own = await platformTokenFor(mock, ownKeysOf(SHOP));
      const read = async () => userinfoBySubject(mock, sub, actingFor(undefined, own));
      const { id } = await add({ match: { endpoint: "userinfo", ...atShop, user: "ada" } });
      await add({ match: { endpoint: "userinfo" }, then: undefined, corrupt: "sub_mismatch" });
      expect((await read()).statusCode).toBe(HIT);
      await call(mock, "DELETE", `/faults/${id}`);
      expect((await read()).json().sub).not.toBe(sub);
    });

    it("hits a token request by Basic credentials and by its form, wrong secret or not", async () => {
      await add({ match: { endpoint: "token", ...atShop } });
      const wrong = { ...SHOP, secret: "wrong" };
      expect((await requestToken(mock, "x", {}, basic(wrong))).statusCode).toBe(HIT);
      expect((await requestToken(mock, "x", posted(SHOP), {})).statusCode).toBe(HIT);
      expect((await requestToken(mock, "x", {}, basic(OUTLET))).statusCode).toBe(400);
      expect((await requestToken(mock, "x", posted(OUTLET), {})).statusCode).toBe(401);
      expect((await requestToken(mock, "x", {}, {})).statusCode).toBe(400);
    });

    it("hits userinfo and revocation by the access token", async () => {
      const { access_token: token } = await tokensFrom(mock);
      const other = (await tokensFrom(mock, {}, OUTLET)).access_token;
      await add({ match: { endpoint: "userinfo", ...atShop } });
      expect((await userinfo(mock, token)).statusCode).toBe(HIT);
      expect((await userinfo(mock, other)).statusCode).toBe(200);
      expect((await userinfo(mock, "unknown")).statusCode).toBe(401);
      await add({ match: { endpoint: "revoke", user: "ada" } });
      expect((await post(mock, PATH.revoke, { token }, basic(SHOP))).statusCode).toBe(HIT);
      expect((await post(mock, PATH.revoke, { token: "x" }, basic(SHOP))).statusCode).toBe(200);
    });

    it("hits a page by the login that it shows", async () => {
      await add({ match: { endpoint: "login", ...atShop } });
      expect((await new Browser(mock).login()).statusCode).toBe(HIT);
      const page = await new Browser(mock).login({ client_id: OUTLET.id });
      expect(pageOf(page)).toBe("phone");
    });

    it("hits the logout by its query", async () => {
      await add({ match: { endpoint: "logout", ...atShop } });
      const query = (clientId: string) => `${PATH.logout}?client_id=${clientId}`;
      expect((await get(mock, query(SHOP.id))).statusCode).toBe(HIT);
      expect((await get(mock, query(OUTLET.id))).statusCode).toBe(400);
      expect((await get(mock, PATH.logout)).statusCode).toBe(400);
    });

    it("passes over what cannot be read", async () => {
      await add({ match: { endpoint: "token", ...atShop } });
      const bad = `client_id=${SHOP.id}&x=%zz`;
      expect((await post(mock, PATH.token, bad)).statusCode).toBe(400);
      expect(await counters()).toEqual([[0, 0]]);
    });
  });

  describe("by its user", () => {
    const ada = { user: "ada" };
    const other = "norwegian-letters";

    it("hits the token request with that user's code", async () => {
      await add({ match: { endpoint: "token", ...ada } });
      const codes = [await codeFrom(mock), await codeFrom(mock, { user: other })] as const;
      expect((await requestToken(mock, codes[0])).statusCode).toBe(HIT);
      expect((await requestToken(mock, codes[1])).statusCode).toBe(200);
    });

    it("hits userinfo with that user's token", async () => {
      await add({ match: { endpoint: "userinfo", ...ada } });
      const tokens = [await tokensFrom(mock), await tokensFrom(mock, { user: other })] as const;
      expect((await userinfo(mock, tokens[0].access_token)).statusCode).toBe(HIT);
      expect((await userinfo(mock, tokens[1].access_token)).statusCode).toBe(200);
    });

    it.each([
      ["ada", true],
      [other, false],
    ])("hits the page once it is known that it is %s: %s", async (user, hit) => {
      await add({ match: { endpoint: "login", ...ada } });
      const browser = new Browser(mock);
      const phone = await browser.login();
      expect(pageOf(phone)).toBe("phone");
      const next = await browser.submit(phone, { fixture_user: user });
      expect(next.statusCode === HIT).toBe(hit);
    });

    it("hits the consent page, and the way back from each page", async () => {
      await add({ match: { endpoint: "auth", ...ada } });
      expect((await walkLogin(new Browser(mock))).statusCode).toBe(HIT);
      await call(mock, "DELETE", "/faults");

      const browser = new Browser(mock);
      const { id } = await add({ match: { endpoint: "login", ...ada }, after: 2 });
      const consent = await walkLogin(browser, { request: { scope: "openid name email" } });
      expect(consent.statusCode).toBe(HIT);
      expect(browser.visited.at(-1)).toContain("consent_challenge=");
      await call(mock, "DELETE", `/faults/${id}`);
      const page = await browser.fetch(
        String(browser.visited.at(-1)).replace(/^https?:\/\/[^/]+/, ""),
      );
      expect(pageOf(page)).toBe("consent");
      await add({ match: { endpoint: "auth", ...ada } });
      expect((await browser.submit(page, { action: "accept" })).statusCode).toBe(HIT);
    });

    it.each<[string | null, Fields, boolean]>([
      [null, {}, false],
      [null, { login_hint: "urn:msisdn:4712345678" }, true],
      [null, { login_hint: "urn:msisdn:4799000012" }, false],
      [null, { login_hint: "nobody" }, false],
      ["ada", {}, true],
      ["ada", { login_hint: other }, false],
      [other, { login_hint: "ada" }, true],
    ])("hits the start, automatic login %s, with %j: %s", async (autoLogin, request, hit) => {
      await mock.close();
      mock = await startMock({ autoLogin });
      await add({ match: { endpoint: "auth", ...ada } });
      expect((await authorize(mock, request)).statusCode === HIT).toBe(hit);
    });

    it("hits the logout of a browser that remembers that user", async () => {
      const [hers, his] = [new Browser(mock), new Browser(mock)];
      await walkLogin(hers, { remember: true });
      await walkLogin(his, { remember: true, user: other });
      await add({ match: { endpoint: "logout", ...ada } });
      expect((await hers.fetch(PATH.logout)).statusCode).toBe(HIT);
      expect((await his.fetch(PATH.logout)).statusCode).toBe(400);
    });

    it("hits a browser that remembers that user", async () => {
      const [hers, his] = [new Browser(mock), new Browser(mock)];
      await walkLogin(hers, { remember: true });
      await walkLogin(his, { remember: true, user: other });
      await add({ match: { endpoint: "auth", ...ada } });
      expect((await hers.login()).statusCode).toBe(HIT);
      expect((await his.login()).statusCode).toBe(302);
    });

    it.each([
      [null, { login_hint: other }, true],
      [other, {}, false],
      [other, { login_hint: "nobody" }, false],
    ])(
      "hits a browser that remembers that user, automatic login %s and %j: %s",
      async (autoLogin, fields, hit) => {
        const hers = new Browser(mock);
        await walkLogin(hers, { remember: true });
        await mock.sandboxes.change(mock.sandbox.id, (now) => ({ ...now, autoLogin }));
        await add({ match: { endpoint: "auth", ...ada } });
        expect((await hers.fetch(authorizePath(fields))).statusCode === HIT).toBe(hit);
      },
    );

    it("passes over a browser whose user could not log in any more", async () => {
      const hers = new Browser(mock);
      await walkLogin(hers, { remember: true });
      await mock.sandbox.store.users.update("ada", (user) => ({ ...user, status: "blocked" }));
      await add({ match: { endpoint: "auth", ...ada } });
      expect(pageOf(await hers.login())).toBe("phone");
    });

    it("wants the client and the user, where it names both", async () => {
      await add({ match: { endpoint: "token", clientId: OUTLET.id, ...ada } });
      expect((await requestToken(mock, await codeFrom(mock))).statusCode).toBe(200);
      const code = await codeFrom(mock, { request: { client_id: OUTLET.id } });
      expect((await requestToken(mock, code, {}, basic(OUTLET))).statusCode).toBe(HIT);
    });
  });

  describe("hits when it is due", () => {
    const match = { endpoint: "jwks" };

    it.each<[object, boolean[], [number, number]]>([
      [{}, [true, true, true], [3, 3]],
      [{ times: 1 }, [true, false, false], [3, 1]],
      [{ times: 2 }, [true, true, false], [3, 2]],
      [{ after: 1 }, [false, true, true], [3, 2]],
      [{ after: 1, times: 1 }, [false, true, false], [3, 1]],
      [{ after: 3 }, [false, false, false], [3, 0]],
      [{ probability: 0 }, [false, false, false], [3, 0]],
      [{ probability: 1, seed: 1 }, [true, true, true], [3, 3]],
    ])("%j", async (when, expected, counted) => {
      await add({ match, ...when });
      expect((await statuses(3)).map((status) => status === HIT)).toEqual(expected);
      expect(await counters()).toEqual([counted]);
    });

    it("is the first of several that is due, and each that matches has seen the request", async () => {
      await add({ match, times: 1, then: { status: 501 } });
      await add({ match, after: 1, times: 1, then: { status: 502 } });
      await add({ match, then: { status: 503 } });
      await add({ match: { endpoint: "discovery" } });
      expect(await statuses(3)).toEqual([501, 502, 503]);
      expect(await counters()).toEqual([
        [3, 1],
        [3, 1],
        [3, 1],
        [0, 0],
      ]);
    });

    it.each([1, 3])("times: %i hits just as many of twenty at once", async (times) => {
      await add({ match, times });
      const answers = await Promise.all(Array.from({ length: 20 }, jwks));
      expect(answers.filter(({ statusCode }) => statusCode === HIT)).toHaveLength(times);
      expect(await counters()).toEqual([[20, times]]);
    });

    it("draws the same with the same seed, and something else with another", async () => {
      const drawn = [];
      for (const seed of [7, 7, 8]) {
        await call(mock, "DELETE", "/faults");
        await add({ match, probability: 0.5, seed });
        drawn.push((await statuses(40)).join());
      }
      expect(drawn[0]).toBe(drawn[1]);
      expect(drawn[0]).not.toBe(drawn[2]);
      expect(drawn[0]).toContain("200");
      expect(drawn[0]).toContain(String(HIT));
    });

    it("draws from the sandbox's own numbers without a seed", async () => {
      const drawn = [];
      for (const [id, seed] of [
        ["a", 1],
        ["b", 1],
        ["c", 2],
      ] as const) {
        await call(mock, "POST", "/sandboxes", { body: { id, seed } });
        await add({ match, probability: 0.5 }, id);
        const all = [];
        for (let n = 0; n < 40; n++) all.push((await get(mock, `/s/${id}${PATH.jwks}`)).statusCode);
        drawn.push(all.join());
      }
      expect(drawn[0]).toBe(drawn[1]);
      expect(drawn[0]).not.toBe(drawn[2]);
    });

    it("ends with its ttl by the sandbox's clock, and sees nothing more", async () => {
      await add({ match, ttl: "10m" });
      await call(mock, "PATCH", "/clock", { body: { advance: 599 } });
      expect(await statuses(1)).toEqual([HIT]);
      await call(mock, "PATCH", "/clock", { body: { advance: 1 } });
      expect(await statuses(1)).toEqual([200]);
      expect(await counters()).toEqual([[1, 1]]);
    });
  });

  describe("answers", () => {
    it("with a text, as it is", async () => {
      await add({ match: { endpoint: "jwks" }, then: { body: "oops é" } });
      const { statusCode, headers, body } = await jwks();
      expect([statusCode, headers["content-type"], body]).toEqual([
        200,
        "text/plain; charset=utf-8",
        "oops é",
      ]);
    });

    it.each([[{ error: "x" }], [[1, null]], [null], [5], [false]])(
      "with %j, as JSON",
      async (value) => {
        await add({ match: { endpoint: "jwks" }, then: { status: 400, body: value } });
        const { statusCode, headers, body } = await jwks();
        expect([statusCode, headers["content-type"], body]).toEqual([
          400,
          "application/json; charset=utf-8",
          JSON.stringify(value),
        ]);
      },
    );

    it("with a good status and nothing else, and with a redirect", async () => {
      await add({ match: { endpoint: "jwks" }, times: 1, then: { status: 204 } });
      const headers = { Location: "https://example.com/" };
      await add({ match: { endpoint: "jwks" }, then: { status: 302, headers } });
      expect([(await jwks()).statusCode, (await jwks()).headers.location]).toEqual([
        204,
        "https://example.com/",
      ]);
    });

    const server_error =
      "The authorization server encountered an unexpected condition that prevented it from fulfilling the request.";
    const json = "application/json;charset=UTF-8";

    it.each([
      [
        "token",
        400,
        json,
        errorBody("invalid_request", `${TEXT.invalid_request} ${TEXT.invalid_request_hint}`),
      ],
      ["token", 401, json, errorBody("invalid_client", TEXT.invalid_client)],
      ["token", 403, json, `{"error":"access_denied"`],
      ["token", 500, json, errorBody("server_error", server_error)],
      ["revoke", 500, json, errorBody("server_error", server_error)],
      ["jwks", 500, json, errorBody("server_error", server_error)],
      ["userinfo", 401, json, '"status":"401"'],
      ["userinfo", 500, json, '"status":"500"'],
      ["userinfo", 400, "text/html", "400 Bad Request"],
      ["access-token", 401, "application/json", '{"statusCode":401,"message":"Unauthorized"}'],
      ["access-token", 500, "application/json", '{"statusCode":500,"message":"Internal'],
      ["access-token", 429, "text/html", "429 Too Many Requests"],
      ["token", 429, "text/html", "429 Too Many Requests"],
      ["token", 503, "text/html", "503 Service Unavailable"],
      ["token", 599, "text/html", "599 Error"],
      ["auth", 500, "text/html", "500 Internal Server Error"],
      ["login", 502, "text/html", "502 Bad Gateway"],
    ])(
      "%s with %i as that endpoint, or the gateway before it, would",
      async (endpoint, status, type, text) => {
        await add({ match: { endpoint }, then: { status } });
        const request = {
          token: () => requestToken(mock, "x"),
          revoke: () => post(mock, PATH.revoke, { token: "x" }, basic(SHOP)),
          jwks,
          userinfo: () => userinfo(mock, "x"),
          auth: () => authorize(mock),
          login: () => get(mock, PATH.login),
          "access-token": () => requestPlatformToken(mock),
        }[endpoint];
        const response = await request?.();
        expect([response?.statusCode, response?.headers["content-type"]]).toEqual([status, type]);
        expect(response?.body).toContain(text);
        expect(response?.headers["www-authenticate"]).toBe(
          endpoint === "userinfo" && status === 401 ? "Bearer" : undefined,
        );
      },
    );

    it("401 at the old userinfo as Hydra does", async () => {
      await add({ match: { endpoint: "userinfo" }, then: { status: 401 } });
      const response = await userinfo(mock, "x", PATH.legacyUserinfo);
      expect(response.headers["www-authenticate"]).toContain('error="request_unauthorized"');
    });

    it("as ever, but with its headers and its content type", async () => {
      const plain = await jwks();
      const headers = { "X-Extra": "1", "x-vipps-login-mock": "other" };
      await add({ match: { endpoint: "jwks" }, then: { headers, contentType: "text/html" } });
      const { body, headers: got } = await jwks();
      expect(body).toBe(plain.body);
      expect(got).toEqual({
        ...plain.headers,
        "x-extra": "1",
        "x-vipps-login-mock": "other",
        "content-type": "text/html",
        date: got["date"],
      });
    });

    it("a refusal of the endpoint with its headers too", async () => {
      await add({ match: { endpoint: "token" }, then: { headers: { "Retry-After": "1" } } });
      const response = await requestToken(mock, "unknown");
      expect([response.json().error, response.headers["retry-after"]]).toEqual([
        "invalid_grant",
        "1",
      ]);
    });
  });

  it.each([{ reset: true }, { truncate: 0 }, { truncate: 10 }, { truncate: 1_000_000 }])(
    "with %j makes an injected request fail",
    async (then) => {
      const direct = await startMock({}, { behindNginx: false });
      const jwks = () => direct.app.inject(PATH.jwks);
      const body = { match: { endpoint: "jwks" }, times: 1, then };
      expect((await call(direct, "POST", "/faults", { body })).status).toBe(201);
      await expect(jwks()).rejects.toThrow("destroyed before completion");
      expect((await jwks()).statusCode).toBe(200);
      await direct.close();
    },
  );

  describe("in place of an answer", () => {
    it("leaves a code as good as it was", async () => {
      const code = await codeFrom(mock);
      await add({ match: { endpoint: "token" }, times: 1 });
      expect((await requestToken(mock, code)).statusCode).toBe(HIT);
      expect((await requestToken(mock, code)).statusCode).toBe(200);
    });

    it("leaves a page where it was", async () => {
      const browser = new Browser(mock);
      const phone = await browser.login();
      await add({ match: { endpoint: "login" }, times: 1 });
      const { action, hidden } = formIn(phone);
      const form = { ...hidden, fixture_user: "ada" };
      expect((await browser.fetch(action, form)).statusCode).toBe(HIT);
      expect(pageOf(await browser.open(action, form))).toBe("app");
    });
  });

  it("delays a request to a later moment, which is the one that it then sees", async () => {
    await mock.sandboxes.change(mock.sandbox.id, (now) => ({ ...now, autoLogin: "ada" }));
    await add({ match: { endpoint: "auth" }, delay: 60, then: undefined });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const login = authorize(mock);
    await until(async () => (await counters())[0]?.[1] === 1);
    await call(mock, "PATCH", "/clock", { body: { advance: "20m" } });
    vi.advanceTimersByTime(60_000);
    const code = parameterOf(await login, "code") ?? "";
    expect((await requestToken(mock, code)).statusCode).toBe(200);
  });

  it("is told in the log, with what it does", async () => {
    const { id } = await add({
      match: { endpoint: "jwks" },
      delay: 0.001,
      then: { status: 429, headers: { a: "b" } },
    });
    await jwks();
    expect(mock.log.at(-1)?.msg).toBe(`fault ${id} hits jwks: delay 0.001 s, status 429, headers`);
  });
});
