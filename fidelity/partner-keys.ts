import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, different, documented, observed } from "./behaviour.ts";

/** How keys are exchanged for a platform token. */
export const platformTokenSection: Section = {
  title: "Platform token",
  endpoints: [`POST ${PATHS.platformToken}`],
  behaviours: [
    documented(
      "platform documentation",
      "`client_id`, `client_secret` and `Ocp-Apim-Subscription-Key` come as headers; the body is empty.",
      "wire/partner-keys.test.ts > answers seven members in profile 2023, all of them strings",
    ),
    assumed(
      "platform documentation",
      "A body that is sent all the same, of whatever type, is ignored.",
      "wire/partner-keys.test.ts > ignores %s as a body",
    ),
    documented(
      "platform documentation",
      "A partner's keys get a token, and so do those of a sales unit.",
      "wire/partner-keys.test.ts > is for sales units too, whose subscription key nobody compares",
    ),
    different(
      "platform documentation",
      "With the keys of a sales unit `Ocp-Apim-Subscription-Key` must be present, with any " +
        "value. A partner's is compared.",
      "A sales unit of a config has no subscription key, as Vipps Login never asks for one.",
      "wire/partner-keys.test.ts > is for sales units too, whose subscription key nobody compares",
      "wire/partner-keys.test.ts > refuses %s and says which it was",
    ),
    documented(
      "platform documentation",
      "`Merchant-Serial-Number` is optional; that it changes nothing about the token is assumed.",
      "wire/partner-keys.test.ts > notes a sales unit that the partner does not act for, and gives the same",
    ),
    observed(
      "platform documentation",
      "In profile 2023 all members of the response are strings, including the numbers.",
      "wire/partner-keys.test.ts > answers seven members in profile 2023, all of them strings",
    ),
    observed(
      "stottemedlem",
      "In profile 2026 `expires_in` and `expires_on` are numbers.",
      "wire/partner-keys.test.ts > answers four members in profile 2026, with numbers",
    ),
    observed(
      "public clients; vippsas/vipps-woocommerce and other plugins write it so",
      "The path is understood with a capital T, `/accessToken/get`, too.",
      "wire/partner-keys.test.ts > is there under the name that older documentation writes",
    ),
    documented(
      "platform documentation",
      "A token lives one hour, as in the test environment.",
      "wire/partner-keys.test.ts > answers seven members in profile 2023, all of them strings",
      "wire/partner-keys.test.ts > is good until the hour is over",
    ),
    observed(
      "vipps-ecom-api issue 5",
      "In profile 2023 `ext_expires_in` is 0, `resource` is " +
        "`00000002-0000-0000-c000-000000000000`, and `not_before` is five minutes ago.",
      "wire/partner-keys.test.ts > answers seven members in profile 2023, all of them strings",
    ),
    observed(
      "vipps-ecom-api issue 5",
      "The token is a JWT, so it begins with `eyJ`.",
      "wire/partner-keys.test.ts > gives a JWT of three parts, another one each time",
    ),
    different(
      "platform documentation",
      "It is signed with the key of ID tokens; the real one is signed by a Microsoft directory.",
      "The token is for Vipps alone; merchants must not look inside.",
      "wire/partner-keys.test.ts > is signed with the key of ID tokens",
    ),
    documented(
      "common errors FAQ; vipps-developers issue 80",
      "A missing or wrong subscription key is 401, with a known text for each.",
      "wire/partner-keys.test.ts > refuses %s and says which it was",
    ),
    observed(
      "vipps-developers issue 80",
      "Its body is the gateway's JSON, with `statusCode` and `message`.",
      "wire/partner-keys.test.ts > refuses %s and says which it was",
    ),
    documented(
      "common errors FAQ; vipps-ecom-api issue 183",
      "An unknown `client_id` is 400 `unauthorized_client` with AADSTS700016, in the JSON of the Microsoft " +
        "directory that makes these tokens: `error`, `error_description` with trace id, correlation id and " +
        "time, `error_codes`, `timestamp`, `trace_id`, `correlation_id`, `error_uri`.",
      "wire/partner-keys.test.ts > refuses %s in the words of the directory",
    ),
    assumed(
      "Microsoft error codes; none of them was found in public as a response of Vipps",
      "A wrong `client_secret` is 401 `invalid_client` with AADSTS7000215 in the same form; a missing one " +
        "is 401 with AADSTS7000218, a missing `client_id` 400 with AADSTS900144.",
      "wire/partner-keys.test.ts > refuses %s in the words of the directory",
    ),
    assumed(
      `FAQ: ${FAQ.inactive}`,
      "The keys of a sales unit that is not active get 401 with the FAQ's sentence as the gateway's " +
        "`message`.",
      "wire/partner-keys.test.ts > tells a sales unit that is not active what the FAQ says",
    ),
    assumed(
      "no public source",
      "A successful response is `application/json;charset=UTF-8` with `no-store` and " +
        "`no-cache`.",
      "wire/partner-keys.test.ts > answers seven members in profile 2023, all of them strings",
    ),
    assumed(
      "no public source",
      "A token stays valid when the keys change, and becomes invalid when the partner or sales " +
        "unit is removed.",
      "wire/partner-keys.test.ts > stays good when the keys change",
      "wire/partner-keys.test.ts > goes by what the partner acts for now",
    ),
  ],
};

