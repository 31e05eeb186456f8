import type { Diagnosis } from "../records/diagnosis.ts";
import { FAQ } from "../records/faq.ts";
import { canonicalScope } from "./entitlement.ts";
import { isAsking } from "./questions.ts";
import type { Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** When the user is asked whether the merchant may have the data. */
export const consentRule: Rule = {
  id: "consent",
  faq: [FAQ.gdpr, FAQ.scopes],
  enforces:
    "Data is shared with the user's consent, recorded for user and merchant with scopes and time. " +
    "It is all or nothing, asked again after it was withdrawn, and not asked when only openid is " +
    "wanted or everything was consented before.",
  source: "FAQ; documentation 2023",
  status: "documented",
};

/** How a merchant learns that a user took a consent back. */
export const consentRemovalRule: Rule = {
  id: "consent-removal",
  faq: [FAQ.consentRemoval],
  enforces:
    "When a consent is revoked, each sales unit that it was for and that has a webhook is told: a POST " +
    "of an unsigned JWT with CONSENT_REVOKED and the sub by which that sales unit knows the user, " +
    "tried again until it is received.",
  source: "FAQ; documentation 2023; retries are not documented for this webhook",
  status: "documented",
};

/** Scopes that share nothing about the user. */
const WITHOUT_CONSENT: ReadonlySet<string> = new Set(["openid", "api_version_2"]);

/** Those that share data, by their canonical names. */
export function scopesNeedingConsent(granted: readonly string[]): string[] {
  return [...new Set(granted.map(canonicalScope))].filter((scope) => !WITHOUT_CONSENT.has(scope));
}

/** Whether the user must be asked. */
export function mustAskConsent(granted: readonly string[], consented: readonly string[]): boolean {
  return scopesNeedingConsent(granted).some((scope) => !consented.includes(scope));
}

/**
 * The scopes whose data is to be shared, without those that only ask something. It is all or nothing: one
 * new scope brings the others along, but without one there is no need to ask.
 */
export function sharedScopes(
  granted: readonly string[],
  consented: readonly string[],
): readonly string[] {
  const scopes = scopesNeedingConsent(granted).filter((scope) => !isAsking(scope));
  return mustAskConsent(scopes, consented) ? scopes : [];
}

/** The diagnosis of something that needs the consent of a user who would not give it. */
export function diagnoseDecline(user: string): Diagnosis {
  return diagnose(
    consentRule,
    `the user ${user} declines to share data when asked`,
    `Take a user whose consentAnswer is accept, or change it with PATCH users/${user}.`,
  );
}
