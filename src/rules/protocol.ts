import { closest } from "../platform/closest.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { Seconds } from "../records/time.ts";
import type { Correction, ProtocolCheck } from "./rule.ts";
import { diagnose } from "./rule.ts";

/**
 * Why a request is refused about which the FAQ is silent: what OAuth, OpenID Connect and the way of
 * a login through its pages ask for. Codes and access tokens have files of their own.
 */

const check = (id: string, source: string): ProtocolCheck => ({ id, source });

const FORM_REMEDY =
  "Send the parameters as application/x-www-form-urlencoded, percent-encoded from UTF-8, as every " +
  "OAuth library does.";

/** The diagnosis of a query or form that cannot be read. */
export function diagnoseMalformed(what: string): Diagnosis {
  return diagnose(check("parameters", "RFC 6749 appendix B"), what, FORM_REMEDY);
}

/** The diagnosis of a parameter that is there more than once. */
export function diagnoseRepeated(name: string): Diagnosis {
  return diagnose(
    check("parameters", "RFC 6749 §3.1"),
    `the parameter ${name} is there more than once`,
    `Send ${name} once; several scopes go into one scope parameter, separated by spaces.`,
  );
}

/** The note on such a parameter where it is no error: fosite takes the first value and never counts. */
export function noteRepeated(name: string, differs: boolean): Diagnosis {
  return diagnose(
    check("parameters", "RFC 6749 §3.1"),
    differs
      ? `the parameter ${name} is there more than once, with different values; the first one counts`
      : `the parameter ${name} is there more than once, with the same value`,
    `Send ${name} once: OAuth forbids to repeat a parameter, and other services refuse it.`,
  );
}

/** The note on a parameter that is ignored, because its name is not quite that of one that is known. */
export function diagnoseMisspelt(name: string, meant: string): Diagnosis {
  return diagnose(
    check("parameters", "RFC 6749 §3.1"),
    `the parameter ${name} is not known, and ignored; did you mean ${meant}?`,
    `Send ${meant}: names of parameters are compared letter by letter.`,
    { sent: name, closest: meant },
  );
}

/** The diagnosis of a form endpoint that got no parameter. */
export function diagnoseEmptyBody(): Diagnosis {
  return diagnose(
    check("parameters", "RFC 6749 §4.1.3"),
    "the request has no form body (one that is not declared as a form counts as none)",
    FORM_REMEDY,
  );
}

/** The diagnosis of a `request` or `request_uri` parameter. */
export function diagnoseRequestObject(): Diagnosis {
  return diagnose(
    check("request-object", "OpenID Connect Core §6"),
    "request objects (request, request_uri) are not supported: no sales unit has a key to verify one",
    "Send plain parameters instead, although discovery says that both are supported.",
  );
}

/** The diagnosis of a response mode that does not exist here. */
export function diagnoseResponseMode(mode: string): Diagnosis {
  return diagnose(
    check("response-mode", "OAuth 2.0 Multiple Response Types §2.1"),
    `response_mode ${mode} is not supported`,
    "Leave response_mode out, or send query, fragment or form_post.",
    { sent: mode, closest: closest(mode, ["query", "fragment", "form_post"]) },
  );
}

/** The note on response_mode=form_post, of which no document of Vipps speaks. */
export function noteFormPost(): Diagnosis {
  return diagnose(
    check("response-mode", "OAuth 2.0 Form Post Response Mode §2"),
    "response_mode is form_post, which Vipps does not list in its discovery document",
    "Send query or leave it out to be on the safe side: that form_post works is only known of the " +
      "software that the service ran on.",
  );
}

/** The diagnosis of a response type other than code, or of none. */
export function diagnoseResponseType(type: string | undefined): Diagnosis {
  return diagnose(
    check("response-type", "RFC 6749 §3.1.1"),
    type === undefined ? "response_type is missing" : `response_type ${type} is not supported`,
    "Send response_type=code. Discovery lists hybrid and implicit types, and none of them works.",
    { sent: type, closest: "code" },
  );
}

export function diagnoseAudience(audience: string): Diagnosis {
  return diagnose(
    check("audience", "RFC 6749 §3.1"),
    `the audience parameter is not supported (sent: ${audience})`,
    "Leave audience out: access tokens are for userinfo only.",
  );
}

export function diagnoseRegistration(): Diagnosis {
  return diagnose(
    check("registration", "OpenID Connect Core §7.2.1"),
    "the registration parameter is not supported: clients cannot register themselves",
    "Leave registration out; sales units are set up in the portal, or here in the config.",
  );
}

/** The values of `prompt` that there are (OpenID Connect Core §3.1.2.1). */
export const PROMPTS = ["none", "login", "consent", "select_account"] as const;

