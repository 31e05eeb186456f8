import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, derived, different, documented, observed } from "./behaviour.ts";

/** What an authorization request may have, and in which order it is checked. */
export const authorizationRequestSection: Section = {
  title: "Authorization request",
  endpoints: [`GET ${PATHS.authorize}`, `GET ${PATHS.formPostScript}`],
  behaviours: [
    different(
      "OpenAPI 2025; Hydra 1.10.6",
      "POST gets 405; Hydra accepts it.",
      "Vipps documents GET only.",
      "wire/not-found.test.ts > answers %s %s with 405 and Allow: %s",
    ),
    derived(
      "fosite 0.40.2",
      "Of several mistakes the first in this order is reported: client, request object, " +
        "response mode, redirect URI, scope, audience, registration, response type, state; PKCE " +
        "and `prompt` after login and consent.",
      "wire/authorize.test.ts > order of validation: of several faults the first is told",
    ),
    assumed(
      "fosite 0.40.2",
      "`app_callback_uri`, which Hydra does not know, is checked between redirect URI and scope.",
      "wire/authorize.test.ts > app_callback_uri comes between redirect URI and scope",
    ),
    derived(
      "fosite 0.40.2",
      "Until the redirect URI is accepted, mistakes are shown on the error page; from then on " +
        "they are reported by redirect.",
      "wire/authorize.test.ts > told on the error page",
      "wire/authorize.test.ts > told to the merchant by redirect",
    ),
    derived(
      "fosite 0.40.2",
      "A missing or unknown `client_id`: the error page with `invalid_client`, “… The requested OAuth " +
        "2.0 Client does not exist.”",
      "wire/authorize.test.ts > told on the error page",
    ),
    assumed(
      `FAQ: ${FAQ.activation}`,
      "The `client_id` of a sales unit without Vipps Login gets the same.",
      "wire/faq/credentials.ts > without Vipps Login the credentials are as good as wrong",
    ),
    assumed(
      `FAQ: ${FAQ.inactive}`,
      "The `client_id` of a sales unit that is not active: the error page with `invalid_client` and " +
        "the FAQ's sentence.",
      "wire/faq/credentials.ts > because the sales unit is not active, wherever its credentials are looked at",
    ),
    assumed(
      "fosite 0.40.2; that no sales unit has keys for request objects",
      "`request` and `request_uri`: the error page with `invalid_request`, although discovery " +
        "lists them as supported.",
      "wire/authorize.test.ts > order of validation: of several faults the first is told",
      "wire/diagnoses.test.ts > an authorization request",
    ),
    observed(
      "Expo sample",
      "`response_mode` is `query` (the default) or `fragment`.",
      "wire/authorize.test.ts > in fragment mode with their query before the hash",
    ),
    derived(
      "fosite 0.40.2",
      "An unknown `response_mode`: the error page with `unsupported_response_mode`.",
      "wire/authorize.test.ts > told on the error page",
    ),
    derived(
      "fosite 0.40.2; Hydra 1.10.6; they let every client use it; discovery lists query " +
        "and fragment alone",
      "`response_mode=form_post` is supported: a page whose form posts the response to the redirect URI. " +
        "The request log notes it. `rules.formPost: false` refuses it.",
      "wire/form-post.test.ts > brings a code to the redirect URI as a form",
      "wire/form-post.test.ts > brings %s to the redirect URI as a form",
      "wire/form-post.test.ts > is refused like an unknown mode where a rule says so",
    ),
    assumed(
      "fosite 0.40.2; its page submits itself by a script in it",
      "The page says what it is, submits itself by a script of its own, and has a button for browsers " +
        "without scripts.",
      "wire/form-post.test.ts > is a page that goes on by itself, or by its button",
      "browser/form-post.test.ts > arrives at the merchant, by itself",
      "browser/form-post.test.ts > arrives at the merchant, by the button without scripts",
    ),
    documented(
      `FAQ: ${FAQ.redirectUris}; FAQ: ${FAQ.invalidClient}`,
      "`redirect_uri` must be exactly one of the registered ones: case, query, trailing slash " +
        "and encoding count.",
      "wire/authorize.test.ts > a redirect URI that differs in its %s",
      "wire/faq/redirect-uris.ts > one that differs by %s ends on the error page",
    ),
    different(
      "fosite 0.40.2",
      "Loopback addresses are compared exactly too. Hydra allows any port for " +
        "`http://127.0.0.1` and `http://[::1]`.",
      "The FAQ wants them “exactly the same” and makes no exception. What passes here passes " +
        "there.",
      "rules/redirect-uri.test.ts > %s makes a difference",
    ),
    different(
      "fosite 0.40.2; OpenID Connect Core §3.1.2.1",
      "A missing `redirect_uri` is refused like one that is not registered. Hydra uses the " +
        "registered one where there is exactly one.",
      "OpenID Connect Core §3.1.2.1 requires it, and so does Vipps' documentation.",
      "wire/authorize.test.ts > a redirect URI that differs in its %s",
    ),
    derived(
      "fosite 0.40.2",
      "`http` is allowed for `localhost`, `*.localhost` and loopback addresses.",
      "wire/faq/redirect-uris.ts > %s can be used",
      "wire/faq/redirect-uris.ts > %s cannot be registered",
    ),
    assumed(
      "fosite 0.40.2",
      "Other `http` URIs are refused when they are registered, not by redirect as in Hydra; so " +
        "are schemes that lead to no application, such as `javascript:`, `data:` and `mailto:`.",
      "wire/faq/redirect-uris.ts > %s cannot be registered",
    ),
    different(
      "the mock's own",
      "The setting `httpRedirectHosts` opens single hosts for `http`; it is empty unless it is set.",
      "In a container network or an emulator the application is at `http://shop:3000` or " +
        "`http://10.0.2.2:3000`.",
      "wire/http-redirect-hosts.test.ts > gets the user back at %s",
      "wire/http-redirect-hosts.test.ts > is refused with what to do, when it is registered and when it is asked for",
    ),
    documented(
      "documentation 2023",
      "`scope` is a list separated by spaces, which a query may write as `+`.",
      "clients/survey.test.ts > drupal: scopes separated by + in a query that is not encoded",
    ),
    assumed(
      "documentation 2023; that openid is required is documented, what happens without it is not",
      "Without `openid`: `invalid_scope`, “… The scope 'openid' is required.”",
      "wire/authorize.test.ts > the missing scope openid",
      "wire/faq/identity.ts > openid is required, and needs no consent",
    ),
    documented(
      `FAQ: ${FAQ.scopes}`,
      "`birthdate`, as the FAQ writes it, is understood as `birthDate`.",
      "wire/userinfo.test.ts > the scope %j gives its claims and no others",
    ),
    observed(
      "documentation 2023",
      "In profile 2023 `offline` and `offline_access` are refused with `invalid_scope`, although " +
        "discovery lists them.",
      "wire/faq/identity.ts > invalid_scope: of %j the first that the merchant has not is named",
      "rules/entitlement.test.ts > %s",
    ),
    assumed(
      "documentation 2023; that scopes outside the plan are dropped is documented, discovery lists neither",
      "In profile 2026 both are dropped, as every scope is that the sales unit is not entitled to.",
      "wire/faq/identity.ts > in 2026 offline is dropped too",
    ),
    derived(
      "fosite 0.40.2",
      "`audience` is refused with `invalid_request`, `registration` with `registration_not_supported`.",
      "wire/authorize.test.ts > order of validation: of several faults the first is told",
    ),
    documented(
      "documentation 2023",
      "`response_type` is `code`.",
      "wire/authorize.test.ts > goes by the same hops as the real service, repeating the query on each",
    ),
    derived(
      "fosite 0.40.2",
      "Every other response type, and none, is `unsupported_response_type`; the text for none has a " +
        "stray backtick, as Hydra's has.",
      "wire/authorize.test.ts > told to the merchant by redirect",
    ),
    documented(
      `FAQ: ${FAQ.state}; documentation 2023`,
      "`state` is required, has at least 8 characters and comes back as it was sent.",
      "wire/faq/identity.ts > at least 8 characters, or the login does not begin",
      "wire/authorize.test.ts > state comes back untouched",
    ),
    derived(
      "fosite 0.40.2",
      "A shorter one is `invalid_state`, by redirect; it is counted in bytes of UTF-8.",
      "wire/authorize.test.ts > told to the merchant by redirect",
      "wire/authorize.test.ts > state comes back untouched",
    ),
    documented(
      "documentation 2023",
      "`nonce` is optional and comes back in the ID token.",
      "wire/token.test.ts > has the header and the alphabetical claims of the sample",
      "wire/faq/identity.ts > a nonce comes back in the ID token, and a short one is refused with the code",
    ),
    documented(
      "documentation 2023",
      "An `app_callback_uri` must be a URI and registered as a redirect URI.",
      "wire/faq/redirect-uris.ts > the app's own address is on the same list: %s",
    ),
    assumed(
      `FAQ: ${FAQ.language}; it says that the browser's language counts, and nothing of this parameter`,
      "`ui_locales` is ignored.",
      "wire/faq/browser.ts > no, it follows the browser: %s is %s",
    ),
    assumed(
      `FAQ: ${FAQ.remembered}; a merchant cannot force the app, it says; Hydra 1.10.6`,
      "`prompt=login`, `prompt=consent`, `prompt=select_account`, `max_age` and `id_token_hint` change " +
        "nothing. Hydra itself would ask a remembered user again for the first two and after `max_age`, and " +
        "compare the hint; whether Vipps leaves the remembering to Hydra is not known.",
      "wire/authorize.test.ts > prompt=%s changes nothing",
      "wire/faq/browser.ts > the merchant cannot forbid it: %s",
    ),
    derived(
      "Hydra 1.10.6; whether Vipps lets it through is not known",
      "`prompt=none` ends with `login_required` in a browser that is not remembered, and with " +
        "`consent_required` for a user who would have to consent.",
      "wire/authorize.test.ts > told to the merchant by redirect",
      "wire/diagnoses.test.ts > with prompt=none from a user who would be asked",
    ),
    derived(
      "fosite 0.40.2",
      "An unknown `prompt` value, and `none` together with another, are `invalid_request` once " +
        "the code is about to be issued.",
      "wire/authorize.test.ts > prompt=%s is refused where a code would be issued",
    ),
    assumed(
      "Hydra 1.10.6; it hands the hint to the pages, and what those do with it is not known; documentation " +
        "2020; until then `unsolicited:nodialog` asked for a silent login",
      "`login_hint` is ignored, except with automatic login.",
      "wire/auto-login.test.ts > is off unless it is asked for: then login_hint chooses nobody",
    ),
  ],
};

