import { createHash } from "node:crypto";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { expect } from "vitest";
import { keysOf, PARTNER } from "../../support/partner.ts";
import type { Server } from "../../support/server.ts";

/**
 * Clients that the suite cannot run, as data: what each sends and what it reads, found by reading its
 * public source. A replay sends the same requests.
 */
export interface Client {
  /** As docs/clients.md names it. */
  readonly name: string;
  readonly salesUnit: "Demo Shop" | "Post Office";
  readonly redirectUri: string;
  /** Whether it takes its endpoints from the discovery document; others have them built in. */
  readonly discovers?: true;
  /** The headers of its requests, client authentication and content type aside. */
  readonly headers?: (asker: Asker) => Headers;
  /** The query of its authorization request, percent-encoding and all. */
  readonly query: (asker: Asker) => string;
  /** Its token requests, each sent if the one before was refused. */
  readonly token: (asker: Asker, code: string) => readonly Message[];
  /** Below the base URL, where it is not what discovery says. */
  readonly userinfoPath?: string;
  /** The claims of userinfo without which it does not work, or which it shows. */
  readonly reads: readonly (keyof typeof ADA)[];
  /** What else it insists on. */
  readonly insists?: (login: Login) => void;
  /** The profiles in which it works; both when left out. */
  readonly profiles?: readonly ("2023" | "2026")[];
  /** Profile 2026 refuses this at userinfo, unless its rule subscriptionKeyRefused is set to false. */
  readonly sendsSubscriptionKey?: true;
}

type Headers = Readonly<Record<string, string>>;

interface Message {
  readonly headers?: Headers;
  readonly body: string;
}

/** Who asks, and what a client makes up for each login. */
export interface Asker {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly msn: string;
  readonly redirectUri: string;
  readonly verifier: string;
  readonly challenge: string;
  /** The token of a partner, for the one client that acts for others. */
  readonly platformToken: string;
}

/** What a client has in the end. */
export interface Login {
  readonly asker: Asker;
  readonly issuer: string;
  readonly state: string;
  readonly tokens: Readonly<Record<string, unknown>>;
  readonly idToken: Readonly<Record<string, unknown>>;
  readonly userinfo: Readonly<Record<string, unknown>>;
}

/** What userinfo says of the fixture user ada. */
export const ADA = {
  sub: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
  sid: expect.any(String),
  name: "Ada Nordmann",
  given_name: "Ada",
  family_name: "Nordmann",
  email: "ada@example.com",
  email_verified: true,
  phone_number: "4712345678",
  birthdate: "1985-12-10",
  address: expect.objectContaining({
    address_type: "home",
    country: "NO",
    postal_code: "0603",
    region: "OSLO",
    street_address: "BOKS 6300, ETTERSTAD",
    formatted: expect.stringContaining("0603"),
  }),
  other_addresses: [],
};

/** A form as most languages write it, spaces as +. */
export const form = (fields: Headers): string => String(new URLSearchParams(fields));

/** A query or form whose values are written as they are. */
export const unencoded = (fields: Headers): string =>
  Object.entries(fields)
    .map((pair) => pair.join("="))
    .join("&");

/** A form with spaces as %20. */
export const percentEncoded = (fields: Headers): string =>
  Object.entries(fields)
    .map((pair) => pair.map(encodeURIComponent).join("="))
    .join("&");

