import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, derived, different, documented } from "./behaviour.ts";

export const userinfoSection: Section = {
  title: "Userinfo",
  endpoints: [`GET ${PATHS.userinfo}`, `GET ${PATHS.userinfo}/`],
  behaviours: [
    documented(
      "dossier §1.1, §1.8",
      "It takes GET, with and without a slash at the end.",
      "wire/userinfo.test.ts > is one line of alphabetical JSON, on the path with and without the slash",
    ),
    documented(
      "dossier §1.8",
      "The access token is sent in the `Authorization` header as Bearer, nowhere else.",
      "wire/userinfo.test.ts > takes the token in the header only",
    ),
    documented(
      "dossier §1.8",
      "The members of the response are alphabetical, inside `address` too.",
      "wire/userinfo.test.ts > is one line of alphabetical JSON, on the path with and without the slash",
    ),
    assumed(
      "dossier §1.8; the content type of errors is documented",
      "A successful response is `application/json;charset=UTF-8` too, compact, without headers " +
        "about caching.",
      "wire/userinfo.test.ts > is one line of alphabetical JSON, on the path with and without the slash",
    ),
    assumed(
      `FAQ: ${FAQ.gdpr}; it says that the data is current at the login, nothing of later`,
      "The data is that of the user at the time of the login, however often it is read; " +
        "changes show in the next login. The same goes for the claims of an ID token.",
      "wire/faq/consent.ts > in profile %s what a user changes after the login is not shared before the next one",
    ),
    documented(
      "dossier §1.8",
      "An error has the members `type`, `title`, `status` (a string), `detail`, `instance` (a UUID) " +
        "and `extraInfo`.",
      "wire/bad-input.test.ts > %s at userinfo",
    ),
    documented(
      "dossier §1.8",
      "A missing token, one without Bearer and an expired one are 401.",
      "wire/bad-input.test.ts > %s at userinfo",
    ),
    assumed(
      "dossier §1.8, §5",
      "The 401's `type` is `about:blank`, its `title` “Unauthorized”; the text of `detail` is " +
        "the mock's own, the same for every reason.",
      "wire/bad-input.test.ts > %s at userinfo",
    ),
    assumed(
      "dossier §5",
      "A 401 has `WWW-Authenticate: Bearer` without parameters.",
      "wire/bad-input.test.ts > %s at userinfo",
    ),
    documented(
      "dossier §1.1, §1.8",
      "In profile 2026 a request with `Ocp-Apim-Subscription-Key` is 401.",
      "wire/faq/credentials.ts > userinfo of 2026 refuses a subscription key: %s",
    ),
    assumed(
      "dossier §1.8, §5",
      "This 401 looks like every other; the real one may come from the gateway.",
      "wire/faq/credentials.ts > userinfo of 2026 refuses a subscription key: %s",
    ),
    assumed(
      `FAQ: ${FAQ.retention}; dossier §1.8; both speak of payment sessions, and of a login's data only for the ongoing session`,
      "When a consent is revoked while an access token is valid, the token works until 168 " +
        "hours after the session began. `rules.retention.tokens: until-expiry` turns that off.",
      "wire/faq/consent.ts > it stays readable for 168 hours after the session began, and the next login asks again",
      "wire/faq/consent.ts > can be set to leave a token's expiry alone",
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
      `FAQ: ${FAQ.retention}; it speaks of login sessions only as long as they go on`,
      "What was shared in a login can be read here just as long.",
      "wire/faq/consent.ts > so is a login, revoked: %s",
    ),
    assumed(
      "dossier §1.11",
      "It takes a platform token as Bearer: a partner's with the `Merchant-Serial-Number` of a sales " +
        "unit that it acts for, or the sales unit's own, with which the header may be left out.",
      "wire/userinfo-by-subject.test.ts > takes the sales unit's own token, with its msn and without",
      "wire/userinfo-by-subject.test.ts > gives the claims of the payment's scopes, in the form of userinfo",
    ),
    assumed(
      "no public source",
      "Of the user's logins and payments at that sales unit in the last 168 hours the last " +
        "payment counts, even if a login followed it; without a payment, the last login. The " +
        "data and the scopes are those of that time.",
      "wire/userinfo-by-subject.test.ts > gives those of the last login there, and of the last payment whatever login follows",
      "wire/userinfo-by-subject.test.ts > gives a payment's until its 168 hours are over, then those of a later login",
    ),
    assumed(
      "dossier §1.8; the form of the errors and their statuses are documented",
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
      "dossier §1.7",
      "`openid` gives `sub` and `sid`.",
      "wire/userinfo.test.ts > the scope %j gives its claims and no others",
    ),
    documented(
      "dossier §1.7",
      "`name` gives `name`, `given_name` and `family_name`.",
      "wire/userinfo.test.ts > the scope %j gives its claims and no others",
    ),
    assumed(
      "no public source",
      "`name` is the given name, a space and the family name.",
      "wire/userinfo.test.ts > is one line of alphabetical JSON, on the path with and without the slash",
    ),
    documented(
      "dossier §1.7",
      "`phoneNumber` gives `phone_number`, digits only with the country code, and " +
        "`phone_number_verified`, which is true.",
      "wire/userinfo.test.ts > is one line of alphabetical JSON, on the path with and without the slash",
    ),
    documented(
      "dossier §1.7",
      "`email` gives `email` and `email_verified`.",
      "wire/userinfo.test.ts > the scope %j gives its claims and no others",
    ),
    different(
      "dossier §1.7",
      "A fixture user may have `email_verified: false`; at the real service it is always true.",
      "Applications should be tested with what their libraries have to handle.",
      "wire/userinfo.test.ts > of %s: %s",
    ),
    documented(
      "dossier §1.7",
      "`birthDate` gives `birthdate` as YYYY-MM-DD.",
      "wire/userinfo.test.ts > is one line of alphabetical JSON, on the path with and without the slash",
    ),
    documented(
      "dossier §1.7",
      "`gender` gives `gender`: `male`, `female` or `other`, and no claim for a user who prefers not " +
        "to say.",
      "wire/custom-flow.test.ts > %s is shown and told",
      "wire/custom-flow.test.ts > is no claim of a user who prefers not to say",
    ),
    documented(
      "dossier §1.8",
      "`nin` gives `nin`, in Norway 11 digits.",
      "wire/userinfo.test.ts > is one line of alphabetical JSON, on the path with and without the slash",
    ),
    different(
      "dossier §1.13",
      "National identity numbers are Norwegian and synthetic (80 is added to the month) for " +
        "every user.",
      "No number may belong to a person.",
      "config/nin.test.ts > syntheticNin",
    ),
    documented(
      "dossier §1.8",
      "`address` gives `address` and `other_addresses`: the first address of at most three is " +
        "`address`, the rest are a list, empty without any.",
      "wire/userinfo.test.ts > of %s: %s",
    ),
    documented(
      "dossier §1.8",
      "An address has `address_type`, `country`, `formatted`, `postal_code`, `region` and " +
        "`street_address`; `formatted` is street, postal code, region and country, a line each.",
      "wire/userinfo.test.ts > of %s: %s",
      "wire/userinfo.test.ts > is one line of alphabetical JSON, on the path with and without the slash",
    ),
    documented(
      "dossier §1.8",
      "A user without an address has an `address` in which every member is an empty string.",
      "wire/userinfo.test.ts > of %s: %s",
    ),
    documented(
      `FAQ: ${FAQ.phoneNumberChange}; FAQ: ${FAQ.scopes}; dossier §1.8`,
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
      "dossier §1.1, §1.8",
      "It gives the format from before February 2021: `birthdate` as DD.MM.YYYY, `nnin`, and all " +
        "addresses as one array with `address_type` and `default`.",
      "wire/userinfo.test.ts > has the format from before 2021, and a line break at its end",
    ),
    documented(
      "dossier §1.7",
      "The scope `api_version_2` turns it into the new format.",
      "wire/userinfo.test.ts > has the new one for the scope api_version_2",
    ),
    derived(
      "dossier §2.9",
      "Its response is Hydra's JSON, `application/json; charset=utf-8` with a line break at " +
        "the end.",
      "wire/userinfo.test.ts > has the format from before 2021, and a line break at its end",
    ),
    derived(
      "dossier §2.7",
      "Its 401 has the error in the body and in `WWW-Authenticate`, as Hydra writes both.",
      "wire/userinfo.test.ts > refuses %s as Hydra does",
    ),
    assumed(
      "dossier §1.1, §1.8",
      "A request with `Ocp-Apim-Subscription-Key` is 401 here too in profile 2026.",
      "wire/faq/credentials.ts > userinfo of 2026 refuses a subscription key: %s",
    ),
    assumed(
      "dossier §1.1",
      "Both profiles have it; whether the real path still exists is not known.",
      "wire/faq/credentials.ts > userinfo of 2026 refuses a subscription key: %s",
      "wire/userinfo.test.ts > has the format from before 2021, and a line break at its end",
    ),
  ],
};
