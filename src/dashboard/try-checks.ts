import { createHash } from "node:crypto";
import { compactVerify } from "jose/jws/compact/verify";
import { importJWK } from "jose/key/import";
import type { Check } from "./try-attempt.ts";

/**
 * The checks of an ID token that an application has to make (OpenID Connect Core §3.1.3.7), one by one: a
 * library stops at the first that fails.
 */

/** What an ID token is held against. */
export interface Expected {
  readonly issuer: string;
  readonly clientId: string;
  readonly algorithm: string;
  /** Empty where none was sent. */
  readonly nonce: string;
  readonly accessToken: string;
  /** Of a login from phone number; else empty. */
  readonly authReqId: string;
  /** By the sandbox's clock, as whatever the mock writes. */
  readonly now: number;
  /** The keys of the issuer as they were read; undefined where they could not be. */
  readonly jwks: string | undefined;
}

/** An ID token without its signature being looked at. */
export interface Decoded {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** So many seconds the clocks of two machines may differ. */
const TOLERANCE = 10;

/** @returns undefined where it is no JWT */
export function decode(idToken: string): Decoded | undefined {
  const [header, claims] = idToken.split(".").map((part) => parsed(fromBase64(part)));
  return header && claims ? { header, claims } : undefined;
}

function fromBase64(part: string): string {
  return Buffer.from(part, "base64url").toString();
}

function parsed(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

export async function checkIdToken(idToken: string, expected: Expected): Promise<Check[]> {
  const decoded = decode(idToken);
  if (!decoded) return [check("format", false, "it is no JWT")];
  const { header, claims } = decoded;
  return [
    checkAlgorithm(header["alg"], expected),
    await checkSignature(idToken, decoded, expected),
    same("iss", claims["iss"], expected.issuer),
    checkAudience(claims["aud"], expected),
    checkExpiry(claims["exp"], expected),
    checkIssue(claims["iat"], expected),
    checkNonce(claims["nonce"], expected),
    ...checkHash(claims["at_hash"], expected),
    ...(expected.authReqId === ""
      ? []
      : [same("auth_req_id", claims["auth_req_id"], expected.authReqId)]),
  ];
}

/** The subject that userinfo names; undefined where userinfo was not read. */
export function checkSubject(idToken: string, userinfo: unknown): Check {
  const subject = decode(idToken)?.claims["sub"];
  if (typeof userinfo !== "object" || userinfo === null) {
    return check("sub", null, "userinfo was not read, so there is none to compare it with");
  }
  const named: unknown = (userinfo as Record<string, unknown>)["sub"];
  return check(
    "sub",
    named === subject && subject !== undefined,
    named === subject
      ? "the same in userinfo"
      : `${text(subject)}, but userinfo has ${text(named)}`,
  );
}

function check(name: string, holds: boolean | null, says: string): Check {
  return { name, holds, text: says };
}

function text(value: unknown): string {
  if (value === undefined) return "nothing";
  const written = typeof value === "string" ? value : JSON.stringify(value);
  return written.length > 200 ? `${written.slice(0, 200)}…` : written;
}

function same(name: string, found: unknown, wanted: string): Check {
  const holds = found === wanted;
  return check(name, holds, holds ? text(found) : `${text(found)}, expected ${text(wanted)}`);
}

function checkAlgorithm(found: unknown, { algorithm }: Expected): Check {
  if (found === "none") return check("alg", false, `none: it is not signed, expected ${algorithm}`);
  return same("alg", found, algorithm);
}

async function checkSignature(
  idToken: string,
  { header }: Decoded,
  { jwks, algorithm }: Expected,
): Promise<Check> {
  const kid = header["kid"];
  const found = keysIn(jwks)?.find((key) => key["kid"] === kid);
  if (jwks === undefined) return check("signature", null, "the keys could not be read");
  if (!found) return check("signature", false, `no key has the kid ${text(kid)}`);
  try {
    await compactVerify(idToken, await importJWK(found, algorithm), { algorithms: [algorithm] });
    return check("signature", true, `by the key ${text(kid)}`);
  } catch {
    return check("signature", false, `the key ${text(kid)} did not make it`);
  }
}

function keysIn(jwks: string | undefined): readonly Record<string, unknown>[] | undefined {
  const keys = jwks === undefined ? undefined : parsed(jwks)?.["keys"];
  return Array.isArray(keys) ? keys : undefined;
}

function checkAudience(found: unknown, { clientId }: Expected): Check {
  const holds = [found].flat().includes(clientId);
  const says = Array.isArray(found) ? "a list with the client id" : "the client id";
  return check("aud", holds, holds ? says : `${text(found)}, expected ${clientId}`);
}

function checkExpiry(found: unknown, { now }: Expected): Check {
  if (typeof found !== "number") return check("exp", false, `${text(found)} is no time`);
  const left = found - now;
  return check("exp", left > 0, left > 0 ? `in ${left} s` : `${-left} s ago`);
}

function checkIssue(found: unknown, { now }: Expected): Check {
  if (typeof found !== "number") return check("iat", false, `${text(found)} is no time`);
  const ago = now - found;
  if (ago >= -TOLERANCE) return check("iat", true, ago > 0 ? `${ago} s ago` : "now");
  return check("iat", false, `in ${-ago} s: openid-client does not look at it`);
}

function checkNonce(found: unknown, { nonce }: Expected): Check {
  if (nonce !== "") return same("nonce", found, nonce);
  return found === undefined
    ? check("nonce", null, "none was sent")
    : check("nonce", false, `${text(found)}, though none was sent`);
}

/** The left half of a hash of the access token; where it is not there, it need not be checked. */
function checkHash(found: unknown, { accessToken }: Expected): Check[] {
  if (found === undefined) return [];
  const half = createHash("sha256").update(accessToken).digest().subarray(0, 16);
  const holds = found === half.toString("base64url");
  const says = "the access token has another one; openid-client does not look at it";
  return [check("at_hash", holds, holds ? "of the access token" : `${text(found)}: ${says}`)];
}
