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

/** The real service's text for each way of failing, by its name in oidc/hints.ts, and the diagnosis to it. */
export interface CsrfFailure {
  readonly hint: "csrf_cookie_lost" | "csrf_mismatch";
  readonly diagnosis: Diagnosis;
}

/** What is wrong; undefined when they agree. */
export function checkCsrf(cookie: string | undefined, expected: string): CsrfFailure | undefined {
  if (cookie === expected) return undefined;
  if (!cookie) {
    return {
      hint: "csrf_cookie_lost",
      diagnosis: diagnose(
        csrfRule,
        "the browser came back from the login pages without the login's cookie",
        "Use one browser from beginning to end, keep its cookies, and put no iframe around the login. " +
          "Where an app opens another browser, send requested_flow=automatic_return_from_vipps_app.",
      ),
    };
  }
  return {
    hint: "csrf_mismatch",
    diagnosis: diagnose(
      csrfRule,
      "the browser came back with the cookie of another login",
      "Finish one login before the same browser starts the next: a second tab replaces the cookie.",
    ),
  };
}
