import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, derived } from "./behaviour.ts";

export const revocationSection: Section = {
  title: "Token revocation",
  endpoints: [`POST ${PATHS.revocation}`],
  behaviours: [
    derived(
      "dossier §2.7",
      "It answers 200 with an empty body, `no-store` and `no-cache`, also for a token that nobody has, " +
        "for another client's, and for none.",
    ),
    derived("RFC 7009 §2.1; dossier §2.7", "Another client's token stays good."),
    derived(
      "dossier §2.7",
      "A request that cannot be read, or has no credentials, is 400 `invalid_request` with its default " +
        "hint; wrong credentials are 401 `invalid_client` without a hint.",
    ),
    assumed(
      `FAQ: ${FAQ.inactive}; dossier §5`,
      "Right keys of a sales unit that is not active get the FAQ's sentence here too.",
    ),
    assumed("dossier §2.7", "A repeated parameter makes a request one that cannot be read."),
    assumed("no public source", "`token_type_hint` is ignored."),
    assumed(
      "no public source",
      "Revoking an access token ends that token only: consent and remembered browser stay.",
    ),
  ],
};
