import type { Diagnosis } from "../records/diagnosis.ts";
import { FAQ } from "../records/faq.ts";
import type { Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** No endpoint is meant for scripts in a browser. */
export const corsRule: Rule = {
  id: "cors",
  faq: [FAQ.cors],
  enforces: "No response has an Access-Control header, and a preflight request gets no consent.",
  source: "FAQ; vipps-login-api issue 81",
  status: "documented",
};

/** The note that this came from a browser; undefined without the header. */
export function diagnoseCors(origin: string | undefined): Diagnosis | undefined {
  return origin === undefined
    ? undefined
    : diagnose(
        corsRule,
        `the request came from a script in a browser, on the page ${origin}`,
        "Call this endpoint from your server: Vipps Login supports no requests from browsers.",
      );
}
