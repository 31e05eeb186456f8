import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, derived, different, documented } from "./behaviour.ts";

export const userinfoSection: Section = {
  title: "Userinfo",
  endpoints: [`GET ${PATHS.userinfo}`, `GET ${PATHS.userinfo}/`],
  behaviours: [
    documented("dossier §1.1, §1.8", "GET, with and without a slash at the end."),
    documented(
      "dossier §1.8",
      "The access token comes in the `Authorization` header as Bearer, nowhere else.",
    ),
    documented("dossier §1.8", "The answer's keys are alphabetical, inside `address` too."),
    assumed(
      "dossier §1.8; the content type of errors is documented",
      "A good answer is `application/json;charset=UTF-8` too, compact, without headers about caching.",
    ),
    assumed(
      `FAQ: ${FAQ.gdpr}; it says that the data is current at the login, nothing of later`,
      "The data is the user's as it was at the login, however often it is read; the next login brings " +
        "what has changed. The claims of an ID token are the same.",
    ),
    documented(
      "dossier §1.8",
      "An error has the members `type`, `title`, `status` (a string), `detail`, `instance` (a UUID) " +
        "and `extraInfo`.",
    ),
    documented("dossier §1.8", "A missing token, one without Bearer and an old one are 401."),
    assumed(
      "dossier §1.8, §5",
      "The 401's `type` is `about:blank`, its `title` “Unauthorized”; the words of `detail` are the " +
        "mock's own, the same for every reason.",
    ),
    assumed("dossier §5", "A 401 has `WWW-Authenticate: Bearer` without parameters."),
    documented(
      "dossier §1.1, §1.8",
      "In profile 2026 a request with `Ocp-Apim-Subscription-Key` is 401.",
    ),
    assumed(
      "dossier §1.8, §5",
      "That 401 looks like every other; the real one may come from the gateway.",
    ),
    assumed(
      `FAQ: ${FAQ.retention}; dossier §1.8; both speak of payment sessions, and of a login's data only for the ongoing session`,
      "When a consent is revoked while an access token lives, the token works until 168 hours after " +
        "the session began. `rules.retention.tokens: until-expiry` turns that off.",
    ),
    assumed("no public source", "The token of a user who was removed is 401."),
  ],
};

/** What a payment leaves to be read. */
export const userinfoBySubjectSection: Section = {
  title: "Userinfo by sub",
  endpoints: [`GET ${PATHS.userinfoBySubject}`],
  behaviours: [
    documented(
      `FAQ: ${FAQ.retention}`,
      "What a user shared in a payment is readable for 168 hours, also when the consent is revoked " +
        "meanwhile.",
    ),
    assumed(
      `FAQ: ${FAQ.retention}; it speaks of login sessions only as long as they go on`,
      "What was shared in a login is readable here just as long.",
    ),
    assumed(
      "dossier §1.11",
      "It takes a platform token as Bearer: a partner's with the `Merchant-Serial-Number` of a sales " +
        "unit that it acts for, or the sales unit's own, with which the header may be left out.",
    ),
    assumed(
      "no public source",
      "Of the user's logins and payments at that sales unit in the last 168 hours the last payment " +
        "counts, whatever login followed it, and without one the last login; with the data of that day " +
        "and the scopes that were granted then.",
    ),
    assumed(
      "dossier §1.8; the form of the errors and their statuses are documented",
      "400 without the `Merchant-Serial-Number` that a partner needs; 401 without a living platform " +
        "token, and when the 168 hours are over; 403 for a sales unit that the token is not for, or " +
        "that is not active; 404 for a `sub` of nobody. `title` is the status in words, `detail` the mock's own.",
    ),
  ],
};

export const claimsSection: Section = {
  title: "Claims",
  endpoints: [`GET ${PATHS.userinfo}`],
  behaviours: [
    documented("dossier §1.7", "`openid` gives `sub` and `sid`."),
    documented("dossier §1.7", "`name` gives `name`, `given_name` and `family_name`."),
    assumed("no public source", "`name` is the given name, a space and the family name."),
    documented(
      "dossier §1.7",
      "`phoneNumber` gives `phone_number`, digits only with the country code, and " +
        "`phone_number_verified`, which is true.",
    ),
    documented("dossier §1.7", "`email` gives `email` and `email_verified`."),
    different(
      "dossier §1.7",
      "A fixture user may have `email_verified: false`; at the real service it is always true.",
      "Applications should be tested with what their libraries must handle.",
    ),
    documented("dossier §1.7", "`birthDate` gives `birthdate` as YYYY-MM-DD."),
    documented(
      "dossier §1.7",
      "`gender` gives `gender`: `male`, `female` or `other`, and no claim for a user who prefers not " +
        "to say.",
    ),
    documented("dossier §1.8", "`nin` gives `nin`, in Norway 11 digits."),
    different(
      "dossier §1.13",
      "National identity numbers are of the synthetic series (80 is added to the month), for " +
        "everybody, and Norwegian.",
      "No number may belong to a person.",
    ),
    documented(
      "dossier §1.8",
      "`address` gives `address` and `other_addresses`: the first address of at most three is " +
        "`address`, the rest are a list, empty without any.",
    ),
    documented(
      "dossier §1.8",
      "An address has `address_type`, `country`, `formatted`, `postal_code`, `region` and " +
        "`street_address`; `formatted` is street, postal code, region and country, a line each.",
    ),
    documented(
      "dossier §1.8",
      "A user without an address has an `address` in which every member is an empty string.",
    ),
    documented(
      `FAQ: ${FAQ.phoneNumberChange}; FAQ: ${FAQ.scopes}; dossier §1.8`,
      "`sub` is a UUID that stays when the phone number changes.",
    ),
    assumed(
      "no public source",
      "It is made from the national identity number by SHA-1 (RFC 9562, version 5), so it is the same " +
        "in every run.",
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
    ),
    documented("dossier §1.7", "The scope `api_version_2` turns it into the new format."),
    derived(
      "dossier §2.9",
      "Its answer is Hydra's JSON, `application/json; charset=utf-8` with a line break at the end.",
    ),
    derived(
      "dossier §2.7",
      "Its 401 has the error in the body and in `WWW-Authenticate`, as Hydra writes both.",
    ),
    assumed(
      "dossier §1.1, §1.8",
      "A request with `Ocp-Apim-Subscription-Key` is 401 here too in profile 2026.",
    ),
    assumed(
      "dossier §1.1",
      "It is there in both profiles; whether the real path still answers is not known.",
    ),
  ],
};