/** The diagnosis of a `prompt` that cannot be followed. */
export function diagnosePrompt(prompt: readonly string[], unknown: string | undefined): Diagnosis {
  return diagnose(
    check("prompt", "OpenID Connect Core §3.1.2.1"),
    unknown === undefined
      ? `prompt has none together with ${prompt.filter((value) => value !== "none").join(" and ")}`
      : `prompt has the value ${unknown}, which does not exist`,
    "Send prompt=none alone, or leave prompt out: login and consent change nothing here.",
    { sent: unknown, closest: unknown === undefined ? undefined : closest(unknown, PROMPTS) },
  );
}

/** The diagnosis of a silent login that cannot be silent. */
export function diagnoseSilent(missing: "login" | "consent"): Diagnosis {
  return diagnose(
    check("prompt", "OpenID Connect Core §3.1.2.1"),
    missing === "login"
      ? "prompt=none was sent, but this browser remembers nobody"
      : "prompt=none was sent, but the user has not consented to everything that is asked for",
    "Start the login again without prompt=none, and let the user go through the pages once.",
  );
}

/** The diagnosis of a PKCE method other than S256. */
export function diagnoseChallengeMethod(method: string | undefined): Diagnosis {
  return diagnose(
    check("pkce", "RFC 7636 §4.3"),
    method === undefined
      ? "code_challenge was sent without code_challenge_method, which means plain"
      : `code_challenge_method is ${method}`,
    "Send code_challenge_method=S256, with the unpadded base64url of the verifier's SHA-256 as " +
      "code_challenge.",
    { sent: method, closest: "S256" },
  );
}

/** The diagnosis of an unknown `grant_type`, or of none. */
export function diagnoseGrantType(
  grantType: string | undefined,
  grants: readonly string[],
): Diagnosis {
  const beginning = grantType === undefined ? undefined : beginningOf(grantType);
  const meant = closest(beginning ?? "authorization_code", grants);
  return diagnose(
    check("grant-type", "RFC 6749 §4.1.3"),
    beginning === undefined ? "grant_type is missing" : `grant_type ${beginning} is not known`,
    meant === undefined ? `Send one of these: ${grants.join(", ")}.` : `Send grant_type=${meant}.`,
    { sent: beginning === grantType ? grantType : undefined, closest: meant },
  );
}

/** A form that was joined with the wrong sign is all one grant type, secrets and all. */
function beginningOf(grantType: string): string {
  const name = grantType.replace(/[^\w:.-].*/s, "").slice(0, 60);
  return name === grantType ? name : `${name}…`;
}

/** The diagnosis of a grant that exists in OAuth, but that no sales unit may use. */
export function diagnoseGrantNotAllowed(grantType: string): Diagnosis {
  return diagnose(
    check("grant-type", "RFC 6749 §5.2"),
    `no sales unit may use grant_type ${grantType}`,
    "Use authorization_code: there are no refresh tokens, and no tokens without a user.",
    { sent: grantType, closest: "authorization_code" },
  );
}

/** The diagnosis of a request without readable client credentials. */
export function diagnoseNoCredentials(authorization: string | undefined): Diagnosis {
  return diagnose(
    check("client-authentication", "RFC 6749 §2.3.1"),
    authorization === undefined
      ? "the request has neither an Authorization header nor client_id and client_secret in its body"
      : "the Authorization header is not 'Basic' and the base64 of client_id:client_secret",
    "Authenticate with client_id and client_secret. A line break inside or after the base64 makes it " +
      "unreadable, and PKCE does not replace the secret.",
  );
}

/** The diagnosis of Basic credentials with a stray percent sign. */
export function diagnoseUndecodable(what: "id" | "secret"): Diagnosis {
  return diagnose(
    check("client-authentication", "RFC 6749 §2.3.1"),
    `the client_${what} in the Basic header contains a % that starts no percent-encoding`,
    "Form-encode client_id and client_secret before they are joined and base64-encoded.",
  );
}

/** The diagnosis of a verifier that was used before, or that no page has given. */
export function diagnoseSpentVerifier(page: "login" | "consent"): Diagnosis {
  return diagnose(
    check("login-steps", "Hydra 1.10.6"),
    `the ${page}_verifier was used before, or belongs to no login of this client`,
    "Start a new login. A reload or the back button in the middle of the redirects sends it again.",
  );
}

/** The diagnosis of a user who came too late. */
export function diagnoseLateUser(page: "login" | "consent", ago: Seconds): Diagnosis {
  return diagnose(
    check("login-steps", "Hydra 1.10.6"),
    `the login expired ${ago} seconds ago, at the ${page} page; a user has 1800 seconds`,
    "Start a new login. If the sandbox's clock was moved, that is why it expired.",
  );
}

/** The diagnosis of a page whose login is not there. */
export function diagnoseNoSuchLogin(name: string): Diagnosis {
  return diagnose(
    check("login-steps", "Hydra 1.10.6"),
    `no login waits under this ${name}: it is finished, or was never begun`,
    "Start again at the merchant; a bookmark of a login page leads nowhere.",
  );
}

