import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, different, documented } from "./behaviour.ts";

/** What a merchant asks its users besides the login, and how it gets the answers. */
export const questionsSection: Section = {
  title: "Consents and screens of the merchant",
  endpoints: [`GET ${PATHS.userinfo}`],
  behaviours: [
    documented(
      `FAQ: ${FAQ.delegatedConsentsStart}; documentation 2023; developer site; since then merchants set it up themselves`,
      "Only sales units for which it is set up what is asked may use the scope " +
        "`delegatedConsents`; the same goes for `customFlow`.",
      "wire/faq/delegated-consents.ts > they are for login from phone number, once they are set up",
      "wire/custom-flow.test.ts > is dropped where it is not set up, and unknown in profile 2023",
    ),
    assumed(
      "no public source",
      "Where that is not set up, the scope counts as one to which the sales unit is not " +
        "entitled.",
      "wire/faq/delegated-consents.ts > without %s the scope is dropped, or refused where a rule says so",
    ),
    documented(
      `FAQ: ${FAQ.delegatedConsents}`,
      "The consents are `email`, `sms`, `digital` and `personal`, with the FAQ's texts in Norwegian and " +
        "English; which of them, and which are required, is the merchant's choice.",
      "wire/faq/delegated-consents.ts > a phone that speaks %s shows the FAQ's texts, and userinfo tells which",
      "wire/faq/delegated-consents.ts > a phone asks for the subset that was set up; what is required must be accepted",
    ),
    different(
      "developer site; its texts are others, such as “E-post” for `email`, and there in Danish and Finnish too",
      "In profile 2026 the texts are those of the FAQ all the same.",
      "They are for the user; an application goes by the `id` of a consent.",
      "wire/faq/delegated-consents.ts > a browser in %s shows the FAQ's texts, and userinfo tells which",
    ),
    assumed(
      "OpenAPI 2025; how other languages are named is not known",
      "Users whose browser or phone speaks Norwegian are asked in Norwegian (`NO`), all others in " +
        "English (`EN`). A custom flow is shown as the merchant wrote it, with the same two codes.",
      "wire/faq/delegated-consents.ts > a browser in %s shows the FAQ's texts, and userinfo tells which",
      "wire/custom-flow.test.ts > shows the merchant's screens with texts, links and boxes, and what there is to read",
    ),
    documented(
      "documentation 2022; documentation 2023; OpenAPI 2025",
      "`delegatedConsents` in userinfo has the members of the documented example of the profile, in its " +
        "order; each consent has `required` and `textDisplayedToUser`. In 2023 `heading` is “Give consent” " +
        "and `text` the merchant's top text, in 2026 the top text is the `heading`.",
      "wire/faq/delegated-consents.ts > userinfo and the ID token tell what was asked and answered, in the documented form",
    ),
    assumed(
      `FAQ: ${FAQ.delegatedConsentsStart}; OpenAPI 2025`,
      "The Norwegian texts of heading, terms, links and button are the mock's own; the English ones are " +
        "those of the example.",
      "wire/faq/delegated-consents.ts > the page has the merchant's top text, and links to its terms and its privacy statement",
    ),
    assumed(
      "Signaturgruppen; public clients; known from a broker's documentation and the code of a client",
      "`customFlow` gives `flowResult` with `language`, `screens` and `timeOfConsent`; a " +
        "screen has only the members that are set up.",
      "wire/custom-flow.test.ts > tells what was checked as flowResult, in userinfo and in the ID token",
    ),
    assumed(
      "OpenAPI 2025",
      "`timeOfConsent` is the time of the answer, in UTC with seconds, by the sandbox's clock.",
      "wire/faq/delegated-consents.ts > userinfo and the ID token tell what was asked and answered, in the documented form",
    ),
    assumed(
      "no public source",
      "In the browser flow the consents and all screens are on the page that asks to share " +
        "data, and are answered with it.",
      "wire/custom-flow.test.ts > stands beside delegatedConsents on one page, each with its own answers",
    ),
    assumed(
      "OpenAPI 2025; that required ones exist is documented",
      "Checkboxes are empty at first. If a required one is left empty, the page is shown again " +
        "with a message; declining ends the login with `access_denied`.",
      "wire/faq/delegated-consents.ts > a required one must be accepted: without it the page asks again, with the others as they were",
      "wire/faq/delegated-consents.ts > who declines declines everything, and is asked again",
    ),
    documented(
      "developer site",
      "They are shown, and their claims returned, in the first login only.",
      "wire/faq/delegated-consents.ts > it is asked once: later logins show no page and tell nothing",
    ),
    assumed(
      "developer site; that they are remembered is documented since March 2025, for whom is not",
      "“First” is counted for each user and sales unit, and for each of the two scopes.",
      "wire/faq/delegated-consents.ts > once per user: another one is asked too",
      "wire/faq/delegated-consents.ts > once per sales unit: another of the same merchant asks too, and only that",
    ),
    documented(
      "agent toolkit; saving a new configuration can make users see the terms again",
      "In profile 2026 they are asked again when the merchant asks something else; what counts as that is " +
        "assumed: other texts, links or boxes. In profile 2023 they are not.",
      "wire/faq/delegated-consents.ts > again when the merchant asks something else: %s in profile %s",
    ),
    assumed(
      "no public source",
      "The answers are remembered with the user's consent for the merchant: a user who revokes " +
        "it is asked again in the next login.",
      "wire/faq/delegated-consents.ts > again after the consent was withdrawn; what was told stays told",
    ),
    assumed(
      "developer site; that the ID token has the claims of userinfo is documented, the exact set is not",
      "Where the ID token has the user's claims, it has both of these claims too.",
      "wire/faq/delegated-consents.ts > userinfo and the ID token tell what was asked and answered, in the documented form",
    ),
    assumed(
      "documentation 2023",
      "`prompt=none` is `consent_required` where something has to be asked.",
      "wire/faq/delegated-consents.ts > prompt=none fails where something must be asked",
    ),
    different(
      "the mock's own",
      "A login without a page accepts everything, in the language of the user's phone; a user whose " +
        "`consentAnswer` is `decline` declines.",
      "Somebody has to answer.",
      "wire/faq/delegated-consents.ts > everything is accepted, in the language of the user's phone: %s",
      "wire/faq/delegated-consents.ts > a user who declines when asked declines that too, once the data is shared as well",
    ),
  ],
};
