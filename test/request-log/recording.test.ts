import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LoggedRequest } from "../../src/records/logged-request.ts";
import { readAll } from "../../src/store/batches.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { loggedRequests, startMock } from "../support/mock.ts";
import { until } from "../support/wait.ts";
import {
  authorize,
  authorizePath,
  BASE,
  Browser,
  basic,
  CHALLENGE,
  CLOSED,
  codeFrom,
  get,
  HOST,
  PATH,
  parameterOf,
  post,
  posted,
  requestToken,
  SHOP,
  tokensFrom,
  userinfo,
  VERIFIER,
  walkLogin,
} from "../support/wire.ts";

describe("the request log", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const logged = () => loggedRequests(mock);
  const last = async (): Promise<LoggedRequest> => {
    const request = (await logged()).at(-1);
    if (!request) throw new Error("nothing was logged");
    return request;
  };

  it("has an exchange with all that was sent and answered, before the answer is there", async () => {
    const response = await requestToken(mock, "unknown-code", {}, { ...basic(SHOP), "x-a": "b" });
    const request = await last();
    expect(request).toMatchObject({
      at: mock.wall.now,
      method: "POST",
      url: `${BASE}${PATH.token}`,
      endpoint: "token",
      status: 400,
      clientId: SHOP.id,
      diagnosis: { rule: "authorization-code" },
      notes: [],
      taken: false,
    });
    expect(request.duration).toBeGreaterThan(0);
    expect(request.request.headers).toMatchObject({ host: HOST, "x-a": "b" });
    expect(request.request.body.text).toMatch(
      /^grant_type=authorization_code&code=unk\*\*\*\w{8}&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback$/,
    );
    expect(request.response?.body.text).toBe(response.body);
    expect(request.response?.headers).toMatchObject({
      "cache-control": "no-store",
      "content-type": "application/json;charset=UTF-8",
    });
  });

  it("never tells the merchant what it tells the developer", async () => {
    const answers = [
      await authorize(mock, { redirect_uri: "https://example.com/callback/" }),
      await authorize(mock, { state: "short" }),
      await requestToken(mock, "unknown-code"),
      await requestToken(mock, "unknown-code", {}, basic({ ...SHOP, secret: "wrong" })),
      await userinfo(mock, "unknown-token"),
      await get(mock, authorizePath({ state: "x".repeat(1001) })),
      await get(mock, PATH.logout),
    ];
    const requests = await logged();
    expect(requests).toHaveLength(answers.length);
    for (const [index, { headers, body }] of answers.entries()) {
      const { message = "", detail = "" } = requests[index]?.diagnosis ?? {};
      expect(message.length).toBeGreaterThan(10);
      const answer = decodeURIComponent(JSON.stringify(headers) + body).replaceAll("+", " ");
      expect(answer).not.toContain(message);
      expect(answer).not.toContain(detail);
    }
  });

  it("tells the server's log the same", async () => {
    await authorize(mock, { redirect_uri: "https://example.com/callback/" });
    expect((await last()).diagnosis).toEqual(mock.log.at(-1)?.diagnosis);
  });

  it.each([
    ["discovery", () => get(mock, PATH.discovery), 200],
    ["jwks", () => get(mock, PATH.jwks), 200],
    ["auth", () => authorize(mock), 302],
    ["token", () => post(mock, PATH.token, ""), 400],
    ["userinfo", () => get(mock, PATH.userinfo), 401],
    ["userinfo", () => get(mock, PATH.legacyUserinfo), 401],
    ["revoke", () => post(mock, PATH.revoke, { token: "x", ...posted(SHOP) }, basic(SHOP)), 401],
    ["logout", () => get(mock, PATH.logout), 400],
    ["login", () => get(mock, PATH.login), 302],
    ["login", () => get(mock, PATH.consent), 302],
    [undefined, () => get(mock, PATH.error), 400],
    [undefined, () => get(mock, "/nowhere?code=abc"), 404],
    [undefined, () => post(mock, PATH.auth, {}), 405],
    ["auth", () => get(mock, authorizePath({ state: "x".repeat(1001) })), 502],
    ["token", () => post(mock, PATH.token, "x".repeat(65 * 1024)), 413],
    ["token", () => post(mock, PATH.token, "x", { "content-type": "text/plain" }), 400],
    ["token", () => post(mock, PATH.token, "x", { "content-type": "multipart/form-data" }), 415],
    ["auth", () => get(mock, `${PATH.auth}?client_id=%zz`), 302],
  ])("has the endpoint %s, whatever it answers", async (endpoint, ask, status) => {
    const response = await ask();
    expect(response.statusCode).toBe(status);
    const requests = await logged();
    expect(requests).toHaveLength(1);
    expect([requests[0]?.endpoint, requests[0]?.status]).toEqual([endpoint, status]);
  });

  it.each([
    ["the control API", () => call(mock, "GET", "/users")],
    ["what is not there in the control API", () => call(mock, "GET", "/usres")],
    ["a path of ours that is not there", () => get(mock, "/mock/nowhere")],
    ["the front page", () => get(mock, "/")],
    ["the stylesheet", () => get(mock, PATH.stylesheet)],
    ["a sandbox that is not there", () => get(mock, `/s/nobody${PATH.discovery}`)],
  ])("has nothing of %s", async (_what, ask) => {
    await ask();
    expect(await logged()).toEqual([]);
  });

  it("has the bytes of a body that nobody understood", async () => {
    const types = ["text/plain", "application/json", "multipart/form-data", ""];
    for (const type of types) {
      await mock.app.inject({
        method: "POST",
        url: PATH.token,
        headers: { host: HOST, ...(type && { "content-type": type }) },
        payload: Buffer.from([0x61, 0xff]),
      });
      expect((await last()).request.body).toEqual({ base64: "Yf8=" });
    }
  });

  it("keeps no more of an exchange than a thousand others after it", async () => {
    await get(mock, "/first");
    await get(mock, "/second");
    for (let n = 0; n < 999; n++) await get(mock, PATH.jwks);
    const requests = await logged();
    expect(requests).toHaveLength(1000);
    expect(requests[0]?.url).toBe(`${BASE}/second`);
  });

  it("is one for each sandbox, with the URL as it was called, and goes with it", async () => {
    await call(mock, "POST", "/sandboxes", { body: { id: "one" } });
    await get(mock, `/s/one${PATH.jwks}`);
    expect(await logged()).toEqual([]);
    const { items } = (await call(mock, "GET", "/requests", {}, "one")).body;
    expect(items).toMatchObject([{ url: `${BASE}/s/one${PATH.jwks}`, endpoint: "jwks" }]);
    await call(mock, "DELETE", "/sandboxes/one");
    await call(mock, "POST", "/sandboxes", { body: { id: "one" } });
    expect((await call(mock, "GET", "/requests", {}, "one")).body).toEqual({ items: [] });
  });

  it("has the sandbox's time", async () => {
    await call(mock, "PATCH", "/clock", { body: { at: "2030-01-02T03:04:05Z" } });
    await get(mock, PATH.jwks);
    expect((await call(mock, "GET", "/requests")).body.items[0].at).toBe("2030-01-02T03:04:05Z");
  });

  it("fails no answer when it cannot be written", async () => {
    vi.spyOn(mock.sandbox.store.requests, "insert").mockRejectedValue(new Error("no room"));
    expect((await get(mock, PATH.jwks)).statusCode).toBe(200);
    expect(mock.log.at(-1)?.msg).toBe("a request could not be recorded");
  });

  it("has an exchange without an answer when the connection breaks", async () => {
    mock.app.addHook("preHandler", async (_request, reply) => {
      reply.hijack();
      reply.raw.destroy();
    });
    await get(mock, PATH.jwks).catch(() => undefined);
    await until(async () => (await logged()).length > 0);
    const request = await last();
    expect(request).toMatchObject({ endpoint: "jwks", method: "GET" });
    expect(request).not.toHaveProperty("status");
    expect(request).not.toHaveProperty("response");
  });

  it("has what was answered past the framework", async () => {
    mock.app.addHook("preHandler", async (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(503, { "retry-after": "5" }).end("half an ans");
    });
    expect((await get(mock, PATH.jwks)).statusCode).toBe(503);
    await until(async () => (await logged()).length > 0);
    expect(await last()).toMatchObject({
      status: 503,
      response: { headers: { "retry-after": "5" } },
    });
  });

  it("names the fault that hit an exchange, with the answer as it left", async () => {
    const body = { match: { endpoint: "jwks" }, then: { status: 429, headers: { "x-a": "b" } } };
    const fault = (await call(mock, "POST", "/faults", { body })).body;
    await get(mock, PATH.jwks);
    expect(await last()).toMatchObject({
      endpoint: "jwks",
      status: 429,
      fault: fault.id,
      response: { headers: { "x-a": "b" } },
    });
  });

  it.each([
    [{ body: "0123456789" }, 4, "0123"],
    [{ body: "01" }, 4, "01"],
    [{ body: "0123456789" }, 0, ""],
    [{}, 8, '{"keys":'],
  ])(
    "has of an answer %j that a fault truncated to %i bytes no more than was sent",
    async (answer, truncate, sent) => {
      const body = { match: { endpoint: "jwks" }, then: { ...answer, truncate } };
      await call(mock, "POST", "/faults", { body });
      await get(mock, PATH.jwks).catch(() => undefined);
      await until(async () => (await logged()).length > 0);
      expect(await last()).toMatchObject({ status: 200, response: { body: { text: sent } } });
    },
  );

  it("has a request that a fault answered with a broken connection", async () => {
    const body = { match: { endpoint: "jwks" }, then: { reset: true } };
    const fault = (await call(mock, "POST", "/faults", { body })).body;
    await get(mock, PATH.jwks).catch(() => undefined);
    await until(async () => (await logged()).length > 0);
    expect(await last()).toMatchObject({ endpoint: "jwks", fault: fault.id });
    expect(await last()).not.toHaveProperty("response");
  });

  describe("knows whose request it was", () => {
    it("by Basic, form and query, of refused requests too", async () => {
      await requestToken(mock, "x", {}, basic({ id: "no body", secret: "x" }));
      await post(mock, PATH.token, { ...posted(CLOSED), grant_type: "authorization_code" });
      await post(mock, PATH.token, { client_id: "nobody & sons" });
      await authorize(mock, { client_id: "nobody" });
      await get(mock, `${PATH.auth}?x=%zz&client_id=nobody`);
      await get(mock, authorizePath({ state: "x".repeat(1001) }));
      expect((await logged()).map(({ clientId }) => clientId)).toEqual([
        "no body",
        CLOSED.id,
        "nobody & sons",
        "nobody",
        "nobody",
        SHOP.id,
      ]);
    });

    it("and ties a whole login together, from the first redirect to its revoked token", async () => {
      const pkce = { code_challenge: CHALLENGE, code_challenge_method: "S256" };
      const end = await walkLogin(new Browser(mock), { user: "ada", request: pkce });
      const code = parameterOf(end, "code") ?? "";
      const token = await requestToken(mock, code, { code_verifier: VERIFIER });
      const { access_token: accessToken } = token.json();
      await userinfo(mock, accessToken);
      await post(mock, PATH.revoke, { token: accessToken }, basic(SHOP));
      await requestToken(mock, code, { code_verifier: VERIFIER });
      await userinfo(mock, accessToken);

      const requests = await logged();
      const own = requests.slice(0, -1);
      expect(new Set(own.map(({ login }) => login)).size).toBe(1);
      expect(own[0]?.login).toMatch(/^[0-9a-f]{32}$/);
      expect(new Set(own.map(({ clientId }) => clientId))).toEqual(new Set([SHOP.id]));
      expect(new Set(own.map(({ endpoint }) => endpoint))).toEqual(
        new Set(["auth", "login", "token", "userinfo", "revoke"]),
      );
      const withoutUser = own.filter(({ user }) => user !== "ada");
      expect(withoutUser.map(({ endpoint }) => endpoint)).toEqual(["auth", "login"]);
      expect(own.at(-1)).toMatchObject({ endpoint: "token", status: 400, user: "ada" });
      // A revoked token is nobody's any more.
      expect(await last()).toMatchObject({ endpoint: "userinfo", status: 401 });
      expect(await last()).not.toHaveProperty("login");
    });

    it("in a login without a page", async () => {
      await mock.close();
      mock = await startMock({ autoLogin: "ada" });
      const { access_token: accessToken } = await tokensFrom(mock);
      await userinfo(mock, accessToken);
      const requests = await logged();
      expect(requests.map(({ endpoint }) => endpoint)).toEqual(["auth", "token", "userinfo"]);
      expect(new Set(requests.map(({ login }) => login)).size).toBe(1);
      expect(requests.map(({ user }) => user)).toEqual(["ada", "ada", "ada"]);
    });

    it("by the id under which the URLs of its pages name the login", async () => {
      const page = await new Browser(mock).login();
      const { login, url } = await last();
      expect(page.statusCode).toBe(200);
      expect(new URL(url).searchParams.get("login_challenge")).toBe(login);
    });

    it("in two logins that it keeps apart", async () => {
      await codeFrom(mock, { user: "ada" });
      const first = (await last()).login;
      await codeFrom(mock, { user: "leap-day" });
      expect((await last()).login).not.toBe(first);
      expect((await last()).user).toBe("leap-day");
    });

    it("in a login that comes back with the wrong cookie", async () => {
      const browser = new Browser(mock);
      const page = await browser.login();
      const { login } = await last();
      browser.cookies.clear();
      await browser.submit(page, { action: "cancel" });
      const request = await last();
      expect(request).toMatchObject({
        endpoint: "auth",
        login,
        diagnosis: { rule: "csrf" },
      });
    });
  });

  describe("keeps secrets to itself", () => {
    /** A whole login with PKCE, a secret in the form and a remembered browser. */
    async function secretsOfALogin(): Promise<readonly string[]> {
      await mock.sandbox.store.salesUnits.update(String((await mock.salesUnit()).msn), (unit) => ({
        ...unit,
        tokenEndpointAuthMethod: "client_secret_post",
      }));
      const browser = new Browser(mock);
      const pkce = { code_challenge: CHALLENGE, code_challenge_method: "S256" };
      const end = await walkLogin(browser, { remember: true, request: pkce });
      const code = parameterOf(end, "code") ?? "";
      const token = await requestToken(
        mock,
        code,
        { ...posted(SHOP), code_verifier: VERIFIER },
        {},
      );
      const { access_token: accessToken, id_token: idToken } = token.json();
      await userinfo(mock, accessToken);
      await requestToken(mock, code, {}, basic(SHOP));
      await post(mock, PATH.revoke, { token: accessToken, ...posted(SHOP) });
      const inUrls = browser.visited.flatMap((url) =>
        [...url.matchAll(/(?:consent_challenge|verifier)=([0-9a-f]{32})/g)].map(([, value]) =>
          String(value),
        ),
      );
      const cookies = [...browser.cookies.values()];
      expect(inUrls.length).toBeGreaterThan(2);
      expect(cookies).toHaveLength(3);
      return [code, accessToken, idToken, SHOP.secret, VERIFIER, ...inUrls, ...cookies];
    }

    const kept = async () =>
      (await logged()).map(({ url, request, response, diagnosis }) =>
        JSON.stringify({ url, request, response, diagnosis }),
      );

    it("in every place of every exchange of a login", async () => {
      const secrets = await secretsOfALogin();
      for (const text of await kept()) {
        for (const secret of secrets) {
          expect(text).not.toContain(secret);
          expect(text).not.toContain(Buffer.from(`${SHOP.id}:${secret}`).toString("base64"));
        }
      }
    });

    it("yet shows that the code of the redirect is the one that was redeemed", async () => {
      const code = await codeFrom(mock);
      const redirect = await last();
      await requestToken(mock, code);
      const pattern = /code=([\w-]{4}\*\*\*[0-9a-f]{8})/;
      const [, issued] = pattern.exec(String(redirect.response?.headers["location"])) ?? [];
      const [, redeemed] = pattern.exec(String((await last()).request.body.text)) ?? [];
      expect(issued).toBe(redeemed);
      expect(issued?.slice(0, 4)).toBe(code.slice(0, 4));
    });

    const secret = "public+secret/of=somebody";
    const swapped = { id: secret, secret: SHOP.id };
    const token = "t".repeat(43);

    it.each<[string, () => Promise<unknown>, string]>([
      ["as client_id in Basic", () => requestToken(mock, "x", {}, basic(swapped)), secret],
      ["as client_id in a form", () => requestToken(mock, "x", posted(swapped), {}), secret],
      ["as client_id in a query", () => authorize(mock, { client_id: secret }), secret],
      ["badly encoded", () => post(mock, PATH.token, `client_secret=${token}%ZZ`), token],
      ["with a control character", () => post(mock, PATH.token, `code=${token}%00`), token],
      ["within grant_type", () => post(mock, PATH.token, `grant_type=a;code=${token}`), token],
      ["in a path", () => get(mock, `${PATH.userinfo}/${token}`), token],
      ["under a name in capitals", () => post(mock, PATH.token, `CODE=${token}`), token],
    ])("that is sent %s", async (_, send, sent) => {
      await mock.sandbox.store.salesUnits.update(String((await mock.salesUnit()).msn), (unit) => ({
        ...unit,
        clientSecret: secret,
      }));
      await send();
      const told = JSON.stringify([await logged(), mock.log]);
      expect((await logged()).length).toBe(1);
      for (const written of [sent, encodeURIComponent(sent)]) expect(told).not.toContain(written);
    });

    it("at once where the request was refused, else when somebody reads it", async () => {
      const { access_token: accessToken } = await tokensFrom(mock);
      await userinfo(mock, accessToken);
      await userinfo(mock, token);
      const [accepted, refused] = (await readAll(mock.sandbox.store.requests)).slice(-2);
      expect(accepted).toMatchObject({ status: 200, isPresentable: false });
      expect(JSON.stringify(accepted?.sent)).toContain(accessToken);
      expect(refused).toMatchObject({ status: 401, isPresentable: true });
      expect(JSON.stringify(refused)).not.toContain(token);
    });

    it("in the paths that are named because nothing fits", async () => {
      await get(mock, `${PATH.error}?code=${token}`);
      const body = { refused: true, endpoint: "token" };
      const { detail: problem } = (await call(mock, "POST", "/requests/take", { body })).body;
      expect(problem).toContain(`${PATH.error}?code=`);
      expect(problem).not.toContain(token);
    });

    it("and tells who swapped id and secret", async () => {
      await requestToken(mock, "x", {}, basic({ id: SHOP.secret, secret: SHOP.id }));
      expect((await last()).diagnosis).toMatchObject({
        message: `the client_secret of ${SHOP.id} was sent as client_id`,
        closest: SHOP.id,
      });
      expect((await last()).diagnosis).not.toHaveProperty("sent");
      expect((await last()).clientId).toMatch(/\*\*\*[0-9a-f]{8}$/);
    });

    it("unless it is told otherwise", async () => {
      await mock.close();
      mock = await startMock({}, { logSecrets: true });
      const secrets = await secretsOfALogin();
      const text = (await kept()).join();
      for (const secret of secrets) expect(text).toContain(secret);
      expect(text).toContain(String(basic(SHOP)["authorization"]));
    });
  });
});
