import { createHash, createPublicKey } from "node:crypto";
import { CompactSign } from "jose/jws/compact/sign";
import type { JwtHeader } from "../keys/keys.ts";
import type { Claims } from "../oidc/claims.ts";
import { sortKeys } from "../oidc/encoding.ts";
import { accessTokenHash } from "../oidc/id-token.ts";
import type { PhoneKey, SigningKey } from "../platform/capabilities.ts";
import { formatUuid } from "../platform/uuid.ts";
import type { Seconds } from "../records/time.ts";
import { DAY, HOUR, MINUTE } from "../records/time.ts";
import type { Corruption } from "../records/vocabulary.ts";
import { subjectFor } from "../rules/subject.ts";
import { withUnknownMember } from "./unknown-members.ts";

/**
 * The corruptions of tokens: each makes one thing wrong and leaves all else as it was, so that a
 * client that accepts the token lacks just that check. What a forger changes in the header or the
 * claims is signed again with the real key, where the corruption is not the signature itself.
 */

/** A JWT before it is written down. */
export interface UnsignedToken {
  readonly header: JwtHeader;
  readonly payload: Claims;
  /** Makes the whole JWT, in its compact form (RFC 7515 §7.1). */
  readonly sign: (header: JwtHeader, payload: string) => Promise<string>;
}

type PublicJwk = (SigningKey | PhoneKey)["publicJwk"];

type Corrupt = (token: UnsignedToken, publicJwk: PublicJwk) => UnsignedToken;

/** By the corruption; others are of no ID token. */
const CORRUPT: Readonly<Partial<Record<Corruption, Corrupt>>> = {
  signature: (token) => ({
    ...token,
    sign: async (...parts) => flipped(await token.sign(...parts)),
  }),
  alg_none: (token) => ({ ...withHeader(token, { alg: "none" }), sign: unsigned }),
  alg_hs256: (token, publicJwk) => ({
    ...withHeader(token, { alg: "HS256" }),
    sign: (header, payload) =>
      new CompactSign(Buffer.from(payload))
        .setProtectedHeader({ ...header })
        .sign(Buffer.from(pemOf(publicJwk))),
  }),
  unknown_kid: (token) => withHeader(token, { kid: otherKid(token.header.kid) }),
  wrong_iss: (token) => withClaim(token, "iss", (iss) => `${iss}wrong/`),
  wrong_aud: (token) =>
    withClaim(token, "aud", (aud) => (Array.isArray(aud) ? [`wrong-${aud}`] : `wrong-${aud}`)),
  expired: (token) => withClaim(token, "exp", () => Number(token.payload["iat"]) - HOUR),
  future_iat: (token) => withClaim(token, "iat", (iat) => Number(iat) + DAY),
  wrong_nonce: (token) => withClaim(token, "nonce", (nonce) => `wrong-${nonce ?? "nonce"}`),
  missing_nonce: (token) => withClaim(token, "nonce", () => undefined),
  wrong_at_hash: (token) => withClaim(token, "at_hash", (hash) => accessTokenHash(String(hash))),
  sub_mismatch: (token) =>
    withClaim(token, "sub", (sub) => corruptSubject(String(sub), "sub_mismatch")),
  // Only tokens of login from phone number have it.
  wrong_auth_req_id: (token) =>
    "auth_req_id" in token.payload ? withClaim(token, "auth_req_id", otherRequest) : token,
  clock_ahead: (token) => withClock(token, MINUTE),
  clock_behind: (token) => withClock(token, -MINUTE),
  unknown_members: (token) => ({ ...token, payload: withUnknownMember(token.payload) }),
};

export function corruptIdToken(
  token: UnsignedToken,
  corruption: Corruption | undefined,
  publicJwk: PublicJwk,
): UnsignedToken {
  return (corruption && CORRUPT[corruption]?.(token, publicJwk)) ?? token;
}

/** The subject of somebody else for `sub_mismatch`, else the same. */
export function corruptSubject(subject: string, corruption: Corruption | undefined): string {
  return corruption === "sub_mismatch" ? subjectFor(subject, "somebody else") : subject;
}

function withHeader(token: UnsignedToken, change: Partial<JwtHeader>): UnsignedToken {
  return { ...token, header: { ...token.header, ...change } };
}

/** A changed claim keeps its place, a new one goes where its name sorts; an undefined one is left out. */
function withClaim(
  token: UnsignedToken,
  name: string,
  change: (value: unknown) => unknown,
): UnsignedToken {
  const { [name]: before, ...others } = token.payload;
  const value = change(before);
  if (value === undefined) return { ...token, payload: others };
  const payload = { ...token.payload, [name]: value };
  return { ...token, payload: name in token.payload ? payload : sortKeys(payload) };
}

/** All that has a time has it by another clock. */
function withClock(token: UnsignedToken, ahead: Seconds): UnsignedToken {
  const names = ["auth_time", "exp", "iat", "nbf", "rat"].filter((name) => name in token.payload);
  return names.reduce((one, name) => withClaim(one, name, (at) => Number(at) + ahead), token);
}

/** As long as the real one, and of a login that nobody began. */
function otherRequest(authReqId: unknown): string {
  return createHash("sha256").update(String(authReqId)).digest("base64url").slice(0, 27);
}

/** One bit of the signature differs. */
function flipped(jwt: string): string {
  const [header, payload, text = ""] = jwt.split(".");
  const signature = Buffer.from(text, "base64url").map((byte, at) => (at === 0 ? byte ^ 1 : byte));
  return `${header}.${payload}.${Buffer.from(signature).toString("base64url")}`;
}

/** No library writes it: nobody should want to. */
async function unsigned(header: JwtHeader, payload: string): Promise<string> {
  const parts = [JSON.stringify(header), payload, ""];
  return parts.map((part) => Buffer.from(part).toString("base64url")).join(".");
}

/** A kid as the real ones are, of a key that nobody has. */
function otherKid(kid: string): string {
  return `public:${formatUuid(createHash("sha256").update(kid).digest(), 4)}`;
}

/** The secret of the classic confusion: what a library that takes any algorithm uses as the key. */
function pemOf(publicJwk: PublicJwk): string {
  const key = createPublicKey({ key: publicJwk, format: "jwk" });
  return key.export({ type: "spki", format: "pem" }).toString();
}
