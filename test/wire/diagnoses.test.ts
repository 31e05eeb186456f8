import type { LightMyRequestResponse } from "fastify";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FAQ } from "../../src/records/faq.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import type { Fields, Headers } from "../support/wire.ts";
import {
  authorize,
  authorizePath,
  Browser,
  basic,
  CALLBACK,
  CHALLENGE,
  challengeOf,
  codeFrom,
  confirmedLogin,
  expectReason,
  formIn,
  get,
  PATH,
  post,
  requestToken,
  SHOP,
  userinfo,
  walkLogin,
} from "../support/wire.ts";

/**
 * Why a request was refused about which the FAQ is silent. That no refusal goes without a diagnosis is
 * for the compiler; here is what they say.
 */

type Reason = readonly [rule: string, origin: string, message: string, closest?: string];

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

function lastDiagnosis() {
  return mock.log.flatMap(({ diagnosis }) => (diagnosis ? [diagnosis] : [])).at(-1);
}

function expectExplained(answer: LightMyRequestResponse, [rule, origin, message, closest]: Reason) {
  expectReason(mock, rule, origin, message);
  const diagnosis = lastDiagnosis();
  expect(diagnosis?.closest).toBe(closest);
  expect(diagnosis?.detail).toMatch(/^[A-Z].{20,}\.$/s);
  // The answer is the real service's: not a word of it goes to the merchant.
  const query = new URLSearchParams(String(answer.headers.location).split(/[?#]/)[1]);
  const told = `${[...query.values()].join()} ${answer.body}`;
  expect(told).not.toContain(diagnosis?.detail);
}

const PROMPT = "OpenID Connect Core §3.1.2.1";

describe("an authorization request", () => {
  it.each<[Fields, Reason]>([
    [
      { response_type: "token" },
      ["response-type", "RFC 6749 §3.1.1", "response_type token", "code"],
    ],
    [{ response_type: undefined }, ["response-type", "RFC 6749 §3.1.1", "is missing", "code"]],
    [
      { response_mode: "web_message" },
      ["response-mode", "OAuth 2.0 Multiple Response Types §2.1", "web_message"],
    ],
    [
      { response_mode: "qeury" },
      ["response-mode", "OAuth 2.0 Multiple Response Types §2.1", "qeury", "query"],
    ],
    [{ request: "eyJ" }, ["request-object", "OpenID Connect Core §6", "request object"]],
    [{ request_uri: "https://a" }, ["request-object", "OpenID Connect Core §6", "request object"]],
    [{ audience: "api" }, ["audience", "RFC 6749 §3.1", "not supported (sent: api)"]],
    [{ registration: "{}" }, ["registration", "OpenID Connect Core §7.2.1", "registration"]],
    [{ prompt: "none" }, ["prompt", PROMPT, "this browser remembers nobody"]],
    [{ redirect_uri: undefined }, ["redirect-uri", FAQ.redirectUris, "redirect_uri is missing"]],
    [{ state: undefined }, ["state", FAQ.state, "state is missing"]],
  ])("%j", async (request, reason) => {
    expectExplained(await authorize(mock, request), reason);
  });

  it("that is not percent-encoded UTF-8", async () => {
    const answer = await get(mock, `${authorizePath()}&nonce=%E6%F8`);
    expectExplained(answer, ["parameters", "RFC 6749 appendix B", "nonce is not percent-encoded"]);
  });

  it.each<[Fields, Reason]>([
    [{ code_challenge: CHALLENGE }, ["pkce", "RFC 7636 §4.3", "which means plain", "S256"]],
    [
      { code_challenge: CHALLENGE, code_challenge_method: "S512" },
      ["pkce", "RFC 7636 §4.3", "code_challenge_method is S512", "S256"],
    ],
    [{ prompt: "longin" }, ["prompt", PROMPT, "the value longin", "login"]],
  ])("%j, once the code is about to be issued", async (request, reason) => {
    expectExplained(await walkLogin(new Browser(mock), { request }), reason);
  });

  it("with prompt=none beside another, once the user is remembered", async () => {
    const browser = new Browser(mock);
    await walkLogin(browser, { remember: true });
    expectExplained(await browser.login({ prompt: "none login" }), [
      ...(["prompt", PROMPT, "prompt has none together with login"] as const),
    ]);
  });

  it("with prompt=none from a user who would be asked", async () => {
    const browser = new Browser(mock);
    await walkLogin(browser, { remember: true, request: { scope: "openid" } });
    expectExplained(await browser.login({ prompt: "none" }), [
      ...(["prompt", PROMPT, "has not consented"] as const),
    ]);
  });
});

describe("a login", () => {
  const STEPS = ["login-steps", "Hydra 1.10.6"] as const;

  it("that the user cancels", async () => {
    const browser = new Browser(mock);
    const answer = await browser.submit(await browser.login(), { action: "cancel" });
    expectExplained(answer, ["user-choice", "documentation 2023", "the user cancelled the login"]);
  });

  it("in which the user declines to share data", async () => {
    const answer = await walkLogin(new Browser(mock), { consent: "decline" });
    expectExplained(answer, ["consent", FAQ.gdpr, "declined to share data"]);
  });

  it("in which the user chooses the wrong number", async () => {
    const browser = new Browser(mock);
    const app = await browser.submit(await browser.login(), { fixture_user: "ada" });
    const answer = await browser.submit(app, { choice: challengeOf(app).wrong });
    expectExplained(answer, ["user-choice", "documentation 2023", "the wrong number"]);
  });

  it("in which the app turns out to be outdated", async () => {
    const browser = new Browser(mock);
    const app = await browser.submit(await browser.login(), { fixture_user: "ada" });
    const answer = await browser.submit(app, { outcome: "outdated_app" });
    expectExplained(answer, [
      "app",
      "documentation 2023; vipps-developers issue 143",
      "app is too old",
    ]);
  });

  it("that comes back with a verifier twice", async () => {
    const browser = new Browser(mock);
    const back = await confirmedLogin(browser, "ada");
    await browser.fetch(back);
    expectExplained(await browser.fetch(back), [...STEPS, "the login_verifier was used before"]);
  });

  it("that takes too long", async () => {
    const browser = new Browser(mock);
    const back = await confirmedLogin(browser, "ada");
    await mock.sandbox.clock.advance(1805);
    expectExplained(await browser.fetch(back), [...STEPS, "expired 5 seconds ago"]);
  });

  it("whose page nobody waits at", async () => {
    const answer = await get(mock, `${PATH.login}?login_challenge=made-up`);
    expectExplained(answer, [...STEPS, "no login waits under this login_challenge"]);
  });

  it("whose consent form says neither yes nor no", async () => {
    const browser = new Browser(mock);
    const consent = await browser.open(await confirmedLogin(browser, "ada"));
    const answer = await browser.submit(consent, { action: "acept" });
    expectExplained(answer, [
      "login-steps",
      "documentation 2023",
      "the form has action=acept",
      "accept",
    ]);
  });

  it("whose consent form says nothing", async () => {
    const browser = new Browser(mock);
    const consent = await browser.open(await confirmedLogin(browser, "ada"));
    const { action, hidden } = formIn(consent);
    expectExplained(await browser.fetch(action, hidden), [
      ...(["login-steps", "documentation 2023", "the form has no action"] as const),
    ]);
  });

  it("whose user is removed before the code is used", async () => {
    const code = await codeFrom(mock);
    await mock.sandbox.store.sessions.clear();
    expectExplained(await requestToken(mock, code), [
      ...(["login-steps", "the mock's own", "was removed meanwhile"] as const),
    ]);
  });
});

describe("a form endpoint", () => {
  const CREDENTIALS = ["client-authentication", "RFC 6749 §2.3.1"] as const;
  const GRANT = ["grant-type", "RFC 6749 §4.1.3"] as const;
  const good = { grant_type: "authorization_code", code: "x", redirect_uri: CALLBACK };

  it.each<[string, Fields | string, Headers, Reason]>([
    ["no body", "", basic(SHOP), ["parameters", "RFC 6749 §4.1.3", "no form body"]],
    ["no grant", { code: "x" }, basic(SHOP), [...GRANT, "is missing", "authorization_code"]],
    [
      "a misspelt grant",
      { ...good, grant_type: "authorisation_code" },
      basic(SHOP),
      [...GRANT, "authorisation_code is not known", "authorization_code"],
    ],
    [
      "a grant for nobody",
      { grant_type: "refresh_token" },
      basic(SHOP),
      ["grant-type", "RFC 6749 §5.2", "no sales unit may use", "authorization_code"],
    ],
    ["no credentials", good, {}, [...CREDENTIALS, "neither an Authorization header nor"]],
    [
      "credentials without a colon",
      good,
      { authorization: "Basic YQ==" },
      [...CREDENTIALS, "is not 'Basic' and the base64"],
    ],
    [
      "a stray percent sign in the secret",
      good,
      basic({ id: SHOP.id, secret: "50%" }),
      [...CREDENTIALS, "the client_secret in the Basic header contains a %"],
    ],
    ["broken encoding", "grant_type=%", basic(SHOP), ["parameters", "RFC 6749 appendix B", "%"]],
  ])("with %s", async (_what, body, headers, reason) => {
    expectExplained(await post(mock, PATH.token, body, headers), reason);
  });

  it.each<[string, Fields | string, Reason]>([
    ["no body", "", ["parameters", "RFC 6749 §4.1.3", "no form body"]],
    ["broken encoding", "token=%", ["parameters", "RFC 6749 appendix B", "token is not"]],
  ])("of revocation with %s", async (_what, body, reason) => {
    expectExplained(await post(mock, PATH.revoke, body, basic(SHOP)), reason);
  });

  it("with a body of another type, or of none", async () => {
    const answer = await post(mock, PATH.backchannel, "a", { "content-type": "text/plain" });
    expectExplained(answer, ["http", "RFC 9110 §15.5", 'the body is sent as "text/plain"']);
    const payload = Buffer.from("a");
    const bare = await mock.app.inject({ method: "POST", url: PATH.backchannel, payload });
    expectExplained(bare, ["http", "RFC 9110 §15.5", "the body is sent without a Content-Type"]);
    expect(lastDiagnosis()?.detail).toContain("application/x-www-form-urlencoded");
  });

  it("with a body that is too large", async () => {
    const answer = await post(mock, PATH.token, `a=${"x".repeat(65_536)}`);
    expectExplained(answer, ["http", "RFC 9110 §15.5", "too large"]);
    expect(lastDiagnosis()?.detail).toContain("65536 bytes");
  });
});

describe("an address", () => {
  it("at which nothing is names the one that comes closest", async () => {
    const answer = await post(mock, "/access-management-1.0/access/oauth/token", "");
    expectExplained(answer, [
      ...(["http", "RFC 9110 §15.5.5", "nothing is at POST /access-management-1.0/"] as const),
      PATH.token,
    ]);
  });

  it("that takes another method names it", async () => {
    const answer = await get(mock, PATH.token);
    expectExplained(answer, ["http", "RFC 9110 §15.5.6", "takes POST, not GET"]);
  });

  it("that a browser asks for leave to call says where to call from", async () => {
    await mock.app.inject({
      method: "OPTIONS",
      url: PATH.userinfo,
      headers: { host: "localhost" },
    });
    expect(lastDiagnosis()?.detail).toContain("call the endpoint from a server instead");
  });
});

describe("a missing access token", () => {
  it.each([
    ["", "no Authorization header"],
    ["Bearer", "the Authorization header says Bearer, but no single token follows"],
    ["Basic YQ==", "the scheme 'Basic' instead of Bearer"],
  ])("(%s)", async (authorization, message) => {
    const headers = authorization === "" ? {} : { authorization };
    expectExplained(await get(mock, PATH.userinfo, headers), [
      ...(["access-token", "RFC 6750 §2.1", message] as const),
    ]);
  });

  it("is not confused with one that opens nothing", async () => {
    expectExplained(await userinfo(mock, "junk"), [
      ...(["access-token", "RFC 6750 §2.1", "never issued"] as const),
    ]);
  });
});
