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
      "A sales unit accepts either `client_secret_basic`, the default, or `client_secret_post`.",
      "wire/faq/credentials.ts > a sales unit that is set to it takes it, and nothing else",
      "wire/faq/credentials.ts > a sales unit that is not set to it refuses it",
    ),
    derived(
      "fosite 0.40.2",
      "The other method is 401 `invalid_client` with a hint that names both.",
      "wire/faq/credentials.ts > a sales unit that is set to it takes it, and nothing else",
      "wire/faq/credentials.ts > a sales unit that is not set to it refuses it",
    ),
    observed(
      "vipps-login-api issue 97",
      "An unknown id and a wrong secret get the same 401 `invalid_client`.",
      "wire/faq/credentials.ts > %s: one answer for all, and the log tells which",
    ),
    documented(
      `FAQ: ${FAQ.invalidClient}`,
      "So do keys of another environment, and a sales unit without Vipps Login.",
      "wire/faq/credentials.ts > %s: one answer for all, and the log tells which",
    ),
    assumed(
      `FAQ: ${FAQ.inactive}; the sentence is documented, the JSON around it is not`,
      "The right keys of a sales unit that is not active get 401 `invalid_client` with the " +
        "FAQ's sentence as `error_description`.",
      "wire/faq/credentials.ts > because the sales unit is not active, wherever its credentials are looked at",
    ),
    derived(
      "fosite 0.40.2",
      "A request without credentials is 400 `invalid_request`, with a hint.",
      "wire/token.test.ts > %s: invalid_request",
    ),
    derived(
      "fosite 0.40.2",
      "Id and secret in Basic credentials are form-decoded: a raw `+` becomes a space, and a " +
        "stray `%` is 400 `invalid_request`.",
      "wire/token.test.ts > Basic credentials %s",
      "oidc/client-auth.test.ts > a client %s with a raw percent sign: %s",
    ),
    observed(
      "public clients; fosite 0.40.2",
      "A `client_id` in the body is ignored when there are Basic credentials.",
      "wire/faq/credentials.ts > a sales unit that is not set to it refuses it",
      "clients/survey.test.ts > craft: client_id in the body beside Basic",
    ),
    assumed(
      "fosite 0.40.2",
      "Basic credentials together with a secret in the body count as the method that the sales " +
        "unit does not accept.",
      "wire/token.test.ts > both ways at once count as the one that is not configured",
    ),
    observed(
      "vipps-login-api issue 97",
      "A `client_id` without a secret is 401 `invalid_client`, with PKCE too.",
      "wire/token.test.ts > a client_id without a secret is a wrong secret: PKCE replaces none",
    ),
    derived(
      "fosite 0.40.2",
      "A 401 has no `WWW-Authenticate` header.",
      "wire/bad-input.test.ts > a refusal tells the merchant what the real service tells, and the log why",
    ),
    derived(
      "fosite 0.40.2",
      "Errors are JSON with `error` and `error_description` and nothing else.",
      "wire/bad-input.test.ts > a refusal tells the merchant what the real service tells, and the log why",
    ),
  ],
};
