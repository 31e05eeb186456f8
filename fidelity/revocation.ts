import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, derived } from "./behaviour.ts";

export const revocationSection: Section = {
  title: "Token revocation",
  endpoints: [`POST ${PATHS.revocation}`],
  behaviours: [
    derived(
      "fosite 0.40.2; RFC 7009 §2.2",
      "It responds with 200, an empty body, `no-store` and `no-cache`, also to an unknown " +
        "token, another client's, and none.",
      "wire/revocation.test.ts > ends an access token, with an empty answer",
      "wire/revocation.test.ts > answers %s as if it had been one",
    ),
    derived(
      "RFC 7009 §2.1; fosite 0.40.2",
      "Another client's token stays valid.",
      "wire/revocation.test.ts > leaves another client's token alone, without telling",
    ),
    derived(
      "fosite 0.40.2",
      "A malformed request, or one without credentials, is 400 `invalid_request` with the " +
        "default hint; wrong credentials are 401 `invalid_client` without a hint.",
      "wire/revocation.test.ts > refuses a request %s with the default hint",
      "wire/revocation.test.ts > refuses %s without a hint, and leaves the token alone",
    ),
    assumed(
      `FAQ: ${FAQ.inactive}`,
      "The right keys of a sales unit that is not active get the FAQ's sentence here too.",
      "wire/revocation.test.ts > tells a sales unit that is not active, and it alone, in the FAQ's words",
    ),
    derived(
      "fosite 0.40.2; it only looks first where the hint points",
      "`token_type_hint` changes nothing.",
      "wire/revocation.test.ts > answers %s as if it had been one",
    ),
    derived(
      "fosite 0.40.2; Hydra 1.10.6",
      "Revoking an access token ends that token only: consent and remembered browser stay.",
      "wire/revocation.test.ts > ends nothing else: consent and remembered browser stay, other tokens live",
    ),
  ],
};
