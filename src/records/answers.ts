import type { Static } from "typebox";
import Type from "typebox";
import type { ReadonlyDeep } from "./schema-parts.ts";
import { closed, Text } from "./schema-parts.ts";
import { DELEGATED_CONSENT_IDS } from "./vocabulary.ts";

/**
 * What the two scopes that ask the user something for the merchant have in common: boxes to tick, of
 * which some are required. A question has the form of the claim that reports its answer, with
 * everything accepted, so that what is shown and what is reported cannot differ.
 */

/** The languages in which answers are reported; users of a language other than Norwegian read English. */
const AnswerLanguageSchema = Type.Enum(["NO", "EN"]);

/** ISO 8601 in UTC, with seconds. */
const TimeOfConsent = Text;

/** The claim `delegatedConsents`: what the user was shown, and answered (OpenAPI 2025). */
const DelegatedConsentsSchema = Type.Object(
  {
    language: AnswerLanguageSchema,
    heading: Text,
    /** What the merchant wants the consents for; newer formats have it as the heading. */
    text: Type.Optional(Text),
    termsDescription: Text,
    confirmConsentButtonText: Text,
    links: Type.Object(
      {
        termsLinkText: Text,
        termsLinkUrl: Text,
        privacyStatementLinkText: Text,
        privacyStatementLinkUrl: Text,
      },
      closed,
    ),
    timeOfConsent: TimeOfConsent,
    consents: Type.Array(
      Type.Object(
        {
          id: Type.Enum([...DELEGATED_CONSENT_IDS]),
          accepted: Type.Boolean(),
          required: Type.Boolean(),
          textDisplayedToUser: Text,
        },
        closed,
      ),
    ),
  },
  closed,
);

/**
 * The claim `flowResult`: the screens of the merchant's own, shown by the scope customFlow, as the
 * user saw and answered them (Signaturgruppen).
 */
const FlowResultSchema = Type.Object(
  {
    language: AnswerLanguageSchema,
    screens: Type.Array(
      Type.Object(
        {
          title: Text,
          description: Type.Optional(Text),
          terms: Type.Optional(
            Type.Object(
              { links: Type.Array(Type.Object({ title: Text, url: Text }, closed)) },
              closed,
            ),
          ),
          elements: Type.Array(
            Type.Object(
              {
                type: Type.Literal("checkbox"),
                id: Text,
                title: Text,
                checked: Type.Boolean(),
                required: Type.Boolean(),
                readMore: Type.Optional(Type.Object({ title: Text, description: Text }, closed)),
              },
              closed,
            ),
          ),
        },
        closed,
      ),
    ),
    timeOfConsent: TimeOfConsent,
  },
  closed,
);

/** What was asked in a login, with the answers; under the names of their claims. */
export const AnswersSchema = Type.Object(
  {
    delegatedConsents: Type.Optional(DelegatedConsentsSchema),
    flowResult: Type.Optional(FlowResultSchema),
  },
  closed,
);

export type AnswerLanguage = Static<typeof AnswerLanguageSchema>;
export type DelegatedConsents = ReadonlyDeep<Static<typeof DelegatedConsentsSchema>>;
export type FlowResult = ReadonlyDeep<Static<typeof FlowResultSchema>>;
export type Answers = ReadonlyDeep<Static<typeof AnswersSchema>>;
