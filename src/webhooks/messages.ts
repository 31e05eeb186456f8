import { createHash, createHmac } from "node:crypto";
import { toHttpDate } from "../platform/calendar.ts";
import type { EpochSeconds } from "../records/time.ts";
import { after, MINUTE } from "../records/time.ts";

/** What webhooks say, and how the receiver knows who says it (documentation 2023; Webhooks API 2023), byte for byte. */

/** The space and the line break are really there. */
const UNSIGNED_HEADER = '{"alg":"none","typ": "JWT"}\n';

/** How long the word of a revoked consent is good. */
const LIFETIME = 5 * MINUTE;

/**
 * The webhook of a revoked consent: an unsigned JWT of two segments, without the dot that RFC 7515
 * would put behind them.
 */
export function consentRevoked(subject: string, now: EpochSeconds): string {
  const exp = after(now, LIFETIME);
  const claims = { exp, iat: now, nbf: now, sub: subject, event: "CONSENT_REVOKED" };
  return [UNSIGNED_HEADER, JSON.stringify(claims)]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
}

/** The body of its ping, for `application/json`. */
export function loginPing(authReqId: string): string {
  return JSON.stringify({ auth_req_id: authReqId });
}

/** The headers that sign the request, as the Webhooks API makes them. */
export function signatureHeaders(
  { host, pathname, search }: URL,
  body: string,
  secret: string,
  now: EpochSeconds,
): Readonly<Record<string, string>> {
  const date = toHttpDate(now);
  const digest = createHash("sha256").update(body).digest("base64");
  const signed = `POST\n${pathname}${search}\n${date};${host};${digest}`;
  const signature = createHmac("sha256", secret).update(signed).digest("base64");
  return {
    "x-ms-date": date,
    "x-ms-content-sha256": digest,
    Authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
  };
}
