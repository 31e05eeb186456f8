import { createHash } from "node:crypto";
import type { JWK } from "jose";
import { createRemoteJWKSet, exportSPKI, importJWK, jwtVerify, UnsecuredJWT } from "jose";
import * as client from "openid-client";
import { afterEach, describe, expect, test } from "vitest";
import type { FaultId } from "../../src/records/ids.ts";
import type { Corruption } from "../../src/records/vocabulary.ts";
import { serverForFile, startServer } from "../support/server.ts";
import { until } from "../support/wait.ts";
import { comeBack, merchantAt } from "./merchant.ts";

/** What clients that we did not write make of faults and corrupted tokens, over real sockets. */

// Of a connection that breaks off, a proxy makes something else: it asks the next server, or says 502.
const server = await serverForFile({ autoLogin: "ada" }, { behindNginx: false });
const control = `${server.url}/mock/api/faults`;

/** Adds a fault over the wire, as a test in any language would. */
async function add(fault: object): Promise<{ id: string }> {
  const response = await fetch(control, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(fault),
  });
  expect(response.status).toBe(201);
  return (await response.json()) as { id: string };
}

async function countersOf({ id }: { id: string }) {
  const fault = (await (await fetch(`${control}/${id}`)).json()) as Record<string, unknown>;
  return { seen: fault["seen"], hits: fault["hits"] };
}

afterEach(async () => {
  await fetch(control, { method: "DELETE" });
});

/** A merchant that was called back with a code. */
async function calledBack(overrides: Parameters<typeof merchantAt>[1] = {}) {
  const merchant = await merchantAt(server, overrides);
  const callback = await comeBack(merchant.authorizationUrl);
  return { ...merchant, callback };
}

/** A login up to the tokens as they came, read by nobody. */
async function rawTokens(fault: object) {
  const { config, callback, checks } = await calledBack();
  await add({ ...fault, times: 1 });
  const { client_id: clientId } = config.clientMetadata();
  const { clientSecret } = await server.salesUnit();
  const response = await fetch(String(config.serverMetadata().token_endpoint), {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: callback.searchParams.get("code") ?? "",
      redirect_uri: `${callback.origin}${callback.pathname}`,
      code_verifier: checks.pkceCodeVerifier,
    }),
  });
  const tokens = (await response.json()) as { id_token: string; access_token: string };
  const jwksUri = new URL(String(config.serverMetadata().jwks_uri));
  const keys = createRemoteJWKSet(jwksUri);
  const expected = { issuer: server.issuer, audience: clientId, algorithms: ["RS256"] };
  return { ...tokens, keys, jwksUri, expected };
}

/** What openid-client says; `nonRepudiation` where it verifies signatures only when told to. */
const REFUSALS: [Corruption, { code: string; cause: string }, "nonRepudiation"?][] = [
  [
    "signature",
    { code: "OAUTH_INVALID_RESPONSE", cause: "JWT signature verification failed" },
    "nonRepudiation",
  ],
  [
    "unknown_kid",
    {
      code: "OAUTH_KEY_SELECTION_FAILED",
      cause: "error when selecting a JWT verification key, no applicable keys found",
    },
    "nonRepudiation",
  ],
  ["alg_none", { code: "OAUTH_INVALID_RESPONSE", cause: 'unexpected JWT "alg" header parameter' }],
  ["alg_hs256", { code: "OAUTH_INVALID_RESPONSE", cause: 'unexpected JWT "alg" header parameter' }],
  [
    "wrong_iss",
    {
      code: "OAUTH_JWT_CLAIM_COMPARISON_FAILED",
      cause: 'unexpected JWT "iss" (issuer) claim value',
    },
  ],
  [
    "wrong_aud",
    {
      code: "OAUTH_JWT_CLAIM_COMPARISON_FAILED",
      cause: 'unexpected JWT "aud" (audience) claim value',
    },
  ],
  [
    "expired",
    {
      code: "OAUTH_JWT_TIMESTAMP_CHECK_FAILED",
      cause:
        'unexpected JWT "exp" (expiration time) claim value, expiration is past current timestamp',
    },
  ],
  [
    "wrong_nonce",
    {
      code: "OAUTH_JWT_CLAIM_COMPARISON_FAILED",
      cause: 'unexpected ID Token "nonce" claim value',
    },
  ],
  ["missing_nonce", { code: "OAUTH_INVALID_RESPONSE", cause: 'JWT "nonce" (nonce) claim missing' }],
];

