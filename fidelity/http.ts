import { FAQ } from "../src/records/faq.ts";
import { PATHS } from "../src/request/addresses.ts";
import type { Section } from "./behaviour.ts";
import { assumed, derived, different, documented, observed } from "./behaviour.ts";

/** What holds for the responses of every endpoint. */
export const everyResponseSection: Section = {
  title: "Every response",
  endpoints: [],
  behaviours: [
    different(
      "the mock's own",
      "Every response has the header `x-vipps-login-mock` with the version.",
      "Nobody should mistake the mock for the real service.",
      "wire/headers.test.ts > names the mock, no server and no request",
    ),
    different(
      "the mock's own",
      "Below `/mock` there is a control API, which the real service does not have.",
      "Tests must set up users, clocks and consents.",
      "wire/front-page.test.ts > says at %s what this is, where everything is, and no secret",
    ),
    different(
      "the mock's own",
      "All times except the `Date` header follow the clock that the control API sets.",
      "Tests move the clock.",
      "control/clock.test.ts > moves by %j",
      "wire/headers.test.ts > has the real date in its header, whatever the sandbox's clock says",
    ),
    different(
      "OpenAPI 2025",
      "Plain http is served, and the host is the one that was called. The issuer and all endpoints " +
        "follow the `Host` header; `--issuer` pins the issuer.",
      "A laptop has no certificate for the real hosts, and a browser and a backend may know the " +
        "mock under different names.",
      "wire/discovery.test.ts > follows the Host header %s",
      "wire/discovery.test.ts > pins the issuer for everyone",
    ),
    different(
      "the mock's own",
      "With `--public-url`, browsers are sent there; who calls its host gets all of it in every address, " +
        "whether a proxy took its path off or left it on. With `--trust-proxy`, `X-Forwarded-Proto`, " +
        "`-Host`, `-Port` and `-Prefix` make the addresses.",
      "A mock on a demo server or in a container network is called through proxies, and by several names.",
      "wire/addresses.test.ts > all of discovery is on the public URL, in the sandbox %j",
      "wire/addresses.test.ts > a backend gets the host that it calls, and browsers the public URL",
      "wire/addresses.test.ts > its headers make every address, in a sandbox too",
      "proxies/nginx.test.ts > through a proxy %s, with a backend there too",
    ),
    different(
      "the mock's own",
      "https is served beside http when that is asked for, in TLS 1.2 and 1.3, by a certificate of a local CA " +
        "or of the operator. Under a name of the real service that is in the certificate " +
        "(`--tls-hosts api.vipps.no`) the issuer and all endpoints are the real ones, letter by letter.",
      "Nobody but the real service has a certificate for its names that clients trust by themselves.",
      "http/secure-server.test.ts > has the issuer of the scheme at %s",
      "http/secure-server.test.ts > speaks %s, and HTTP/1.1 over it",
      "tls/fixed-host.test.ts > logs somebody in over https on port 443 as it is: Auth.js, and curl",
    ),
    assumed(
      "no public source",
      "A `Host` header that names no host gets 400 with plain text, and so does a header of a trusted " +
        "proxy that cannot be part of an address.",
      "wire/unexpected.test.ts > is refused plainly at %s",
      "request/base.test.ts > the Host %j is refused",
      "request/base.test.ts > %s: %s is refused",
    ),
    assumed(
      "RFC 9112 §3.2; what the gateway does is not known",
      "A request with two `Host` headers, or for something that is neither a path nor a URL, gets 400 " +
        "with plain text.",
      "wire/ambiguous.test.ts > with two Host headers is refused: %s",
      "wire/ambiguous.test.ts > for no path is refused: %s",
    ),
    assumed(
      "RFC 9110 §15.5.9; how long the gateway waits is not known",
      "A request whose head has not come after 30 seconds, or of which not all has come after two " +
        "minutes, gets 408 with plain text.",
      "http/slow-requests.test.ts > %s: 408",
      "http/slow-requests.test.ts > a body for %s: 408, and the server goes on",
    ),
    assumed(
      "no public source",
      "No response has a `Server` header or a request id.",
      "wire/headers.test.ts > names the mock, no server and no request",
    ),
    documented(
      `FAQ: ${FAQ.cors}; vipps-login-api issue 81`,
      "No response has an `Access-Control-*` header.",
      "wire/faq/browser.ts > because a script called %s %s: no answer allows it",
    ),
    assumed(
      "Hydra 1.10.6; it answers OPTIONS at four paths, with 200 and nothing else; whether that gets out is not known",
      "OPTIONS is 405 everywhere, so that a script's preflight request fails either way.",
      "wire/faq/browser.ts > because a script called %s %s: no answer allows it",
    ),
    documented(
      "OpenAPI 2025",
      "The headers `Vipps-System-Name`, `Vipps-System-Version`, `Vipps-System-Plugin-Name` and " +
        "`Vipps-System-Plugin-Version` are optional.",
      "wire/headers.test.ts > is the same with and without the headers of a system, however long they are",
    ),
    assumed(
      "OpenAPI 2025",
      "They change nothing, and their length (30 characters in the documentation) is not checked.",
      "wire/headers.test.ts > is the same with and without the headers of a system, however long they are",
    ),
    observed(
      "vipps-login-api issue 39; the status is a 404, its body is not known",
      "A path that does not exist gets 404.",
      "wire/not-found.test.ts > answers %s with 404 and the list of what exists",
    ),
    different(
      "vipps-login-api issue 39",
      "The 404's body is plain text that lists the paths that exist, and asks for the one that was " +
        "probably meant.",
      "It cannot be mistaken for an error of the protocol, and it shows the mistake in the URL.",
      "wire/not-found.test.ts > answers %s with 404 and the list of what exists",
      "wire/not-found.test.ts > asks of %s whether %s was meant",
    ),
    assumed(
      "no public source",
      "A known path with another method gets 405 with `Allow` and plain text; with HEAD everywhere " +
        "but at discovery and JWKS.",
      "wire/not-found.test.ts > answers %s %s with 405 and Allow: %s",
    ),
    assumed(
      "no public source",
      "HEAD at discovery and JWKS is answered as GET is, without the body (as RFC 9110 §9.3.2 has it).",
      "wire/head.test.ts > is answered at %s as GET is, with its status and headers and without its body",
    ),
    different(
      "the mock's own",
      "So it is at `/` and below `/mock`. No fault hits a HEAD at discovery or JWKS, and the request " +
        "log does not have it.",
      "What waits for the mock in CI asks by HEAD, again and again; a test must find its faults and " +
        "its log untouched.",
      "wire/head.test.ts > uses up no fault, and leaves nothing in the request log",
    ),
    documented(
      `FAQ: ${FAQ.badGateway}; Hydra 1.10.6`,
      "A request whose URL, `state` or `nonce` is too long gets HTTP 502 before any endpoint " +
        "sees it.",
      "wire/faq/browser.ts > before anything else looks at the request, on every path",
    ),
    assumed(
      `FAQ: ${FAQ.badGateway}; it says 1000+ and 2000+, not where exactly`,
      "The limits are 999 characters for the decoded `state` or `nonce`, and 2000 for the " +
        "whole URL, with scheme and host as the mock was called.",
      "wire/faq/browser.ts > because the whole URL has more than 2000 characters",
      "wire/faq/browser.ts > because %s has 1000 characters or more",
    ),
    assumed(
      "no public source",
      "The body of the 502 is a gateway's short HTML page; it names the mock.",
      "wire/faq/browser.ts > because the whole URL has more than 2000 characters",
    ),
  ],
};

