import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAll } from "../../src/store/batches.ts";
import type { Mock } from "../support/mock.ts";
import { NOON, startMock } from "../support/mock.ts";
import { startServer } from "../support/server.ts";
import type { Client, Fields } from "../support/wire.ts";
import {
  Browser,
  basic,
  CALLBACK,
  CHALLENGE,
  codeFrom,
  confirmedLogin,
  errorBody,
  expectReason,
  ISSUER,
  jwtPart,
  PATH,
  parameterOf,
  post,
  posted,
  requestToken,
  SHOP,
  TEXT,
  tokensFrom,
  userinfo,
  VERIFIER,
  walkLogin,
} from "../support/wire.ts";

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const PKCE = { code_challenge: CHALLENGE, code_challenge_method: "S256" };

describe("token", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  it("answers a code with tokens, in the form of the real service", async () => {
    const response = await requestToken(mock, await codeFrom(mock));
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      "content-type": "application/json;charset=UTF-8",
      "cache-control": "no-store",
      pragma: "no-cache",
    });
    expect(response.body).toMatch(
      /^\{"access_token":"[\w-]{43}\.[\w-]{43}","expires_in":3599,"id_token":"[\w-]+\.[\w-]+\.[\w-]+","scope":"openid name","token_type":"bearer"\}$/,
    );
  });

  it.each(["2023", "2026"] as const)(
    "says more of an access token than userinfo takes it for, in profile %s",
    async (profile) => {
      const other = await startMock({ profile });
      const { access_token, expires_in } = await tokensFrom(other);
      expect(expires_in).toBe(3599);
      await other.sandbox.clock.advance(599);
      expect((await userinfo(other, access_token)).statusCode).toBe(200);
      await other.sandbox.clock.advance(1);
      expect((await userinfo(other, access_token)).statusCode).toBe(401);
      await other.close();
    },
  );

  describe("the ID token", () => {
    it("has the header and the alphabetical claims of the sample", async () => {
      const request = { nonce: "nonce-of-the-test" };
      const { id_token } = await tokensFrom(mock, { request });
      expect(jwtPart(id_token, 0)).toMatch(
        new RegExp(`^\\{"alg":"RS256","kid":"public:${UUID}"\\}$`),
      );
      expect(jwtPart(id_token, 1)).toMatch(
        new RegExp(
          `^\\{"at_hash":"[\\w-]{22}","aud":\\["${SHOP.id}"\\],"auth_time":${NOON},"exp":${NOON + 3600},"iat":${NOON},"iss":"${ISSUER}","jti":"${UUID}","msn":"100001","nonce":"nonce-of-the-test","rat":${NOON},"sid":"${UUID}","sub":"${UUID}"\\}$`,
        ),
      );
    });

    it("has the same header in 2026, and the claims about the user among the others", async () => {
      const later = await startMock({ profile: "2026" });
      const request = { scope: "openid name email" };
      const { id_token } = await tokensFrom(later, { request });
      expect(Object.keys(JSON.parse(jwtPart(id_token, 0)))).toEqual(["alg", "kid"]);
      expect(Object.keys(JSON.parse(jwtPart(id_token, 1))).join(" ")).toBe(
        "at_hash aud auth_time email email_verified exp family_name given_name iat iss jti msn name rat sid sub",
      );
      await later.close();
    });

    it("tells in a remembered browser when its user confirmed", async () => {
      const browser = new Browser(mock);
      await walkLogin(browser, { remember: true });
      await mock.sandbox.clock.advance(3600);
      const code = parameterOf(await browser.login(), "code") ?? "";
      const { id_token } = (await requestToken(mock, code)).json();
      expect(JSON.parse(jwtPart(id_token, 1))).toMatchObject({ auth_time: NOON, rat: NOON + 3600 });
    });

    it("tells apart when the login was asked for, when the user confirmed, and when it was made", async () => {
      const browser = new Browser(mock);
      const { clock } = mock.sandbox;
      const app = await browser.submit(await browser.login({ scope: "openid" }), {});
      expect(app.statusCode).toBe(400);
      await clock.advance(60);
      const back = await confirmedLogin(browser, "ada", { scope: "openid" });
      await clock.advance(30);
      const end = await browser.fetch(back);
      const code = new URL(String(end.headers.location)).searchParams.get("code") ?? "";
      await clock.advance(5);
      const { id_token } = (await requestToken(mock, code)).json();
      expect(JSON.parse(jwtPart(id_token, 1))).toMatchObject({
        rat: NOON + 60,
        auth_time: NOON + 60,
        iat: NOON + 95,
        exp: NOON + 95 + 3600,
      });
    });

    it("verifies with the published key and names the access token by its hash", async () => {
      const server = await startServer({ autoLogin: "ada" });
      const jwks = createRemoteJWKSet(new URL(`${server.url}${PATH.jwks}`));
      const query = new URLSearchParams({
        ...{ response_type: "code", client_id: SHOP.id, redirect_uri: CALLBACK },
        ...{ scope: "openid", state: "state-of-the-test" },
      });
      const end = await fetch(`${server.url}${PATH.auth}?${query}`, { redirect: "manual" });
      const code = new URL(String(end.headers.get("location"))).searchParams.get("code") ?? "";
      const answer = await fetch(`${server.url}${PATH.token}`, {
        method: "POST",
        headers: basic(SHOP),
        body: new URLSearchParams({
          ...{ grant_type: "authorization_code", redirect_uri: CALLBACK, code },
        }),
      });
      const { access_token, id_token } = (await answer.json()) as Record<string, string>;
      const expected = { issuer: server.issuer, audience: SHOP.id, algorithms: ["RS256"] };
      const { payload } = await jwtVerify(String(id_token), jwks, expected);
      const digest = await crypto.subtle.digest("SHA-256", Buffer.from(String(access_token)));
      expect(payload["at_hash"]).toBe(Buffer.from(digest.slice(0, 16)).toString("base64url"));
      await server.close();
    });
  });

  describe("client authentication", () => {
    const plus: Client = { id: "shop+id", secret: "a+b c%/:" };

    it.each([
      ["form-encoded, as RFC 6749 wants it", true, 200],
      ["raw, so that + becomes a blank and % starts an escape", false, 400],
    ])("Basic credentials %s", async (_, encode, status) => {
      const unit = { clientId: plus.id, clientSecret: plus.secret, redirectUris: [CALLBACK] };
      const odd = await startMock({ salesUnits: [{ name: "Odd", ...unit }] });
      const code = await codeFrom(odd, { request: { client_id: plus.id } });
      const write = (text: string) => (encode ? encodeURIComponent(text) : text);
      const credentials = basic({ id: write(plus.id), secret: write(plus.secret) });
      const response = await requestToken(odd, code, {}, credentials);
      expect(response.statusCode).toBe(status);
      if (status === 400)
        expect(response.json().error_description).toContain("could not be decoded");
      await odd.close();
    });

    it.each<[string, Fields, Record<string, string>, string]>([
      ["no credentials", {}, {}, "missing or malformed in both"],
      ["a Bearer header", {}, { authorization: "Bearer x" }, "missing or malformed in both"],
      [
        "Basic that is no base64",
        {},
        { authorization: "Basic !!!" },
        "missing or malformed in both",
      ],
      [
        "Basic without a colon",
        {},
        { authorization: "Basic eHg=" },
        "missing or malformed in both",
      ],
      ["a secret without an id", { client_secret: "x" }, {}, "missing or malformed in both"],
    ])("%s: invalid_request", async (_, fields, headers, hint) => {
      const response = await requestToken(mock, "any-code", fields, headers);
      expect([response.statusCode, response.json().error]).toEqual([400, "invalid_request"]);
      expect(response.json().error_description).toContain(hint);
    });

    it("a client_id without a secret is a wrong secret: PKCE replaces none", async () => {
      const response = await requestToken(mock, "any-code", { client_id: SHOP.id }, {});
      expect([response.statusCode, response.json().error]).toEqual([401, "invalid_client"]);
      expectReason(mock, "credentials", "Why do I get Error: invalid_client?", "it is empty");
    });

    it("both ways at once count as the one that is not configured", async () => {
      const response = await requestToken(mock, "any-code", posted(SHOP));
      expect(response.json().error_description).toContain("but method 'client_secret_post' was");
    });
  });

  describe("grant types", () => {
    it.each([
      ["password", "invalid_request", TEXT.invalid_request],
      ["refresh_token", "unauthorized_client", TEXT.unauthorized_client],
      ["client_credentials", "unauthorized_client", TEXT.unauthorized_client],
    ])("%s is %s", async (grant_type, error, description) => {
      const response = await requestToken(mock, "any-code", { grant_type });
      const hint =
        error === "invalid_request"
          ? TEXT.invalid_request_hint
          : `The OAuth 2.0 Client is not allowed to use authorization grant '${grant_type}'.`;
      expect([response.statusCode, response.body]).toEqual([
        400,
        errorBody(error, `${description} ${hint}`),
      ]);
    });

    it("an unknown one is told before wrong credentials are", async () => {
      const wrong = basic({ id: "nobody", secret: "x" });
      const unknown = await requestToken(mock, "any-code", { grant_type: "x" }, wrong);
      expect(unknown.json().error).toBe("invalid_request");
      const known = await requestToken(mock, "any-code", { grant_type: "refresh_token" }, wrong);
      expect(known.json().error).toBe("invalid_client");
    });
  });

  describe("a code", () => {
    it.each([
      [119, 200],
      [120, 400],
      [121, 400],
      [3601, 400],
    ])("after %i seconds: %i", async (seconds, status) => {
      const code = await codeFrom(mock);
      await mock.sandbox.clock.advance(seconds);
      expect((await requestToken(mock, code)).statusCode).toBe(status);
    });

    it("serves once: its second use takes the tokens of that login away, and of no other", async () => {
      const code = await codeFrom(mock);
      const tokens = (await requestToken(mock, code)).json();
      const others = await tokensFrom(mock);
      const again = await requestToken(mock, code);
      expect([again.statusCode, again.body]).toEqual([
        400,
        errorBody(
          "invalid_grant",
          `${TEXT.invalid_grant} The authorization code has already been used.`,
        ),
      ]);
      expect((await userinfo(mock, tokens.access_token)).statusCode).toBe(401);
      expect((await userinfo(mock, others.access_token)).statusCode).toBe(200);
      const items = await readAll(mock.sandbox.store.consents);
      expect(items.map(({ revokedAt }) => revokedAt)).toEqual([undefined]);
    });

    it("is remembered for an hour, and unknown after it", async () => {
      const code = await codeFrom(mock);
      await requestToken(mock, code);
      const used = `${TEXT.invalid_grant} The authorization code has already been used.`;
      await mock.sandbox.clock.advance(3599);
      expect((await requestToken(mock, code)).json().error_description).toBe(used);
      await mock.sandbox.clock.advance(1);
      expect((await requestToken(mock, code)).json().error_description).toBe(TEXT.invalid_grant);
    });

    it("of many who redeem it at the same time exactly one gets tokens", async () => {
      const code = await codeFrom(mock);
      const all = await Promise.all(Array.from({ length: 20 }, () => requestToken(mock, code)));
      const statuses = all.map(({ statusCode }) => statusCode).sort();
      expect(statuses).toEqual([200, ...Array(19).fill(400)]);
      expect(await readAll(mock.sandbox.store.accessTokens)).toHaveLength(1);
    });

    it("stays good after a request that failed for another reason", async () => {
      const code = await codeFrom(mock);
      const failures: [Fields, Client][] = [
        [{ redirect_uri: "https://example.com/other" }, SHOP],
        [{}, { ...SHOP, secret: "x" }],
        [{ grant_type: "refresh_token" }, SHOP],
      ];
      for (const [fields, client] of failures) {
        const refused = await requestToken(mock, code, fields, basic(client));
        expect(refused.statusCode).not.toBe(200);
      }
      expect((await requestToken(mock, code)).statusCode).toBe(200);
    });

    it("ties a refused request to its login and its user, in the request log", async () => {
      const code = await codeFrom(mock);
      await requestToken(mock, code);
      await requestToken(mock, code);
      const late = await codeFrom(mock);
      await mock.sandbox.clock.advance(600);
      await requestToken(mock, late);
      const log = await readAll(mock.sandbox.store.requests);
      const tokens = log.filter(({ endpoint }) => endpoint === "token");
      const logins = log.filter(({ endpoint }) => endpoint === "auth").map(({ login }) => login);
      const [first, second] = [...new Set(logins)];
      expect(second).toBeDefined();
      expect(tokens.map(({ login, user }) => [login, user])).toEqual([
        [first, "ada"],
        [first, "ada"],
        [second, undefined],
      ]);
    });

    it("of a session that is gone is as good as unknown", async () => {
      const code = await codeFrom(mock);
      const items = await readAll(mock.sandbox.store.sessions);
      for (const { id } of items) await mock.sandbox.store.sessions.take(id);
      const response = await requestToken(mock, code);
      expect(response.body).toBe(errorBody("invalid_grant", TEXT.invalid_grant));
    });
  });

  describe("PKCE", () => {
    it("takes the verifier of the challenge", async () => {
      const code = await codeFrom(mock, { request: PKCE });
      const response = await requestToken(mock, code, { code_verifier: VERIFIER });
      expect(response.statusCode).toBe(200);
    });

    it.each<[string, Fields, string | undefined, string]>([
      ["a missing one", PKCE, undefined, "must be at least 43 characters."],
      ["42 characters", PKCE, VERIFIER.slice(1), "must be at least 43 characters."],
      ["129 characters", PKCE, "a".repeat(129), "can not be longer than 128 characters."],
      [
        "other characters",
        PKCE,
        `${VERIFIER}+`,
        "must only contain [a-Z], [0-9], '-', '.', '_', '~'.",
      ],
      ["another login's", PKCE, "a".repeat(43), "challenge did not match the code verifier."],
      ["one without a challenge", {}, VERIFIER, "challenge did not match the code verifier."],
    ])("refuses %s, once and for all", async (_, request, code_verifier, hint) => {
      const code = await codeFrom(mock, { request });
      const refused = await requestToken(mock, code, { code_verifier });
      expect([refused.statusCode, refused.json().error]).toEqual([400, "invalid_grant"]);
      expect(refused.json().error_description.endsWith(hint)).toBe(true);
      expectReason(mock, "pkce", "RFC 7636 §4.6", "code_challenge");
      const right = await requestToken(mock, code, { code_verifier: VERIFIER });
      expect(right.json().error_description).toBe(
        `${TEXT.invalid_grant} Unable to find initial PKCE data tied to this request`,
      );
      expectReason(mock, "pkce", "RFC 7636 §4.6", "one attempt");
    });
  });

  it.each([
    ["grant_type=%zz", 'grant_type is not percent-encoded UTF-8: "%zz"'],
    ["grant_type=%C3%28", 'grant_type is not percent-encoded UTF-8: "%C3%28"'],
    ["grant_type=a%00", 'grant_type contains a control character: "a\\u0000"'],
  ])(
    "answers bodies that it cannot read in fosite's words, and the log says what is wrong: %s",
    async (body, reason) => {
      const response = await post(mock, PATH.token, body, basic(SHOP));
      expect(response.body).toBe(
        errorBody(
          "invalid_request",
          `${TEXT.invalid_request} Unable to parse HTTP body, make sure to send a properly formatted form request body.`,
        ),
      );
      expectReason(mock, "parameters", "RFC 6749 appendix B", reason);
    },
  );
});
