import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, derived, different, documented, observed } from "./behaviour.ts";

export const userinfoSection: Section = {
  title: "Userinfo",
  endpoints: [`GET ${PATHS.userinfo}`, `GET ${PATHS.userinfo}/`],
  behaviours: [
    documented(
      "OpenAPI 2025",
      "It takes GET, with and without a slash at the end.",
      "wire/userinfo.test.ts > is one line of alphabetical JSON, on the path with and without the slash",
    ),
    documented(
      "OpenAPI 2025; that it is taken nowhere else is assumed",
      "The access token is sent in the `Authorization` header as Bearer, nowhere else.",
      "wire/userinfo.test.ts > takes the token in the header only",
    ),
    documented(
      "documentation 2023",
      "The members of the response are alphabetical, inside `address` too.",
      "wire/userinfo.test.ts > is one line of alphabetical JSON, on the path with and without the slash",
    ),
    assumed(
      "OpenAPI 2025; the content type of errors is documented",
      "A successful response is `application/json;charset=UTF-8` too, compact, without headers " +
        "about caching.",
      "wire/userinfo.test.ts > is one line of alphabetical JSON, on the path with and without the slash",
    ),
    assumed(
      `FAQ: ${FAQ.gdpr}; eCom documentation; agent toolkit; they say it of userinfo by sub`,
      "The data is the user's as it is when userinfo is called; an ID token has it as it was when the " +
        "token was issued.",
      "wire/faq/consent.ts > in profile %s userinfo shows what the user changed meanwhile",
    ),
    documented(
      "OpenAPI 2025",
      "An error has the members `type`, `title`, `status` (a string), `detail`, `instance` (a UUID) " +
        "and `extraInfo`.",
      "wire/bad-input.test.ts > %s at userinfo",
    ),
    documented(
      "agent toolkit",
      "A missing token, one without Bearer and an expired one are 401.",
      "wire/bad-input.test.ts > %s at userinfo",
    ),
    assumed(
      "OpenAPI 2025",
      "The 401's `type` is `about:blank`, its `title` “Unauthorized”; the text of `detail` is " +
        "the mock's own, the same for every reason.",
      "wire/bad-input.test.ts > %s at userinfo",
    ),
    assumed(
      "RFC 6750 §3; it requires the header, and what the real one says is not known",
      "A 401 has `WWW-Authenticate: Bearer` without parameters.",
      "wire/bad-input.test.ts > %s at userinfo",
    ),
    documented(
      "agent toolkit",
      "In profile 2026 a request with `Ocp-Apim-Subscription-Key` is 401.",
      "wire/faq/credentials.ts > userinfo of 2026 refuses a subscription key: %s",
    ),
    assumed(
      "documentation 2023; its quick start sends the key; developer site; its Userinfo API lists it among the " +
        "headers; public clients; seven send it to Login's userinfo",
      "That is contested: of Vipps' own pages one refuses the key and others send it. " +
        "`rules.subscriptionKeyRefused: false` takes it.",
      "wire/faq/credentials.ts > userinfo of 2026 refuses a subscription key: %s",
    ),
    assumed(
      "OpenAPI 2025",
      "This 401 looks like every other; the real one may come from the gateway.",
      "wire/faq/credentials.ts > userinfo of 2026 refuses a subscription key: %s",
    ),
    assumed(
      `FAQ: ${FAQ.retention}; it can be read in two ways: of every session, or of payments alone; ` +
        "developer site; there the entry is about payments alone, and a login's data is there for ten minutes",
      "Profile 2023 takes the FAQ to the letter: once the consent is revoked, the login's access token " +
        "works until 168 hours after the session began, even if it had run out. Profile 2026, or " +
        "`rules.retention: payments`, leaves its end alone.",
      "wire/faq/consent.ts > it stays readable for 168 hours after the session began, and the next login asks again",
      "wire/faq/consent.ts > a token that had run out reads again once the consent is revoked",
      "wire/faq/consent.ts > of payments alone: a token works until it runs out, revoked or not: %j",
    ),
    assumed(
      "no public source",
      "The token of a user who was removed is 401.",
      "wire/userinfo.test.ts > knows nothing of a user who was removed",
    ),
  ],
};

