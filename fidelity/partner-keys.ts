import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, different, documented, observed } from "./behaviour.ts";

/** How a token for keys is had. */
export const platformTokenSection: Section = {
  title: "Platform token",
  endpoints: [`POST ${PATHS.platformToken}`],
  behaviours: [
    documented(
      "dossier §1.11",
      "`client_id`, `client_secret` and `Ocp-Apim-Subscription-Key` come as headers; the body is empty.",
    ),
    assumed("dossier §1.11", "A body that is there all the same, form or JSON, is ignored."),
    documented("dossier §1.11", "A partner's keys get a token, and so do those of a sales unit."),
    different(
      "dossier §1.11",
      "With the keys of a sales unit `Ocp-Apim-Subscription-Key` must be there, whatever it says. A " +
        "partner's is compared.",
      "A sales unit of a config has no subscription key, as Vipps Login never asks for one.",
    ),
    documented(
      "dossier §1.11",
      "`Merchant-Serial-Number` is optional: the token is the same with it and without it.",
    ),
    observed("dossier §1.11", "All members of the answer are strings, the numbers too."),
    documented("dossier §1.11", "A token lives one hour, as in the test environment."),
    observed(
      "dossier §1.11",
      "In profile 2023 `ext_expires_in` is 0, `resource` is " +
        "`00000002-0000-0000-c000-000000000000`, and `not_before` lies five minutes back.",
    ),
    observed("dossier §1.11", "The token is a JWT, so it begins with `eyJ`."),
    different(
      "dossier §1.11",
      "It is signed with the key of ID tokens; the real one is signed by a directory of Microsoft's.",
      "The token is for Vipps alone, and no merchant may look inside.",
    ),
    assumed(
      "dossier §1.8, §1.11",
      "Keys that are missing or wrong are 401 with the gateway's JSON, `statusCode` and `message`: " +
        "two texts about the subscription key, one of the mock's own for the other two.",
    ),
    assumed(
      `FAQ: ${FAQ.inactive}; dossier §5`,
      "The keys of a sales unit that is not active are told the FAQ's sentence as that `message`.",
    ),
    assumed(
      "no public source",
      "A good answer is `application/json;charset=UTF-8` with `no-store` and `no-cache`.",
    ),
    assumed(
      "no public source",
      "A token stays good when the keys change; when their partner or sales unit is removed, it does not.",
    ),
  ],
};

/** What a partner does with it. */
export const partnerKeysSection: Section = {
  title: "Partner keys",
  endpoints: [`POST ${PATHS.token}`, `POST ${PATHS.revocation}`, `GET ${PATHS.authorize}`],
  behaviours: [
    documented(
      `FAQ: ${FAQ.partnerKeys}; dossier §1.6, §1.9`,
      "`Authorization: Bearer` with a partner's platform token and `Merchant-Serial-Number` " +
        "authenticate in place of the sales unit's credentials.",
    ),
    documented(
      "dossier §1.6",
      "That works for a sales unit which takes `client_secret_basic` and for which the partner acts.",
    ),
    assumed(
      "dossier §1.6; that it is refused is documented",
      "Every reason to refuse it is 401 `invalid_client` with the bare description; only for a sales " +
        "unit that is not active it is the FAQ's sentence.",
    ),
    different(
      "dossier §1.6, §1.13",
      "Partner keys work here as they do in production.",
      "They are missing in the real test environment, where a partner needs them most.",
    ),
    assumed(
      `FAQ: ${FAQ.partnerKeys}; dossier §2.4`,
      "In profile 2023 the browser flow sees no credentials in a Bearer token: 400 `invalid_request`, " +
        "or 401 `invalid_client` where the body has a `client_id`.",
    ),
    assumed("no public source", "A secret in the body goes before a Bearer token."),
    assumed(
      "dossier §1.6",
      "A sales unit's own platform token authenticates nobody: 401 `invalid_client`.",
    ),
    documented(
      "dossier §1.4",
      "In profile 2026 `msn` may stand in place of `client_id`: a redirect leads to the same URL with " +
        "the `client_id` of that sales unit.",
    ),
    assumed(
      "dossier §1.4",
      "It is a 302, and the `client_id` stands where `msn` stood. That works for every sales unit: " +
        "who asks is not known yet.",
    ),
    assumed(
      "dossier §1.4",
      "An unknown `msn`, and in profile 2023 every one, is told as an unknown `client_id`.",
    ),
    assumed("no public source", "With `client_id` beside it, `msn` is ignored."),
  ],
};
