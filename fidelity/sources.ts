/**
 * The public material that this project was made from, each piece once: the one place where it is named.
 * Everything that cites it does so by the key here; docs/sources.md is written from it.
 */

/** How far a source is to be trusted. */
export const TRUST = {
  official: "Vipps wrote it about its own service. What it says counts, as of its date.",
  staff: "Somebody of Vipps answers in public, or a page of Vipps is quoted.",
  seen: "Somebody outside pasted a real response. It was so once, in one environment.",
  code: "Programs that the real service ran or speaks a protocol of. True as far as it runs them unchanged.",
  outside: "Others write about the service, or programs were written for it. A hint, no proof.",
} as const;

/** One piece of public material. */
export interface Source {
  /** What it is, as a title. */
  readonly title: string;
  /** Where it is to be found: repository with commit or date and file, issue, page. */
  readonly where: string;
  /** The address to open. */
  readonly url: string;
  /** What it tells, in this project's words. */
  readonly tells: string;
  readonly trust: keyof typeof TRUST;
  /** On which day its address was last looked up and found; left out where that could not be done. */
  readonly seen?: string;
}

const LOOKED_UP = "2026-11-27";

const github = (repository: string, path: string) => `https://github.com/${repository}/${path}`;
const login = (path: string) => github("vippsas/vipps-login-api", path);

/** The repository of the Login API's documentation as it stood on a day. */
const documentation = (date: string, commit: string, file: string) => ({
  where: `vippsas/vipps-login-api at ${commit} (${date}), ${file}`,
  url: login(`tree/${commit}`),
  trust: "official" as const,
  seen: LOOKED_UP,
});

/** Issues and pull requests of one of Vipps' repositories, by their numbers. */
const issues =
  (repository: string) =>
  (
    number: number,
    trust: Source["trust"],
    title: string,
    tells: string,
    seen?: string,
  ): Source => ({
    title,
    where: `vippsas/${repository} issue ${number}`,
    url: github(`vippsas/${repository}`, `issues/${number}`),
    tells,
    trust,
    ...(seen !== undefined && { seen }),
  });

const loginIssue = issues("vipps-login-api");
const platformIssue = issues("vipps-developers");
const ecomIssue = issues("vipps-ecom-api");

/** A release of a program of Ory's, with the files that count here. */
const release = (
  repository: string,
  { tag, files }: { readonly tag: string; readonly files: string },
  title: string,
  tells: string,
): Source => ({
  title,
  where: `ory/${repository} ${tag}, ${files}`,
  url: github(`ory/${repository}`, `tree/${tag}`),
  tells,
  trust: "code",
});

const standard = (title: string, url: string, tells: string): Source => ({
  title,
  where: title,
  url,
  tells,
  trust: "code",
});

const rfc = (number: number, title: string, tells: string): Source =>
  standard(`RFC ${number}, ${title}`, `https://www.rfc-editor.org/rfc/rfc${number}`, tells);

