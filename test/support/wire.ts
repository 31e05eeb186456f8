import type { LightMyRequestResponse } from "fastify";
import { expect } from "vitest";
import { revokeConsent } from "../../src/sessions/consents.ts";
import { readAll } from "../../src/store/batches.ts";
import type { Mock } from "./mock.ts";

/**
 * The wire as a merchant's application and a user's browser see it, over `inject`. Paths, names and
 * texts are typed out from the sources here, never imported from the code under test.
 */

/** Where the mock believes itself to be. */
export const HOST = "localhost:4747";
export const BASE = `http://${HOST}`;
export const ISSUER = `${BASE}/access-management-1.0/access/`;

/** The merchant-facing paths and the pages. */
export const PATH = {
  discovery: "/access-management-1.0/access/.well-known/openid-configuration",
  jwks: "/access-management-1.0/access/.well-known/jwks.json",
  auth: "/access-management-1.0/access/oauth2/auth",
  token: "/access-management-1.0/access/oauth2/token",
  revoke: "/access-management-1.0/access/oauth2/revoke",
  logout: "/access-management-1.0/access/oauth2/sessions/logout",
  userinfo: "/vipps-userinfo-api/userinfo",
  legacyUserinfo: "/access-management-1.0/access/userinfo",
  backchannel: "/vipps-login-ciba/api/backchannel/authentication",
  userExists: "/vipps-login-ciba/api/v1/user-exists",
  login: "/vipps-login-idp/login",
  consent: "/vipps-login-idp/consent",
  error: "/vipps-login-idp/error",
  stylesheet: "/vipps-login-idp/style.css",
} as const;

/** The sales units of the fixtures. */
export const SHOP = {
  id: "10000000-0000-4000-8000-000000000001",
  secret: "public-mock-secret-of-demo-shop",
};
export const OUTLET = {
  id: "20000000-0000-4000-8000-000000000002",
  secret: "public-mock-secret-of-demo-outlet",
};
export const POST_OFFICE = {
  id: "30000000-0000-4000-8000-000000000003",
  secret: "public-mock-secret-of-post-office",
};
export const BANK = {
  id: "40000000-0000-4000-8000-000000000004",
  secret: "public-mock-secret-of-demo-bank",
};
export const CLOSED = {
  id: "50000000-0000-4000-8000-000000000005",
  secret: "public-mock-secret-of-closed-shop",
};
export const WITHOUT_LOGIN = {
  id: "60000000-0000-4000-8000-000000000006",
  secret: "public-mock-secret-of-shop-without-login",
};
export type Client = typeof SHOP;

export const CALLBACK = "https://example.com/callback";
export const STATE = "state-of-the-test";

/** Descriptions of the error table (fosite 0.40.2). */
export const TEXT = {
  invalid_request:
    "The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.",
  invalid_request_hint:
    "Make sure that the various parameters are correct, be aware of case sensitivity and trim your parameters. Make sure that the client you are using has exactly whitelisted the redirect_uri you specified.",
  invalid_client:
    "Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).",
  invalid_grant:
    "The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.",
  invalid_scope: "The requested scope is invalid, unknown, or malformed.",
  invalid_state:
    "The state is missing or does not have enough characters and is therefore considered too weak. Request parameter 'state' must be at least be 8 characters long to ensure sufficient entropy.",
  unauthorized_client: "The client is not authorized to request a token using this method.",
  unsupported_response_type:
    "The authorization server does not support obtaining a token using this method.",
  unsupported_response_mode:
    "The authorization server does not support obtaining a response using this response mode.",
  insufficient_entropy:
    "The request used a security parameter (e.g., anti-replay, anti-csrf) with insufficient entropy.",
  request_forbidden: "The request is not allowed.",
  request_unauthorized: "The request could not be authorized.",
  access_denied: "The resource owner or authorization server denied the request.",
  login_required:
    "The Authorization Server requires End-User authentication. Prompt 'none' was requested, but no existing login session was found.",
  consent_required:
    "The Authorization Server requires End-User consent. Prompt 'none' was requested, but no previous consent was found.",
  cancelled: "User cancelled the login",
} as const;

/** A pair of code_verifier and code_challenge: the example of RFC 7636, appendix B. */
export const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
export const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

export type Fields = Readonly<Record<string, string | undefined>>;
export type Headers = Readonly<Record<string, string>>;

/** Names and values as a form or a query; an undefined value leaves the name out. */
export function formOf(fields: Fields): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) form.append(name, value);
  }
  return form.toString();
}

