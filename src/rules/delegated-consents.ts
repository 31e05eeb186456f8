import { toIso } from "../platform/calendar.ts";
import type { Switches } from "../profiles/profile.ts";
import type { AnswerLanguage, DelegatedConsents } from "../records/answers.ts";
import { FAQ } from "../records/faq.ts";
import type { Features, SalesUnit } from "../records/sales-unit.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { DelegatedConsentId } from "../records/vocabulary.ts";
import type { Language } from "./language.ts";
import type { Rule } from "./rule.ts";

/** What a merchant can ask a user to agree to in the course of a login. */
export const delegatedConsentsRule: Rule = {
  id: "delegated-consents",
  faq: [FAQ.delegatedConsentsStart, FAQ.delegatedConsents],
  enforces:
    "delegatedConsents is a scope only of sales units for which it is set up, and of login from phone " +
    "number (profile 2026: in the browser too). The user is asked once, with the FAQ's texts, must " +
    "accept what is required, and userinfo of that login tells the answers.",
  source: "FAQ; documentation 2023; OpenAPI 2025",
  status: "documented",
};

interface Texts {
  readonly heading: string;
  readonly termsDescription: (salesUnit: string) => string;
  readonly confirmConsentButtonText: string;
  readonly termsLinkText: string;
  readonly privacyStatementLinkText: string;
  readonly consents: Readonly<Record<DelegatedConsentId, string>>;
}

const TEXTS: Readonly<Record<AnswerLanguage, Texts>> = {
  NO: {
    heading: "Gi samtykke",
    termsDescription: (salesUnit) =>
      `Ved å bekrefte godtar du vilkårene for medlemskap hos ${salesUnit}. De er ansvarlige for ` +
      "behandlingen av samtykkene. Du kan når som helst trekke dem tilbake på nettstedet deres.",
    confirmConsentButtonText: "Bekreft",
    termsLinkText: "Les vilkårene.",
    privacyStatementLinkText: "Les personvernerklæringen.",
    consents: {
      email: "Få tilbud på E-post",
      sms: "Få tilbud på SMS",
      digital: "Jeg vil motta digital markedsføring",
      personal: "Få tilpassede tilbud",
    },
  },
  EN: {
    heading: "Give consent",
    termsDescription: (salesUnit) =>
      `By confirming, you accept ${salesUnit}'s terms of membership. They are responsible for ` +
      "processing the consents. You can withdraw them at any time on their website.",
    confirmConsentButtonText: "Confirm",
    termsLinkText: "Read the terms of use.",
    privacyStatementLinkText: "Read the privacy policy.",
    consents: {
      email: "Receive offers via email",
      sms: "Receive offers via SMS",
      digital: "I would like to receive digital marketing",
      personal: "Get customized offers",
    },
  },
};

/** The language of what a merchant asks: there are two. */
export function answerLanguage(language: Language): AnswerLanguage {
  return language === "nb" ? "NO" : "EN";
}

type ConsentsFormat = Switches["delegatedConsentsFormat"];

/** What the user is shown, in the form of the claim: as if everything was accepted now. */
export function askDelegatedConsents(
  { name }: Pick<SalesUnit, "name">,
  asked: NonNullable<Features["delegatedConsents"]>,
  { language, format }: { readonly language: Language; readonly format: ConsentsFormat },
  now: EpochSeconds,
): DelegatedConsents {
  const asking = answerLanguage(language);
  const texts = TEXTS[asking];
  return {
    language: asking,
    ...(format === "2023"
      ? { heading: texts.heading, text: asked.topText }
      : { heading: asked.topText }),
    termsDescription: texts.termsDescription(name),
    confirmConsentButtonText: texts.confirmConsentButtonText,
    links: {
      termsLinkText: texts.termsLinkText,
      termsLinkUrl: asked.termsUrl,
      privacyStatementLinkText: texts.privacyStatementLinkText,
      privacyStatementLinkUrl: asked.privacyUrl,
    },
    timeOfConsent: toIso(now),
    consents: asked.consents.map(({ id, required }) => ({
      id,
      accepted: true,
      required,
      textDisplayedToUser: texts.consents[id],
    })),
  };
}