/** Every source by the name under which it is cited. */
export const SOURCES = {
  FAQ: {
    title: "Vipps Login FAQ, version 2.3.8",
    where: "vippsas/vipps-login-api at 0aaa759 (16 November 2022), vipps-login-api-faq.md",
    url: login("blob/0aaa759/vipps-login-api-faq.md"),
    tells:
      "What merchants ask most: redirect URIs, scopes, consent, age, errors, statistics. The rules that the mock " +
      "enforces are its entries; they are cited with their question.",
    trust: "official",
    seen: LOOKED_UP,
  },
  "documentation 2019": {
    title: "The first documentation of the Login API",
    ...documentation("17 July 2019", "fee709a", "the page about automatic recognition"),
    tells:
      "Logging in without a page as it was first thought of, and a cancelled login as it came back by redirect.",
  },
  "documentation 2020": {
    title: "The Login API before version 2",
    ...documentation("22 December 2020", "babff38", "docs/swagger.yaml and vipps-login-api.md"),
    tells:
      "The old userinfo path with its format: dates as DD.MM.YYYY, `nnin`, a list of addresses.",
  },
  "documentation 2022": {
    title: "The documentation of the FAQ's time",
    ...documentation("20 December 2022", "97c8f8d", "vipps-login-api.md and its howitworks.md"),
    tells:
      "The texts of errors by redirect, the silent login `no_dialog`, `delegatedConsents`, a sample ID token with " +
      "`msn`. The parent of a484917, a week before, still has the QR flow.",
  },
  "documentation 2023": {
    title: "The documentation at the end of 2023",
    ...documentation(
      "6 December 2023",
      "95eb01c",
      "api-guide/ (browser flow, apps, core concepts, merchant-initiated login, partner keys, important information), " +
        "how-it-works/, login-api-quick-start.md",
    ),
    tells:
      "Everything about both flows: the discovery document, keys, requests, redirects with their errors, tokens with " +
      "decoded samples, userinfo, `app_to_app`, `automatic_return_from_vipps_app`, partner keys, the webhook of a " +
      "revoked consent, and what a user sees, with the box to be remembered.",
  },
  "history of the documentation": {
    title: "What came to the documentation and what went",
    where:
      "vippsas/vipps-login-api, commits 492dfaf (April 2019), 49d3576 (October 2019), 6ff2758 (September 2022), " +
      "a484917 (December 2022), 827d6f9 (October 2023)",
    url: login("commits"),
    tells:
      "That the service began as Ory Hydra, and when `promotions`, the QR flow and `no_dialog` came and went.",
    trust: "official",
    seen: LOOKED_UP,
  },
  "OpenAPI 2025": {
    title: "The OpenAPI file of the Login API, version 1.1.0",
    where:
      "coretrekas/vipps at 2eec70e (15 October 2025), .specs/login-swagger-id.yaml, a copy of Vipps' own file",
    url: github("coretrekas/vipps", "blob/2eec70e/.specs/login-swagger-id.yaml"),
    tells:
      "Paths, headers, schemas of userinfo and its errors, `user-exists`, and an ID token of January 2022 as a sample.",
    trust: "official",
    seen: LOOKED_UP,
  },
  "agent toolkit": {
    title: "Vipps' instructions for programs that write programs",
    where:
      "vippsas/agent-toolkit at e00db21 (21 August 2026), plugins/vipps/skills/ (login, webhooks)",
    url: github("vippsas/agent-toolkit", "tree/e00db21/plugins/vipps/skills"),
    tells:
      "The service as it is meant to be used in 2026: discovery, scopes and claims, `app_to_app_v2`, `acr_values`, " +
      "login from phone number with pings, webhooks with their limits and retries.",
    trust: "official",
    seen: LOOKED_UP,
  },
  "developer site": {
    title: "Vipps MobilePay's pages for developers",
    where:
      "developer.vippsmobilepay.com, Login API, Userinfo API and knowledge base, as of 2024 to 2026",
    url: "https://developer.vippsmobilepay.com/docs/APIs/login-api/",
    tells:
      "The guides that followed the repository, with the changelog (when `gender`, user data in the ID token and " +
      "`customFlow` came), how a login goes on a desktop and on a phone, the texts of marketing consents, how long " +
      "userinfo can be read, the forms of errors, and what the test environment has and has not.",
    trust: "official",
    seen: LOOKED_UP,
  },
  "platform documentation": {
    title: "Access tokens and partner keys for all APIs",
    where:
      "vippsas/vipps-developers, before and at 22d9c68 (2 February 2023), and 5fd2c0c (5 January 2023)",
    url: github("vippsas/vipps-developers", "commit/22d9c68"),
    tells:
      "`POST /accesstoken/get`: its headers, its seven members and how long a token lives, and which of the members " +
      "were to go.",
    trust: "official",
    seen: LOOKED_UP,
  },
  "Webhooks API 2023": {
    title: "The Webhooks API's OpenAPI file and guides",
    where:
      "vippsas/webhooks-api at d1c57d2 (8 December 2023), docs/swagger.yaml, api-guide.md, request-authentication.md, faq.md",
    url: github("vippsas/webhooks-api", "tree/d1c57d2"),
    tells:
      "Registering, listing and deleting, which headers are required, the form of a refusal, what a URL must be, and a " +
      "worked example of a signature.",
    trust: "official",
    seen: LOOKED_UP,
  },
  "Webhooks API 2026": {
    title: "The Webhooks API's pages",
    where:
      "developer.vippsmobilepay.com, Webhooks API: guide, event types, changelog (March and August 2026)",
    url: "https://developer.vippsmobilepay.com/docs/APIs/webhooks-api/api-guide/",
    tells:
      "Events and limits by API, registrations of partners, and that registrations which do not respond for two weeks " +
      "are removed.",
    trust: "official",
    seen: LOOKED_UP,
  },
  "vipps-login-api issue 36": loginIssue(
    36,
    "seen",
    "A redirect with server_error",
    "How the text of a redirect's error is encoded, as it was pasted in November 2020.",
    LOOKED_UP,
  ),
  "vipps-login-api issue 39": loginIssue(
    39,
    "seen",
    "A token endpoint that is not found",
    "That a wrong path is a 404.",
  ),
  "vipps-login-api issue 68": loginIssue(
    68,
    "seen",
    "The page for a redirect URI that is not registered",
    "The words of the service's own error page.",
    LOOKED_UP,
  ),
  "vipps-login-api issue 81": loginIssue(
    81,
    "staff",
    "Calls from a browser",
    "That no endpoint allows scripts of other origins.",
    LOOKED_UP,
  ),
  "vipps-login-api issue 85": loginIssue(
    85,
    "staff",
    "Codes for an app that is too old",
    "`old_app` for login from phone number, `outdated_app_version` in the browser, says Vipps.",
    LOOKED_UP,
  ),
  "vipps-login-api issue 97": loginIssue(
    97,
    "seen",
    "401 at the token endpoint",
    "The body of `invalid_client`, and that PKCE replaces no client secret.",
    LOOKED_UP,
  ),
  "vipps-login-api issue 99": loginIssue(
    99,
    "staff",
    "What an access token is",
    "That it is opaque, says Vipps.",
  ),
  "vipps-login-api issue 100": loginIssue(
    100,
    "staff",
    "Refresh tokens and the scope offline",
    "`offline` is refused as `invalid_scope`; an access token lives ten minutes, says Vipps in January 2022.",
    LOOKED_UP,
  ),
  "vipps-login-api issue 103": loginIssue(
    103,
    "staff",
    "The redirect of login from phone number",
    "That it brings the code and nothing else.",
    LOOKED_UP,
  ),
  "vipps-developers issue 80": platformIssue(
    80,
    "seen",
    "Access denied due to missing subscription key",
    "The gateway's 401 without a subscription key, pasted in March 2021.",
    LOOKED_UP,
  ),
  "vipps-developers issue 143": platformIssue(
    143,
    "seen",
    "A number of the other environment",
    "What a user reads who cannot log in, and a private path of the pages.",
    LOOKED_UP,
  ),
  "vipps-ecom-api issue 5": ecomIssue(
    5,
    "seen",
    "A response of /accesstoken/get",
    "Seven members, all of them strings.",
  ),
  "vipps-ecom-api issue 183": ecomIssue(
    183,
    "seen",
    "An application that is not found in the directory",
    "The 400 of `/accesstoken/get` for an unknown `client_id`, pasted in March 2021.",
    LOOKED_UP,
  ),
  "common errors FAQ": {
    title: "Errors that are common to all APIs",
    where: "vippsas/vipps-developers at 03b439f (December 2022), faqs/common-errors-faq.md",
    url: github("vippsas/vipps-developers", "blob/03b439f/faqs/common-errors-faq.md"),
    tells: "What wrong keys and a wrong `client_id` get at `/accesstoken/get`.",
    trust: "official",
    seen: LOOKED_UP,
  },
  "eCom documentation": {
    title: "The guide of the eCom API",
    where: "vippsas/vipps-ecom-api, vipps-ecom-api.md of October 2020 to December 2022",
    url: github("vippsas/vipps-ecom-api", "blob/master/vipps-ecom-api.md"),
    tells:
      "Userinfo by `sub` after a payment: which key not to send, that it tells what is in the profile at that moment.",
    trust: "official",
    seen: LOOKED_UP,
  },
  "Userinfo API 2023": {
    title: "The Userinfo API's OpenAPI file and guides",
    where:
      "vippsas/userinfo-api at 834ad67 (9 November 2023), docs/swagger.yaml, userinfo-api-guide.md, userinfo-api-quick-start.md",
    url: github("vippsas/userinfo-api", "tree/834ad67"),
    tells:
      "Userinfo after a payment and after a login: headers, the subscription key among them, statuses, what consent " +
      "covers, and that reading after 168 hours is an error.",
    trust: "official",
    seen: "2026-11-28",
  },
  "Microsoft error codes": {
    title: "Error codes of Microsoft's sign-in service",
    where: "Microsoft, AADSTS error codes",
    url: "https://learn.microsoft.com/entra/identity-platform/reference-error-codes",
    tells: "What the service behind `/accesstoken/get` says of a wrong secret.",
    trust: "code",
  },
  "fosite 0.40.2": release(
    "fosite",
    {
      tag: "v0.40.2",
      files:
        "authorize_request_handler.go, access_request_handler.go, revoke_handler.go, errors.go, handler/pkce, handler/oauth2, handler/openid",
    },
    "ory/fosite, the library under Hydra",
    "The order of checks at both endpoints, every error with its text, PKCE, codes, revocation. That it was this " +
      "version, or one of 0.40.0 to 0.40.2, follows from samples and texts of 2021 and 2022.",
  ),
  "Hydra 1.10.6": release(
    "hydra",
    {
      tag: "v1.10.6",
      files: "consent/strategy_default.go, consent/helper.go, oauth2/handler.go, jwk/handler.go",
    },
    "ory/hydra, the authorization server",
    "The chain of redirects with its cookies and verifiers, lifetimes, the old userinfo's 401, the order of members in " +
      "the discovery document.",
  ),
  "herodot 0.9.6": release(
    "herodot",
    { tag: "v0.9.6", files: "json.go" },
    "ory/herodot, Hydra's JSON writer",
    "Content types and the line break at the end.",
  ),
  Go: standard(
    "Go's net/url and encoding/json",
    "https://pkg.go.dev/net/url",
    "How queries are encoded and sorted, how JSON is escaped, and that the keys of a map come out in order.",
  ),
  "Expo sample": {
    title: "A public sample application for phones",
    where: "derletzteritter/vipps-expo-auth, App.js",
    url: github("derletzteritter/vipps-expo-auth", "blob/main/App.js"),
    tells: "The test environment's whole discovery document of about 2022, pasted.",
    trust: "seen",
    seen: LOOKED_UP,
  },
  "Curity client": {
    title: "Curity's client for login from phone number",
    where:
      "Curity-PS/vipps-backchannel (2026), the mock of its integration test, MockVippsService.groovy",
    url: github("Curity-PS/vipps-backchannel", "tree/main/src/test/groovy"),
    tells: "Two refusals whose words look like the real service's.",
    trust: "outside",
    seen: LOOKED_UP,
  },
  stottemedlem: {
    title: "Notes of an application in the test environment",
    where: "hakonkrogh/stottemedlem, notes of August 2026 (.claude/skills/stack-docs/SKILL.md)",
    url: github("hakonkrogh/stottemedlem", "tree/main/.claude/skills"),
    tells:
      "What the test environment answered: a webhook's host is resolved when it is registered, numbers of " +
      "`/accesstoken/get` are JSON numbers, `email_verified` can be false.",
    trust: "seen",
    seen: LOOKED_UP,
  },
  Signaturgruppen: {
    title: "A broker's documentation of Vipps Login",
    where: "Signaturgruppen's broker documentation, MobilePay Login",
    url: "https://signaturgruppen-a-s.github.io/signaturgruppen-broker-documentation/idps/mobilepay.html",
    tells: "The members of `flowResult`.",
    trust: "outside",
    seen: LOOKED_UP,
  },
  "public clients": {
    title: "Programs that log users in with Vipps",
    where:
      "nextauthjs/next-auth, vippsas/vipps-login-wordpress, -magento, -dotnet, -drupal, vipps-craft-login, " +
      "danpejobo/django-allauth-vipps, SocialiteProviders/Vipps and a dozen others; test/clients/survey.test.ts names them",
    url: github("search", "?q=vipps+login&type=repositories"),
    tells: "What they send and what they rely on.",
    trust: "outside",
  },
  "RFC 6749": rfc(
    6749,
    "The OAuth 2.0 Authorization Framework",
    "Requests, grants and their errors.",
  ),
  "RFC 6750": rfc(6750, "Bearer Token Usage", "How an access token is sent and refused."),
  "RFC 7009": rfc(7009, "OAuth 2.0 Token Revocation", "What revocation answers."),
  "RFC 7636": rfc(7636, "Proof Key for Code Exchange", "Challenges and verifiers."),
  "RFC 9110": rfc(9110, "HTTP Semantics", "What a request gets that does not arrive."),
  "RFC 9112": rfc(9112, "HTTP/1.1", "Which requests are ambiguous, and what they get."),
  "OpenID Connect Core": standard(
    "OpenID Connect Core 1.0",
    "https://openid.net/specs/openid-connect-core-1_0.html",
    "The authentication request, the ID token, userinfo.",
  ),
  "CIBA Core": standard(
    "OpenID Connect Client-Initiated Backchannel Authentication Core 1.0",
    "https://openid.net/specs/openid-client-initiated-backchannel-authentication-core-1_0.html",
    "The request, polling and the errors of login from phone number.",
  ),
} as const satisfies Readonly<Record<string, Source>>;

