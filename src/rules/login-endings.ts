import type { Diagnosis } from "../records/diagnosis.ts";
import { consentRule } from "./consent.ts";
import { appRule } from "./eligibility.ts";
import type { Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** How a user can end a login, and what the merchant learns of it. */
export const userChoiceRule: Rule = {
  id: "user-choice",
  faq: [],
  enforces:
    "The user can cancel on every page, decline the consent, and choose the wrong number in the app: " +
    "the merchant gets access_denied, or wrong_challenge.",
  source: "documentation 2023",
  status: "documented",
};

/** The ends that a user or the app brings about. */
export type UserEnding =
  | "cancelled"
  | "consent_declined"
  | "not_eligible"
  | "outdated_app"
  | "wrong_challenge"
  | "unknown_reject_reason";

const EXPECT_IT =
  "This is no mistake of the application, which must show it kindly and offer another try.";

/** The diagnosis of an ending that does not bring one of its own. */
export function diagnoseEnding(ending: UserEnding): Diagnosis {
  switch (ending) {
    case "cancelled":
      return diagnose(userChoiceRule, "the user cancelled the login", EXPECT_IT);
    case "consent_declined":
      return diagnose(consentRule, "the user declined to share data", EXPECT_IT);
    case "wrong_challenge":
      return diagnose(userChoiceRule, "the user chose the wrong number in the app", EXPECT_IT);
    case "unknown_reject_reason":
      return diagnose(
        userChoiceRule,
        "the app rejected the login for a reason that the service does not know",
        EXPECT_IT,
      );
    case "outdated_app":
      return diagnose(appRule, "the user's app is too old", EXPECT_IT);
    case "not_eligible":
      return diagnose(appRule, "the user cannot log in, and went back to the merchant", EXPECT_IT);
  }
}
