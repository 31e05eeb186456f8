import { FAQ } from "../records/faq.ts";
import type { Rule } from "./rule.ts";

/** How a merchant learns that a user took a consent back. */
export const consentRemovalRule: Rule = {
  id: "consent-removal",
  faq: [FAQ.consentRemoval],
  enforces:
    "When a consent is revoked, each sales unit of the merchant that has a webhook is told: a POST of " +
    "an unsigned JWT with CONSENT_REVOKED and the sub by which that sales unit knows the user, tried " +
    "again until it is received.",
  source: "FAQ; dossier §1.10; that it is tried again is not told of this webhook",
  status: "documented",
};
