import { describe, expect, test } from "vitest";
import { serverForFile } from "../support/server.ts";
import { eventually } from "../support/wait.ts";
import { form, request } from "./replays/client.ts";

/** Clients of login from phone number that the suite cannot run, replayed request by request. */

const server = await serverForFile({ autoLogin: "ada" });
const { clientId, clientSecret, msn } = await server.salesUnit("Demo Shop");

const BACKCHANNEL = `${server.url}/vipps-login-ciba/api/backchannel/authentication`;
const TOKEN = `${server.issuer}oauth2/token`;
const FORM = { "content-type": "application/x-www-form-urlencoded" };

const basic = { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` };

function post(
  url: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = basic,
) {
  return request(url, { method: "POST", headers: { ...FORM, ...headers }, body: form(fields) });
}

const poll = (authReqId: unknown) =>
  post(TOKEN, { grant_type: "urn:openid:params:grant-type:ciba", auth_req_id: String(authReqId) });

describe("Curity's vipps-backchannel", () => {
  const ask = (login_hint: string) =>
    post(BACKCHANNEL, { login_hint, scope: "name openid", binding_message: "ABC-123" });

  test("asks, polls, and reads the name at the userinfo endpoint of discovery", async () => {
    const { status, body } = await ask("urn:msisdn:4712345678");
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ auth_req_id: expect.any(String) }),
    ]);
    const tokens = await poll(body["auth_req_id"]);
    expect(tokens).toMatchObject({ status: 200, body: { id_token: expect.any(String) } });
    const discovery = await request(`${server.issuer}.well-known/openid-configuration`, {});
    const authorization = `Bearer ${tokens.body["access_token"]}`;
    const userinfo = await request(String(discovery.body["userinfo_endpoint"]), {
      headers: { authorization },
    });
    expect(userinfo).toMatchObject({ status: 200, body: { name: "Ada Nordmann" } });
  });

  test.each([
    ["a number of nobody", "urn:msisdn:4799999999", "unknown_user_id"],
    ["a number without its country code", "urn:msisdn:12345678", "invalid_request"],
  ])("knows the error of %s by its code", async (_, hint, error) => {
    expect(await ask(hint)).toMatchObject({
      status: 400,
      body: { error, error_description: expect.stringMatching(/./) },
    });
  });

  test("is told why there are no tokens, as 400 with an error", async () => {
    expect(await poll("no-such-request")).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/./) },
    });
  });
});

describe("vippsas/dotnet-sdk", () => {
  test("begins by the number alone, and polls", async () => {
    const { body } = await post(BACKCHANNEL, {
      scope: "openid name",
      login_hint: "urn:mobilenumber:12345678",
      binding_message: "TILL-07",
    });
    expect(await poll(body["auth_req_id"])).toMatchObject({
      status: 200,
      body: { access_token: expect.any(String), expires_in: expect.any(Number) },
    });
  });

  test("begins the variant with a redirect", async () => {
    const { status, body } = await post(BACKCHANNEL, {
      scope: "openid name",
      login_hint: "urn:mobilenumber:12345678",
      binding_message: "TILL-07",
      requested_flow: "login_to_webpage",
      redirect_uri: "http://localhost:3000/callback",
    });
    expect([status, body["auth_req_id"]]).toEqual([200, expect.any(String)]);
  });
});

describe("vippsas/node-sdk and deno-sdk", () => {
  test("send their content type with the charset in quotes", async () => {
    const { status } = await post(
      BACKCHANNEL,
      { scope: "openid name", login_hint: "urn:mobilenumber:12345678" },
      { ...basic, "content-type": 'application/x-www-form-urlencoded; charset="utf-8"' },
    );
    expect(status).toBe(200);
  });
});

describe("coretrekas/vipps", () => {
  const keys = { client_id: clientId, client_secret: clientSecret };
  const key = {
    "ocp-apim-subscription-key": "a-key-of-the-merchant",
    "merchant-serial-number": msn,
  };

  test("has no way to begin a login: the sales unit's own token does not stand for its keys", async () => {
    const { body } = await request(`${server.url}/accesstoken/get`, {
      method: "POST",
      headers: { ...keys, ...key },
    });
    const authorization = `Bearer ${body["access_token"]}`;
    const begun = await post(
      BACKCHANNEL,
      { loginHint: "urn:msisdn:4712345678", scope: "openid" },
      { ...keys, ...key, authorization },
    );
    expect(begun).toMatchObject({ status: 401, body: { error: "invalid_client" } });
    await eventually(() => expect(server.log.at(-1)?.diagnosis?.rule).toBe("partner-keys"));
  });

  test("would not be understood with its keys either: its spelling is that of the swagger file", async () => {
    const fields = {
      loginHint: "urn:msisdn:4712345678",
      scope: "openid",
      bindingMessage: "ABC-123",
    };
    expect(await post(BACKCHANNEL, fields)).toMatchObject({
      status: 400,
      body: { error: "invalid_request" },
    });
    await eventually(() => expect(server.log.at(-1)?.diagnosis?.closest).toBe("login_hint"));
  });
});
