import type { Diagnosis } from "../records/diagnosis.ts";
import { FAQ } from "../records/faq.ts";
import type { EpochSeconds } from "../records/time.ts";
import { after, HOUR } from "../records/time.ts";
import type { Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** How long userinfo can be read. */
export const retentionRule: Rule = {
  id: "retention",
  faq: [FAQ.retention],
  enforces:
    "Userinfo answers an access token until it expires. When the consent is revoked while the token " +
    "lives, the session's data stays readable with it until 168 hours after the session began, then " +
    "never again. By its sub, with a platform token, what a payment or a login shared is readable for " +
    "the same 168 hours, revoked or not. The next login asks for consent at once.",
  source: "FAQ; it says so of payment sessions, that a login's data lives on is our reading",
  status: "assumed",
};

/** How long a session's data stays readable after it began. */
export const RETENTION = 168 * HOUR;

/** What the rule needs to know about a token. */
export interface Readability {
  readonly tokenExpiresAt: EpochSeconds;
  readonly sessionBeganAt: EpochSeconds;
  /** When the consent that the session rests on was revoked, if it was. */
  readonly consentRevokedAt: EpochSeconds | undefined;
  /** `rules.retention.tokens` of the sandbox. */
  readonly tokens: "168h-after-revocation" | "until-expiry";
}

/** The moment from which on userinfo refuses the token. */
export function readableUntil(token: Readability): EpochSeconds {
  const { tokenExpiresAt, sessionBeganAt, consentRevokedAt, tokens } = token;
  // A token that had run out before the revocation is not brought back by it.
  const revokedWhileAlive = consentRevokedAt !== undefined && consentRevokedAt < tokenExpiresAt;
  return revokedWhileAlive && tokens === "168h-after-revocation"
    ? sharedUntil(sessionBeganAt)
    : tokenExpiresAt;
}

/** The moment from which on nothing that a session shared can be read by its `sub`. */
export function sharedUntil(began: EpochSeconds): EpochSeconds {
  return after(began, RETENTION);
}

/** Why nothing can be read by the `sub`; undefined while something can. */
export function checkShared(
  newest: EpochSeconds | undefined,
  now: EpochSeconds,
): Diagnosis | undefined {
  if (newest !== undefined && now < sharedUntil(newest)) return undefined;
  return diagnose(
    retentionRule,
    newest === undefined
      ? "the user shared nothing with this sales unit in the last 168 hours"
      : `the 168 hours of the user's last session at this sales unit ended ${now - sharedUntil(newest)} seconds ago`,
    "Fetch userinfo within 168 hours after the payment or the login, and ask the user again for fresh data.",
  );
}

/** The diagnosis of a `sub` that no user has at that sales unit. */
export function diagnoseUnknownSubject(subject: string, msn: string): Diagnosis {
  return diagnose(
    retentionRule,
    `no user has the sub ${subject} at the sales unit ${msn}`,
    "Use the sub of a payment or a login at this very sales unit: another one may know the user by another.",
  );
}

/** Why the token is too old; undefined while it can be used. */
export function checkReadable(token: Readability, now: EpochSeconds): Diagnosis | undefined {
  const end = readableUntil(token);
  if (now < end) return undefined;
  const ago = now - end;
  return diagnose(
    retentionRule,
    end === token.tokenExpiresAt
      ? `the access token expired ${ago} seconds ago`
      : `the consent is revoked and the session's 168 hours ended ${ago} seconds ago`,
    "Fetch userinfo right after the token, and log the user in again for fresh data.",
  );
}