/** The address of a good authorization request, with `overrides`; undefined leaves one out. */
export function authorizePath(overrides: Fields = {}): string {
  return `${PATH.auth}?${formOf({
    response_type: "code",
    client_id: SHOP.id,
    redirect_uri: CALLBACK,
    scope: "openid name",
    state: STATE,
    ...overrides,
  })}`;
}

export function get(mock: Mock, url: string, headers: Headers = {}) {
  return mock.app.inject({ method: "GET", url, headers: { host: HOST, ...headers } });
}

export function post(mock: Mock, url: string, body: Fields | string, headers: Headers = {}) {
  return mock.app.inject({
    method: "POST",
    url,
    headers: { host: HOST, "content-type": "application/x-www-form-urlencoded", ...headers },
    payload: typeof body === "string" ? body : formOf(body),
  });
}

/** One authorization request, without following where it leads. */
export function authorize(mock: Mock, overrides: Fields = {}, headers: Headers = {}) {
  return get(mock, authorizePath(overrides), headers);
}

export function basic({ id, secret }: Client): Headers {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}` };
}

/** A good token request for `code`, with overrides. */
export function requestToken(
  mock: Mock,
  code: string,
  overrides: Fields = {},
  headers: Headers = basic(SHOP),
) {
  return post(
    mock,
    PATH.token,
    { grant_type: "authorization_code", code, redirect_uri: CALLBACK, ...overrides },
    headers,
  );
}

export function userinfo(mock: Mock, accessToken: string, path: string = PATH.userinfo) {
  return get(mock, path, { authorization: `Bearer ${accessToken}` });
}

/** Parameters of an answer by redirect, in the order in which they stand there. */
export function parametersOf(response: { headers: LightMyRequestResponse["headers"] }): string[][] {
  const location = String(response.headers.location);
  return [...new URLSearchParams(location.slice(location.search(/[?#]/) + 1))];
}

export function parameterOf(response: LightMyRequestResponse, name: string): string | undefined {
  return parametersOf(response).find(([one]) => one === name)?.[1];
}

/** Which page an answer shows, by the class of its main part. */
export function pageOf(response: LightMyRequestResponse): string | undefined {
  return /<main class="(\w+)">/.exec(response.body)?.[1];
}

/** A browser: a cookie jar that follows redirects as long as they stay at the mock. */
export class Browser {
  readonly mock: Mock;
  readonly headers: Headers;
  readonly cookies = new Map<string, string>();
  /** Every address it was at, in order. */
  readonly visited: string[] = [];

  constructor(mock: Mock, headers: Headers = {}) {
    this.mock = mock;
    this.headers = headers;
  }

  /** One request, its cookies kept; redirects are not followed. */
  async fetch(url: string, form?: Fields): Promise<LightMyRequestResponse> {
    this.visited.push(url);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...this.headers, ...(cookie && { cookie }) };
    const path = url.startsWith(BASE) ? url.slice(BASE.length) : url;
    const response = await (form
      ? post(this.mock, path, form, headers)
      : get(this.mock, path, headers));
    for (const { name, value } of response.cookies) this.cookies.set(name, value);
    return response;
  }

  /** Goes to an address and on to a page, or to the redirect that leads away from the mock. */
  async open(url: string, form?: Fields): Promise<LightMyRequestResponse> {
    let response = await this.fetch(url, form);
    while (String(response.headers.location ?? "").startsWith(BASE)) {
      response = await this.fetch(String(response.headers.location));
    }
    return response;
  }

  login(overrides: Fields = {}): Promise<LightMyRequestResponse> {
    return this.open(authorizePath(overrides));
  }

  /** Presses a button of the form on a page. */
  submit(page: LightMyRequestResponse, fields: Fields): Promise<LightMyRequestResponse> {
    const { action, hidden } = formIn(page);
    return this.open(action, { ...hidden, ...fields });
  }
}

/** The form of a page: where it goes and what it carries along. */
export function formIn(page: LightMyRequestResponse): { action: string; hidden: Fields } {
  const action = /<form method="post" action="([^"]+)"/.exec(page.body)?.[1];
  const field = /<input type="hidden" name="(\w+)" value="(\w+)">/.exec(page.body);
  if (!action || !field) throw new Error(`no form on this page: ${page.statusCode} ${page.body}`);
  return { action, hidden: { [String(field[1])]: field[2] } };
}

/** The number that the browser shows, and one of those that it does not show. */
export function challengeOf(page: LightMyRequestResponse): { right: string; wrong: string } {
  const right = /data-testid="challenge">(\d\d)</.exec(page.body)?.[1];
  const offered = [...page.body.matchAll(/name="choice" value="(\d\d)"/g)].map(([, one]) => one);
  const wrong = offered.find((one) => one !== right);
  if (!right || !wrong || !offered.includes(right)) throw new Error(`no challenge: ${page.body}`);
  return { right, wrong };
}

export interface Walk {
  readonly user?: string;
  readonly remember?: boolean;
  readonly consent?: "accept" | "decline";
  readonly request?: Fields;
}

/** Logs in as a person does, page by page, as far as pages come. */
export async function walkLogin(
  browser: Browser,
  { user = "ada", remember = false, consent = "accept", request = {} }: Walk = {},
): Promise<LightMyRequestResponse> {
  let page = await browser.login(request);
  if (pageOf(page) === "phone") {
    page = await browser.submit(page, {
      fixture_user: user,
      ...(remember && { remember: "yes" }),
    });
  }
  if (pageOf(page) === "app") {
    page = await browser.submit(page, { choice: challengeOf(page).right });
  }
  if (pageOf(page) === "consent") page = await browser.submit(page, { action: consent });
  return page;
}

/** Logs in up to the confirmation in the app, and stops there. */
export async function confirmedLogin(
  browser: Browser,
  user: string,
  request: Fields = {},
  entry: Fields = {},
): Promise<string> {
  const phone = await browser.login(request);
  const app = await browser.submit(phone, { fixture_user: user, ...entry });
  const { action, hidden } = formIn(app);
  const answer = await browser.fetch(action, { ...hidden, choice: challengeOf(app).right });
  return String(answer.headers.location);
}

/** A whole login up to its code. */
export async function codeFrom(mock: Mock, walk: Walk = {}): Promise<string> {
  const end = await walkLogin(new Browser(mock), walk);
  const code = parameterOf(end, "code");
  if (!code) throw new Error(`no code: ${end.statusCode} ${end.headers.location} ${end.body}`);
  return code;
}

export interface Tokens {
  readonly access_token: string;
  readonly expires_in: number;
  readonly id_token: string;
  readonly scope: string;
  readonly token_type: string;
}

/** A whole login up to its tokens. */
export async function tokensFrom(
  mock: Mock,
  walk: Walk = {},
  client: Client = SHOP,
): Promise<Tokens> {
  const request = { client_id: client.id, ...walk.request };
  const code = await codeFrom(mock, { ...walk, request });
  const response = await requestToken(mock, code, {}, basic(client));
  if (response.statusCode !== 200) throw new Error(`no tokens: ${response.body}`);
  return response.json<Tokens>();
}

/** A part of a JWT as text: 0 is the header, 1 the payload. */
export function jwtPart(token: string, part: 0 | 1): string {
  return Buffer.from(String(token.split(".")[part]), "base64url").toString();
}

/** The diagnoses in the log so far. */
function diagnosesOf(mock: Mock) {
  return mock.log.flatMap(({ diagnosis }) => (diagnosis ? [diagnosis] : []));
}

/** Holds the last refusal in the log to its reason. */
export function expectReason(mock: Mock, rule: string, origin: string, ...values: string[]): void {
  const diagnosis = diagnosesOf(mock).at(-1);
  expect(diagnosis?.rule).toBe(rule);
  expect(diagnosis?.faq ?? diagnosis?.source).toBe(origin);
  for (const value of values) expect(diagnosis?.message).toContain(value);
}

/** What the element with this test id shows; undefined when the page has none. */
export function textOf(page: LightMyRequestResponse, testId: string): string | undefined {
  const body = page.body.replace(/<\/?bdi>/g, "");
  return new RegExp(`data-testid="${testId}"[^>]*>([^<]*)<`).exec(body)?.[1]?.trim();
}

/** Withdraws every consent of a user, as the user does in the app. */
export async function withdrawConsents(mock: Mock, user: string): Promise<void> {
  const items = await readAll(mock.sandbox.store.consents);
  for (const { id } of items.filter((consent) => consent.user === user)) {
    await revokeConsent(mock.sandbox, id, await mock.sandbox.clock.now());
  }
}

/** The credentials of a client in a form. */
export function posted({ id, secret }: Client): Fields {
  return { client_id: id, client_secret: secret };
}

/** An error as the token and revocation endpoints write it, to the byte. */
export function errorBody(error: string, description: string): string {
  return `{"error":"${error}","error_description":"${description}"}`;
}
