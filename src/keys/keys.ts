import type { JsonWebKey, KeyObject } from "node:crypto";
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  sign as signData,
  verify,
} from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { PhoneKey, SigningKey } from "../platform/capabilities.ts";
import { OperatorError } from "../platform/operator-error.ts";
import { kidOf, phoneKeyFrom } from "./phone-key.ts";

/**
 * The RSA keys that sign ID tokens: from the package, from a file, or made on the spot. Which of
 * them a server uses is decided where it is put together.
 */

const FIXTURE = fileURLToPath(new URL("../../fixtures/public-signing-key.pem", import.meta.url));
const MINIMUM_BITS = 2048;
const MAKE_ONE = "Make one with `openssl genrsa -out key.pem 2048`.";

/** A key file that cannot serve; the message says what is wrong with it and what to do. */
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
  return loadKeyFile(FIXTURE);
}

/** @throws KeyFileError when the file holds anything else, or is not there */
export async function loadKeyFile(file: string): Promise<SigningKey> {
  const refuse: Refuse = (problem) => {
    throw new KeyFileError(file, problem);
  };
  const text = await readFile(file, "utf8").catch(({ code, message }: NodeJS.ErrnoException) => {
    if (code === "ENOENT") return refuse(`there is no such file. ${MAKE_ONE}`);
    if (code === "EISDIR") return refuse("it is a directory. Name the file in it.");
    return refuse(`${message}.`);
  });
  return checkedKey(text, refuse);
}

/** The key, known to sign what it can verify. */
export async function checkedKey(text: string, refuse: Refuse): Promise<SigningKey> {
  const privateKey = text.trimStart().startsWith("{")
    ? keyFromJson(text, refuse)
    : keyFromPem(text, refuse);

  if (privateKey.asymmetricKeyType !== "rsa") {
    refuse(`RS256 needs an RSA key, not ${privateKey.asymmetricKeyType}. ${MAKE_ONE}`);
  }
  const bits = privateKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MINIMUM_BITS) {
    refuse(`it has ${bits} bits, RS256 needs at least ${MINIMUM_BITS}. ${MAKE_ONE}`);
  }
  // A JWK whose members do not belong together is imported without complaint.
  const sample = Buffer.from("sample");
  const works = await sign(privateKey, "sample").then(
    (signature) => verify("sha256", sample, createPublicKey(privateKey), signature),
    () => false,
  );
  if (!works) refuse(`its public part does not verify what its private part signs. ${MAKE_ONE}`);
  return signingKey(privateKey);
}

export function readKey(pem: string): SigningKey {
  return signingKey(createPrivateKey(pem));
}

/** Makes a key in the thread pool; the event loop goes on meanwhile. */
export async function generateKey(bits: 2048 | 4096): Promise<SigningKey> {
  const pair = await promisify(generateKeyPair)("rsa", { modulusLength: bits });
  return signingKey(pair.privateKey);
}

/** Signs in the thread pool, so that other requests are served meanwhile. */
export function sign(key: KeyObject, data: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // JWS has the two numbers of an ECDSA signature side by side; RSA has nothing to choose here.
    const input = { key, dsaEncoding: "ieee-p1363" } as const;
    signData("sha256", Buffer.from(data), input, (error, signature) => {
      if (error) reject(error);
      else resolve(signature);
    });
  });
}

type Refuse = (problem: string) => never;
type JwkOrSet = JsonWebKey & { readonly keys?: unknown };

function keyFromPem(text: string, refuse: Refuse): KeyObject {
  if (text.includes("ENCRYPTED")) {
    refuse("it is encrypted. Decrypt it with `openssl pkey -in KEY -out key.pem`.");
  }
  // A certificate may stand beside its private key.
  if (
    !text.includes("PRIVATE KEY-----") &&
    /-----BEGIN .*(PUBLIC KEY|CERTIFICATE)-----/.test(text)
  ) {
    refuse("it holds a public key only. Name the file with the private key.");
  }
  try {
    return createPrivateKey(text);
  } catch {
    return refuse(`it is neither a private key in PEM nor a JWK. ${MAKE_ONE}`);
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
    return refuse(`it begins as JSON but is none (${String(error)}).`);
  }
}

function signingKey(privateKey: KeyObject): SigningKey {
  let beside: PhoneKey | undefined;
  // An RSA public key always has both; the type speaks of keys of every kind.
  const { n = "", e = "" } = createPublicKey(privateKey).export({ format: "jwk" });
  const kid = kidOf({ e, kty: "RSA", n });
  return {
    kid,
    alg: "RS256",
    privateKey,
    publicJwk: { use: "sig", kty: "RSA", kid, alg: "RS256", n, e },
    phoneKey() {
      // Of a key of more than two primes not every release of Node writes the same DER.
      const { d = "" } = privateKey.export({ format: "jwk" });
      beside ??= phoneKeyFrom(Buffer.from(d, "base64url"));
      return beside;
    },
  };
}