describe("openid-client refuses a login for", () => {
  test.each(REFUSALS)("%s, and takes the next one", async (corrupt, { code, cause }, check) => {
    const login = async () => {
      const merchant = await calledBack();
      if (check === "nonRepudiation") client.enableNonRepudiationChecks(merchant.config);
      return merchant.finish(merchant.callback);
    };
    const fault = await add({ match: { endpoint: "token" }, times: 1, corrupt });
    await expect(login()).rejects.toMatchObject({ code, cause: { message: cause } });
    expect((await login()).claims()?.iss).toBe(server.issuer);
    expect(await countersOf(fault)).toEqual({ seen: 2, hits: 1 });
  });

  test.each(["token", "userinfo"])(
    "sub_mismatch at %s, when it reads userinfo for the subject of the ID token",
    async (endpoint) => {
      await add({ match: { endpoint }, times: 1, corrupt: "sub_mismatch" });
      const login = async () => {
        const merchant = await calledBack();
        return merchant.readUserinfo(await merchant.finish(merchant.callback));
      };
      await expect(login()).rejects.toMatchObject({
        code: "OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED",
        cause: { message: 'unexpected "response" body "sub" property value' },
      });
      expect((await login()).name).toBe("Ada Nordmann");
    },
  );
});

describe("jose refuses the ID token for", () => {
  test.each<[Corruption, string, string]>([
    ["signature", "ERR_JWS_SIGNATURE_VERIFICATION_FAILED", "signature verification failed"],
    ["unknown_kid", "ERR_JWKS_NO_MATCHING_KEY", "no applicable key found"],
    ["alg_none", "ERR_JOSE_ALG_NOT_ALLOWED", '"alg" (Algorithm) Header Parameter'],
    ["alg_hs256", "ERR_JOSE_ALG_NOT_ALLOWED", '"alg" (Algorithm) Header Parameter'],
    ["wrong_iss", "ERR_JWT_CLAIM_VALIDATION_FAILED", 'unexpected "iss" claim value'],
    ["wrong_aud", "ERR_JWT_CLAIM_VALIDATION_FAILED", 'unexpected "aud" claim value'],
    ["expired", "ERR_JWT_EXPIRED", '"exp" claim timestamp check failed'],
  ])("%s", async (corrupt, code, message) => {
    const {
      id_token: token,
      keys,
      expected,
    } = await rawTokens({
      match: { endpoint: "token" },
      corrupt,
    });
    await expect(jwtVerify(token, keys, expected)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  test("future_iat, which openid-client does not look at, when told how old it may be", async () => {
    const fault = { match: { endpoint: "token" }, corrupt: "future_iat" };
    const { id_token: token, keys, expected } = await rawTokens(fault);
    await expect(
      jwtVerify(token, keys, { ...expected, maxTokenAge: "1h", clockTolerance: 60 }),
    ).rejects.toMatchObject({ code: "ERR_JWT_CLAIM_VALIDATION_FAILED", claim: "iat" });
    const merchant = await calledBack();
    await add(fault);
    expect((await merchant.finish(merchant.callback)).claims()?.iat).toBeGreaterThan(
      Date.now() / 1000 + 3600,
    );
  });
});

describe("a careful check of one's own refuses", () => {
  /** OpenID Connect Core §3.1.3.8: the left half of the access token's hash. */
  const atHashOf = (accessToken: string) =>
    createHash("sha256").update(accessToken).digest().subarray(0, 16).toString("base64url");

  test("wrong_at_hash, at which neither openid-client nor jose looks", async () => {
    const match = { endpoint: "token" };
    const good = await rawTokens({ match, delay: 0.001 });
    const { payload } = await jwtVerify(good.id_token, good.keys, good.expected);
    expect(payload["at_hash"]).toBe(atHashOf(good.access_token));

    const bad = await rawTokens({ match, corrupt: "wrong_at_hash" });
    const { payload: read } = await jwtVerify(bad.id_token, bad.keys, bad.expected);
    expect(read["at_hash"]).toHaveLength(22);
    expect(read["at_hash"]).not.toBe(atHashOf(bad.access_token));
  });
});

describe("a careless check would accept", () => {
  test("alg_none, when it reads unsecured tokens", async () => {
    const fault = { match: { endpoint: "token" }, corrupt: "alg_none" };
    const { id_token: token } = await rawTokens(fault);
    expect(UnsecuredJWT.decode(token, { issuer: server.issuer }).header.alg).toBe("none");
  });

  test("alg_hs256, when it takes the public key's PEM for a shared secret", async () => {
    const fault = { match: { endpoint: "token" }, corrupt: "alg_hs256" };
    const { id_token: token, jwksUri } = await rawTokens(fault);
    const { keys } = (await (await fetch(jwksUri)).json()) as { keys: [JWK] };
    const pem = await exportSPKI((await importJWK(keys[0], "RS256")) as CryptoKey);
    const read = await jwtVerify(token, Buffer.from(`${pem}\n`), { issuer: server.issuer });
    expect(read.protectedHeader.alg).toBe("HS256");
  });
});

describe("fetch meets", () => {
  const url = `${server.issuer}.well-known/jwks.json`;
  const match = { endpoint: "jwks" };

  test("a reset: the connection is gone, and the next request has a new one", async () => {
    await add({ match, times: 1, then: { reset: true } });
    await expect(fetch(url)).rejects.toMatchObject({
      message: "fetch failed",
      cause: { code: "ECONNRESET" },
    });
    expect((await fetch(url)).status).toBe(200);
  });

  test.each([0, 1, 100, 1_000_000])("a body that breaks off after %i bytes", async (truncate) => {
    const whole = await (await fetch(url)).text();
    await add({ match, times: 1, then: { truncate } });
    const response = await fetch(url);
    const length = Math.max(whole.length, truncate + 1);
    expect([response.status, response.headers.get("content-length")]).toEqual([200, `${length}`]);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    const chunks: Uint8Array[] = [];
    const read = async () => {
      for await (const chunk of response.body ?? []) chunks.push(chunk);
    };
    await expect(read()).rejects.toMatchObject({ message: "terminated" });
    expect(Buffer.concat(chunks).toString()).toBe(whole.slice(0, truncate));
    expect(await (await fetch(url)).text()).toBe(whole);
  });

  test("a truncated answer of the fault's own", async () => {
    await add({ match, then: { status: 500, body: "0123456789", truncate: 4 } });
    const response = await fetch(url);
    expect([response.status, response.headers.get("content-length")]).toEqual([500, "10"]);
    await expect(response.text()).rejects.toThrow("terminated");
  });

  test("429 with Retry-After", async () => {
    await add({ match, times: 1, then: { status: 429, headers: { "Retry-After": "7" } } });
    const response = await fetch(url);
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "7"]);
    expect(await response.text()).toContain("429 Too Many Requests");
  });

  test("another content type on the real answer, which openid-client reads all the same", async () => {
    const whole = await (await fetch(url)).text();
    await add({ match, times: 1, then: { contentType: "text/html" } });
    const response = await fetch(url);
    expect(response.headers.get("content-type")).toBe("text/html");
    expect(await response.text()).toBe(whole);
  });

  test("a delay of real time, and the right answer after it", async () => {
    await add({ match, times: 1, delay: 0.3 });
    const began = performance.now();
    const response = await fetch(url);
    expect(performance.now() - began).toBeGreaterThanOrEqual(295);
    expect(response.status).toBe(200);
  });

  test("an end of the server that no delay holds up", async () => {
    const own = await startServer({}, { behindNginx: false });
    const waiting = fetch(`${own.issuer}.well-known/jwks.json`);
    await waiting;
    await own.store.faults.insert({
      id: "slow" as FaultId,
      match: { endpoint: "jwks" },
      after: 0,
      probability: 1,
      delay: 3600,
      seen: 0,
      hits: 0,
    });
    const slow = fetch(`${own.issuer}.well-known/jwks.json`);
    await until(async () => (await own.store.faults.get("slow"))?.hits === 1);
    await own.close();
    expect((await slow).status).toBe(200);
  });
});

describe("openid-client meets", () => {
  const match = { endpoint: "token" };

  test("a reset at token: a network error, and the code is good for another try", async () => {
    const merchant = await calledBack();
    await add({ match, times: 1, then: { reset: true } });
    await expect(merchant.finish(merchant.callback)).rejects.toMatchObject({
      message: "fetch failed",
      cause: { code: "ECONNRESET" },
    });
    expect((await merchant.finish(merchant.callback)).token_type).toBe("bearer");
  });

  test("a truncated answer at token, which has used up the code", async () => {
    const merchant = await calledBack();
    await add({ match, times: 1, then: { truncate: 20 } });
    const refused = merchant.finish(merchant.callback);
    await expect(refused).rejects.toMatchObject({
      code: "OAUTH_PARSE_ERROR",
      cause: { message: expect.stringContaining("parse"), cause: { message: "terminated" } },
    });
    await expect(merchant.finish(merchant.callback)).rejects.toMatchObject({
      error: "invalid_grant",
    });
  });

  test("500 at token once, then success with the same code", async () => {
    const merchant = await calledBack();
    await add({ match, times: 1, then: { status: 500 } });
    const error = await merchant.finish(merchant.callback).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "OAUTH_RESPONSE_IS_NOT_CONFORM", cause: { status: 500 } });
    const response = (error as client.ClientError).cause as Response;
    expect(await response.json()).toMatchObject({ error: "server_error" });
    expect((await merchant.finish(merchant.callback)).token_type).toBe("bearer");
  });

  test("429 at token, with the time to wait in the answer", async () => {
    const merchant = await calledBack();
    await add({ match, times: 1, then: { status: 429, headers: { "Retry-After": "7" } } });
    const error = await merchant.finish(merchant.callback).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(client.ClientError);
    const response = (error as client.ClientError).cause as Response;
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "7"]);
  });

  test.each(["token", "userinfo"])("a page of another content type at %s", async (endpoint) => {
    const merchant = await calledBack();
    const then = { body: "<h1>Down for maintenance</h1>", contentType: "text/html" };
    await add({ match: { endpoint }, times: 1, then });
    const login = merchant.finish(merchant.callback).then(merchant.readUserinfo);
    await expect(login).rejects.toMatchObject({
      code: "OAUTH_RESPONSE_IS_NOT_JSON",
      message: "unexpected response content-type",
    });
  });

  test("a delay that is longer than it waits, after which the code is still good", async () => {
    const merchant = await calledBack();
    const fault = await add({ match, times: 1, delay: 60 });
    merchant.config.timeout = 1;
    await expect(merchant.finish(merchant.callback)).rejects.toMatchObject({
      code: "OAUTH_TIMEOUT",
    });
    merchant.config.timeout = undefined;
    expect((await merchant.finish(merchant.callback)).token_type).toBe("bearer");
    expect(await countersOf(fault)).toEqual({ seen: 2, hits: 1 });
  });

  test("503 at discovery, before it knows anything", async () => {
    await add({ match: { endpoint: "discovery" }, times: 1, then: { status: 503 } });
    await expect(merchantAt(server)).rejects.toMatchObject({
      code: "OAUTH_RESPONSE_IS_NOT_CONFORM",
    });
    await merchantAt(server);
  });
});