/** What can be read after a payment. */
export const userinfoBySubjectSection: Section = {
  title: "Userinfo by sub",
  endpoints: [`GET ${PATHS.userinfoBySubject}`],
  behaviours: [
    documented(
      `FAQ: ${FAQ.retention}`,
      "What a user shared in a payment can be read for 168 hours, even when the consent is " +
        "revoked meanwhile.",
      "wire/faq/consent.ts > a payment is readable for 168 hours, revoked: %s, %o",
    ),
    assumed(
      `FAQ: ${FAQ.retention}; it can be read in two ways; developer site; later versions of the entry are about payments alone`,
      "In profile 2023 what was shared in a login can be read here just as long.",
      "wire/faq/consent.ts > so is a login, revoked: %s",
    ),
    documented(
      "developer site; agent toolkit; Login has no sub there, the two sources are not interchangeable",
      "In profile 2026 it is for payments alone.",
      "wire/userinfo-by-subject.test.ts > is for payments alone in profile 2026",
    ),
    documented(
      "eCom documentation; from October 2020 to December 2022; Userinfo API 2023; a year later it calls the key required",
      "In profile 2023 a request with `Ocp-Apim-Subscription-Key` is 401.",
      "wire/userinfo-by-subject.test.ts > refuses a subscription key in profile 2023, and takes it in 2026",
    ),
    assumed(
      "developer site; its Userinfo API lists the key among the headers; agent toolkit; it says 401, of agreements",
      "In profile 2026 it is taken. That is contested; `rules.subscriptionKeyRefusedBySubject: true` refuses it.",
      "wire/userinfo-by-subject.test.ts > refuses a subscription key in profile 2023, and takes it in 2026",
    ),
    documented(
      "eCom documentation; Userinfo API 2023; agent toolkit",
      "The data is the user's as it is when it is read.",
      "wire/userinfo-by-subject.test.ts > shows what the user changed meanwhile",
    ),
    assumed(
      "Userinfo API 2023; that it is an error is documented, its status is not; `[Expired]` in place of the " +
        "values is what another call of the eCom API says then",
      "After the 168 hours it is 401.",
      "wire/faq/consent.ts > a payment is readable for 168 hours, revoked: %s, %o",
    ),
    different(
      "the mock's own",
      "A sandbox keeps the newest 20,000 sessions (`limits.sessions`): with more logins and payments than " +
        "that in 168 hours, the oldest cannot be read any more, as if they were older. The log says so.",
      "The memory of a server that runs for weeks stays the same.",
      "control/limits.test.ts > sessions: who reads one in vain is told that it may have made room",
    ),
    assumed(
      "platform documentation",
      "It takes a platform token as Bearer: a partner's with the `Merchant-Serial-Number` of a sales " +
        "unit that it acts for, or the sales unit's own, with which the header may be left out.",
      "wire/userinfo-by-subject.test.ts > takes the sales unit's own token, with its msn and without",
      "wire/userinfo-by-subject.test.ts > gives the claims of the payment's scopes, in the form of userinfo",
    ),
    assumed(
      "no public source",
      "Of the user's logins and payments at that sales unit in the last 168 hours the last " +
        "payment counts, even if a login followed it; without a payment, the last login. The " +
        "scopes are those of that time.",
      "wire/userinfo-by-subject.test.ts > gives those of the last login there, and of the last payment whatever login follows",
      "wire/userinfo-by-subject.test.ts > gives a payment's until its 168 hours are over, then those of a later login",
    ),
    assumed(
      "OpenAPI 2025; the form of the errors and their statuses are documented",
      "400 without the `Merchant-Serial-Number` that a partner needs; 401 without a valid " +
        "platform token, and when the 168 hours are over; 403 for a sales unit that the token is " +
        "not for, or that is not active; 404 for an unknown `sub`. `title` is the status in " +
        "words, `detail` the mock's own text.",
      "wire/userinfo-by-subject.test.ts > %s answers %i",
    ),
  ],
};