/** Proof Key for Code Exchange, as far as the authorization endpoint sees it. */
export const pkceSection: Section = {
  title: "PKCE",
  endpoints: [`GET ${PATHS.authorize}`, `POST ${PATHS.token}`],
  behaviours: [
    documented(
      "documentation 2023; vipps-login-api issue 97",
      "PKCE is optional and does not replace the client secret.",
      "wire/authorize.test.ts > takes S256, and a method without a challenge",
      "wire/token.test.ts > a client_id without a secret is a wrong secret: PKCE replaces none",
    ),
    derived(
      "fosite 0.40.2; the documentation calls plain the default, fosite refuses it",
      "`code_challenge_method` must be `S256`: `plain`, or none, is `invalid_request`.",
      "wire/authorize.test.ts > PKCE, once the code is about to be issued",
    ),
    derived(
      "fosite 0.40.2",
      "This is reported after login and consent, when the code is about to be issued.",
      "wire/authorize.test.ts > PKCE and prompt values come last, behind login and consent",
    ),
    derived(
      "fosite 0.40.2",
      "At the token endpoint every failure is `invalid_grant`: a verifier that is missing, " +
        "shorter than 43 or longer than 128 characters, has other characters, does not match, or " +
        "belongs to no challenge.",
      "wire/token.test.ts > refuses %s, once and for all",
    ),
    derived(
      "fosite 0.40.2",
      "A code allows one attempt at its verifier: after a wrong one the error is “Unable to " +
        "find initial PKCE data tied to this request”, without a full stop.",
      "wire/token.test.ts > refuses %s, once and for all",
    ),
  ],
};

