import { isVippsHost } from "../config/options.ts";
import { didYouMean } from "../config/problem.ts";
import type { Diagnosis, LoggedRequest, SalesUnit } from "../control/types.ts";
import { closest } from "../platform/closest.ts";
import { createIds, secureRandom } from "../platform/ids.ts";
import { isUrl } from "../platform/url.ts";
import { PATHS } from "../request/addresses.ts";
import type { Fetch } from "./control-api.ts";
import { CookieJar } from "./cookie-jar.ts";
import { checkOptions, OptionsError } from "./options.ts";

/** A whole login without a browser: the redirects of one that a scenario approves. */

/** What an application asks for, where the login makes the authorization request itself. */
export interface LoginRequest {
  /** The sales unit, by its msn, client id or name; the first one when left out. */
  readonly salesUnit?: string;
  /** Separated by spaces; `openid` when left out. */
  readonly scope?: string;
  /** At least 8 characters; made up when left out. */
  readonly state?: string;
  readonly nonce?: string;
  /** The sales unit's first one when left out. */
  readonly redirectUri?: string;
  /** The SHA-256 of the code verifier in base64url. */
  readonly codeChallenge?: string;
}

/** Who logs in, and to what. */
export type LoginOptions = {
  /** The user's id or MSISDN. */
  readonly user: string;
} & (
  | (LoginRequest & { readonly url?: undefined })
  | {
      /**
       * The authorization request that an application made to this sandbox. It is sent to the address by
       * which this program knows the mock: the application may know it by another.
       */
      readonly url: string | URL;
    }
);

const URL_OR_TEXT = {
  named: "a URL",
  is: (value: unknown) => value instanceof URL || (typeof value === "string" && isUrl(value)),
};

const REQUEST_OPTIONS = {
  user: "string",
  salesUnit: "string",
  scope: "string",
  state: "string",
  nonce: "string",
  redirectUri: "string",
  codeChallenge: "string",
} as const;

/**
 * @param options the options of a login, not checked yet
 * @returns whether its request was made under a name of the real service
 */
export function namesRealService(options: LoginOptions | undefined): boolean {
  const request = options?.url;
  return URL_OR_TEXT.is(request) && isVippsHost(new URL(String(request)).hostname);
}

/**
 * @param url the sandbox's address
 * @param options the options of a login
 * @param hosts names of the real service that the mock has too, by its certificate
 * @throws OptionsError when one is wrong, or the request was not made to this sandbox
 */
export function checkLoginOptions(
  url: string,
  options: LoginOptions,
  hosts: readonly string[],
): void {
  const what = "login() cannot be called";
  const request: string | URL | undefined = options?.url;
  const kinds = request === undefined ? REQUEST_OPTIONS : { user: "string" as const };
  checkOptions(what, options, { ...kinds, url: URL_OR_TEXT }, ["user"]);
  const reason = request && whyNotHere(url, new URL(request), hosts);
  if (!reason) return;
  throw new OptionsError([{ path: "url", message: reason, value: String(request) }], what);
}

/**
 * Why that is no authorization request to the sandbox. A mock has many names (in a container, behind a
 * proxy, which may put something before its path too), so that only the real service's are refused, if the
 * mock has not been given that name.
 */
function whyNotHere(
  url: string,
  { origin, hostname, pathname }: URL,
  hosts: readonly string[],
): string | undefined {
  const given = `${origin}${pathname}`;
  if (isVippsHost(hostname) && !hosts.includes(hostname.replace(/\.$/, ""))) {
    return `${given} is a login at the real service; send the application to ${url}, or start the mock with --tls-hosts ${hostname}`;
  }
  if (!pathname.endsWith(PATHS.authorize)) {
    return `${given} is not where logins begin; expected a URL that begins with ${url}${PATHS.authorize}`;
  }
  const before = (path: string) =>
    /\/s\/([^/]+)$/.exec(path.slice(0, -PATHS.authorize.length))?.[1];
  const [meant, here] = [before(pathname), before(new URL(`${url}${PATHS.authorize}`).pathname)];
  if (meant === here) return undefined;
  const other = meant === undefined ? "the default sandbox" : `the sandbox "${meant}"`;
  const way = meant === undefined ? "mock.login()" : `(await mock.sandbox("${meant}")).login()`;
  return `${given} is a login at ${other}, and this is ${url}; call ${way}, or send the application here`;
}

