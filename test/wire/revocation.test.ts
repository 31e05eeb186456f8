import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import { readAll } from "../../src/store/batches.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import type { Fields, Headers } from "../support/wire.ts";
import {
  BANK,
  Browser,
  basic,
  CLOSED,
  errorBody,
  expectReason,
  PATH,
  POST_OFFICE,
  parameterOf,
  post,
  posted,
  requestToken,
  SHOP,
  TEXT,
  tokensFrom,
  userinfo,
  WITHOUT_LOGIN,
  walkLogin,
} from "../support/wire.ts";

const INACTIVE = "The client or its related sale unit or merchant does not exist or is not active";

describe("revocation", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const revoke = (token: string | undefined, headers: Headers = basic(SHOP), more: Fields = {}) =>
    post(mock, PATH.revoke, { token, token_type_hint: undefined, ...more }, headers);

  it("ends an access token, with an empty answer", async () => {
    const { access_token } = await tokensFrom(mock);
    const response = await revoke(access_token);
    expect([response.statusCode, response.body]).toEqual([200, ""]);
    expect(response.headers).toMatchObject({ "cache-control": "no-store", pragma: "no-cache" });
    expect((await userinfo(mock, access_token)).statusCode).toBe(401);
    expect((await revoke(access_token)).statusCode).toBe(200);
  });

  it("ends nothing else: consent and remembered browser stay, other tokens live", async () => {
    const browser = new Browser(mock);
    const code = parameterOf(await walkLogin(browser, { remember: true }), "code") ?? "";
    const { access_token } = (await requestToken(mock, code)).json();
    const other = await tokensFrom(mock);
    await revoke(access_token);
    expect(parameterOf(await browser.login(), "code")).toBeDefined();
    expect((await userinfo(mock, other.access_token)).statusCode).toBe(200);
    const items = await readAll(mock.sandbox.store.consents);
    expect(items.map(({ revokedAt }) => revokedAt)).toEqual([undefined]);
  });

  it.each<[string, Fields]>([
    ["a token that nobody has", { token: "unknown" }],
    ["no token", { token: undefined, other: "x" }],
    ["a hint", { token: "unknown", token_type_hint: "refresh_token" }],
  ])("answers %s as if it had been one", async (_, fields) => {
    const response = await revoke(undefined, basic(SHOP), fields);
    expect([response.statusCode, response.body]).toEqual([200, ""]);
  });

  it("leaves another client's token alone, without telling", async () => {
    const { access_token } = await tokensFrom(mock);
    expect((await revoke(access_token, basic(BANK))).statusCode).toBe(200);
    expect((await userinfo(mock, access_token)).statusCode).toBe(200);
  });

  it("takes the client's one way of authentication", async () => {
    expect((await revoke("x", {}, posted(POST_OFFICE))).statusCode).toBe(200);
    const refused = await revoke("x", basic(POST_OFFICE));
    expect([refused.statusCode, refused.body]).toEqual([
      401,
      errorBody("invalid_client", TEXT.invalid_client),
    ]);
    expectReason(mock, "token-endpoint-auth-method", FAQ.clientSecretPost, POST_OFFICE.id);
  });

  it.each<[string, Headers, readonly [string, string, string]]>([
    [
      "a wrong secret",
      basic({ ...SHOP, secret: "x" }),
      ["credentials", FAQ.invalidClient, SHOP.id],
    ],
    [
      "an unknown client",
      basic({ id: "nobody", secret: "x" }),
      ["credentials", FAQ.invalidClient, "nobody"],
    ],
    [
      "a sales unit without Login",
      basic(WITHOUT_LOGIN),
      ["activation", FAQ.activation, WITHOUT_LOGIN.id],
    ],
  ])("refuses %s without a hint, and leaves the token alone", async (_, headers, reason) => {
    const { access_token } = await tokensFrom(mock);
    const response = await revoke(access_token, headers);
    expect([response.statusCode, response.body]).toEqual([
      401,
      errorBody("invalid_client", TEXT.invalid_client),
    ]);
    expect(response.headers["www-authenticate"]).toBeUndefined();
    expectReason(mock, ...reason);
    expect((await userinfo(mock, access_token)).statusCode).toBe(200);
  });

  it("tells a sales unit that is not active, and it alone, in the FAQ's words", async () => {
    const response = await revoke("x", basic(CLOSED));
    expect([response.statusCode, response.body]).toEqual([
      401,
      errorBody("invalid_client", INACTIVE),
    ]);
    expectReason(mock, "inactive", FAQ.inactive, CLOSED.id);
    const wrong = await revoke("x", basic({ ...CLOSED, secret: "x" }));
    expect(wrong.body).toBe(errorBody("invalid_client", TEXT.invalid_client));
  });

  it.each<[string, string, Headers]>([
    ["without a body", "", basic(SHOP)],
    ["with a JSON body", '{"token":"x"}', { ...basic(SHOP), "content-type": "application/json" }],
    ["without credentials", "token=x", {}],
    ["as text", "token=x", { ...basic(SHOP), "content-type": "text/plain" }],
    ["with broken encoding", "token=%zz", basic(SHOP)],
  ])("refuses a request %s with the default hint", async (_, body, headers) => {
    const response = await post(mock, PATH.revoke, body, headers);
    expect([response.statusCode, response.body]).toEqual([
      400,
      errorBody("invalid_request", `${TEXT.invalid_request} ${TEXT.invalid_request_hint}`),
    ]);
    expect(mock.log.at(-1)?.msg).toMatch(/^refused POST /);
  });
});
