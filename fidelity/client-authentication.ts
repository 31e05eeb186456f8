import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, derived, documented, observed } from "./behaviour.ts";

export const clientAuthenticationSection: Section = {
  title: "Client authentication",
  endpoints: [`POST ${PATHS.token}`, `POST ${PATHS.revocation}`],
  behaviours: [
    documented(
      `FAQ: ${FAQ.clientSecretPost}; FAQ: ${FAQ.azureB2c}`,
      "A sales unit takes `client_secret_basic` or `client_secret_post`, one of them, the first by " +
        "default.",
    ),
    derived(
      "dossier §2.4",
      "The other method is 401 `invalid_client` with a hint that names both.",
    ),
    observed("dossier §2.4", "An unknown id and a wrong secret get the same 401 `invalid_client`."),
    documented(
      `FAQ: ${FAQ.invalidClient}`,
      "So do keys of another environment and a sales unit without Vipps Login.",
    ),
    assumed(
      `FAQ: ${FAQ.inactive}; dossier §5; the sentence is documented, the JSON around it is not`,
      "Right keys of a sales unit that is not active: 401 `invalid_client` with the FAQ's sentence as " +
        "`error_description`.",
    ),
    derived("dossier §2.4", "No credentials at all are 400 `invalid_request`, with a hint."),
    derived(
      "dossier §2.4",
      "Id and secret in Basic credentials are form-decoded: a raw `+` becomes a space, a stray `%` is " +
        "400 `invalid_request`.",
    ),
    observed("dossier §3", "A `client_id` in the body beside Basic credentials does no harm."),
    assumed(
      "dossier §2.4",
      "Basic credentials and a secret in the body at once count as the method that the sales unit " +
        "does not take.",
    ),
    observed(
      "dossier §1.6, §2.4",
      "A `client_id` without a secret is 401 `invalid_client`, with PKCE too.",
    ),
    derived("dossier §2.4", "A 401 has no `WWW-Authenticate` header."),
    derived(
      "dossier §2.1, §2.2",
      "Errors are JSON with `error` and `error_description` and nothing else.",
    ),
  ],
};
