import { createLocalJWKSet, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAll } from "../../src/store/batches.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import {
  BASE,
  CALLBACK,
  CHALLENGE,
  CLOSED,
  get,
  ISSUER,
  PATH,
  requestToken,
  SHOP,
  userinfo,
  VERIFIER,
  WITHOUT_LOGIN,
} from "../support/wire.ts";

describe("tokens", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const given = { user: "ada", clientId: SHOP.id, scope: "openid name" };

  const mint = async (overrides: object = {}, sandbox?: string) => {
    const { status, body } = await call(
      mock,
      "POST",
      "/tokens",
      { body: { ...given, ...overrides } },
      sandbox,
    );
    expect([status, body.detail]).toEqual([201, undefined]);
    return body;
  };

  /** Everything that a login leaves. */
  const records = async () => {
    const { store } = mock.sandbox;
    const collections = [store.consents, store.sessions, store.codes, store.accessTokens];
    return Promise.all(collections.map(async (each) => (await readAll<unknown>(each)).length));
  };

  it("are all that a login ends with: the access token reads userinfo, the ID token verifies", async () => {
    const minted = await mint({ nonce: "a-nonce-of-the-test" });
    expect(minted).toEqual({
      accessToken: expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/),
      idToken: expect.any(String),
      code: expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/),
      sub: expect.any(String),
      scope: "openid name",
      expiresIn: 600,
      redirectUri: (await mock.salesUnit()).redirectUris[0],
    });
    const user = (await userinfo(mock, minted.accessToken)).json();
    expect(user).toMatchObject({ sub: minted.sub, name: "Ada Nordmann" });
    expect(user).not.toHaveProperty("email");
    const keys = createLocalJWKSet((await get(mock, PATH.jwks)).json());
    const { payload } = await jwtVerify(minted.idToken, keys, {
      issuer: ISSUER,
      audience: SHOP.id,
      currentDate: new Date("2023-05-17T10:00:01Z"),
    });
    expect(payload).toMatchObject({
      sub: minted.sub,
      nonce: "a-nonce-of-the-test",
      sid: user.sid,
      auth_time: 1684317600,
    });
  });

  it("have a code that works once, with the first redirect URI when none was named", async () => {
    const { code, redirectUri, sub } = await mint();
    const first = await requestToken(mock, code, { redirect_uri: redirectUri });
    expect(first.statusCode).toBe(200);
    const { access_token: accessToken } = first.json();
    expect((await userinfo(mock, accessToken)).json()).toMatchObject({ sub });
    expect((await requestToken(mock, code, { redirect_uri: redirectUri })).statusCode).toBe(400);
  });

  it("bind the code to what was named: redirect URI, challenge, nonce", async () => {
    const { code, redirectUri } = await mint({
      user: "4712345678",
      redirectUri: CALLBACK,
      codeChallenge: CHALLENGE,
      codeChallengeMethod: "S256",
    });
    expect(redirectUri).toBe(CALLBACK);
    expect((await requestToken(mock, code, { code_verifier: VERIFIER })).statusCode).toBe(200);
    const { code: other } = await mint({ redirectUri: CALLBACK, codeChallenge: CHALLENGE });
    expect((await requestToken(mock, other)).json().error).toBe("invalid_grant");
  });

  it.each([
    [1, 1],
    ["10m", 600],
    ["PT200H", 720_000],
    [0, 0],
  ])("live for an expiresIn of %j", async (expiresIn, seconds) => {
    const minted = await mint({ expiresIn });
    expect(minted.expiresIn).toBe(seconds);
    if (seconds > 0) {
      await call(mock, "PATCH", "/clock", { body: { advance: seconds - 1 } });
      expect((await userinfo(mock, minted.accessToken)).statusCode).toBe(200);
      await call(mock, "PATCH", "/clock", { body: { advance: 1 } });
    }
    expect((await userinfo(mock, minted.accessToken)).statusCode).toBe(401);
  });

  it("put the consent on record, as a login does", async () => {
    await mint({ scope: "openid name email" });
    await mint({ scope: "openid name" });
    expect((await call(mock, "GET", "/consents")).body.items).toEqual([
      expect.objectContaining({ user: "ada", scopes: ["name", "email"] }),
    ]);
    expect(await records()).toEqual([1, 2, 2, 2]);
    await mint({ scope: "openid" });
    expect(await records()).toEqual([1, 3, 3, 3]);
  });

  it("have what the profile says: 2026 drops a scope without entitlement", async () => {
    await call(mock, "PATCH", "/settings", { body: { profile: "2026" } });
    expect(await mint({ scope: "openid nin name" })).toMatchObject({
      scope: "openid name",
      expiresIn: 600,
    });
  });

  it.each([
    ["an unknown user", { user: "adda" }, "user", "no user is called adda", "ada"],
    ["a child", { user: "under-15" }, "user", "is under 18", undefined],
    ["an unknown client", { clientId: `${SHOP.id}0` }, "clientId", SHOP.id, SHOP.id],
    ["an inactive sales unit", { clientId: CLOSED.id }, "clientId", CLOSED.id, undefined],
    ["one without Vipps Login", { clientId: WITHOUT_LOGIN.id }, "clientId", "activate", undefined],
    ["a scope without entitlement", { scope: "openid nin" }, "scope", "nin", undefined],
    ["a scope that nobody has", { scope: "openid nmae" }, "scope", "nmae", "name"],
    ["no openid", { scope: "name" }, "scope", "openid is missing", "openid"],
    ["no scope", { scope: "" }, "scope", "openid is missing", "openid"],
    [
      "a redirect URI with a slash too many",
      { redirectUri: `${CALLBACK}/` },
      "redirectUri",
      "only by the trailing slash",
      CALLBACK,
    ],
    [
      "an empty redirect URI",
      { redirectUri: "" },
      "redirectUri",
      "redirect_uri is missing",
      undefined,
    ],
    ["a short nonce", { nonce: "1234567" }, "nonce", "7 bytes", undefined],
  ])(
    "are refused for %s, with the reason and the remedy",
    async (_name, wrong, path, told, meant) => {
      const body = { ...given, ...wrong };
      const before = await records();
      const { status, body: problem } = await call(mock, "POST", "/tokens", { body });
      expect(status).toBe(422);
      expect(problem.detail).toContain(told);
      const value = (body as Readonly<Record<string, unknown>>)[path];
      expect(problem.errors).toEqual([
        {
          path,
          value,
          message: expect.stringContaining(told),
          ...(meant !== undefined && { closest: meant }),
        },
      ]);
      expect(await records()).toEqual(before);
    },
  );

  it.each([
    ["status", "blocked", "has the status blocked"],
    ["status", "no_app", "has the status no_app"],
    ["status", "outdated_app", "has the status outdated_app"],
    ["consentAnswer", "decline", "declines to share data"],
  ])("are refused for a user whose %s is %s", async (property, value, told) => {
    await call(mock, "PATCH", "/users/ada", { body: { [property]: value } });
    const { status, body } = await call(mock, "POST", "/tokens", { body: given });
    expect([status, body.detail]).toEqual([422, expect.stringContaining(told)]);
    expect(body.errors[0]).toMatchObject({ path: "user", value: "ada" });
    expect(await records()).toEqual([0, 0, 0, 0]);
  });

  it("are given to a user who declines when nothing is shared or everything is consented", async () => {
    await mint();
    await call(mock, "PATCH", "/users/ada", { body: { consentAnswer: "decline" } });
    await mint();
    await mint({ scope: "openid" });
  });

  it("are refused for a sales unit without a redirect URI, and say how to register one", async () => {
    const { msn } = await mock.salesUnit();
    await call(mock, "PATCH", `/sales-units/${msn}`, { body: { redirectUris: [] } });
    const { status, body } = await call(mock, "POST", "/tokens", { body: given });
    expect([status, body.detail]).toEqual([
      422,
      expect.stringContaining(`PATCH sales-units/${msn}`),
    ]);
    expect(body.errors[0].path).toBe("redirectUri");
  });

  it.each([
    [{ scope: ["openid"] }, "scope: expected a string"],
    [{ nonce: "" }, "nonce:"],
    [{ nonce: "line\nbreak" }, "without control characters"],
    [{ codeChallengeMethod: "plain" }, 'expected "S256"'],
    [{ codeChallenge: "short" }, "43 characters"],
    [{ expiresIn: -1 }, "is -1; expected 0 seconds to 36500 days"],
    [{ expiresIn: "700ms" }, "expiresIn: is 700ms; expected whole seconds"],
    [{ expiresIn: "soon" }, "is no length of time"],
    [{ expiresIn: "36500d" }, "leads beyond 2049"],
    [{ expiresIn: 1e10 }, "is 10000000000; expected 0 seconds to 36500 days"],
    [{ client_id: SHOP.id }, 'did you mean "clientId"?'],
    [{ user: undefined }, "user: missing"],
  ])("are refused with 400 for %j", async (wrong, told) => {
    const { status, body } = await call(mock, "POST", "/tokens", { body: { ...given, ...wrong } });
    expect([status, body.detail]).toEqual([400, expect.stringContaining(told)]);
    expect(await records()).toEqual([0, 0, 0, 0]);
  });

  it("are of their sandbox: its issuer, its users, its sales units", async () => {
    await call(mock, "POST", "/sandboxes", { body: { id: "one" } });
    await call(mock, "POST", "/users", { body: { id: "eve" } }, "one");
    const { accessToken, code, idToken, redirectUri } = await mint({ user: "eve" }, "one");
    const { iss } = JSON.parse(Buffer.from(idToken.split(".")[1], "base64url").toString());
    expect(iss).toBe(`${BASE}/s/one/access-management-1.0/access/`);
    expect((await userinfo(mock, accessToken, `/s/one${PATH.userinfo}`)).statusCode).toBe(200);
    expect((await userinfo(mock, accessToken)).statusCode).toBe(401);
    const elsewhere = await requestToken(mock, code, { redirect_uri: redirectUri });
    expect(elsewhere.json().error).toBe("invalid_grant");
    expect(await records()).toEqual([0, 0, 0, 0]);
    const { status } = await call(mock, "POST", "/tokens", { body: { ...given, user: "eve" } });
    expect(status).toBe(422);
  });
});