/** The hops between the request and the redirect back, and what holds them together. */
export const redirectChainSection: Section = {
  title: "Redirects and cookies of a login",
  endpoints: [`GET ${PATHS.authorize}`],
  behaviours: [
    derived(
      "Hydra 1.10.6",
      "A login goes to a page with `login_challenge`, back with the original query and " +
        "`login_verifier`, to a page with `consent_challenge`, back with `consent_verifier`, and then " +
        "to the merchant. Challenges are 32 hexadecimal digits.",
      "wire/authorize.test.ts > goes by the same hops as the real service, repeating the query on each",
    ),
    derived(
      "Hydra 1.10.6",
      "Each hop repeats the whole query and is validated again.",
      "wire/authorize.test.ts > goes by the same hops as the real service, repeating the query on each",
      "wire/authorize.test.ts > serve only the request that they were made for",
    ),
    different(
      "Hydra 1.10.6",
      "A login that needs no page (automatic, remembered, or refused with `prompt=none`) is one " +
        "redirect, straight to the merchant. In the real chain the URL grows by verifiers on the " +
        "way, so a URL of just under 2000 characters that would get 502 there passes here.",
      "Fewer round trips in tests.",
      "wire/auto-login.test.ts > named by %s: one request, and the code is there",
      "wire/login-pages.test.ts > remembered and with consent sees no page",
    ),
    derived(
      "Hydra 1.10.6",
      "A user has 30 minutes. After that the login ends with `request_unauthorized`, “… The login " +
        "request has expired. Please try again.” or “… The consent request has expired, please try " +
        "again.”",
      "wire/login-expiry.test.ts > is over after it on the consent page, and on the way back from there",
      "wire/login-expiry.test.ts > is over after it, also when only the way back is missing",
    ),
    assumed(
      "no public source",
      "A login that is finished, or expired an hour ago, is forgotten: its pages lead to the " +
        "error page, with a text of the mock's own.",
      "wire/login-expiry.test.ts > is forgotten an hour later",
      "wire/login-pages.test.ts > a login that is not there is told on the error page: %s",
    ),
    derived(
      "Hydra 1.10.6",
      "A verifier works once. A used or unknown one is `access_denied`, “… The login verifier " +
        "has already been used, has not been granted, or is invalid.” (or “consent verifier”).",
      "wire/authorize.test.ts > a made-up %s_verifier is access_denied",
      "wire/authorize.test.ts > serve once",
    ),
    derived(
      "Hydra 1.10.6",
      "The cookies are `oauth2_authentication_csrf`, `oauth2_consent_csrf` and, for a remembered " +
        "user, `oauth2_authentication_session`; on plain http their names end in `_insecure`.",
      "wire/authorize.test.ts > goes by the same hops as the real service, repeating the query on each",
      "wire/authorize.test.ts > calls its cookies by their secure names behind https",
      "wire/login-pages.test.ts > keeps its cookie for a year, out of reach of scripts",
    ),
    derived(
      "Hydra 1.10.6",
      "A second tab replaces the cookie of the first, so that the login in the first ends with " +
        "`request_forbidden`.",
      "wire/faq/browser.ts > a second tab takes the cookie away from the first",
    ),
    different(
      "Hydra 1.10.6",
      "There are no `_legacy` twins of the cookies.",
      "They are for browsers that are no longer in use.",
      "wire/authorize.test.ts > goes by the same hops as the real service, repeating the query on each",
    ),
    assumed(
      "Hydra 1.10.6; `SameSite` is a setting of it, and its values are longer, as they are signed",
      "The cookies are `Path=/; HttpOnly; SameSite=Lax`, on https also `Secure`; their values are 32 " +
        "hexadecimal digits, or 21 letters and digits for a remembered user.",
      "wire/authorize.test.ts > sends the browser to the login page with the login's cookie",
      "wire/authorize.test.ts > calls its cookies by their secure names behind https",
      "wire/login-pages.test.ts > keeps its cookie for a year, out of reach of scripts",
    ),
    assumed(
      "Hydra 1.10.6; the pages choose how long, and what Vipps' choose is not known",
      "A remembered user's cookie lasts 365 days.",
      "wire/login-pages.test.ts > keeps its cookie for a year, out of reach of scripts",
    ),
    derived(
      "fosite 0.40.2",
      "Redirects of this endpoint are 302 (303 from Hydra 1.11 on), with `Cache-Control: no-store` " +
        "and `Pragma: no-cache`.",
      "wire/authorize.test.ts > sends the browser to the login page with the login's cookie",
      "wire/authorize.test.ts > goes by the same hops as the real service, repeating the query on each",
    ),
    derived(
      "fosite 0.40.2",
      "The redirect to the merchant has an empty body.",
      "wire/authorize.test.ts > goes by the same hops as the real service, repeating the query on each",
    ),
    different(
      "Hydra 1.10.6; Go",
      "So have the redirects to the pages, to which Go adds a line of HTML with a link.",
      "No browser shows it.",
      "wire/authorize.test.ts > sends the browser to the login page with the login's cookie",
    ),
  ],
};