/** What a partner can do with it. */
export const partnerKeysSection: Section = {
  title: "Partner keys",
  endpoints: [`POST ${PATHS.token}`, `POST ${PATHS.revocation}`, `GET ${PATHS.authorize}`],
  behaviours: [
    documented(
      `FAQ: ${FAQ.partnerKeys}; documentation 2023`,
      "`Authorization: Bearer` with a partner's platform token, together with " +
        "`Merchant-Serial-Number`, authenticates in place of the sales unit's credentials.",
      "wire/partner-keys.test.ts > gets tokens and revokes them in profile 2026, for its sales unit alone",
      "wire/faq/partner-keys.ts > login from phone number takes them for a sales unit that the partner acts for, from the request to the tokens",
    ),
    documented(
      "documentation 2023",
      "This works for a sales unit that uses `client_secret_basic` and for which the partner " +
        "acts.",
      "wire/partner-keys.test.ts > is refused for a sales unit with %j",
      "wire/partner-keys.test.ts > is refused without a sales unit, or with one of others, or of nobody",
    ),
    assumed(
      "documentation 2023; that it is refused is documented",
      "Whatever the reason, a refusal is 401 `invalid_client` with the description alone; only " +
        "a sales unit that is not active gets the FAQ's sentence.",
      "wire/partner-keys.test.ts > is refused without a sales unit, or with one of others, or of nobody",
      "wire/partner-keys.test.ts > is told the FAQ's sentence for a sales unit that is not active",
    ),
    different(
      "documentation 2023",
      "Partner keys work here as they do in production.",
      "The real test environment, where a partner needs them most, does not have them.",
      "wire/faq/partner-keys.ts > it does in profile 2026, with msn in place of client_id",
    ),
    assumed(
      `FAQ: ${FAQ.partnerKeys}; fosite 0.40.2`,
      "In profile 2023 a Bearer token does not count as credentials in the browser flow: 400 " +
        "`invalid_request`, or 401 `invalid_client` where the body has a `client_id`.",
      "wire/partner-keys.test.ts > is as good as no credentials in the browser flow of 2023, with a better reason",
    ),
    assumed(
      "no public source",
      "A secret in the body takes precedence over a Bearer token.",
      "wire/partner-keys.test.ts > counts for nothing beside a secret in the body",
    ),
    assumed(
      "documentation 2023",
      "A sales unit's own platform token authenticates nobody: 401 `invalid_client`.",
      "wire/partner-keys.test.ts > is refused when a sales unit got it for itself",
    ),
    documented(
      "documentation 2023",
      "In profile 2026 `msn` may stand in place of `client_id`: a redirect leads to the same URL with " +
        "the `client_id` of that sales unit.",
      "wire/partner-keys.test.ts > is replaced where it stands, and the rest of the query stays as it came",
    ),
    assumed(
      "documentation 2023",
      "It is a 302, and `client_id` takes the place of `msn`. This works for every sales unit, " +
        "as it is not yet known who asks.",
      "wire/partner-keys.test.ts > is replaced where it stands, and the rest of the query stays as it came",
    ),
    assumed(
      "documentation 2023",
      "An unknown `msn`, and in profile 2023 any `msn`, is treated as an unknown `client_id`.",
      "wire/partner-keys.test.ts > that nobody has leads to the error page, with the closest in the log",
      "wire/partner-keys.test.ts > is an unknown parameter beside client_id in profile 2023",
    ),
    assumed(
      "no public source",
      "When `client_id` is sent too, `msn` is ignored.",
      "wire/partner-keys.test.ts > is ignored beside client_id, and noted",
    ),
  ],
};
