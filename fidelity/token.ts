import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, derived, documented } from "./behaviour.ts";

export const tokenSection: Section = {
  title: "Token endpoint",
  endpoints: [`POST ${PATHS.token}`],
  behaviours: [
    derived(
      "fosite 0.40.2",
      "Every response, success or error, is `application/json;charset=UTF-8` with " +
        "`Cache-Control: no-store` and `Pragma: no-cache`, without a line break at the end.",
      "wire/token.test.ts > answers a code with tokens, in the form of the real service",
      "wire/bad-input.test.ts > a refusal tells the merchant what the real service tells, and the log why",
    ),
    derived(
      "fosite 0.40.2",
      "Of several mistakes the first in this order is reported: empty body, missing " +
        "`grant_type`, unknown `grant_type`, client, a grant that the client may not use, the " +
        "grant itself.",
      "wire/token.test.ts > an unknown one is told before wrong credentials are",
      "wire/bad-input.test.ts > %s for a body at the token endpoint",
    ),
    derived(
      "fosite 0.40.2",
      "An unknown `grant_type` is `invalid_request`, even with wrong credentials; nothing is ever " +
        "`unsupported_grant_type`.",
      "wire/token.test.ts > an unknown one is told before wrong credentials are",
      "wire/token.test.ts > %s is %s",
    ),
    derived(
      "fosite 0.40.2",
      "A grant that Hydra knows and the sales unit may not use is `unauthorized_client`.",
      "wire/token.test.ts > %s is %s",
    ),
    assumed(
      "documentation 2023; fosite 0.40.2; discovery lists client_credentials",
      "`client_credentials` and `refresh_token` are such grants.",
      "wire/token.test.ts > %s is %s",
    ),
    derived(
      "fosite 0.40.2",
      "A code is checked in this order: known, not used, not expired, of this client, same " +
        "`redirect_uri`, PKCE, length of the nonce.",
      "wire/bad-input.test.ts > a refusal tells the merchant what the real service tells, and the log why",
    ),
    documented(
      "documentation 2023",
      "A code works once, for its client and redirect URI.",
      "wire/token.test.ts > serves once: its second use takes the tokens of that login away, and of no other",
      "wire/bad-input.test.ts > a refusal tells the merchant what the real service tells, and the log why",
    ),
    derived(
      "fosite 0.40.2; documentation 2023; it quotes the description",
      "An unknown, expired or garbled code is `invalid_grant` with the description alone.",
      "wire/bad-input.test.ts > a refusal tells the merchant what the real service tells, and the log why",
    ),
    derived(
      "fosite 0.40.2",
      "The second use of a code is `invalid_grant`, “… The authorization code has already been " +
        "used.”, and revokes the access token of the first.",
      "wire/token.test.ts > serves once: its second use takes the tokens of that login away, and of no other",
    ),
    derived(
      "fosite 0.40.2",
      "Another client, and another `redirect_uri`, are `invalid_grant` with a hint of their own.",
      "wire/bad-input.test.ts > a refusal tells the merchant what the real service tells, and the log why",
    ),
    assumed(
      "fosite 0.40.2",
      "After such a refusal, or one because of the nonce, the right client can still use the " +
        "code.",
      "wire/token.test.ts > stays good after a request that failed for another reason",
    ),
    assumed(
      "no public source",
      "A code is remembered for an hour after it was issued; after that it is unknown.",
      "wire/token.test.ts > is remembered for an hour, and unknown after it",
    ),
    derived(
      "fosite 0.40.2",
      "A `nonce` of fewer than 8 bytes is `insufficient_entropy` here, not at the authorization " +
        "endpoint.",
      "wire/faq/identity.ts > a nonce comes back in the ID token, and a short one is refused with the code",
    ),
    derived(
      "Go",
      "The members of the response are alphabetical: `access_token`, `expires_in`, `id_token`, " +
        "`scope`, `token_type`.",
      "wire/token.test.ts > answers a code with tokens, in the form of the real service",
    ),
    documented(
      "documentation 2023",
      "`token_type` is `bearer` in small letters.",
      "wire/token.test.ts > answers a code with tokens, in the form of the real service",
    ),
    documented(
      "documentation 2023; vipps-login-api issue 100",
      "There is no refresh token.",
      "wire/token.test.ts > answers a code with tokens, in the form of the real service",
    ),
    documented(
      "vipps-login-api issue 99; Hydra 1.10.6",
      "The access token is not a JWT: 43 characters, a dot and 43 more.",
      "wire/token.test.ts > answers a code with tokens, in the form of the real service",
    ),
    assumed(
      "documentation 2023; samples from 2022 to 2026 say 3599, Vipps staff in 2022 and the documentation of " +
        "2023 and 2026 say 10 minutes",
      "`expires_in` is more than the time for which userinfo takes the access token.",
      "wire/token.test.ts > says more of an access token than userinfo takes it for, in profile %s",
      "wire/faq/consent.ts > as long as the consent stands it is readable until the token expires",
    ),
    assumed(
      "documentation 2023; Hydra's default is 10 minutes, the FAQ of December 2023 speaks of a couple",
      "A code lives 120 seconds.",
      "wire/token.test.ts > after %i seconds: %i",
    ),
  ],
};

