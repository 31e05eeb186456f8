import type { KeyObject } from "node:crypto";
import { createECDH, createPrivateKey, generateKeyPair, hkdfSync, sign } from "node:crypto";
import { promisify } from "node:util";
import { calculateJwkThumbprint } from "jose/jwk/thumbprint";
import { exportJWK } from "jose/key/export";
import type { PhoneKey, SigningKey } from "../platform/capabilities.ts";
import { formatUuid } from "../platform/uuid.ts";

/**
 * The keys that sign ID tokens: an RSA key and, made from it, the P-256 key for login from phone
 * number, so that replicas with one signing key agree on both.
 */

/** Reads a key that was checked before, or made here. */
export function readKey(pem: string): Promise<SigningKey> {
  return signingKey(createPrivateKey(pem));
}

/** Makes a key in the thread pool; the event loop goes on meanwhile. */
export async function generateKey(bits: 2048 | 4096): Promise<SigningKey> {
  const pair = await promisify(generateKeyPair)("rsa", { modulusLength: bits });
  return signingKey(pair.privateKey);
}

export async function signingKey(key: KeyObject): Promise<SigningKey> {
  const pem = key.export({ type: "pkcs8", format: "pem" }).toString();
  // Of a key of more than two primes not every release of Node writes the same DER, but the same d.
  const { n = "", e = "", d = "" } = await exportJWK(key);
  const kid = await kidOf({ kty: "RSA", n, e });
  return {
    kid,
    alg: "RS256",
    bits: key.asymmetricKeyDetails?.modulusLength ?? 0,
    pem,
    privateKey: key,
    publicJwk: { use: "sig", kty: "RSA", kid, alg: "RS256", n, e },
    phoneKey: await phoneKeyFrom(Buffer.from(d, "base64url")),
  };
}

/** The order of P-256 (SEC 2 §2.4.2): a private key is a number from 1 up to, and without, it. */
const ORDER = BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

/** So many bytes are drawn for a number of 32 that no value is likelier than another (FIPS 186-5 A.2.1). */
const DRAWN_BYTES = 40;

export async function phoneKeyFrom(secret: Uint8Array): Promise<PhoneKey> {
  const drawn = hkdfSync("sha256", secret, "", "vipps-login-mock ES256", DRAWN_BYTES);
  const number = (BigInt(`0x${Buffer.from(drawn).toString("hex")}`) % (ORDER - 1n)) + 1n;
  const d = Buffer.from(number.toString(16).padStart(64, "0"), "hex");
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(d);
  // One byte says that both coordinates follow (SEC 1 §2.3.3).
  const point = curve.getPublicKey();
  const x = point.toString("base64url", 1, 33);
  const y = point.toString("base64url", 33);
  const members = { kty: "EC", crv: "P-256", x, y } as const;
  const kid = await kidOf(members);
  return {
    kid,
    alg: "ES256",
    privateKey: createPrivateKey({
      key: { ...members, d: d.toString("base64url") },
      format: "jwk",
    }),
    publicJwk: { use: "sig", kty: "EC", kid, crv: "P-256", alg: "ES256", x, y },
  };
}

async function kidOf(publicJwk: Parameters<typeof calculateJwkThumbprint>[0]): Promise<string> {
  const thumbprint = await calculateJwkThumbprint(publicJwk, "sha256");
  return `public:${formatUuid(Buffer.from(thumbprint, "base64url"), 4)}`;
}

/**
 * A JWT in its compact form (RFC 7515 §7.1). The payload is given as text, because each of the real
 * service's programs writes JSON in a way of its own. It is signed in the thread pool, by Node itself:
 * docs/architecture.md says why.
 */
export async function signJwt(
  { privateKey }: Pick<SigningKey | PhoneKey, "privateKey">,
  header: JwtHeader,
  payload: string,
): Promise<string> {
  const signed = `${base64url(JSON.stringify(header))}.${base64url(payload)}`;
  // Both algorithms hash by SHA-256, and for ES256 the signature is the two numbers (RFC 7518 §3).
  const key = { key: privateKey, dsaEncoding: "ieee-p1363" } as const;
  const signature = await signInPool("sha256", Buffer.from(signed), key);
  return `${signed}.${signature.toString("base64url")}`;
}

const signInPool = promisify(sign);

function base64url(text: string): string {
  return Buffer.from(text).toString("base64url");
}

/** Its members stand in the order in which they are written. */
export interface JwtHeader {
  readonly alg: string;
  readonly kid: string;
  readonly typ?: string;
}
