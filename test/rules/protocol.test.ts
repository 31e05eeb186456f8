import { describe, expect, it } from "vitest";
import type { Diagnosis } from "../../src/records/diagnosis.ts";
import { FAQ } from "../../src/records/faq.ts";
import { diagnoseEnding } from "../../src/rules/login-endings.ts";
import * as protocol from "../../src/rules/protocol.ts";
import { checkRedirectUri } from "../../src/rules/redirect-uri.ts";

const APP = "documentation 2023; vipps-developers issue 143";

describe("an ending of a login", () => {
  it.each([
    ["cancelled", "user-choice", "the user cancelled the login"],
    ["consent_declined", "consent", "the user declined to share data"],
    ["wrong_challenge", "user-choice", "the user chose the wrong number in the app"],
    ["outdated_app", "app", "the user's app is too old"],
    [
      "unknown_reject_reason",
      "user-choice",
      "the app rejected the login for a reason that the service does not know",
    ],
    ["not_eligible", "app", "the user cannot log in, and went back to the merchant"],
  ] as const)("%s is explained under its rule", (ending, rule, message) => {
    const diagnosis = diagnoseEnding(ending);
    expect(diagnosis).toMatchObject({ rule, message });
    // The FAQ speaks of consent. Of a user's other choices it says nothing, and of the app neither.
    expect(diagnosis.faq).toBe(rule === "consent" ? FAQ.gdpr : undefined);
    expect(diagnosis.source).toBe(
      { consent: undefined, "user-choice": "documentation 2023", app: APP }[rule],
    );
  });
});

describe("a request that HTTP or the server refuses", () => {
  it.each([
    [413, "65536 bytes"],
    [415, "application/x-www-form-urlencoded"],
    [400, "well-formed"],
    [431, "RFC 9110"],
  ])("with %i is told what to do", (status, remedy) => {
    expect(protocol.diagnoseHttp(status, "it is wrong")).toEqual({
      rule: "http",
      source: "RFC 9110 §15.5",
      message: "it is wrong",
      detail: expect.stringContaining(remedy),
    });
  });
});

describe("a grant type that does not exist", () => {
  const GRANTS = ["urn:openid:params:grant-type:ciba", "authorization_code"];

  it.each([
    ["password", "password"],
    ["urn:ietf:params:oauth:grant-type:jwt-bearer", "urn:ietf:params:oauth:grant-type:jwt-bearer"],
    ["authorization_code;client_secret=abc", "authorization_code…"],
    ["x".repeat(60), "x".repeat(60)],
    ["x".repeat(61), `${"x".repeat(60)}…`],
    ["first\nsecond", "first…"],
    ["a&b\nc", "a…"],
  ])("%s is repeated as far as it can be a name", (sent, told) => {
    expect(protocol.diagnoseGrantType(sent, GRANTS).message).toBe(
      `grant_type ${told} is not known`,
    );
  });

  it.each([
    [undefined, "authorization_code"],
    ["authorisation_code", "authorization_code"],
    ["urn:openid:params:grant-type:cib", "urn:openid:params:grant-type:ciba"],
    ["authorization_code;client_secret=abc", "authorization_code"],
  ])("is told with what was probably meant: %s", (sent, closest) => {
    const detail = `Send grant_type=${closest}.`;
    expect(protocol.diagnoseGrantType(sent, GRANTS)).toMatchObject({
      rule: "grant-type",
      source: "RFC 6749 §4.1.3",
      closest,
      detail,
    });
  });

  it("may be missing", () => {
    expect(protocol.diagnoseGrantType(undefined, GRANTS).message).toBe("grant_type is missing");
  });

  it("is told with all there are when none of them is near", () => {
    const diagnosis = protocol.diagnoseGrantType("password", GRANTS);
    expect(diagnosis.detail).toBe(`Send one of these: ${GRANTS.join(", ")}.`);
    expect(diagnosis).not.toHaveProperty("closest");
  });
});