/** How requests are read, wherever they have parameters. */
export const requestsSection: Section = {
  title: "Reading requests",
  endpoints: [],
  behaviours: [
    derived(
      "RFC 6749 §3.1; fosite 0.40.2",
      "A parameter without a value counts as missing, an unknown one is ignored.",
      "oidc/params.test.ts > whether %j is empty",
      "wire/faq/browser.ts > the merchant cannot force it",
    ),
    derived(
      "RFC 6749 §3.1; fosite 0.40.2; the one forbids it, the other takes the first value and never counts",
      "Of a repeated parameter the first value counts, at the authorization, token and revocation " +
        "endpoints. The request log notes it, and the log too where the values differ.",
      "wire/repeated.test.ts > at the token endpoint, with another value: the first value counts",
      "wire/repeated.test.ts > %s at the authorization endpoint: the first value counts",
      "wire/repeated.test.ts > at the revocation endpoint: the first value counts",
    ),
    assumed(
      "RFC 6749 §3.1; login from phone number is not fosite's",
      "At the endpoints of login from phone number a repeated parameter is `invalid_request`, with words " +
        "of the mock's own.",
      "wire/phone/begin.test.ts > refuses %j",
    ),
    derived(
      "fosite 0.40.2",
      "A query or form with broken percent-encoding is `invalid_request`, “… Unable to parse HTTP " +
        "body, make sure to send a properly formatted form request body.”",
      "wire/token.test.ts > answers bodies that it cannot read in fosite's words, and the log says what is wrong: %s",
      "wire/diagnoses.test.ts > that is not percent-encoded UTF-8",
    ),
    different(
      "fosite 0.40.2",
      "So is one with invalid UTF-8 or control characters, which fosite would take.",
      "Only a mistake or an attack sends them.",
      "wire/token.test.ts > answers bodies that it cannot read in fosite's words, and the log says what is wrong: %s",
    ),
    documented(
      "documentation 2023",
      "The body of a POST is `application/x-www-form-urlencoded`.",
      "wire/token.test.ts > answers a code with tokens, in the form of the real service",
    ),
    derived(
      "fosite 0.40.2",
      "At the token and revocation endpoints a body that is not declared as a form, as JSON, as text or " +
        "not at all, counts as an empty form (“The POST body can not be empty.”).",
      "wire/bad-input.test.ts > %s for a body at the token endpoint",
      "wire/bad-input.test.ts > of another type are an empty form at %s",
    ),
    different(
      "fosite 0.40.2; Go, in the version that Hydra 1.10.6 is built with",
      "A `multipart/form-data` body gets 415 there, which fosite would read as a form; so does a " +
        "`Content-Type` that is none, which is 400 `invalid_request` there.",
      "RFC 6749 §4.1.3 wants application/x-www-form-urlencoded; a client that sends anything else " +
        "should learn it here.",
      "wire/bad-input.test.ts > in parts, or of what is no type, are 415 at %s",
    ),
    assumed(
      "no public source",
      "At the other endpoints JSON counts as an empty form and every other content type gets 415 with " +
        "plain text; everywhere a body over 64 KiB gets 413, and a form that is not UTF-8 gets 400.",
      "wire/bad-input.test.ts > of another type are 415 at %s",
      "wire/bad-input.test.ts > of more than 64 KiB are 413 at %s",
      "wire/bad-input.test.ts > that are not UTF-8 are 400 at %s",
    ),
  ],
};

