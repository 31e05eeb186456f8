import { didYouMean } from "../config/problem.ts";
import { closest } from "../platform/closest.ts";
import { createIds, secureRandom } from "../platform/ids.ts";
import { PATHS } from "../request/addresses.ts";
import type { Fetch } from "./control-api.ts";
import { CookieJar } from "./cookie-jar.ts";
import { answerIn } from "./login-error.ts";
import type { SalesUnit } from "./types.ts";

/** A whole login without a browser: the redirects of one that a scenario answers. */

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
  | LoginRequest
  | {
      /** The authorization request that an application made. */
      readonly url: string | URL;
    }
);

/** What a login gave to the application. */
export interface LoggedIn {
  readonly code: string;
  readonly state: string;
  /** Where the browser is sent: the application's redirect URI with the answer. */
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
    const resumeUri = called ? answerIn(location).get("resume_uri") : null;
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
  const answer = answerIn(redirectUrl);
  const code = answer.get("code");
  if (code === null) return undefined;
  return {
    code,
    state: answer.get("state") ?? "",
    redirectUrl,
    scope: answer.get("scope") ?? "",
  };
}
