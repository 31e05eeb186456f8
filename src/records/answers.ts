/** The consents that a merchant can collect (FAQ, "which consents does Vipps support?"). */
export const DELEGATED_CONSENT_IDS = ["email", "sms", "digital", "personal"] as const;

export type DelegatedConsentId = (typeof DELEGATED_CONSENT_IDS)[number];

/** The languages in which answers are told; whoever speaks another one than Norwegian reads English. */
export type AnswerLanguage = "NO" | "EN";

/** The claim `delegatedConsents`: what the user was shown, and answered (dossier §1.8). */
export interface DelegatedConsents {
  readonly language: AnswerLanguage;
  /** What the merchant wants the consents for. */
  readonly heading: string;
  readonly termsDescription: string;
  readonly confirmConsentButtonText: string;
  readonly links: {
    readonly termsLinkText: string;
    readonly termsLinkUrl: string;
    readonly privacyStatementLinkText: string;
    readonly privacyStatementLinkUrl: string;
  };
  /** ISO 8601 in UTC, with seconds. */
  readonly timeOfConsent: string;
  readonly consents: readonly {
    readonly id: DelegatedConsentId;
    readonly accepted: boolean;
    readonly required: boolean;
    readonly textDisplayedToUser: string;
  }[];
}

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
 * What the two scopes have in common that ask the user something for the merchant: boxes to tick, of
 * which some are required. A question has the form of the claim that tells its answer, with everything
 * accepted, so that what is shown and what is told cannot differ.
 */

/** The scopes that ask, each a feature of the sales unit. */
export const ASKING_SCOPES = ["delegatedConsents", "customFlow"] as const;

export type AskingScope = (typeof ASKING_SCOPES)[number];

/** What was asked in a login, with the answers; under the names of their claims. */
export interface Answers {
  readonly delegatedConsents?: DelegatedConsents;
  readonly flowResult?: FlowResult;
}
