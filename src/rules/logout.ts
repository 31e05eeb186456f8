import type { Diagnosis } from "../records/diagnosis.ts";
import { FAQ } from "../records/faq.ts";
import type { Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** Logging out is for the user, not for a merchant. */
export const logoutRule: Rule = {
  id: "logout",
  faq: [FAQ.logout],
  enforces:
    "There is no logout that a merchant can start: the endpoint in discovery explains why, and " +
    "remembered browsers are forgotten by the user.",
  source: "FAQ; the page is assumed",
  status: "documented",
};

/** The diagnosis for a call of the logout endpoint. */
export function diagnoseLogout(): Diagnosis {
  return diagnose(
    logoutRule,
    "the merchant sent the browser to the logout endpoint, which logs nobody out",
    "End your own session only; the user forgets remembered browsers in the app.",
  );
}