describe("an address", () => {
  const CAUSE = "A base URL with a path of its own, or a slash too many, is the usual cause.";

  it.each([
    ["nothing", undefined, `letter by letter. ${CAUSE}`, {}],
    [
      "another",
      { path: "/token" },
      `letter by letter: did you mean /token? ${CAUSE}`,
      { sent: "/tokn", closest: "/token" },
    ],
    [
      "another that differs in one thing",
      { path: "/token", slip: "Only the slashes differ." },
      "letter by letter: did you mean /token? Only the slashes differ.",
      { sent: "/tokn", closest: "/token" },
    ],
    [
      "a pattern",
      { path: "/token/:id" },
      `letter by letter: did you mean /token/:id? ${CAUSE}`,
      { closest: "/token/:id" },
    ],
  ])("at which nothing is names what was meant: %s", (_what, meant, ending, closest) => {
    expect(protocol.diagnoseNothingThere("GET", "/tokn", meant)).toEqual({
      rule: "http",
      source: "RFC 9110 §15.5.5",
      message: "nothing is at GET /tokn",
      detail: `Paths are the real service's, ${ending}`,
      ...closest,
    });
  });

  it.each([
    ["GET", /^Send POST\./],
    ["OPTIONS", /^A browser asks so before a script's request/],
  ])("with %s is told by the methods that it takes", (method, detail) => {
    expect(protocol.diagnoseMethod(method, "/token", ["POST", "PUT"])).toEqual({
      rule: "http",
      source: "RFC 9110 §15.5.6",
      message: `/token takes POST, PUT, not ${method}`,
      detail: expect.stringMatching(detail),
    });
  });
});

const PARAMETERS = { rule: "parameters", source: "RFC 6749 §4.1.3" };
const PROMPT = { rule: "prompt", source: "OpenID Connect Core §3.1.2.1" };
const RESPONSE_MODE = {
  rule: "response-mode",
  source: "OAuth 2.0 Multiple Response Types §2.1",
};
const RESPONSE_TYPE = { rule: "response-type", source: "RFC 6749 §3.1.1", closest: "code" };
const PKCE = { rule: "pkce", source: "RFC 7636 §4.3", closest: "S256" };
const CLIENT = { rule: "client-authentication", source: "RFC 6749 §2.3.1" };
const STEPS = { rule: "login-steps", source: "Hydra 1.10.6" };
const CONSENT_FORM = { rule: "login-steps", source: "documentation 2023" };

/** What is written down whole: what holds a value, or is compared by a value. */
const DIAGNOSES: readonly [() => Diagnosis, Partial<Diagnosis>][] = [
  [
    () => protocol.diagnoseMalformed("it is no form"),
    { rule: "parameters", source: "RFC 6749 appendix B", message: "it is no form" },
  ],
  [
    () => protocol.diagnoseRepeated("scope"),
    {
      rule: "parameters",
      source: "RFC 6749 §3.1",
      message: "the parameter scope is there more than once",
      detail: "Send scope once; several scopes go into one scope parameter, separated by spaces.",
    },
  ],
  [
    () => protocol.diagnoseMisspelt("loginHint", "login_hint"),
    {
      rule: "parameters",
      source: "RFC 6749 §3.1",
      message: "the parameter loginHint is not known, and ignored; did you mean login_hint?",
      detail: "Send login_hint: names of parameters are compared letter by letter.",
      sent: "loginHint",
      closest: "login_hint",
    },
  ],
  [
    protocol.diagnoseEmptyBody,
    {
      ...PARAMETERS,
      message: "the request has no form body (one that is not declared as a form counts as none)",
    },
  ],
  [
    () => protocol.noteRepeated("scope", false),
    {
      rule: "parameters",
      source: "RFC 6749 §3.1",
      message: "the parameter scope is there more than once, with the same value",
    },
  ],
  [
    () => protocol.noteRepeated("scope", true),
    {
      rule: "parameters",
      source: "RFC 6749 §3.1",
      message:
        "the parameter scope is there more than once, with different values; the first one counts",
    },
  ],
  [
    () => protocol.diagnoseOtherBody("text/plain"),
    { ...PARAMETERS, message: "the body is text/plain, which the endpoint reads as an empty form" },
  ],
  [
    () => protocol.diagnoseOtherBody("x".repeat(100)),
    {
      ...PARAMETERS,
      message: `the body is ${"x".repeat(80)}, which the endpoint reads as an empty form`,
    },
  ],
  [
    () => protocol.diagnoseOtherBody(undefined),
    {
      ...PARAMETERS,
      message: "the body has no Content-Type, which the endpoint reads as an empty form",
    },
  ],
  [
    protocol.noteFormPost,
    {
      rule: "response-mode",
      source: "OAuth 2.0 Form Post Response Mode §2",
      message: "response_mode is form_post, which Vipps does not list in its discovery document",
    },
  ],
  [
    protocol.diagnoseRequestObject,
    {
      rule: "request-object",
      source: "OpenID Connect Core §6",
      message: expect.stringMatching(/^request objects \(request, request_uri\) are not supported/),
    },
  ],
  [
    () => protocol.diagnoseResponseMode("fragmnt"),
    {
      ...RESPONSE_MODE,
      message: "response_mode fragmnt is not supported",
      sent: "fragmnt",
      closest: "fragment",
    },
  ],
  [
    () => protocol.diagnoseResponseMode("qery"),
    {
      ...RESPONSE_MODE,
      message: "response_mode qery is not supported",
      sent: "qery",
      closest: "query",
    },
  ],
  [
    () => protocol.diagnoseResponseMode("web_message"),
    { ...RESPONSE_MODE, message: "response_mode web_message is not supported" },
  ],
  [
    () => protocol.diagnoseResponseType(undefined),
    { ...RESPONSE_TYPE, message: "response_type is missing" },
  ],
  [
    () => protocol.diagnoseResponseType("token"),
    { ...RESPONSE_TYPE, message: "response_type token is not supported", sent: "token" },
  ],
  [
    () => protocol.diagnoseAudience("api"),
    {
      rule: "audience",
      source: "RFC 6749 §3.1",
      message: "the audience parameter is not supported (sent: api)",
    },
  ],
  [
    protocol.diagnoseRegistration,
    {
      rule: "registration",
      source: "OpenID Connect Core §7.2.1",
      message: expect.stringMatching(/^the registration parameter is not supported/),
    },
  ],
  [
    () => protocol.diagnosePrompt(["login", "none", "consent"], undefined),
    { ...PROMPT, message: "prompt has none together with login and consent" },
  ],
  [
    () => protocol.diagnosePrompt(["logn"], "logn"),
    {
      ...PROMPT,
      message: "prompt has the value logn, which does not exist",
      sent: "logn",
      closest: "login",
    },
  ],
  [
    () => protocol.diagnosePrompt(["create-account-now"], "create-account-now"),
    { ...PROMPT, message: "prompt has the value create-account-now, which does not exist" },
  ],
  [
    () => protocol.diagnoseSilent("login"),
    { ...PROMPT, message: "prompt=none was sent, but this browser remembers nobody" },
  ],
  [
    () => protocol.diagnoseSilent("consent"),
    {
      ...PROMPT,
      message:
        "prompt=none was sent, but the user has not consented to everything that is asked for",
    },
  ],
  [
    () => protocol.diagnoseChallengeMethod(undefined),
    {
      ...PKCE,
      message: "code_challenge was sent without code_challenge_method, which means plain",
    },
  ],
  [
    () => protocol.diagnoseChallengeMethod("plain"),
    { ...PKCE, message: "code_challenge_method is plain", sent: "plain" },
  ],
  [
    () => protocol.diagnoseGrantNotAllowed("refresh_token"),
    {
      rule: "grant-type",
      source: "RFC 6749 §5.2",
      message: "no sales unit may use grant_type refresh_token",
      sent: "refresh_token",
      closest: "authorization_code",
    },
  ],
  [
    () => protocol.diagnoseNoCredentials(undefined),
    {
      ...CLIENT,
      message:
        "the request has neither an Authorization header nor client_id and client_secret in its body",
    },
  ],
  [
    () => protocol.diagnoseNoCredentials("Basic"),
    {
      ...CLIENT,
      message: "the Authorization header is not 'Basic' and the base64 of client_id:client_secret",
    },
  ],
  [
    () => protocol.diagnoseUndecodable("secret"),
    {
      ...CLIENT,
      message: "the client_secret in the Basic header contains a % that starts no percent-encoding",
    },
  ],
  [
    () => protocol.diagnoseSpentVerifier("consent"),
    {
      ...STEPS,
      message: "the consent_verifier was used before, or belongs to no login of this client",
    },
  ],
  [
    () => protocol.diagnoseLateUser("login", 5),
    {
      ...STEPS,
      message: "the login expired 5 seconds ago, at the login page; a user has 1800 seconds",
    },
  ],
  [
    () => protocol.diagnoseNoSuchLogin("login_challenge"),
    {
      ...STEPS,
      message: "no login waits under this login_challenge: it is finished, or was never begun",
    },
  ],
  [
    () => protocol.diagnoseNoChallenge("login_challenge"),
    { ...STEPS, message: "the login_challenge is missing" },
  ],
  [
    protocol.diagnoseAnsweredBefore,
    { ...STEPS, message: "the form of this page was submitted before" },
  ],
  [
    () => protocol.diagnoseConsentAnswer(undefined),
    { ...CONSENT_FORM, message: "the form has no action" },
  ],
  [
    () => protocol.diagnoseConsentAnswer("acept"),
    { ...CONSENT_FORM, message: "the form has action=acept", sent: "acept", closest: "accept" },
  ],
  [
    () => protocol.diagnoseConsentAnswer("declin"),
    { ...CONSENT_FORM, message: "the form has action=declin", sent: "declin", closest: "decline" },
  ],
  [
    () => protocol.diagnoseConsentAnswer("yes"),
    { ...CONSENT_FORM, message: "the form has action=yes" },
  ],
  [
    () =>
      protocol.diagnoseNoSandbox("No sandbox is called a.", "Make it.", {
        sent: "a",
        closest: "b",
      }),
    {
      rule: "sandbox",
      source: "the mock's own",
      message: "No sandbox is called a.",
      sent: "a",
      closest: "b",
    },
  ],
  [
    () => protocol.diagnoseRemoved("user"),
    {
      rule: "login-steps",
      source: "the mock's own",
      message: "the user of this login was removed meanwhile",
    },
  ],
];

describe("a request that the protocol forbids", () => {
  it.each(DIAGNOSES)("%#: is told why, and what to do", (diagnosis, expected) => {
    expect(diagnosis()).toEqual({ detail: expect.stringMatching(/\w\.$/), ...expected });
  });
});

describe("a missing redirect_uri", () => {
  it("is told with those that are registered", () => {
    expect(checkRedirectUri("", ["https://a.example/cb"])?.detail).toBe(
      "Send one of those that are registered: https://a.example/cb.",
    );
    expect(checkRedirectUri("", [])?.detail).toContain("there is none yet");
  });
});
