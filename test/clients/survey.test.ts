import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { serverForFile, startServer } from "../support/server.ts";
import { createWalker, walkLogin } from "./walker.ts";

/**
 * What clients in the wild rely on in the browser flow, found by reading them (public clients): one test
 * each, named after who needs it.
 */

const redirectUri = "https://example.com/callback";

const server = await serverForFile({ autoLogin: "ada" });
const unit = await server.salesUnit("Demo Shop");

/** The query exactly as the client writes it, percent-encoding and all. */
async function authorize(query: string): Promise<URLSearchParams> {
  const base = `${server.issuer}oauth2/auth?client_id=${unit.clientId}&response_type=code`;
  const walker = createWalker(({ href }) => /^(https:\/\/example\.com|myapp:)/.test(href));
  return (await walkLogin(walker, `${base}&${query}`, {})).url.searchParams;
}

interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

interface Redemption {
  /** Fields besides the usual ones, or in their place. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Redeems a code with Basic authentication. */
async function redeem(
  code: string | null,
  { fields = {}, headers = {} }: Redemption = {},
): Promise<Answer<Record<string, string>>> {
  const response = await fetch(`${server.issuer}oauth2/token`, {
    method: "POST",
    headers: {
      authorization: `Basic ${btoa(`${unit.clientId}:${unit.clientSecret}`)}`,
      "content-type": "application/x-www-form-urlencoded",
      ...headers,
    },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: code ?? "",
      redirect_uri: redirectUri,
      ...fields,
    }).toString(),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

/** A login as clients do it that encode their query as it should be. */
async function authorizeFor(
  scope: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<URLSearchParams> {
  const state = "state-of-test";
  const query = new URLSearchParams({ redirect_uri: redirectUri, scope, state, ...parameters });
  return authorize(String(query));
}

/** Such a login up to its tokens; it is Ada's unless it is the user's with another phone number. */
async function login(scope: string, phoneNumber?: string): Promise<Record<string, string>> {
  const parameters = phoneNumber === undefined ? {} : { login_hint: `urn:msisdn:${phoneNumber}` };
  const answer = await authorizeFor(scope, parameters);
  return (await redeem(answer.get("code"))).body;
}

async function getJson(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<Record<string, unknown>>> {
  const response = await fetch(url, { headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Userinfo, from the path of today unless told otherwise. */
async function userinfo(
  tokens: Readonly<Record<string, string>>,
  url = `${server.url}/vipps-userinfo-api/userinfo`,
): Promise<Record<string, unknown>> {
  const authorization = `Bearer ${tokens["access_token"]}`;
  const { status, body } = await getJson(url, { authorization });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

function payloadOf(idToken: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(idToken?.split(".")[1] ?? "", "base64url").toString());
}

describe("authorization request", () => {
  test("drupal: scopes separated by + in a query that is not encoded", async () => {
    const answer = await authorize(
      `redirect_uri=${redirectUri}&scope=openid+name+email&state=state-of-test&requested_flow=automatic_return_from_vipps_app`,
    );
    expect(answer.get("scope")).toBe("openid name email");
    const { body } = await redeem(answer.get("code"));
    expect(body["scope"]).toBe("openid name email");
  });

  test.each(["login::a1b2c3d4", encodeURIComponent("login::a1b2c3d4")])(
    "wordpress: a state with two colons comes back untouched: %s",
    async (state) => {
      const answer = await authorize(`redirect_uri=${redirectUri}&scope=openid&state=${state}`);
      expect(answer.get("state")).toBe("login::a1b2c3d4");
      expect(answer.has("code")).toBe(true);
    },
  );

  test("expo: a redirect URI with a scheme of its own, and the app's callback", async () => {
    const callback = { redirect_uri: "myapp://callback" };
    const walker = createWalker(({ protocol }) => protocol === "myapp:");
    const query = new URLSearchParams({
      ...callback,
      client_id: unit.clientId,
      response_type: "code",
      scope: "openid",
      state: "state-of-test",
      requested_flow: "app_to_app",
      app_callback_uri: "myapp://callback",
    });
    const called = await walker.open(`${server.issuer}oauth2/auth?${query}`);
    expect(called.url.searchParams.get("state")).toBe("state-of-test");
    const resumed = await walker.open(called.url.searchParams.get("resume_uri") ?? "");
    const answer = resumed.url.searchParams;
    const { body } = await redeem(answer.get("code"), { fields: callback });
    expect(body).toHaveProperty("access_token");
  });

  test("digitive: api_version_2 makes the old userinfo path answer in the new format", async () => {
    const tokens = await login("openid phoneNumber birthDate api_version_2");
    expect(await userinfo(tokens, `${server.issuer}userinfo`)).toMatchObject({
      phone_number: "4712345678",
      birthdate: "1985-12-10",
    });
  });
});

describe("answers of refusal", () => {
  test("wordpress, magento: what went wrong is in the query, with the state", async () => {
    const answer = await authorizeFor("openid nin");
    expect(Object.fromEntries(answer)).toEqual({
      error: "invalid_scope",
      error_description: expect.stringContaining("'nin'"),
      state: "state-of-test",
    });
  });

  test.each([
    ["an app that is too old", "4799000015", "outdated_app_version"],
    ["a user who declines", "4799000014", "access_denied"],
  ])("innlandet: %s", async (_who, phoneNumber, error) => {
    const answer = await authorizeFor("openid email", { login_hint: `urn:msisdn:${phoneNumber}` });
    expect(answer.get("error")).toBe(error);
    expect(answer.has("code")).toBe(false);
  });

  test("node, curity: an error of the token endpoint has its code and its description", async () => {
    const { status, body } = await redeem("no-such-code");
    expect(status).toBe(400);
    expect(body).toEqual({ error: "invalid_grant", error_description: expect.stringMatching(/./) });
  });
});

describe("token endpoint", () => {
  test("idura, azure b2c: credentials in the body, and a redirect URI of their own", async () => {
    const redirect_uri = "https://example.b2clogin.com/example.onmicrosoft.com/oauth2/authresp";
    const { clientId, clientSecret } = await server.salesUnit("Post Office");
    const query = new URLSearchParams({
      client_id: clientId,
      redirect_uri,
      response_type: "code",
      scope: "openid",
      state: "state-of-test",
    });
    const walker = createWalker((url) => url.href.startsWith(redirect_uri));
    const { url } = await walkLogin(walker, `${server.issuer}oauth2/auth?${query}`, {});
    const response = await fetch(`${server.issuer}oauth2/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code: url.searchParams.get("code") ?? "",
        redirect_uri,
        client_id: clientId,
        client_secret: clientSecret,
      }),
    });
    expect(await response.json()).toHaveProperty("id_token");
  });

  test("craft: client_id in the body beside Basic", async () => {
    const answer = await authorizeFor("openid");
    const { status, body } = await redeem(answer.get("code"), {
      fields: { client_id: unit.clientId },
    });
    expect(body).toHaveProperty("access_token");
    expect(status).toBe(200);
  });

  test.each([
    [
      "node, deno: a content type with its charset in quotes",
      { "content-type": 'application/x-www-form-urlencoded; charset="utf-8"' },
    ],
    ["socialite: the serial number of the merchant", { "merchant-serial-number": "100001" }],
  ])("%s", async (_, headers) => {
    const answer = await authorizeFor("openid");
    const { status, body } = await redeem(answer.get("code"), { headers });
    expect(body).toHaveProperty("access_token");
    expect(status).toBe(200);
  });
});

describe("ID token", () => {
  test("dotnet: its issuer is the address that the client was given", async () => {
    expect(payloadOf((await login("openid"))["id_token"])["iss"]).toBe(server.issuer);
  });

  test("azure b2c, whose user flows read nothing else: in 2026 it has the user's data", async () => {
    const modern = await startServer({ profile: "2026" });
    try {
      const { clientId } = await modern.salesUnit();
      const response = await fetch(`${modern.url}/mock/api/tokens`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ user: "ada", clientId, scope: "openid name email" }),
      });
      const { idToken } = (await response.json()) as { idToken: string };
      expect(payloadOf(idToken)).toMatchObject({ name: "Ada Nordmann", email: "ada@example.com" });
    } finally {
      await modern.close();
    }
  });

  test("dotnet, wordpress: sub is a UUID, the same in ID token and userinfo", async () => {
    const tokens = await login("openid name");
    const { sub } = payloadOf(tokens["id_token"]);
    expect(sub).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect((await userinfo(tokens))["sub"]).toBe(sub);
  });

  test("supabase: at_hash and nonce fit, and the token is not ten minutes old", async () => {
    const answer = await authorizeFor("openid", { nonce: "nonce-of-the-test" });
    const { body: tokens } = await redeem(answer.get("code"));
    const { at_hash, nonce, iat } = payloadOf(tokens["id_token"]);
    const hash = createHash("sha256").update(String(tokens["access_token"])).digest();
    expect(at_hash).toBe(hash.subarray(0, 16).toString("base64url"));
    expect(nonce).toBe("nonce-of-the-test");
    expect(Date.now() / 1000 - Number(iat)).toBeLessThan(600);
  });

  test("wordpress, magento: a key has use, kty, kid, alg, n and e, and is the ID token's", async () => {
    const { body } = await getJson(`${server.issuer}.well-known/jwks.json`);
    const keys = body["keys"] as Record<string, string>[];
    expect(keys[0]).toMatchObject({ use: "sig", kty: "RSA", alg: "RS256", e: "AQAB" });
    expect(keys[0]?.["n"]).toMatch(/^[\w-]{340,}$/);
    const tokens = await login("openid");
    const [header = ""] = tokens["id_token"]?.split(".") ?? [];
    const { kid } = JSON.parse(Buffer.from(header, "base64url").toString());
    expect(keys.map((key) => key["kid"])).toContain(kid);
  });
});

describe("headers that name the system", () => {
  const system = {
    "vipps-system-name": "woocommerce",
    "vipps-system-version": "8.2",
    "vipps-system-plugin-name": "login-with-vipps",
    "vipps-system-plugin-version": "1.5.2",
  };

  test("wordpress: change nothing, and can be looked up in the request log", async () => {
    const answer = await authorizeFor("openid");
    const { status, body } = await redeem(answer.get("code"), { headers: system });
    expect(status).toBe(200);
    const authorization = `Bearer ${body["access_token"]}`;
    const url = `${server.url}/vipps-userinfo-api/userinfo`;
    expect(await getJson(url, { ...system, authorization })).toMatchObject({ status: 200 });
    for (const endpoint of ["token", "userinfo"]) {
      const log = await getJson(`${server.url}/mock/api/requests?endpoint=${endpoint}`);
      const last = (log.body["items"] as object[]).at(-1);
      expect(last).toMatchObject({ refused: false, notes: [], request: { headers: system } });
    }
  });
});

describe("discovery", () => {
  function addressesIn(document: object): string[] {
    const addresses = Object.values(document).filter((value) => /^https?:/.test(String(value)));
    expect(addresses.length).toBeGreaterThan(5);
    return addresses;
  }

  test("craft, wordpress: it may be kept for an hour, and is the same every time", async () => {
    const read = () => fetch(`${server.issuer}.well-known/openid-configuration`);
    const [first, second] = [await read(), await read()];
    expect(first.headers.get("cache-control")).toBe("max-age=3600");
    expect(await first.text()).toBe(await second.text());
  });

  test("wordpress: keys that were kept since yesterday check the ID token of today", async () => {
    const { body } = await getJson(`${server.issuer}.well-known/jwks.json`);
    const [jwk] = body["keys"] as JsonWebKey[];
    const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    const key = await crypto.subtle.importKey("jwk", jwk ?? {}, algorithm, false, ["verify"]);
    const [header, payload, signature] = (await login("openid"))["id_token"]?.split(".") ?? [];
    const signed = Buffer.from(`${header}.${payload}`);
    const proof = Buffer.from(signature ?? "", "base64url");
    expect(await crypto.subtle.verify(algorithm.name, key, proof, signed)).toBe(true);
  });

  test("socialite: behind a proxy with TLS every address is https", async () => {
    const proxied = await startServer({}, { trustProxy: true });
    try {
      const headers = { "x-forwarded-proto": "https", "x-forwarded-host": "vipps.example.com" };
      const { body } = await getJson(`${proxied.issuer}.well-known/openid-configuration`, headers);
      for (const address of addressesIn(body)) expect(address).toMatch(/^https:\/\/vipps\.example/);
    } finally {
      await proxied.close();
    }
  });

  test("coretrekas: everything is below the one base URL that it is configured with", async () => {
    const { body } = await getJson(`${server.issuer}.well-known/openid-configuration`);
    for (const address of addressesIn(body)) expect(address.startsWith(server.url)).toBe(true);
  });

  test("magento: every endpoint is there, or it would use its own list", async () => {
    const { body } = await getJson(`${server.issuer}.well-known/openid-configuration`);
    expect(body).toMatchObject({
      issuer: server.issuer,
      authorization_endpoint: `${server.issuer}oauth2/auth`,
      token_endpoint: `${server.issuer}oauth2/token`,
      jwks_uri: `${server.issuer}.well-known/jwks.json`,
      userinfo_endpoint: expect.stringMatching(/\/vipps-userinfo-api\/userinfo\/?$/),
      revocation_endpoint: `${server.issuer}oauth2/revoke`,
      end_session_endpoint: `${server.issuer}oauth2/sessions/logout`,
    });
  });
});

describe("userinfo", () => {
  const everything = "openid name email phoneNumber birthDate address";

  test("better-auth, allauth: every claim has its type", async () => {
    const text = expect.any(String);
    expect(await userinfo(await login(everything))).toEqual({
      sub: text,
      sid: text,
      name: text,
      given_name: text,
      family_name: text,
      email: text,
      email_verified: true,
      phone_number: expect.stringMatching(/^\d+$/),
      phone_number_verified: true,
      birthdate: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      address: {
        address_type: text,
        country: text,
        formatted: text,
        postal_code: text,
        region: text,
        street_address: text,
      },
      other_addresses: [],
    });
  });

  test("allauth: an e-mail address that is not verified says so, as a truth value", async () => {
    expect(await userinfo(await login("openid email", "4799000018"))).toMatchObject({
      email_verified: false,
    });
  });

  test("dotnet, magento: every address says which type it is", async () => {
    expect(await userinfo(await login(everything, "4799000003"))).toMatchObject({
      address: { address_type: "home" },
      other_addresses: [{ address_type: "work" }, { address_type: "other" }],
    });
  });

  test("dotnet: who has no address has one without a type", async () => {
    expect(await userinfo(await login(everything, "4799000002"))).toMatchObject({
      address: { address_type: "", street_address: "" },
      other_addresses: [],
    });
  });

  test("drupal: the old path answers in the old format", async () => {
    const tokens = await login("openid name email birthDate");
    const { sub } = payloadOf(tokens["id_token"]);
    expect(await userinfo(tokens, `${server.issuer}userinfo`)).toMatchObject({
      sub,
      name: "Ada Nordmann",
      email: "ada@example.com",
      birthdate: "10.12.1985",
    });
  });
});