/** The name of a source. */
export type SourceName = keyof typeof SOURCES;

/** What one call to the real test environment would settle: no public source tells it. */
export const OPEN_QUESTIONS: readonly string[] = [
  "Which program answers today, and whether its error texts are still Hydra's.",
  "The body of userinfo's 401 and 403 with its `WWW-Authenticate`, and what the gateway says to a subscription key there.",
  "What `expires_in` says in the browser flow, how long userinfo answers, and how long a code lives.",
  "Which claims the ID token has since September 2025, where `msn` stands among them, and whether `rat`, `sid` and `jti` are left.",
  "Whether `plain` is taken for PKCE: the documentation says yes, the discovery document of 2026 and Hydra say no.",
  "The whole discovery document of 2026: `end_session_endpoint`, `response_types_supported`, `acr_values_supported`.",
  "In login from phone number: where `error_code` stands, the texts of `slow_down`, `expired_token` and `access_denied`, the value of `Retry-After`, today's key and the name of the claim.",
  "What `prompt=none` does since `no_dialog` is gone.",
  "Whether the last redirect is a 302 or a 303.",
  "The JSON that goes with “The client or its related sale unit or merchant does not exist or is not active”.",
  "In the Webhooks API: the 401 for a wrong platform token, the statuses for one registration too many and for an unknown id, the reason for an unknown event, and whether secrets are UUIDs or base64.",
  "Whether a registered webhook's redirect is followed, and what a registration must do to be taken for unresponsive.",
];

/** The names, the longer ones first, so that none is taken for another that begins alike. */
const NAMES = (Object.keys(SOURCES) as SourceName[]).sort(
  (one, other) => other.length - one.length,
);

/** The source that a part of a citation begins with: by its name, and then a section or a remark. */
export function sourceOf(part: string): SourceName | undefined {
  return NAMES.find(
    (name) => part.startsWith(name) && /^($|[,:]| §)/.test(part.slice(name.length)),
  );
}

/** The parts of what is written as a source. */
export function partsOf(source: string): readonly string[] {
  return source.split("; ");
}

/** Where docs/sources.md has it. */
export function anchorOf(name: SourceName): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}
