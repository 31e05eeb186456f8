import * as client from "openid-client";
import { describe, expect, test } from "vitest";
import { serverForFile, startServer } from "../support/server.ts";
import { comeBack, merchantAt } from "./merchant.ts";
import { createWalker, walkLogin } from "./walker.ts";

/** Whole logins by openid-client, as a merchant's backend uses it. */

const server = await serverForFile();
const headless = await serverForFile({ autoLogin: "ada" });

const ada = { phoneNumber: "+47 12 34 56 78" };

describe("openid-client", () => {
  test.each(["Demo Shop", "Post Office"])(
    "logs in headlessly at %s, with the method it is set to, and reads userinfo",
    async (salesUnit) => {
      const merchant = await merchantAt(headless, { salesUnit });
      const tokens = await merchant.finish(await comeBack(merchant.authorizationUrl));
      const claims = tokens.claims();
      expect(claims?.iss).toBe(headless.issuer);
      expect(await merchant.readUserinfo(tokens)).toMatchObject({
        sub: claims?.sub,
        name: "Ada Nordmann",
        email: "ada@example.com",
        email_verified: true,
        phone_number: "4712345678",
        birthdate: "1985-12-10",
        address: { region: "OSLO", address_type: "home" },
      });
    },
  );

  test("logs in by the pages, with a challenge and a consent; the second time without", async () => {
    const walker = createWalker((url) => url.port === "3000");
    const first = await merchantAt(server, { salesUnit: "Demo Bank", scope: "openid name nin" });
    const walked = await walkLogin(walker, first.authorizationUrl, { ...ada, remember: true });
    expect(walked.pages).toEqual(["phone", "app", "consent"]);
    const tokens = await first.finish(walked.url);
    expect(await first.readUserinfo(tokens)).toMatchObject({
      name: "Ada Nordmann",
      nin: "10928503718",
    });

    const second = await merchantAt(server, { salesUnit: "Demo Bank", scope: "openid name nin" });
    const straight = await walkLogin(walker, second.authorizationUrl, {});
    expect(straight.pages).toEqual([]);
    expect((await second.finish(straight.url)).claims()?.sub).toBe(tokens.claims()?.sub);
  });

  test("a server that logs everybody in takes whom login_hint names", async () => {
    const extra = { login_hint: "urn:msisdn:4799000012" };
    const merchant = await merchantAt(headless, { extra });
    const tokens = await merchant.finish(await comeBack(merchant.authorizationUrl));
    expect((await merchant.readUserinfo(tokens)).name).toBe("Bjørn Åge Sæther-Ødegård");
  });

  test.each(["localhost", "127.0.0.1"])(
    "the issuer follows the host it is asked at: %s",
    async (host) => {
      const issuer = headless.issuer.replace("localhost", host);
      const callback = `http://${host}:3000/callback`;
      const merchant = await merchantAt(headless, { issuer, redirectUri: callback });
      const metadata = merchant.config.serverMetadata();
      expect(metadata.issuer).toBe(issuer);
      expect(metadata.token_endpoint).toContain(`//${host}:`);
      const tokens = await merchant.finish(await comeBack(merchant.authorizationUrl));
      expect(tokens.claims()?.iss).toBe(issuer);
    },
  );

  test("a public URL is where browsers go, the rest stays at the host that asked", async () => {
    const publicUrl = "http://login.localhost:4747";
    const pinned = await startServer({ autoLogin: "ada" }, { pinned: { publicUrl } });
    try {
      const issuer = pinned.issuer.replace("localhost", "127.0.0.1");
      const merchant = await merchantAt(pinned, { issuer });
      const metadata = merchant.config.serverMetadata();
      expect(new URL(metadata.authorization_endpoint ?? "").origin).toBe(publicUrl);
      for (const name of [
        "token_endpoint",
        "jwks_uri",
        "userinfo_endpoint",
        "revocation_endpoint",
      ]) {
        expect(new URL(String(metadata[name])).host, name).toBe(`127.0.0.1:${pinned.port}`);
      }
      // Nobody here resolves the public name: go where it leads, as its proxy would.
      const there = new URL(merchant.authorizationUrl);
      there.host = `127.0.0.1:${pinned.port}`;
      const tokens = await merchant.finish(await comeBack(there));
      expect(tokens.claims()?.iss).toBe(issuer);
    } finally {
      await pinned.close();
    }
  });

  test("revokes its access token, which then reads nothing", async () => {
    const merchant = await merchantAt(headless);
    const tokens = await merchant.finish(await comeBack(merchant.authorizationUrl));
    await client.tokenRevocation(merchant.config, tokens.access_token);
    await expect(merchant.readUserinfo(tokens)).rejects.toMatchObject({
      name: "WWWAuthenticateChallengeError",
      status: 401,
    });
  });
});