export const idTokenSection: Section = {
  title: "ID token",
  endpoints: [`POST ${PATHS.token}`],
  behaviours: [
    documented(
      "OpenAPI 2025",
      "It is signed with RS256; in profile 2023 `aud` is an array.",
      "wire/token.test.ts > has the header and the alphabetical claims of the sample",
      "wire/token.test.ts > verifies with the published key and names the access token by its hash",
    ),
    documented(
      "OpenAPI 2025; fosite 0.40.2",
      "Its header has `alg` and `kid` and no `typ`, as in the sample of 2022.",
      "wire/token.test.ts > has the header and the alphabetical claims of the sample",
    ),
    assumed(
      "fosite 0.40.2",
      "The same in profile 2026, although newer versions of Hydra have `typ` again.",
      "wire/token.test.ts > has the same header in 2026, and the claims about the user among the others",
    ),
    documented(
      "OpenAPI 2025; documentation 2022, for `msn`",
      "Its claims are `at_hash`, `aud`, `auth_time`, `exp`, `iat`, `iss`, `jti`, `msn`, `nonce`, `rat`, " +
        "`sid` and `sub`.",
      "wire/token.test.ts > has the header and the alphabetical claims of the sample",
    ),
    derived(
      "Go",
      "They are in alphabetical order, as Go sorts the keys of a map.",
      "wire/token.test.ts > has the header and the alphabetical claims of the sample",
    ),
    assumed(
      "documentation 2022; shown in documentation since November 2022, and missing in earlier samples",
      "Every ID token has `msn`, with partner keys and without, in both profiles.",
      "wire/token.test.ts > has the header and the alphabetical claims of the sample",
      "wire/token.test.ts > has the same header in 2026, and the claims about the user among the others",
    ),
    assumed(
      "no public source",
      "In profile 2026 `rat`, `sid` and `jti` are still there.",
      "wire/token.test.ts > has the same header in 2026, and the claims about the user among the others",
    ),
    derived(
      "fosite 0.40.2",
      "`nonce` is left out when none was sent.",
      "oidc/id-token.test.ts > has no nonce when none was sent",
    ),
    documented(
      "OpenAPI 2025; developer site",
      "It is valid for 3600 seconds.",
      "wire/token.test.ts > has the header and the alphabetical claims of the sample",
    ),
    derived(
      "Hydra 1.10.6",
      "`at_hash` is the left half of the access token's SHA-256, `rat` the time of the authorization " +
        "request, `auth_time` that of the login.",
      "wire/token.test.ts > verifies with the published key and names the access token by its hash",
      "wire/token.test.ts > tells apart when the login was asked for, when the user confirmed, and when it was made",
    ),
    documented(
      "developer site; agent toolkit",
      "In profile 2026 it has claims about the user.",
      "wire/faq/identity.ts > in 2026 the claims are in the ID token too",
    ),
    assumed(
      "developer site",
      "These are all the claims that userinfo would give, sorted in among the others.",
      "wire/token.test.ts > has the same header in 2026, and the claims about the user among the others",
    ),
    documented(
      "OpenAPI 2025",
      "`sid` and `jti` are UUIDs.",
      "wire/token.test.ts > has the header and the alphabetical claims of the sample",
    ),
    assumed(
      "OpenAPI 2025",
      "`sid` is the one that userinfo gives, and a new one for each login.",
      "wire/userinfo.test.ts > has the sub and sid of the ID token",
    ),
    documented(
      "OpenAPI 2025; public clients",
      "`sub` is the UUID that userinfo gives.",
      "wire/userinfo.test.ts > has the sub and sid of the ID token",
      "clients/survey.test.ts > dotnet, wordpress: sub is a UUID, the same in ID token and userinfo",
    ),
  ],
};
