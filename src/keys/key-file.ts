import type { JsonWebKey, KeyObject } from "node:crypto";
import { createPrivateKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { compactVerify } from "jose/jws/compact/verify";
import type { SigningKey } from "../platform/capabilities.ts";
import { OperatorError } from "../platform/operator-error.ts";
import { readOwnFile } from "../platform/own-files.ts";
import { signingKey, signJwt } from "./keys.ts";

/** Signing keys that somebody brings along: read, and checked before anything is signed with them. */

const FIXTURE = "fixtures/public-signing-key.pem";
const MINIMUM_BITS = 2048;
const MAKE_ONE = "Make one with `openssl genrsa -out key.pem 2048`.";

/** A key file that cannot be used; the message says what is wrong with it and what to do. */
export class KeyFileError extends OperatorError {
  readonly file: string;

  constructor(file: string, problem: string) {
    super(`The signing key ${file} cannot be used: ${problem}`);
    this.file = file;
  }
}

/**
 * The key that comes with the package, the same everywhere: there without waiting, and the fastest
 * to sign with. It is public and protects nothing.
 */
export function fixtureKey(): Promise<SigningKey> {
  return checkedKey(readOwnFile(FIXTURE), (problem) => {
    throw new KeyFileError(FIXTURE, problem);
  });
}

/** @throws KeyFileError when there is no such file, or it does not have exactly one usable key */
export async function loadKeyFile(file: string): Promise<SigningKey> {
  const refuse: Refuse = (problem) => {
    throw new KeyFileError(file, problem);
  };
  const text = await readFile(file, "utf8").catch(({ code, message }: NodeJS.ErrnoException) => {
    if (code === "ENOENT") return refuse(`there is no such file. ${MAKE_ONE}`);
    if (code === "EISDIR") return refuse("it is a directory. Name the file in it.");
    return refuse(`${message}.`);
  });
  return text.trimStart().startsWith("{")
    ? checked(keyFromJson(text, refuse), refuse)
    : checkedKey(text, refuse);
}

/** The key of a PEM text, known to sign what it can verify. */
export async function checkedKey(pem: string, refuse: Refuse): Promise<SigningKey> {
  return checked(keyFromPem(pem, refuse), refuse);
}

async function checked(found: KeyObject, refuse: Refuse): Promise<SigningKey> {
  if (found.asymmetricKeyType !== "rsa") {
    refuse(`RS256 needs an RSA key, not ${found.asymmetricKeyType}. ${MAKE_ONE}`);
  }
  const bits = found.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MINIMUM_BITS) {
    refuse(`it has ${bits} bits, RS256 needs at least ${MINIMUM_BITS}. ${MAKE_ONE}`);
  }
  try {
    // A JWK whose members do not belong together is imported without complaint.
    const key = await signingKey(found);
    await compactVerify(
      await signJwt(key, { alg: key.alg, kid: key.kid }, "sample"),
      key.publicJwk,
    );
    return key;
  } catch {
    return refuse(`its public part does not verify what its private part signs. ${MAKE_ONE}`);
  }
}

type Refuse = (problem: string) => never;
type JwkOrSet = JsonWebKey & { readonly keys?: unknown };

function keyFromPem(text: string, refuse: Refuse): KeyObject {
  if (text.includes("ENCRYPTED")) {
    refuse("it is encrypted. Decrypt it with `openssl pkey -in KEY -out key.pem`.");
  }
  // The file may have the key's certificate in it as well.
  if (
    !text.includes("PRIVATE KEY-----") &&
    /-----BEGIN .*(PUBLIC KEY|CERTIFICATE)-----/.test(text)
  ) {
    refuse("it holds a public key only. Name the file with the private key.");
  }
  try {
    // It reads what jose does not: PKCS#1, and a PEM with other text around it.
    return createPrivateKey(text);
  } catch {
    return refuse(`it is no private key in PEM, and no JWK either. ${MAKE_ONE}`);
  }
}

function keyFromJson(text: string, refuse: Refuse): KeyObject {
  const jwk = onlyPrivateKey(parseJson(text, refuse), refuse);
  if (jwk.kty !== "RSA") {
    refuse(`RS256 needs a JWK with "kty": "RSA", not ${JSON.stringify(jwk.kty)}. ${MAKE_ONE}`);
  }
  if (jwk.d === undefined) {
    refuse('it holds a public key only ("d" is missing). Name the file with the private key.');
  }
  if ("oth" in jwk) refuse("a JWK with more than two primes is not read. Give it as PEM.");
  try {
    return createPrivateKey({ key: jwk, format: "jwk" });
  } catch {
    return refuse(`the JWK needs n, e, d, p, q, dp, dq and qi, each base64url. ${MAKE_ONE}`);
  }
}

/** The JWK itself, or the one of a JWK Set that has a private part. */
function onlyPrivateKey(json: JwkOrSet, refuse: Refuse): JsonWebKey {
  if (json.keys === undefined) return json;
  const keys = Array.isArray(json.keys) ? json.keys.filter(isPrivateJwk) : [];
  const [only] = keys;
  if (!only || keys.length > 1) {
    return refuse(`the key set has ${keys.length} private keys. Leave exactly one in it.`);
  }
  return only;
}

function isPrivateJwk(value: unknown): value is JsonWebKey {
  return typeof value === "object" && value !== null && "d" in value;
}

/** Only called with a text that begins with `{`: what parses is an object. */
function parseJson(text: string, refuse: Refuse): JwkOrSet {
  try {
    return JSON.parse(text) as JwkOrSet;
  } catch (error) {
    return refuse(`it begins like JSON but is not (${String(error)}).`);
  }
}
