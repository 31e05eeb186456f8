import { FAQ } from "../records/faq.ts";
import { LANGUAGES } from "../records/vocabulary.ts";
import type { Rule } from "./rule.ts";

/** The language of the pages follows the browser and nothing else. */
export const languageRule: Rule = {
  id: "language",
  faq: [FAQ.language],
  enforces:
    "The pages speak the first of the browser's languages among Norwegian, English, Danish and " +
    "Finnish, else English. ui_locales is ignored.",
  source: "FAQ; which languages there are, and the fallback, are assumed",
  status: "documented",
};
export type Language = (typeof LANGUAGES)[number];

/** Norwegian goes by three names; the pages have it in Bokmål. */
const NORWEGIAN: ReadonlySet<string> = new Set(["no", "nb", "nn"]);

/** The wanted language of highest weight that there is, the first of equals; else English. */
export function chooseLanguage(acceptLanguage: string | undefined): Language {
  const wanted = (acceptLanguage ?? "")
    .split(",")
    .map(parseRange)
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight);
  for (const { primary } of wanted) {
    const name = NORWEGIAN.has(primary) ? "nb" : primary;
    const language = LANGUAGES.find((known) => known === name);
    if (language) return language;
  }
  return "en";
}

function parseRange(range: string): { primary: string; weight: number } {
  const [tag = "", ...parameters] = range.split(";").map((part) => part.trim());
  const weight = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
  const primary = tag.toLowerCase().replace(/-.*$/, "");
  return { primary, weight: weight === undefined ? 1 : Number(weight) || 0 };
}
