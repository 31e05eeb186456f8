import { toIso } from "../platform/calendar.ts";
import type { Features } from "../records/schema.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { AnswerLanguage } from "./delegated-consents.ts";
import { answerLanguage } from "./delegated-consents.ts";
import type { Language } from "./language.ts";

/** What a merchant shows on screens of its own, by the scope customFlow (dossier §1.7, §1.8). */

/** The claim `flowResult`: the screens as the user saw and answered them. */
export interface FlowResult {
  readonly language: AnswerLanguage;
  readonly screens: readonly FlowScreen[];
  /** ISO 8601 in UTC, with seconds. */
  readonly timeOfConsent: string;
}

interface FlowScreen {
  readonly title: string;
  readonly description?: string;
  readonly terms?: { readonly links: readonly { readonly title: string; readonly url: string }[] };
  readonly elements: readonly {
    readonly type: "checkbox";
    readonly id: string;
    readonly title: string;
    readonly checked: boolean;
    readonly required: boolean;
    readonly readMore?: { readonly title: string; readonly description: string };
  }[];
}

/**
 * @param asked the screens that are set up
 * @param language what the user's page or phone speaks; the screens themselves have one language
 * @param now the moment by the sandbox's clock
 * @returns what the user is shown, in the form of the claim: as if everything was checked now
 */
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
