import type { Language } from "../rules/language.ts";
import type { Texts } from "./page-texts.ts";
import { da } from "./texts-da.ts";
import { en } from "./texts-en.ts";
import { fi } from "./texts-fi.ts";
import { nb } from "./texts-nb.ts";

/**
 * Every text of the pages in every language. Texts are plain, never HTML: the templates escape them
 * together with the values that were put in. What the real service says in English whatever the
 * language is in the templates themselves.
 */

/** The texts of each language. */
export const texts: Readonly<Record<Language, Texts>> = { nb, en, da, fi };

/** What a scope is called in the user's language. */
export function scopeLabel(language: Language, scope: string): string {
  const labels: Readonly<Record<string, string>> = texts[language].scopes;
  const name = scope === "birthdate" ? "birthDate" : scope;
  return Object.hasOwn(labels, name) ? (labels[name] ?? scope) : scope;
}

/** A gender in the user's language. */
export function genderLabel(language: Language, gender: string): string {
  const labels: Readonly<Record<string, string>> = texts[language].genders;
  return labels[gender] ?? gender;
}