/** What a login gave to the application. */
export interface LoggedIn {
  readonly code: string;
  readonly state: string;
  /** Where the browser is sent: the application's redirect URI with the code. */
  readonly redirectUrl: string;
  /** What was granted, separated by spaces. */
  readonly scope: string;
}

/** A login is over after fewer redirects than this. */
const MOST_REDIRECTS = 10;

/**
 * @param url the sandbox's address
 * @param salesUnits the sandbox's sales units
 * @param request what to ask for
 * @returns the authorization request
 * @throws Error when the sales unit is not there, or has no redirect URI to use
 */
export function authorizationUrl(
  url: string,
  salesUnits: readonly SalesUnit[],
  request: LoginRequest,
): URL {
  const unit = salesUnitOf(salesUnits, request.salesUnit);
  const redirectUri = request.redirectUri ?? unit.redirectUris[0];
  if (redirectUri === undefined) {
    throw new Error(`The sales unit ${unit.msn} has no redirect URI: register one, or give one.`);
  }
  const target = new URL(`${url}${PATHS.authorize}`);
  const parameters = {
    response_type: "code",
    client_id: unit.clientId,
    redirect_uri: redirectUri,
    scope: request.scope ?? "openid",
    state: request.state ?? createIds(secureRandom).id(),
    nonce: request.nonce,
    code_challenge: request.codeChallenge,
    code_challenge_method: request.codeChallenge && "S256",
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) target.searchParams.set(name, value);
  }
  return target;
}

/**
 * @param salesUnits the sandbox's sales units
 * @param named one of them, by its msn, client id or name; the first one when left out
 * @returns the sales unit
 * @throws Error when it is not there
 */
export function salesUnitOf(
  salesUnits: readonly SalesUnit[],
  named: string | undefined,
): SalesUnit {
  const unit =
    named === undefined
      ? salesUnits[0]
      : salesUnits.find(({ msn, clientId, name }) => [msn, clientId, name].includes(named));
  if (unit) return unit;
  if (named === undefined) throw new Error("The sandbox has no sales unit to log in at: add one.");
  const known = salesUnits.flatMap(({ msn, clientId, name }) => [name, msn, clientId]);
  const remedy = didYouMean(closest(named, known)) || `; there are ${known.join(", ")}`;
  throw new Error(`No sales unit has the msn, client id or name ${JSON.stringify(named)}${remedy}`);
}

/**
 * Follows a login from redirect to redirect, as a browser of its own without any cookie before.
 *
 * @param server an address of the server: every step is asked for there, whatever name browsers know
 *   it by
 * @param start the authorization request; an app that it has called does what such apps have to do,
 *   and opens the resume_uri
 * @param fetch what carries the requests
 * @returns where the browser leaves for: the application, or a page that is the end of it
 */
export async function walk(server: string, start: URL, fetch: Fetch): Promise<string> {
  const jar = new CookieJar();
  const application = ["redirect_uri", "app_callback_uri"].flatMap((name) =>
    start.searchParams.getAll(name),
  );
  let at = start;
  for (let hops = 0; hops < MOST_REDIRECTS; hops += 1) {
    const response = await fetch(here(server, at), {
      redirect: "manual",
      headers: { accept: "text/html", "accept-language": "en", cookie: jar.header },
    });
    jar.take(response);
    await response.body?.cancel();
    const location = response.headers.get("location");
    if (location === null) return at.href;
    const called = application.some((uri) => location.startsWith(uri));
    const resumeUri = called ? parametersIn(location).get("resume_uri") : null;
    if (called && resumeUri === null) return location;
    at = new URL(resumeUri ?? location, at);
  }
  throw new Error(`The login was redirected without end, last to ${at}`);
}

