import type { Diagnosis } from "../records/diagnosis.ts";
import { FAQ } from "../records/faq.ts";
import type { Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** The browser that comes back from the pages must be the one that was sent there. */
export const csrfRule: Rule = {
  id: "csrf",
  faq: [FAQ.csrf],
  enforces:
    "The login's cookie comes back with the browser. Without it the login ends with " +
    "request_forbidden; with the value of another login (a second tab) likewise. Only where the app " +
    "leads back by itself (automatic_return_from_vipps_app, app_to_app_v2) any browser may come from it.",
  source: "FAQ; Hydra 1.10.6; the second tab is derived",
  status: "documented",
};

/** The real service's text when the browser brings no cookie. */
export const CSRF_COOKIE_LOST = "No CSRF value available in the session cookie.";

/** The real service's text for each way of failing, and the diagnosis to it. */
export interface CsrfFailure {
  readonly hint: string;
  readonly diagnosis: Diagnosis;
}

/** What is wrong; undefined when they agree. */
export function checkCsrf(cookie: string | undefined, expected: string): CsrfFailure | undefined {
  if (cookie === expected) return undefined;
  if (!cookie) {
    return {
      hint: CSRF_COOKIE_LOST,
      diagnosis: diagnose(
        csrfRule,
        "the browser came back from the login pages without the login's cookie",
        "Use one browser from beginning to end, keep its cookies, and put no iframe around the login. " +
          "Where an app opens another browser, send requested_flow=automatic_return_from_vipps_app.",
      ),
    };
  }
  return {
    hint: "The CSRF value from the token does not match the CSRF value from the data store.",
    diagnosis: diagnose(
      csrfRule,
      "the browser came back with the cookie of another login",
      "Finish one login before the same browser starts the next: a second tab replaces the cookie.",
    ),
  };
}
