import { createLocalJWKSet, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { phoneRedirectUrl } from "../../../src/login/phone-login.ts";
import { readAll } from "../../../src/store/batches.ts";
import type { Mock } from "../../support/mock.ts";
import { NOON, startMock } from "../../support/mock.ts";
import { approve, askForRedirect, begin, loginBy, reject, sendCode } from "../../support/phone.ts";
import {
  BANK,
  basic,
  CALLBACK,
  codeFrom,
  errorBody,
  expectReason,
  get,
  ISSUER,
  jwtPart,
  PATH,
  requestToken,
  SHOP,
  TEXT,
  tokensFrom,
  userinfo,
} from "../../support/wire.ts";

describe("the redirect variant of login from phone number", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  /** An approved login: what the merchant asked with, and what the browser brings. */
  const approved = async (fields = {}) => {
    const { auth_req_id: authReqId } = (await askForRedirect(mock, fields)).json();
    const url = phoneRedirectUrl(await approve(mock, authReqId)) ?? "";
    return { authReqId, url, code: new URL(url).searchParams.get("code") ?? "" };
  };

  it("sends the browser to the redirect URI with the code and nothing else", async () => {
    const { url, code } = await approved({ state: "a-state-of-eight" });
    expect(url).toBe(`${CALLBACK}?code=${code}`);
    expect(code).toMatch(/^[\w-]{43}\.[\w-]{43}$/);
  });

  it("keeps the query of the redirect URI", async () => {
    const redirectUri = `${CALLBACK}?shop=1`;
    await mock.sandbox.store.salesUnits.update("100001", (unit) => ({
      ...unit,
      redirectUris: [redirectUri],
    }));
    const { url, code } = await approved({ redirect_uri: redirectUri });
    expect(url).toBe(`${CALLBACK}?code=${code}&shop=1`);
  });

  it("has no way back before it is approved, when it is rejected, and in the poll variant", async () => {
    const { auth_req_id: authReqId } = (await askForRedirect(mock)).json();
    expect(phoneRedirectUrl(await loginBy(mock, authReqId))).toBeUndefined();
    expect(phoneRedirectUrl(await reject(mock, authReqId))).toBeUndefined();
    const polled = await approve(mock, (await begin(mock)).auth_req_id);
    expect(phoneRedirectUrl(polled)).toBeUndefined();
  });

  it.each(["2023", "2026"] as const)("gives tokens for the code in profile %s", async (profile) => {
    await mock.close();
    mock = await startMock({ profile });
    const { authReqId, code } = await approved({ scope: "openid email", nonce: "a-nonce" });
    const response = await sendCode(mock, code);
    expect(response.body).toMatch(
      new RegExp(
        `^\\{"access_token":"[\\w-]{43}\\.[\\w-]{43}","expires_in":3599,` +
          '"id_token":"[\\w.-]+","scope":"openid email","token_type":"bearer"\\}$',
      ),
    );
    const { access_token: accessToken, id_token: idToken } = response.json();
    const claims = (await userinfo(mock, accessToken)).json();
    expect(claims).toMatchObject({ email: "ada@example.com" });
    expect(JSON.parse(jwtPart(idToken, 1))).toEqual({
      aud: SHOP.id,
      sub: claims.sub,
      auth_req_id: authReqId,
      nonce: "a-nonce",
      iss: ISSUER,
      exp: NOON + 600,
      iat: NOON,
      msn: "100001",
    });
    const { keys } = (await get(mock, PATH.jwks)).json();
    const { protectedHeader } = await jwtVerify(idToken, createLocalJWKSet({ keys }), {
      currentDate: new Date(NOON * 1000),
    });
    expect(protectedHeader.alg).toBe("ES256");
    await mock.sandbox.clock.advance(600);
    expect((await userinfo(mock, accessToken)).statusCode).toBe(401);
  });

  it("takes a code once; the second time makes its token worthless", async () => {
    const { code } = await approved();
    const { access_token: accessToken } = (await sendCode(mock, code)).json();
    const replay = await sendCode(mock, code);
    expect([replay.statusCode, replay.body]).toEqual([
      400,
      errorBody(
        "invalid_grant",
        `${TEXT.invalid_grant} The authorization code has already been used.`,
      ),
    ]);
    expect((await userinfo(mock, accessToken)).statusCode).toBe(401);
  });

  it("gives one of several concurrent requests the tokens", async () => {
    const { code } = await approved();
    const responses = await Promise.all(Array.from({ length: 4 }, () => sendCode(mock, code)));
    expect(responses.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1);
  });

  it.each([
    [119, 200],
    [120, 400],
  ])("takes a code of %i seconds with %i", async (age, status) => {
    const { code } = await approved();
    await mock.sandbox.clock.advance(age);
    expect((await sendCode(mock, code)).statusCode).toBe(status);
  });

  it("counts the code's life from the approval", async () => {
    const { auth_req_id: authReqId } = (await askForRedirect(mock)).json();
    await mock.sandbox.clock.advance(599);
    const { approval } = await approve(mock, authReqId);
    await mock.sandbox.clock.advance(119);
    expect((await sendCode(mock, approval?.code)).statusCode).toBe(200);
  });

  it.each([undefined, "unknown"])("refuses the code %s", async (code) => {
    const response = await sendCode(mock, code);
    expect([response.statusCode, response.body]).toEqual([
      400,
      errorBody("invalid_grant", TEXT.invalid_grant),
    ]);
  });

  it("refuses another client, and leaves the code to its own", async () => {
    const { code } = await approved();
    expect((await sendCode(mock, code, {}, basic(BANK))).json().error).toBe("invalid_grant");
    expectReason(mock, "authorization-code", "RFC 6749 §4.1.3", SHOP.id, BANK.id);
    expect((await sendCode(mock, code)).statusCode).toBe(200);
  });

  it("has a grant of its own: each code is for one", async () => {
    const { code } = await approved();
    expect((await requestToken(mock, code)).body).toBe(
      errorBody("invalid_grant", TEXT.invalid_grant),
    );
    expectReason(mock, "phone-number-poll", "documentation 2023", "a grant of its own");
    const browserCode = await codeFrom(mock);
    expect((await sendCode(mock, browserCode)).body).toBe(
      errorBody("invalid_grant", TEXT.invalid_grant),
    );
    expectReason(mock, "phone-number-poll", "documentation 2023", "in the browser");
    expect((await sendCode(mock, code)).statusCode).toBe(200);
    expect((await requestToken(mock, browserCode)).statusCode).toBe(200);
  });

  it("ignores a redirect_uri, with a note", async () => {
    const { code } = await approved();
    const response = await sendCode(mock, code, { redirect_uri: CALLBACK });
    expect(response.statusCode).toBe(200);
    const items = await readAll(mock.sandbox.store.requests);
    expect(items.at(-1)?.notes).toEqual([
      expect.objectContaining({ message: expect.stringContaining("redirect_uri is ignored") }),
    ]);
  });

  it("leaves browser logins as they are", async () => {
    const { id_token: idToken } = await tokensFrom(mock);
    expect(JSON.parse(jwtPart(idToken, 0)).alg).toBe("RS256");
    expect(JSON.parse(jwtPart(idToken, 1))).not.toHaveProperty("auth_req_id");
  });
});