/** The diagnosis of a page, or of its form, that says of no login that it is for it. */
export function diagnoseNoChallenge(name: string): Diagnosis {
  return diagnose(
    check("login-steps", "Hydra 1.10.6"),
    `the ${name} is missing`,
    `Send all fields of the page's form in the body, hidden ones too; a ${name} in the address counts ` +
      "with GET alone.",
  );
}

/** The diagnosis of a form that is submitted a second time. */
export function diagnoseAnsweredBefore(): Diagnosis {
  return diagnose(
    check("login-steps", "Hydra 1.10.6"),
    "the form of this page was submitted before",
    "Start again at the merchant. The back button leads to pages that are over.",
  );
}

/** The diagnosis of a consent form without a proper action. */
export function diagnoseConsentAnswer(action: string | undefined): Diagnosis {
  return diagnose(
    check("login-steps", "documentation 2023"),
    action === undefined ? "the form has no action" : `the form has action=${action}`,
    "Submit the form with action=accept or action=decline.",
    {
      sent: action,
      closest: action === undefined ? undefined : closest(action, ["accept", "decline"]),
    },
  );
}

/** The diagnosis of a login whose user or sales unit was removed meanwhile. */
export function diagnoseRemoved(what: "user" | "sales unit or user"): Diagnosis {
  return diagnose(
    check("login-steps", "the mock's own"),
    `the ${what} of this login was removed meanwhile`,
    "Keep what a test logs in with until the test is over, or give each test a sandbox of its own.",
  );
}

/** What to do about an HTTP request that no endpoint can take. */
const HTTP_REMEDIES: ReadonlyMap<number, string> = new Map([
  [400, "Send a well-formed request: a Host header, a percent-encoded URL, a body in UTF-8."],
  [413, "Send a body of 65536 bytes at most."],
  [415, "Send the body as application/x-www-form-urlencoded."],
]);

/** The diagnosis of a request that HTTP itself, or the server, refuses. */
export function diagnoseHttp(status: number, what: string): Diagnosis {
  const remedy = HTTP_REMEDIES.get(status) ?? "Send a request as RFC 9110 describes it.";
  return diagnose(check("http", "RFC 9110 §15.5"), what, remedy);
}

/** The diagnosis of a URL that names a sandbox that is not there, or none where it should. */
export function diagnoseNoSandbox(what: string, remedy: string, correction: Correction): Diagnosis {
  return diagnose(check("sandbox", "the mock's own"), what, remedy, correction);
}

/** An address that was probably meant, and how the one that was called differs from it. */
interface Meant {
  readonly path: string;
  readonly slip?: string;
}

/** A path with parameters in it is a pattern: no address that could be called. */
function correctionOf(path: string, meant: Meant | undefined): Correction {
  const isPattern = meant?.path.includes("/:") === true;
  return { sent: isPattern ? undefined : path, closest: meant?.path };
}

/** The diagnosis of an address below /mock, where the real service has nothing. */
export function diagnoseNothingBelowMock(method: string, path: string, meant?: Meant): Diagnosis {
  const question = meant === undefined ? "." : `: did you mean ${meant.path}?`;
  const slip = meant?.slip ?? "docs/control-api.md lists its paths.";
  return diagnose(
    check("http", "RFC 9110 §15.5.5"),
    `nothing is at ${method} ${path}`,
    `The control API is below /mock/api, letter by letter${question} ${slip}`,
    correctionOf(path, meant),
  );
}

/** The diagnosis of any other address at which nothing is; with the one that was meant, where it is known. */
export function diagnoseNothingThere(method: string, path: string, meant?: Meant): Diagnosis {
  const question = meant === undefined ? "." : `: did you mean ${meant.path}?`;
  const cause =
    meant?.slip ?? "A base URL with a path of its own, or a slash too many, is the usual cause.";
  return diagnose(
    check("http", "RFC 9110 §15.5.5"),
    `nothing is at ${method} ${path}`,
    `Paths are the real service's, letter by letter${question} ${cause}`,
    correctionOf(path, meant),
  );
}

/** The diagnosis of a known path with another method. */
export function diagnoseMethod(
  method: string,
  path: string,
  allowed: readonly [string, ...string[]],
): Diagnosis {
  return diagnose(
    check("http", "RFC 9110 §15.5.6"),
    `${path} takes ${allowed.join(", ")}, not ${method}`,
    method === "OPTIONS"
      ? "A browser asks so before a script's request; call the endpoint from a server instead."
      : `Send ${allowed[0]}. A redirect from another host or from http to https often turns POST into GET.`,
  );
}

/** The note on a body that is not declared as a form, at an endpoint that takes forms. */
export function diagnoseOtherBody(contentType: string | undefined): Diagnosis {
  const sent = contentType === undefined ? "has no Content-Type" : `is ${contentType.slice(0, 80)}`;
  return diagnose(
    check("parameters", "RFC 6749 §4.1.3"),
    `the body ${sent}, which the endpoint reads as an empty form`,
    FORM_REMEDY,
  );
}