/** The page for errors that cannot be sent back to the merchant. */
export const errorPageSection: Section = {
  title: "The error page",
  endpoints: [`GET ${PATHS.error}`, `GET ${PATHS.stylesheet}`],
  behaviours: [
    derived(
      "Hydra 1.10.6",
      "A 302 with `error` and `error_description`, without `state` and not to be cached, leads " +
        "to it.",
      "wire/authorize.test.ts > told on the error page",
    ),
    documented(
      "documentation 2023",
      "A user who cannot be sent back to the merchant sees a page of the service.",
      "wire/faq/credentials.ts > an unknown id at the authorization endpoint is shown on the error page",
    ),
    assumed(
      "documentation 2023; the path of its other pages",
      "Its path is `/vipps-login-idp/error`; the real one is not known.",
      "wire/authorize.test.ts > told on the error page",
    ),
    assumed(
      "Hydra 1.10.6",
      "It has the status 400 and is `text/html; charset=utf-8`. Hydra's own page, which Vipps " +
        "replaced, has 500.",
      "wire/faq/credentials.ts > an unknown id at the authorization endpoint is shown on the error page",
    ),
    observed(
      "vipps-login-api issue 68",
      "Its heading is “Uff da, noe gikk galt” in Norwegian. It says “Error: ” and the code, and for a " +
        'redirect URI that is not registered “The "redirect_uri" provided with your request does not ' +
        "match any of your preregistered URIs. See how to add/update URIs in our documentation:”.",
      "views/views.test.ts > the real one's English texts are exact",
      "browser/dead-ends.test.ts > is %s",
    ),
    assumed(
      "vipps-login-api issue 68",
      "How the real page continues after that colon is not known; ours names the FAQ entry.",
      "views/views.test.ts > the real one's English texts are exact",
    ),
    assumed(
      "vipps-login-api issue 68",
      "For every other error it shows the description in English.",
      "browser/dead-ends.test.ts > is %s",
    ),
    assumed(
      "no public source",
      "When the mock itself fails, browsers get `server_error` on this page, backends get HTTP 500 " +
        "with `server_error`, in userinfo's form at userinfo.",
      "wire/unexpected.test.ts > is server_error at %s",
      "wire/unexpected.test.ts > is told on the error page at the authorization endpoint",
      "wire/unexpected.test.ts > is userinfo's own kind of problem there",
    ),
  ],
};
