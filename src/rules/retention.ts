import type { EpochSeconds } from "../time.ts";
import { after, HOUR } from "../time.ts";
import { FAQ } from "./faq.ts";
import type { Diagnosis, Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** How long userinfo answers. */
export const retentionRule: Rule = {
  id: "retention",
  faq: [FAQ.retention],
  enforces:
    "Userinfo answers an access token until it expires. When the consent is revoked while the token " +
    "lives, the session's data stays readable with it until 168 hours after the session began, then " +
    "never again. The next login asks for consent at once.",
  source: "FAQ; it says so of payment sessions, that a login's token lives on is our reading",
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

/**
 * @param token the token, its session and its consent
 * @returns the moment from which userinfo answers 401 to it
 */
export function readableUntil(token: Readability): EpochSeconds {
  const { tokenExpiresAt, sessionBeganAt, consentRevokedAt, tokens } = token;
  // A token that had run out before the revocation is not brought back by it.
  const revokedWhileAlive = consentRevokedAt !== undefined && consentRevokedAt < tokenExpiresAt;
  return revokedWhileAlive && tokens === "168h-after-revocation"
    ? after(sessionBeganAt, RETENTION)
    : tokenExpiresAt;
}

/**
 * @param token the token, its session and its consent
 * @param now the moment by the sandbox's clock
 * @returns why the token is too old; undefined while it answers
 */
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
