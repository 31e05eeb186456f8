import type { Diagnosis } from "../records/diagnosis.ts";
import { FAQ } from "../records/faq.ts";
import type { Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** Payment APIs need a subscription key; Login has no use for it. */
export const subscriptionKeyRule: Rule = {
  id: "subscription-key",
  faq: [FAQ.credentials],
  enforces:
    "Ocp-Apim-Subscription-Key is for platform tokens and webhooks, which Login shares with payments, " +
    "never for Login itself. Sent anyway it changes nothing in profile 2023 and makes userinfo answer " +
    "401 in profile 2026.",
  source:
    "FAQ; dossier §1.1; that webhooks take it, and that it changes nothing in profile 2023, is assumed",
  status: "documented",
};

/** The note for a request that carried the header. */
export function diagnoseSubscriptionKey(): Diagnosis {
  return diagnose(
    subscriptionKeyRule,
    "the request carries Ocp-Apim-Subscription-Key, which is not for Login",
    "Leave the header out: Login knows client_id and client_secret only, and newer versions of " +
      "userinfo answer 401 to it.",
  );
}
