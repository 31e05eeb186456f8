import { FAQ } from "../records/faq.ts";
import type { Rule } from "./rule.ts";

/** Whether a browser is remembered is the user's choice alone. */
export const rememberedRule: Rule = {
  id: "remembered",
  faq: [FAQ.remembered],
  enforces:
    "The user ticks the box or leaves it; no parameter of the merchant forces or forbids it " +
    "(prompt=login and max_age change nothing; in profile 2026 acr_values=urn:vipps:acr:app_auth " +
    "does). A remembered user with consent is sent straight back.",
  source: "FAQ; the box's default, and that prompt and max_age change nothing, are assumed",
  status: "documented",
};

/** Whether the box starts ticked: on a phone it does, on a desktop it does not. */
export function rememberByDefault(userAgent: string | undefined): boolean {
  return /Mobi|Android|iPhone/i.test(userAgent ?? "");
}