describe("openid-client behind a merchant's app", () => {
  const callback = "myapp://callback";
  const appToApp = { requested_flow: "app_to_app", app_callback_uri: callback };

  /** A browser in which the user's app calls the merchant's app, which opens the resume_uri there. */
  const browserWithApp = () =>
    createWalker(({ protocol, port }) => protocol === "myapp:" || port === "3000");

  test.each([
    ["a person", server, ["phone", "app"], ["consent"]],
    ["an automatic login", headless, [], []],
  ] as const)("app_to_app: %s is back after resume_uri", async (_, at, before, after) => {
    const merchant = await merchantAt(at, { extra: appToApp });
    const walker = browserWithApp();
    const person = { phoneNumber: "4799000003" };
    const called = await walkLogin(walker, merchant.authorizationUrl, person);
    expect(called.pages).toEqual(before);
    expect(called.url.href).toMatch(/^myapp:\/\/callback\?state=/);
    expect(called.url.searchParams.get("state")).toBe(merchant.checks.expectedState);
    const resumeUri = called.url.searchParams.get("resume_uri") ?? "";
    const back = await walkLogin(walker, resumeUri, person);
    expect(back.pages).toEqual(after);
    expect((await merchant.finish(back.url)).claims()?.sub).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("app_to_app: a cancelled login comes to the app, which knows it by its state", async () => {
    const merchant = await merchantAt(server, { extra: appToApp });
    const walker = browserWithApp();
    const phone = await walker.open(merchant.authorizationUrl);
    const login = { login_challenge: phone.url.searchParams.get("login_challenge") ?? "" };
    const page = `${server.url}/vipps-login-idp/login`;
    await walker.open(page, { ...login, fixture_user: "ada" });
    const called = await walker.open(page, { ...login, action: "cancel" });
    expect(called.url.href).toMatch(/^myapp:\/\/callback\?state=[^&]*&error=access_denied$/);
    const refused = merchant.finish(called.url);
    await expect(refused).rejects.toBeInstanceOf(client.AuthorizationResponseError);
    await expect(refused).rejects.toMatchObject({ error: "access_denied" });
  });

  test("app_to_app_v2: its PKCE is enough, and the code comes straight to the app", async () => {
    const modern = await startServer({ profile: "2026" });
    try {
      const extra = { requested_flow: "app_to_app_v2" };
      const merchant = await merchantAt(modern, { extra, redirectUri: callback });
      const back = await walkLogin(browserWithApp(), merchant.authorizationUrl, ada);
      expect(back.pages).toEqual(["phone", "app"]);
      const tokens = await merchant.finish(back.url);
      expect((await merchant.readUserinfo(tokens)).name).toBe("Ada Nordmann");
    } finally {
      await modern.close();
    }
  });
});

describe("openid-client asks for no dialog", () => {
  const extra = { requested_flow: "no_dialog" };

  test("and is told that there has to be one, until the user is remembered", async () => {
    const walker = createWalker((url) => url.port === "3000");
    const silent = await merchantAt(server, { salesUnit: "Demo Bank", extra });
    const refused = silent.finish((await walker.open(silent.authorizationUrl)).url);
    await expect(refused).rejects.toBeInstanceOf(client.AuthorizationResponseError);
    await expect(refused).rejects.toMatchObject({
      error: "interaction_required",
      error_description: "User interaction is required",
    });

    const first = await merchantAt(server, { salesUnit: "Demo Bank" });
    await walkLogin(walker, first.authorizationUrl, { ...ada, remember: true });
    const second = await merchantAt(server, { salesUnit: "Demo Bank", extra });
    const straight = await walkLogin(walker, second.authorizationUrl, {});
    expect(straight.pages).toEqual([]);
    expect(await second.finish(straight.url)).toHaveProperty("id_token");
  });
});

describe("openid-client is refused", () => {
  test("with the wrong secret: invalid_client", async () => {
    const merchant = await merchantAt(headless, { secret: "wrong" });
    const refused = merchant.finish(await comeBack(merchant.authorizationUrl));
    await expect(refused).rejects.toBeInstanceOf(client.ResponseBodyError);
    await expect(refused).rejects.toMatchObject({ error: "invalid_client", status: 401 });
  });

  test.each([
    ["Demo Shop", "client_secret_post"],
    ["Post Office", "client_secret_basic"],
  ] as const)("at %s with %s: invalid_client", async (salesUnit, method) => {
    const merchant = await merchantAt(headless, { salesUnit, method });
    const refused = merchant.finish(await comeBack(merchant.authorizationUrl));
    await expect(refused).rejects.toMatchObject({
      error: "invalid_client",
      error_description: expect.stringContaining(`'${method}'`),
    });
  });

  test.each([
    ["who picks the wrong number", { challenge: "wrong" }, "wrong_challenge"],
    ["who declines", { consent: "decline" }, "access_denied"],
  ] as const)("by a person %s", async (_, does, error) => {
    const merchant = await merchantAt(server, { salesUnit: "Demo Outlet" });
    const refused = merchant.finish(await comeBack(merchant.authorizationUrl, { ...ada, ...does }));
    await expect(refused).rejects.toBeInstanceOf(client.AuthorizationResponseError);
    await expect(refused).rejects.toMatchObject({ error });
  });

  test("with a code used before, which takes the first one's token along", async () => {
    const merchant = await merchantAt(headless);
    const callback = await comeBack(merchant.authorizationUrl);
    const tokens = await merchant.finish(callback);
    await expect(merchant.finish(callback)).rejects.toMatchObject({ error: "invalid_grant" });
    await expect(merchant.readUserinfo(tokens)).rejects.toMatchObject({ status: 401 });
  });

  test("with the wrong PKCE verifier: invalid_grant", async () => {
    const merchant = await merchantAt(headless);
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const refused = client.authorizationCodeGrant(
      merchant.config,
      await comeBack(merchant.authorizationUrl),
      { ...merchant.checks, pkceCodeVerifier },
    );
    await expect(refused).rejects.toMatchObject({ error: "invalid_grant" });
  });

  test("at a sales unit that is not activated: invalid_client on the error page", async () => {
    const merchant = await merchantAt(headless, { salesUnit: "Shop Without Login" });
    await expect(comeBack(merchant.authorizationUrl)).rejects.toThrow("invalid_client");
  });

  test("for a scope without entitlement: invalid_scope", async () => {
    const merchant = await merchantAt(headless, { scope: "openid nin" });
    const refused = merchant.finish(await comeBack(merchant.authorizationUrl));
    await expect(refused).rejects.toMatchObject({
      error: "invalid_scope",
      error_description: expect.stringContaining("'nin'"),
    });
  });
});

describe("openid-client with a queued scenario", () => {
  async function queue(scenario: object): Promise<void> {
    const response = await fetch(`${server.url}/mock/api/scenarios`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(scenario),
    });
    expect(response.status).toBe(201);
  }

  test("approve: logs in without a page, as its user", async () => {
    await queue({ user: "leap-day" });
    const merchant = await merchantAt(server);
    const tokens = await merchant.finish(await comeBack(merchant.authorizationUrl));
    expect((await merchant.readUserinfo(tokens)).name).toBe("Liv Skuddår");
  });

  test.each([
    ["cancel", "access_denied", "User cancelled the login"],
    ["timeout", "request_unauthorized", /The login request has expired\. Please try again\.$/],
    ["wrong_challenge", "wrong_challenge", /./],
    ["outdated_app", "outdated_app_version", /./],
    ["csrf_cookie_lost", "request_forbidden", /No CSRF value available in the session cookie\.$/],
    ["server_error", "server_error", "Something went wrong, please try again"],
    [
      { error: "temporarily_unavailable", errorDescription: "Try later" },
      "temporarily_unavailable",
      "Try later",
    ],
    [
      { error: "unknown_reject_reason" },
      "unknown_reject_reason",
      "Something went wrong. Reject reason is unknown.",
    ],
    [{ error: "an_error_of_tomorrow" }, "an_error_of_tomorrow", undefined],
  ])("%j: sees the error as its own", async (outcome, error, description) => {
    await queue({ outcome });
    const merchant = await merchantAt(server);
    const refused = merchant.finish(await comeBack(merchant.authorizationUrl));
    await expect(refused).rejects.toBeInstanceOf(client.AuthorizationResponseError);
    await expect(refused).rejects.toMatchObject({
      error,
      error_description:
        description instanceof RegExp ? expect.stringMatching(description) : description,
    });
  });

  test("app_token_error: hears nothing, for the browser stays at the app page", async () => {
    await queue({ user: "ada", outcome: "app_token_error" });
    const merchant = await merchantAt(server);
    const walker = createWalker((url) => url.port === "3000");
    const stop = await walker.open(merchant.authorizationUrl);
    expect(stop.html).toContain("Could not get Vipps Login token");
  });
});

describe("openid-client refuses", () => {
  test("a nonce that is not its own", async () => {
    const merchant = await merchantAt(headless);
    const tampered = new URL(merchant.authorizationUrl);
    tampered.searchParams.set("nonce", "somebody-elses-nonce");
    const refused = merchant.finish(await comeBack(tampered));
    await expect(refused).rejects.toMatchObject({
      code: "OAUTH_JWT_CLAIM_COMPARISON_FAILED",
      cause: { message: 'unexpected ID Token "nonce" claim value' },
    });
  });

  test("a state that is not its own", async () => {
    const merchant = await merchantAt(headless);
    const callback = await comeBack(merchant.authorizationUrl);
    callback.searchParams.set("state", "somebody-elses-state");
    await expect(merchant.finish(callback)).rejects.toMatchObject({
      code: "OAUTH_INVALID_RESPONSE",
      cause: { message: 'unexpected "state" response parameter value' },
    });
  });
});
