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
    "Userinfo shows the profile as it is now, of the scopes consented to, and takes an access token for " +
    "ten minutes. Once the consent is revoked, the token of the login works until 168 hours after the " +
    "session began, even if it had run out; by its sub, with a platform token, what a login or a payment " +
    "shared is readable for the same 168 hours, revoked or not. That is the FAQ's entry to the letter. " +
    "Profile 2026 reads it narrowly (`retention: payments`): a token works until it runs out, and only " +
    "what a payment shared is read by its sub. In both the next login asks for consent at once.",
  source:
    "FAQ; it speaks of the login session and of payment sessions, so it can be read in both ways",
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
  /** `rules.retention` of the sandbox. */
  readonly retention: "every-session" | "payments";
}

/** The moment from which on userinfo refuses the token. */
export function readableUntil(token: Readability): EpochSeconds {
  const { tokenExpiresAt, sessionBeganAt, consentRevokedAt, retention } = token;
  const livesOn = retention === "every-session" && consentRevokedAt !== undefined;
  return livesOn ? sharedUntil(sessionBeganAt) : tokenExpiresAt;
}

/** The moment from which on nothing that a session shared can be read by its `sub`. */
export function sharedUntil(began: EpochSeconds): EpochSeconds {
  return after(began, RETENTION);
}

/**
 * What is to be said where no session is found and as many are there as are kept; empty otherwise.
 *
 * @param kept how many that is, if it is so
 */
function remarkOnKept(kept: number | undefined): string {
  if (kept === undefined) return "";
  return (
    ` The mock keeps the newest ${kept} sessions (limits.sessions): one that made room for a newer one is ` +
    "gone before its 168 hours are over; raise the limit where a test needs it."
  );
}

/**
 * Why nothing can be read by the `sub`; undefined while something can. `newest` is when the newest
 * session began that counts.
 *
 * @param kept how many sessions are kept, where there are as many
 */
export function checkShared(
  newest: EpochSeconds | undefined,
  now: EpochSeconds,
  retention: Readability["retention"],
  kept?: number,
): Diagnosis | undefined {
  if (newest !== undefined && now < sharedUntil(newest)) return undefined;
  const [where, what, when] =
    retention === "payments"
      ? ["in a payment ", "payment", "the payment"]
      : ["", "session", "the payment or the login"];
  return diagnose(
    retentionRule,
    newest === undefined
      ? `the user shared nothing with this sales unit ${where}in the last 168 hours`
      : `the 168 hours of the user's last ${what} at this sales unit ended ${now - sharedUntil(newest)} seconds ago`,
    `Fetch userinfo within 168 hours after ${when}, and ask the user again for fresh data.` +
      (retention === "payments"
        ? " What a login shared is read with its access token alone."
        : "") +
      (newest === undefined ? remarkOnKept(kept) : ""),
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
    "Fetch userinfo right after the token, and log the user in again for fresh data. How long userinfo " +
      "takes a token is rules.accessTokenLifetime, whatever expires_in says.",
  );
}
