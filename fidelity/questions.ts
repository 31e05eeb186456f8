import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, different, documented } from "./behaviour.ts";

/** What a merchant asks its users besides, and how it is told. */
export const questionsSection: Section = {
  title: "Consents and screens of the merchant",
  endpoints: [`GET ${PATHS.userinfo}`],
  behaviours: [
    documented(
      `FAQ: ${FAQ.delegatedConsentsStart}; dossier §1.7`,
      "`delegatedConsents` is a scope only of sales units for which it is agreed what is asked; so is " +
        "`customFlow`.",
    ),
    assumed(
      "no public source",
      "Where that is not set up, the scope counts as one without entitlement.",
    ),
    documented(
      `FAQ: ${FAQ.delegatedConsents}`,
      "The consents are `email`, `sms`, `digital` and `personal`, with the FAQ's texts in Norwegian and " +
        "English; which of them, and which are required, is the merchant's choice.",
    ),
    assumed(
      "dossier §1.8; how other languages are told is not known",
      "Users whose browser or phone speaks Norwegian are asked in Norwegian (`NO`), all others in " +
        "English (`EN`). A custom flow is shown as the merchant wrote it, with the same two codes.",
    ),
    documented(
      "dossier §1.8",
      "`delegatedConsents` in userinfo has the members of the documented example, in its order; " +
        "`required` and `textDisplayedToUser` are told of each consent.",
    ),
    assumed(
      `FAQ: ${FAQ.delegatedConsentsStart}; dossier §1.8`,
      "`heading` is the merchant's top text. The Norwegian words of terms, links and button are the " +
        "mock's own; the English ones are those of the example.",
    ),
    assumed(
      "dossier §1.8; known from a broker's documentation and the code of a client",
      "`customFlow` gives `flowResult` with `language`, `screens` and `timeOfConsent`; what is not set " +
        "up of a screen is no member of it.",
    ),
    assumed(
      "dossier §1.8",
      "`timeOfConsent` is the moment of the answer, in UTC with seconds, by the sandbox's clock.",
    ),
    assumed(
      "no public source",
      "In the browser flow the consents and all screens stand on the page that asks to share data, and " +
        "are answered with it.",
    ),
    assumed(
      "dossier §1.8; that required ones exist is documented",
      "Boxes are empty at first. Who leaves a required one sees the page again with a word about it; " +
        "who declines ends the login with `access_denied`.",
    ),
    documented(
      "dossier §1.8",
      "They are shown and told in the first login only: later ones have no such claim.",
    ),
    assumed(
      "dossier §1.8, §1.12; that they are remembered is documented since March 2025, for whom is not",
      "“First” is counted for each user and sales unit, and for each of the two scopes. Once answered " +
        "they are not asked again when the merchant changes what it asks.",
    ),
    assumed(
      "no public source",
      "Answering is remembered with the user's consent for the merchant: who revokes that is asked " +
        "again in the next login.",
    ),
    assumed(
      "dossier §1.6; that the ID token has the claims of userinfo is documented, the exact set is not",
      "Where the ID token carries the user's claims, both claims are in it too.",
    ),
    assumed("dossier §1.4", "`prompt=none` is `consent_required` where something is to be asked."),
    different(
      "the mock's own",
      "A login without a page accepts everything, in the language of the user's phone; a user whose " +
        "`consentAnswer` is `decline` declines.",
      "Somebody has to answer.",
    ),
  ],
};