/** A browser may know the server by a public name that is none to this program. */
function here(server: string, { pathname, search }: URL): string {
  return `${new URL(server).origin}${pathname}${search}`;
}

/**
 * @param redirectUrl where the login ended
 * @returns what the application was given; undefined without a code
 */
export function loggedIn(redirectUrl: string): LoggedIn | undefined {
  const parameters = parametersIn(redirectUrl);
  const code = parameters.get("code");
  if (code === null) return undefined;
  return {
    code,
    state: parameters.get("state") ?? "",
    redirectUrl,
    scope: parameters.get("scope") ?? "",
  };
}

/** How a login ended that did not succeed. */
export interface LoginEnd {
  readonly error?: string | undefined;
  readonly errorDescription?: string | undefined;
  /** Where its browser was sent; left out where it has none. */
  readonly redirectUrl?: string;
}

/** A login that ended without a code, or without tokens where it is one from phone number. */
export class LoginError extends Error {
  override readonly name = "LoginError";
  /** The error code that the application, the merchant or the error page was given: `access_denied`. */
  readonly error: string | undefined;
  /** The `error_description` beside it. */
  readonly errorDescription: string | undefined;
  /** The address that the browser was sent to in the end; undefined in a login from phone number. */
  readonly redirectUrl: string | undefined;
  /** Why it was refused and what to do, where the request log says so. */
  readonly diagnosis: Diagnosis | undefined;

  /**
   * @param end how it ended
   * @param diagnosis why, if anybody knows
   */
  constructor(end: LoginEnd, diagnosis: Diagnosis | undefined) {
    super(messageOf(end, diagnosis));
    this.error = end.error;
    this.errorDescription = end.errorDescription;
    this.redirectUrl = end.redirectUrl;
    this.diagnosis = diagnosis;
  }
}

/**
 * @param redirectUrl where a login ended in a browser
 * @returns how it ended
 */
export function endAt(redirectUrl: string): LoginEnd {
  const parameters = parametersIn(redirectUrl);
  return {
    error: parameters.get("error") ?? undefined,
    errorDescription: parameters.get("error_description") ?? undefined,
    redirectUrl,
  };
}

/**
 * @param log the request log, the oldest first
 * @param state the state of the request that began a login
 * @returns why that login was refused last; where nothing of it was, what was noted of its last request,
 *   as that its user has not answered yet
 */
export function reasonIn(
  log: readonly LoggedRequest[],
  state: string | null,
): Diagnosis | undefined {
  const isFirst = (logged: LoggedRequest) => stateOf(logged) === state;
  const login = log.findLast(isFirst)?.login;
  const isPart = (logged: LoggedRequest) =>
    login === undefined ? isFirst(logged) : logged.login === login;
  const parts = log.filter(isPart);
  const refusal = parts.findLast(({ refused }) => refused);
  return refusal ? refusal.diagnosis : parts.at(-1)?.notes.at(-1);
}

/** The state that a request brought, in its query or in its form; null without one. */
function stateOf({ url, request }: LoggedRequest): string | null {
  const { searchParams } = new URL(url);
  return searchParams.get("state") ?? new URLSearchParams(request.body ?? "").get("state");
}

/**
 * @param redirectUrl where a login ended
 * @returns the parameters of the response, in the query or in the fragment
 */
function parametersIn(redirectUrl: string): URLSearchParams {
  const { searchParams, hash } = new URL(redirectUrl);
  return hash.length > 1 ? new URLSearchParams(hash.slice(1)) : searchParams;
}

function messageOf(
  { redirectUrl, error, errorDescription: description }: LoginEnd,
  diagnosis: Diagnosis | undefined,
): string {
  const what =
    error === undefined
      ? `The login waits for a person at ${redirectUrl}: no scenario matched it`
      : `The login was refused with ${error}${description ? ` (${description})` : ""}`;
  return diagnosis ? `${what}: ${diagnosis.message}. ${diagnosis.detail}` : `${what}.`;
}
