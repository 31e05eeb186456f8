import type { KeyObject } from "node:crypto";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CompactSign,
  calculateJwkThumbprint,
  createLocalJWKSet,
  exportJWK,
  importPKCS8,
  jwtVerify,
} from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fixtureKey, KeyFileError, loadKeyFile } from "../../src/keys/key-file.ts";
import { generateKey, phoneKeyFrom, readKey, signJwt } from "../../src/keys/keys.ts";
import type { PhoneKey, SigningKey } from "../../src/platform/capabilities.ts";
import { formatUuid } from "../../src/platform/uuid.ts";

/** The name of the key beside the one that comes with the package: a restart must not change it. */
const KID_BESIDE_FIXTURE = "public:4e67a101-b4f7-44f1-91dd-66e9f7d2ada5";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
const short = generateKeyPairSync("rsa", { modulusLength: 1024 });
const pss = generateKeyPairSync("rsa-pss", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "keys-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(content: string | object): Promise<string> {
  const path = join(folder, "key");
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function pem(key: KeyObject, type: "pkcs1" | "pkcs8" | "sec1" | "spki"): string {
  return key.export({ type, format: "pem" }).toString();
}

const jwk = (key: KeyObject) => key.export({ format: "jwk" });

/** Verifies through the published JWK alone, as a client does. */
async function expectSigns(key: SigningKey | PhoneKey): Promise<void> {
  const token = await signJwt(key, { alg: key.alg, kid: key.kid }, '{"sub":"blåbær"}');
  const [header, payload, signature] = token.split(".");
  const keys = createLocalJWKSet({ keys: [key.publicJwk] });
  expect((await jwtVerify(token, keys)).payload).toStrictEqual({ sub: "blåbær" });
  const forged = `${header}.${payload}x.${signature}`;
  await expect(jwtVerify(forged, keys)).rejects.toThrow();
}

describe("a key file", () => {
  it.each([
    { form: "PKCS#8 PEM", content: pem(rsa.privateKey, "pkcs8") },
    { form: "PKCS#1 PEM", content: pem(rsa.privateKey, "pkcs1") },
    { form: "PEM behind a comment", content: `A comment.\n\n${pem(rsa.privateKey, "pkcs8")}` },
    {
      form: "PEM beside its public key",
      content: pem(rsa.publicKey, "spki") + pem(rsa.privateKey, "pkcs8"),
    },
    { form: "JWK", content: jwk(rsa.privateKey) },
    { form: "JWK behind white space", content: `\n  ${JSON.stringify(jwk(rsa.privateKey))}` },
    {
      form: "key set with one private key",
      content: { keys: [null, jwk(other.publicKey), jwk(rsa.privateKey)] },
    },
  ])("may be a $form", async ({ content }) => {
    const key = await loadKeyFile(await file(content));
    expect(key.publicJwk.n).toBe(jwk(rsa.publicKey).n);
    await expectSigns(key);
  });

  const encrypted = { cipher: "aes-256-cbc", passphrase: "secret", format: "pem" } as const;
  it.each([
    { what: "an empty file", content: "", says: /no private key in PEM/ },
    { what: "something else", content: "hello", says: /no private key in PEM/ },
    { what: "broken JSON", content: "{", says: /begins like JSON but is not/ },
    { what: "a public PEM", content: pem(rsa.publicKey, "spki"), says: /public key only/ },
    { what: "a PKCS#1 public PEM", content: pem(rsa.publicKey, "pkcs1"), says: /public key only/ },
    {
      what: "a certificate",
      content: "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
      says: /public key only/,
    },
    { what: "a public JWK", content: jwk(rsa.publicKey), says: /"d" is missing/ },
    { what: "an EC PEM", content: pem(ec.privateKey, "pkcs8"), says: /RSA key, not ec/ },
    { what: "an EC JWK", content: jwk(ec.privateKey), says: /"kty": "RSA", not "EC"/ },
    { what: "no JWK", content: {}, says: /"kty": "RSA", not undefined/ },
    { what: "an RSA-PSS key", content: pem(pss.privateKey, "pkcs8"), says: /not rsa-pss/ },
    { what: "1024 bits", content: pem(short.privateKey, "pkcs8"), says: /1024 bits.*least 2048/ },
    { what: "1024 bits as JWK", content: jwk(short.privateKey), says: /1024 bits/ },
    {
      what: "an encrypted PKCS#8",
      content: rsa.privateKey.export({ type: "pkcs8", ...encrypted }).toString(),
      says: /encrypted. Decrypt it/,
    },
    {
      what: "an encrypted PKCS#1",
      content: rsa.privateKey.export({ type: "pkcs1", ...encrypted }).toString(),
      says: /encrypted. Decrypt it/,
    },
    {
      what: "a key set with two private keys",
      content: { keys: [jwk(rsa.privateKey), jwk(other.privateKey)] },
      says: /has 2 private keys/,
    },
    { what: "a public key set", content: { keys: [jwk(rsa.publicKey)] }, says: /has 0 private/ },
    { what: "a key set without a list", content: { keys: 1 }, says: /has 0 private/ },
    {
      what: "a JWK without primes",
      content: { ...jwk(rsa.publicKey), d: jwk(rsa.privateKey).d },
      says: /needs n, e, d, p, q/,
    },
    {
      what: "a JWK with more primes",
      content: { ...jwk(rsa.privateKey), oth: [] },
      says: /more than two primes/,
    },
    {
      what: "a JWK that cannot sign",
      content: { ...jwk(rsa.privateKey), p: "AA" },
      says: /does not verify/,
    },
    {
      what: "a JWK of two keys' parts",
      content: { ...jwk(other.privateKey), n: jwk(rsa.privateKey).n },
      says: /does not verify/,
    },
  ])("is refused when it is $what", async ({ content, says }) => {
    const path = await file(content);
    const error: unknown = await loadKeyFile(path).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(KeyFileError);
    expect(error).toMatchObject({ file: path, message: expect.stringMatching(says) });
    expect(String(error)).toContain(path);
  });

  it.each([
    {
      what: "is not there",
      path: () => join(folder, "missing.pem"),
      says: /no such file.*openssl/,
    },
    { what: "is a folder", path: () => folder, says: /it is a directory/ },
  ])("is refused when it $what", async ({ path, says }) => {
    const loading = loadKeyFile(path());
    await expect(loading).rejects.toThrow(KeyFileError);
    await expect(loading).rejects.toThrow(says);
  });
});

describe("the fixture key", () => {
  it("signs what an ordinary RS256 verifier accepts", async () => {
    const key = await fixtureKey();
    expect(key.bits).toBe(2048);
    await expectSigns(key);
  });

  it("is the same each time", async () => {
    expect((await fixtureKey()).publicJwk).toStrictEqual((await fixtureKey()).publicJwk);
  });
});

describe("a signing key", () => {
  it("has a kid made from its thumbprint, and its members in the real service's order", async () => {
    const { kid, publicJwk, alg } = await fixtureKey();
    const thumbprint = await calculateJwkThumbprint(publicJwk, "sha256");
    const firstHex = Buffer.from(thumbprint, "base64url").toString("hex").slice(0, 8);
    expect(kid).toMatch(/^public:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(kid).toContain(`public:${firstHex}-`);
    expect(Object.keys(publicJwk)).toStrictEqual(["use", "kty", "kid", "alg", "n", "e"]);
    expect(publicJwk).toMatchObject({ use: "sig", kty: "RSA", kid, alg, e: "AQAB" });
  });

  it("has the same kid in every form of its file, and another key another", async () => {
    const asPem = await loadKeyFile(await file(pem(rsa.privateKey, "pkcs1")));
    const asJwk = await loadKeyFile(await file({ kid: "own", ...jwk(rsa.privateKey) }));
    const another = await loadKeyFile(await file(jwk(other.privateKey)));
    expect(asPem.kid).toBe(asJwk.kid);
    expect(asPem.kid).not.toBe(another.kid);
  });
});

describe("generateKey", () => {
  it.each([2048, 4096] as const)("makes a key of %i bits", { timeout: 60_000 }, async (bits) => {
    const key = await generateKey(bits);
    expect(key.bits).toBe(bits);
    await expectSigns(key);
  });
});

describe("the key beside an RSA key", () => {
  it("signs ES256, under a kid made from its own thumbprint", async () => {
    const key = (await fixtureKey()).phoneKey;
    expect(Object.keys(key.publicJwk)).toEqual(["use", "kty", "kid", "crv", "alg", "x", "y"]);
    expect(key.publicJwk).toMatchObject({
      use: "sig",
      kty: "EC",
      kid: key.kid,
      crv: "P-256",
      alg: "ES256",
    });
    await expectSigns(key);
    const thumbprint = Buffer.from(await calculateJwkThumbprint(key.publicJwk), "base64url");
    expect(key.kid).toBe(`public:${formatUuid(thumbprint, 4)}`);
  });

  it("is the same in whatever form the RSA key comes, and in every release", async () => {
    const forms = [pem(rsa.privateKey, "pkcs8"), pem(rsa.privateKey, "pkcs1"), jwk(rsa.privateKey)];
    const keys: PhoneKey[] = [];
    for (const form of forms) keys.push((await loadKeyFile(await file(form))).phoneKey);
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(1);
    expect((await fixtureKey()).phoneKey.kid).toBe(KID_BESIDE_FIXTURE);
  });

  it("is another one for another RSA key, and made once", async () => {
    const one = await loadKeyFile(await file(pem(rsa.privateKey, "pkcs8")));
    const two = await loadKeyFile(await file(pem(other.privateKey, "pkcs8")));
    expect(one.phoneKey.kid).not.toBe(two.phoneKey.kid);
    expect(one.phoneKey).toBe(one.phoneKey);
  });

  it("has a short number written out in full", async () => {
    for (let n = 0; n < 300; n++) {
      const { privateKey } = await phoneKeyFrom(Buffer.of(n >> 8, n & 0xff));
      const { d, x, y } = await exportJWK(privateKey);
      expect([d?.length, x?.length, y?.length]).toEqual([43, 43, 43]);
    }
  });
});

describe("signJwt", () => {
  it("writes the header's members in their order, and the payload as it is given", async () => {
    const key = await fixtureKey();
    const payload = String.raw`{"url":"http:\/\/\u003c\u003e", "sub":"Ø"}`;
    const jwt = await signJwt(key, { kid: "public:1", alg: "RS256", typ: "JWT" }, payload);
    expect(jwt).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{342}$/);
    const [header = "", body = ""] = jwt.split(".").map((part) => Buffer.from(part, "base64url"));
    expect(header.toString()).toBe('{"kid":"public:1","alg":"RS256","typ":"JWT"}');
    expect(body.toString()).toBe(payload);
  });

  it("signs as jose does", async () => {
    const keys = [await fixtureKey(), await readKey(pem(rsa.privateKey, "pkcs8"))];
    const payload = '{"sub":"blåbær"}';
    for (const key of keys) {
      const header = { alg: "RS256", kid: key.kid };
      const byJose = await new CompactSign(Buffer.from(payload))
        .setProtectedHeader(header)
        .sign(await importPKCS8(key.pem, "RS256"));
      expect(await signJwt(key, header, payload)).toBe(byJose);
    }
  });

  it("signs with the P-256 key as jose does, but for what is random", async () => {
    const { phoneKey } = await fixtureKey();
    const header = { kid: phoneKey.kid, alg: "ES256" };
    const byJose = await new CompactSign(Buffer.from("{}"))
      .setProtectedHeader(header)
      .sign(phoneKey.privateKey);
    const [ours = [], theirs = []] = [await signJwt(phoneKey, header, "{}"), byJose].map((jwt) =>
      jwt.split("."),
    );
    expect(ours.slice(0, 2)).toEqual(theirs.slice(0, 2));
    expect(ours[2]).toHaveLength(theirs[2]?.length ?? 0);
    expect(ours[2]).not.toBe(theirs[2]);
  });

  it("signs with the key that was exported as PEM, whatever its primes", async () => {
    const before = await fixtureKey();
    const after = await readKey(before.pem);
    expect(after).toEqual({
      ...before,
      privateKey: expect.anything(),
      phoneKey: expect.anything(),
    });
    const header = { alg: "RS256", kid: before.kid };
    // RSASSA-PKCS1-v1_5 knows no randomness: one key gives one signature.
    expect(await signJwt(after, header, "{}")).toBe(await signJwt(before, header, "{}"));
  });
});