/** What the merchant gets back. */
export const authorizationResponseSection: Section = {
  title: "Redirect back to the merchant",
  endpoints: [`GET ${PATHS.authorize}`],
  behaviours: [
    documented(
      "documentation 2023",
      "Success brings `code`, `scope` and `state`.",
      "wire/authorize.test.ts > goes by the same hops as the real service, repeating the query on each",
    ),
    observed(
      "vipps-login-api issue 36; Go",
      "Parameters are in alphabetical order; a space is `+`, a comma `%2C`.",
      "wire/authorize.test.ts > state comes back untouched",
      "oidc/encoding.test.ts > escapeQuery",
    ),
    derived(
      "Go",
      "Letters, digits and `-_.~` stay as they are, every other byte of UTF-8 is `%XX` in capitals.",
      "wire/authorize.test.ts > state comes back untouched",
      "oidc/encoding.test.ts > is byte by byte what Go does",
    ),
    documented(
      "documentation 2023",
      "An error brings `error`, `error_description` and `state`.",
      "wire/authorize.test.ts > told to the merchant by redirect",
    ),
    derived(
      "fosite 0.40.2",
      "There is no `error_hint`: the hint follows the description, and double quotation marks " +
        "become single ones.",
      "wire/authorize.test.ts > told to the merchant by redirect",
      "oidc/errors.test.ts > replaces every double quote with a single one",
    ),
    derived(
      "fosite 0.40.2",
      "Every response has `state`, even an empty one.",
      "wire/authorize.test.ts > told to the merchant by redirect",
    ),
    derived(
      "fosite 0.40.2",
      "The query of the registered redirect URI is kept and sorted in among the parameters.",
      "wire/authorize.test.ts > registered redirect URIs are kept",
    ),
    assumed(
      "fosite 0.40.2",
      "A parameter of that query gives way to a parameter of the response with the same name.",
      "wire/authorize.test.ts > registered redirect URIs are kept",
    ),
    assumed(
      "fosite 0.40.2",
      "With `response_mode=fragment` the parameters follow a `#`, and the query stays as it is.",
      "wire/authorize.test.ts > in fragment mode with their query before the hash",
    ),
    documented(
      "documentation 2023",
      "`scope` is what was asked for, in that order.",
      "wire/faq/identity.ts > all merchants get these",
    ),
    derived(
      "fosite 0.40.2",
      "A scope that was asked for twice appears once, in its first place.",
      "wire/authorize.test.ts > no scope for standing there twice: it counts once, where it stood first",
    ),
    assumed(
      "agent toolkit",
      "In profile 2026 it lacks the scopes that were dropped.",
      "wire/faq/identity.ts > in 2026 a scope without entitlement is dropped, and the answer says so",
    ),
    derived(
      "fosite 0.40.2",
      "A code is 43 characters of base64url, a dot and 43 more.",
      "wire/authorize.test.ts > goes by the same hops as the real service, repeating the query on each",
    ),
    observed(
      "public clients; documentation 2019; two plugins of Vipps translate exactly this text, and a page of 2019 shows it; an " +
        "example written by hand has a small u",
      "A user who cancels: `access_denied`, “User cancelled the login”.",
      "wire/login-pages.test.ts > %s: who cancels goes back to the merchant with access_denied",
    ),
    assumed(
      "documentation 2023",
      "The same for a user who declines the consent, or who is refused (age, no app, blocked, " +
        "deleted meanwhile) and goes back.",
      "wire/faq/identity.ts > consent is all or nothing",
      "wire/login-pages.test.ts > %s cannot log in, is told one text for all, and can go back",
      "wire/meanwhile.test.ts > the user: the %s page ends the login with access_denied",
    ),
    assumed(
      "no public source",
      "Whether the user may log in is checked again on the way back from each page: a user who " +
        "was blocked meanwhile gets no code.",
      "wire/meanwhile.test.ts > gets no code once %s, from either page",
    ),
    assumed(
      "no public source",
      "A consent is recorded when the code is issued: a login that fails after the consent " +
        "page, because of PKCE or `prompt`, leaves none.",
      "wire/meanwhile.test.ts > a consent is on record once the code is made, not for a login that fails after it",
    ),
    documented(
      "documentation 2023; agent toolkit",
      "Vipps' own error codes `outdated_app_version`, `wrong_challenge`, `unknown_reject_reason`, " +
        "`invalid_app_callback_uri` and `app_callback_uri_not_registered` come by redirect.",
      "wire/scenarios.test.ts > %j: the merchant hears it at once",
      "wire/login-pages.test.ts > an outdated app ends the login",
      "wire/login-pages.test.ts > a wrong choice is wrong_challenge",
      "wire/faq/redirect-uris.ts > the app's own address is on the same list: %s",
    ),
    different(
      "the mock's own",
      "With `--auto-login` each login completes as that user, or as the one that `login_hint` " +
        "names by id or phone number, in whatever form. A phone number of nobody leads to the error " +
        "page; any other hint is ignored with a note in the log. `prompt=none` succeeds too.",
      "Tests without a person need no pages.",
      "wire/auto-login.test.ts > login_hint=%s chooses another user",
      "wire/auto-login.test.ts > login_hint=%s, the phone number of nobody, is a loud error",
      "wire/auto-login.test.ts > login_hint=%s, which is no phone number, is ignored with a note",
      "wire/auto-login.test.ts > completes a silent login at once, the first one too, unless the user declines",
    ),
  ],
};