export const basic = ({ clientId, clientSecret }: Asker): Headers => ({
  authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`,
});

/** The credentials as fields of a form. */
export const credentials = ({ clientId, clientSecret }: Asker) => ({
  client_id: clientId,
  client_secret: clientSecret,
});

/** The fields of every token request. */
export const grant = ({ redirectUri }: Asker, code: string) => ({
  grant_type: "authorization_code",
  code,
  redirect_uri: redirectUri,
});

/** The headers by which plugins name themselves. */
export const system = (name: string, version: string, plugin: string, pluginVersion: string) => ({
  "vipps-system-name": name,
  "vipps-system-version": version,
  "vipps-system-plugin-name": plugin,
  "vipps-system-plugin-version": pluginVersion,
});

const VERIFIER = "a-code-verifier-of-the-replays-0123456789-abcdefgh";

/** The real requests of a login, in their order. */
interface Replay {
  readonly asker: Asker;
  /** What came to the redirect URI. */
  readonly answer: URLSearchParams;
  readonly token?: { readonly status: number; readonly body: Readonly<Record<string, unknown>> };
  readonly userinfo?: { readonly status: number; readonly body: Readonly<Record<string, unknown>> };
}

/** Sends the requests of a client until one is refused. */
export async function replay(
  at: Server,
  client: Client,
  changes: Partial<Asker> = {},
): Promise<Replay> {
  const { redirectUris, ...unit } = await at.salesUnit(client.salesUnit);
  const { clientId, clientSecret, msn } = unit;
  if (!redirectUris.includes(client.redirectUri)) {
    await at.register(client.redirectUri, client.salesUnit);
  }
  const asker: Asker = {
    clientId,
    clientSecret,
    msn,
    redirectUri: client.redirectUri,
    verifier: VERIFIER,
    challenge: createHash("sha256").update(VERIFIER).digest("base64url"),
    platformToken: "",
    ...changes,
  };
  const headers = client.headers?.(asker) ?? {};
  const endpoints = client.discovers ? await discover(at, headers) : builtIn(at);
  const answer = await browse(at, `${endpoints.authorization}?${client.query(asker)}`, asker);
  const code = answer.get("code");
  if (code === null) return { asker, answer };
  const token = await redeem(endpoints.token, headers, client.token(asker, code));
  if (token.status !== 200) return { asker, answer, token };
  const path = client.userinfoPath;
  const userinfo = await request(path === undefined ? endpoints.userinfo : `${at.url}${path}`, {
    headers: { ...headers, authorization: `Bearer ${token.body["access_token"]}` },
  });
  return { asker, answer, token, userinfo };
}

/** What a partner gets for its keys. */
export async function partnerToken({ url }: Server): Promise<string> {
  const keys = { method: "POST", headers: keysOf(PARTNER) };
  const { body } = await request(`${url}/accesstoken/get`, keys);
  return String(body["access_token"]);
}

/** All that the client has of a replay that went well; the ID token is verified as most clients do. */
export async function loginOf(
  at: Server,
  { asker, answer, token, userinfo }: Replay,
): Promise<Login> {
  expect([token?.status, userinfo?.status], JSON.stringify(userinfo?.body)).toEqual([200, 200]);
  const { body: tokens = {} } = token ?? {};
  const keys = createRemoteJWKSet(new URL(`${at.issuer}.well-known/jwks.json`));
  const { payload: idToken } = await jwtVerify(String(tokens["id_token"]), keys, {
    issuer: at.issuer,
    audience: asker.clientId,
  });
  const { body = {} } = userinfo ?? {};
  const state = answer.get("state") ?? "";
  return { asker, issuer: at.issuer, state, tokens, idToken, userinfo: body };
}

interface Endpoints {
  readonly authorization: string;
  readonly token: string;
  readonly userinfo: string;
}

const builtIn = ({ url, issuer }: Server): Endpoints => ({
  authorization: `${issuer}oauth2/auth`,
  token: `${issuer}oauth2/token`,
  userinfo: `${url}/vipps-userinfo-api/userinfo`,
});

async function discover({ issuer }: Server, headers: Headers): Promise<Endpoints> {
  const { body } = await request(`${issuer}.well-known/openid-configuration`, { headers });
  return {
    authorization: String(body["authorization_endpoint"]),
    token: String(body["token_endpoint"]),
    userinfo: String(body["userinfo_endpoint"]),
  };
}

/** From the authorization request to what arrives at the merchant, by a redirect or by a form. */
async function browse(
  { url }: Server,
  start: string,
  { redirectUri }: Asker,
): Promise<URLSearchParams> {
  let address = start;
  for (let hops = 0; hops < 5; hops += 1) {
    const response = await fetch(address, { redirect: "manual" });
    const text = await response.text();
    const location = response.headers.get("location");
    if (location === null) return fieldsOf(text, redirectUri);
    if (location.startsWith(redirectUri)) return new URL(location).searchParams;
    expect(location.startsWith(url), `left for ${location}`).toBe(true);
    address = location;
  }
  throw new Error(`redirected without end, last to ${address}`);
}

/** What the page of response_mode=form_post sends on. */
function fieldsOf(html: string, redirectUri: string): URLSearchParams {
  const action = /<form[^>]* method="post" action="([^"]*)"/.exec(html)?.[1];
  expect(action, html).toBe(redirectUri);
  const inputs = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g);
  return new URLSearchParams([...inputs].map(([, name = "", value = ""]) => [name, value]));
}

async function redeem(url: string, headers: Headers, messages: readonly Message[]) {
  let last = await post(url, headers, messages[0]);
  for (const message of messages.slice(1)) {
    if (last.status !== 200) last = await post(url, headers, message);
  }
  return last;
}

function post(url: string, headers: Headers, message: Message | undefined) {
  const type = { "content-type": "application/x-www-form-urlencoded" };
  return request(url, {
    method: "POST",
    headers: { ...type, ...headers, ...message?.headers },
    body: message?.body ?? "",
  });
}

export async function request(
  url: string,
  init: RequestInit,
): Promise<{ readonly status: number; readonly body: Readonly<Record<string, unknown>> }> {
  const response = await fetch(url, init);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
