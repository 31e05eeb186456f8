import { toIso } from "../platform/calendar.ts";
import type { FlowResult } from "../records/answers.ts";
import type { Features } from "../records/sales-unit.ts";
import type { EpochSeconds } from "../records/time.ts";
import { answerLanguage } from "./delegated-consents.ts";
import type { Language } from "./language.ts";

/** What the user is shown, in the form of the claim: as if everything was checked now. */
export function askCustomFlow(
  asked: NonNullable<Features["customFlow"]>,
  language: Language,
  now: EpochSeconds,
): FlowResult {
  return {
    language: answerLanguage(language),
    screens: asked.screens.map(({ title, description, terms, elements }) => ({
      title,
      ...(description !== undefined && { description }),
      ...(terms !== undefined && { terms }),
      elements: elements.map(({ type, id, title: label, required, readMore }) => ({
        type,
        id,
        title: label,
        checked: true,
        required,
        ...(readMore !== undefined && { readMore }),
      })),
    })),
    timeOfConsent: toIso(now),
  };
}
