import { hash } from "node:crypto";
import type { EpochSeconds } from "../records/time.ts";
import { after, HOUR, MINUTE } from "../records/time.ts";
import type { Claims } from "./claims.ts";
import { sortKeys } from "./encoding.ts";

/** Lifetime of an ID token in seconds: `exp` minus `iat` of the 2022 sample (OpenAPI 2025). */
export const ID_TOKEN_LIFETIME = HOUR;

/** What an ID token of the browser flow says. */
export interface IdTokenContent {
  readonly issuer: string;
  readonly subject: string;
  readonly clientId: string;
  /** The sales unit, by which a partner tells whose login it is. */
  readonly msn: string;
  readonly accessToken: string;
  readonly nonce: string | undefined;
  /** How the user authenticated, where the merchant asked for it. */
  readonly acr?: string | undefined;
  readonly sid: string;
  readonly jti: string;
  /** When the user authenticated. */
  readonly authenticatedAt: EpochSeconds;
  /** When the authorization request came. */
  readonly requestedAt: EpochSeconds;
  readonly issuedAt: EpochSeconds;
  /** How the `aud` claim is written. */
  readonly audience: "array" | "string";
  /** Claims about the user, where the profile puts them here. */
  readonly userClaims: Claims;
}

/**
 * Its payload as the sample of 2022 has it, with the `msn` that came later that year: alphabetical,
 * no empty nonce.
 */
export function idTokenPayload(content: IdTokenContent): Record<string, unknown> {
  return sortKeys({
    ...content.userClaims,
    acr: content.acr,
    at_hash: accessTokenHash(content.accessToken),
    aud: content.audience === "array" ? [content.clientId] : content.clientId,
    auth_time: content.authenticatedAt,
    exp: after(content.issuedAt, ID_TOKEN_LIFETIME),
    iat: content.issuedAt,
    iss: content.issuer,
    jti: content.jti,
    msn: content.msn,
    nonce: content.nonce,
    rat: content.requestedAt,
    sid: content.sid,
    sub: content.subject,
  });
}

/** Lifetime of an ID token of login from phone number in seconds: `exp` minus `iat` (documentation 2023). */
const PHONE_ID_TOKEN_LIFETIME = 10 * MINUTE;

/** What an ID token of login from phone number says. */
export interface PhoneIdTokenContent
  extends Pick<IdTokenContent, "issuer" | "subject" | "clientId" | "msn" | "nonce" | "issuedAt"> {
  readonly authReqId: string;
}

/**
 * Its payload as the sample of 2022 has it, but for the name of `auth_req_id`, which is the
 * documented one, and the `msn` that came later that year: in an order of its own, `aud` a string.
 */
export function phoneIdTokenPayload(content: PhoneIdTokenContent): Record<string, unknown> {
  const { nonce, issuedAt } = content;
  return {
    aud: content.clientId,
    sub: content.subject,
    auth_req_id: content.authReqId,
    ...(nonce !== undefined && { nonce }),
    iss: content.issuer,
    exp: after(issuedAt, PHONE_ID_TOKEN_LIFETIME),
    iat: issuedAt,
    msn: content.msn,
  };
}

/**
 * Its `at_hash`: the left half of the hash, for RS256 of SHA-256 (OpenID Connect Core §3.1.3.6).
 */
export function accessTokenHash(accessToken: string): string {
  return hash("sha256", accessToken, "buffer").toString("base64url", 0, 16);
}
