import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { get, PATH } from "../support/wire.ts";

/** The document of the Expo sample, byte for byte, with the host put in. */
const document = (base: string, scopes: string, methods: string) =>
  `{"issuer":"${base}/access-management-1.0/access/",` +
  `"authorization_endpoint":"${base}/access-management-1.0/access/oauth2/auth",` +
  `"token_endpoint":"${base}/access-management-1.0/access/oauth2/token",` +
  `"jwks_uri":"${base}/access-management-1.0/access/.well-known/jwks.json",` +
  '"subject_types_supported":["public","pairwise"],' +
  '"response_types_supported":["code","code id_token","id_token","token id_token","token","token id_token code"],' +
  '"claims_supported":["sub"],' +
  '"grant_types_supported":["authorization_code","client_credentials"],' +
  '"response_modes_supported":["query","fragment"],' +
  `"userinfo_endpoint":"${base}/vipps-userinfo-api/userinfo",` +
  `"scopes_supported":${scopes},` +
  '"token_endpoint_auth_methods_supported":["client_secret_post","client_secret_basic"],' +
  '"userinfo_signing_alg_values_supported":["none"],' +
  '"id_token_signing_alg_values_supported":["RS256"],' +
  '"request_parameter_supported":true,' +
  '"request_uri_parameter_supported":true,' +
  '"require_request_uri_registration":true,' +
  '"claims_parameter_supported":false,' +
  `"revocation_endpoint":"${base}/access-management-1.0/access/oauth2/revoke",` +
  '"backchannel_logout_supported":false,' +
  '"backchannel_logout_session_supported":false,' +
  '"frontchannel_logout_supported":false,' +
  '"frontchannel_logout_session_supported":false,' +
  `"end_session_endpoint":"${base}/access-management-1.0/access/oauth2/sessions/logout",` +
  '"request_object_signing_alg_values_supported":["none"],' +
  `"code_challenge_methods_supported":${methods},` +
  '"backchannel_token_delivery_modes_supported":["poll"],' +
  `"backchannel_authentication_endpoint":"${base}/vipps-login-ciba/api/backchannel/authentication"}\n`;

const SCOPES_2023 =
  '["offline_access","offline","openid","address","name","email","phoneNumber","nnin","nin","birthDate","accountNumbers","api_version_2","promotions"]';
const SCOPES_2026 =
  '["openid","name","phoneNumber","nin","address","birthDate","delegatedConsents","email","gender"]';

describe("discovery", () => {
  let mock: Mock;
  beforeAll(async () => {
    mock = await startMock();
  });
  afterAll(() => mock.close());

  it("is the document that was seen in the test environment, byte for byte", async () => {
    const response = await get(mock, PATH.discovery);
    expect(response.statusCode).toBe(200);
    expect(response.body).toBe(document("http://localhost:4747", SCOPES_2023, '["plain","S256"]'));
    expect(response.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(response.headers["cache-control"]).toBe("max-age=3600");
    expect(response.headers["x-vipps-login-mock"]).toBe("0.0.0-test");
  });

  it("has the values of 2026 in that profile", async () => {
    const later = await startMock({ profile: "2026" });
    const response = await get(later, PATH.discovery);
    expect(response.body).toBe(document("http://localhost:4747", SCOPES_2026, '["S256"]'));
    await later.close();
  });

  it.each(["vipps:4747", "127.0.0.1:1", "[::1]:4747", "EXAMPLE.test"])(
    "follows the Host header %s",
    async (host) => {
      const response = await get(mock, PATH.discovery, { host });
      expect(response.json().issuer).toBe(`http://${host}/access-management-1.0/access/`);
      expect(response.json().token_endpoint).toContain(`http://${host}/`);
    },
  );

  it("ignores forwarded headers unless the proxy is trusted", async () => {
    const headers = { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" };
    expect((await get(mock, PATH.discovery, headers)).body).not.toContain("evil");
    const behind = await startMock({}, { trustProxy: true });
    expect((await get(behind, PATH.discovery, headers)).json().issuer).toBe(
      "https://evil.example/access-management-1.0/access/",
    );
    await behind.close();
  });

  it("does not let a trusted proxy write anything but a web address", async () => {
    const behind = await startMock({}, { trustProxy: true });
    for (const headers of [
      { "x-forwarded-proto": "javascript" },
      { "x-forwarded-host": 'a"b' },
      { "x-forwarded-host": "a/b" },
    ]) {
      const response = await get(behind, PATH.discovery, headers);
      expect(response.statusCode).toBe(400);
      expect(response.headers["content-type"]).toBe("text/plain; charset=utf-8");
    }
    await behind.close();
  });

  it("puts what browsers use on the public URL and keeps the back channel where it is", async () => {
    const split = await startMock({}, { pinned: { publicUrl: "http://localhost:9" } });
    const found = (await get(split, PATH.discovery, { host: "vipps:4747" })).json();
    expect(found.authorization_endpoint).toBe(
      "http://localhost:9/access-management-1.0/access/oauth2/auth",
    );
    expect(found.end_session_endpoint).toBe(
      "http://localhost:9/access-management-1.0/access/oauth2/sessions/logout",
    );
    expect(found.token_endpoint).toBe(
      "http://vipps:4747/access-management-1.0/access/oauth2/token",
    );
    expect(found.issuer).toBe("http://vipps:4747/access-management-1.0/access/");
    await split.close();
  });

  it("pins the issuer for everyone", async () => {
    const pinned = await startMock({}, { pinned: { issuer: "http://issuer.test/x/" } });
    expect((await get(pinned, PATH.discovery)).json().issuer).toBe("http://issuer.test/x/");
    await pinned.close();
  });
});
