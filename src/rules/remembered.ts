import type { Switches } from "../profiles/profile.ts";
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
  source: "FAQ; that prompt and max_age change nothing is assumed",
  status: "documented",
};

/** Whether the box starts ticked: on a desktop it never does, on a phone it depends on the profile. */
export function rememberByDefault(
  userAgent: string | undefined,
  { rememberOnPhones }: Pick<Switches, "rememberOnPhones">,
): boolean {
  return rememberOnPhones && /Mobi|Android|iPhone/i.test(userAgent ?? "");
}