export const claimsSection: Section = {
  title: "Claims",
  endpoints: [`GET ${PATHS.userinfo}`],
  behaviours: [
    documented(
      "documentation 2023",
      "`openid` gives `sub` and `sid`.",
      "wire/userinfo.test.ts > the scope %j gives its claims and no others",
    ),
    documented(
      "documentation 2023",
      "`name` gives `name`, `given_name` and `family_name`.",
      "wire/userinfo.test.ts > the scope %j gives its claims and no others",
    ),
    documented(
      "documentation 2023; in all its examples",
      "`name` is the given name, a space and the family name.",
      "wire/userinfo.test.ts > is one line of alphabetical JSON, on the path with and without the slash",
    ),
    documented(
      "documentation 2023",
      "`phoneNumber` gives `phone_number`, digits only with the country code, and " +
        "`phone_number_verified`, which is true.",
      "wire/userinfo.test.ts > is one line of alphabetical JSON, on the path with and without the slash",
    ),
    documented(
      "documentation 2023",
      "`email` gives `email` and `email_verified`.",
      "wire/userinfo.test.ts > the scope %j gives its claims and no others",
    ),
    observed(
      "stottemedlem; the documentation says that it is always true",
      "`email_verified` can be false, as it is for users of the test environment.",
      "wire/userinfo.test.ts > of %s: %s",
    ),
    documented(
      "documentation 2023",
      "`birthDate` gives `birthdate` as YYYY-MM-DD.",
      "wire/userinfo.test.ts > is one line of alphabetical JSON, on the path with and without the slash",
    ),
    documented(
      "agent toolkit",
      "`gender` gives `gender`: `male`, `female` or `other`, and no claim for a user who prefers not " +
        "to say.",
      "wire/custom-flow.test.ts > %s is shown and told",
      "wire/custom-flow.test.ts > is no claim of a user who prefers not to say",
    ),
    documented(
      "agent toolkit",
      "`nin` gives `nin`, in Norway 11 digits.",
      "wire/userinfo.test.ts > is one line of alphabetical JSON, on the path with and without the slash",
    ),
    different(
      "developer site",
      "National identity numbers are Norwegian and synthetic (80 is added to the month) for " +
        "every user.",
      "No number may belong to a person.",
      "config/nin.test.ts > syntheticNin",
    ),
    documented(
      "OpenAPI 2025",
      "`address` gives `address` and `other_addresses`: the first address of at most three is " +
        "`address`, the rest are a list, empty without any.",
      "wire/userinfo.test.ts > of %s: %s",
    ),
    documented(
      "OpenAPI 2025",
      "An address has `address_type`, `country`, `formatted`, `postal_code`, `region` and " +
        "`street_address`; `formatted` is street, postal code, region and country, a line each.",
      "wire/userinfo.test.ts > of %s: %s",
      "wire/userinfo.test.ts > is one line of alphabetical JSON, on the path with and without the slash",
    ),
    documented(
      "OpenAPI 2025",
      "A user without an address has an `address` in which every member is an empty string.",
      "wire/userinfo.test.ts > of %s: %s",
    ),
    documented(
      `FAQ: ${FAQ.phoneNumberChange}; FAQ: ${FAQ.scopes}; developer site`,
      "`sub` is a UUID that stays when the phone number changes.",
      "wire/faq/identity.ts > yes, and so it is after logging in with the new number",
    ),
    assumed(
      "no public source",
      "It is made from the national identity number with SHA-1 (RFC 9562, version 5), so it is " +
        "the same in every run.",
      "rules/subject.test.ts > NIN %s at %s is %s for all time",
      "rules/subject.test.ts > is a version 5 UUID of the RFC's variant",
    ),
  ],
};

/** The path and the format from before February 2021. */
export const legacyUserinfoSection: Section = {
  title: "Old userinfo path",
  endpoints: [`GET ${PATHS.legacyUserinfo}`],
  behaviours: [
    documented(
      "documentation 2020",
      "It gives the format from before February 2021: `birthdate` as DD.MM.YYYY, `nnin`, and all " +
        "addresses as one array with `address_type` and `default`.",
      "wire/userinfo.test.ts > has the format from before 2021, and a line break at its end",
    ),
    documented(
      "documentation 2023",
      "The scope `api_version_2` turns it into the new format.",
      "wire/userinfo.test.ts > has the new one for the scope api_version_2",
    ),
    derived(
      "herodot 0.9.6",
      "Its response is Hydra's JSON, `application/json; charset=utf-8` with a line break at " +
        "the end.",
      "wire/userinfo.test.ts > has the format from before 2021, and a line break at its end",
    ),
    derived(
      "Hydra 1.10.6",
      "Its 401 has the error in the body and in `WWW-Authenticate`, as Hydra writes both.",
      "wire/userinfo.test.ts > refuses %s as Hydra does",
    ),
    assumed(
      "agent toolkit",
      "A request with `Ocp-Apim-Subscription-Key` is 401 here too in profile 2026.",
      "wire/faq/credentials.ts > userinfo of 2026 refuses a subscription key: %s",
    ),
    assumed(
      "documentation 2020; public clients",
      "Both profiles have it; whether the real path still exists is not known.",
      "wire/faq/credentials.ts > userinfo of 2026 refuses a subscription key: %s",
      "wire/userinfo.test.ts > has the format from before 2021, and a line break at its end",
    ),
  ],
};
