import { parseCookie, stringifySetCookie } from "cookie";
import type { FastifyReply, FastifyRequest } from "fastify";

/** The three cookies of the browser flow, by what they are for. */
const NAMES = {
  /** Ties the login page to the browser that was sent there. */
  login: "oauth2_authentication_csrf",
  /** Ties the consent page likewise. */
  consent: "oauth2_consent_csrf",
  /** Remembers the user. */
  session: "oauth2_authentication_session",
} as const;

export type CookieName = keyof typeof NAMES;

/** On plain http the real service's names end in `_insecure` (Hydra 1.10.6). */
function nameOf(request: FastifyRequest, cookie: CookieName): string {
  return isSecure(request) ? NAMES[cookie] : `${NAMES[cookie]}_insecure`;
}

function isSecure(request: FastifyRequest): boolean {
  return request.exchange.endpoints.front.startsWith("https:");
}

/** Its value; undefined when the browser did not bring it. */
export function readCookie(request: FastifyRequest, cookie: CookieName): string | undefined {
  const { cookie: header } = request.headers;
  return header === undefined ? undefined : parseCookie(header)[nameOf(request, cookie)];
}

export function setCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  cookie: CookieName,
  value: string,
  maxAge?: number,
): void {
  const header = stringifySetCookie({
    name: nameOf(request, cookie),
    value,
    path: request.exchange.endpoints.cookiePath,
    httpOnly: true,
    sameSite: "lax",
    secure: isSecure(request),
    ...(maxAge !== undefined && { maxAge }),
  });
  reply.header("set-cookie", header);
}

/** What a browser has that was let in where a control token is asked for. */
export const PASS_COOKIE = "vipps-login-mock-pass";

/** The value of a cookie of the mock's own pages; undefined when the browser did not bring it. */
export function readOwnCookie({ headers }: FastifyRequest, name: string): string | undefined {
  return headers.cookie === undefined ? undefined : parseCookie(headers.cookie)[name];
}

/** A cookie of the mock's own pages. */
interface OwnCookie {
  readonly name: string;
  readonly value: string;
  /** In seconds; 0 removes it. */
  readonly maxAge: number;
}

/** Sets a cookie of the mock's own pages, in every sandbox, which no other site's page can bring along. */
export function setOwnCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  cookie: OwnCookie,
): void {
  const { prefix } = request.exchange.endpoints;
  const { path, secure } = scopeOf(request);
  const root = path.slice(0, path.length - prefix.length) || "/";
  const header = stringifySetCookie({
    ...cookie,
    path: root,
    httpOnly: true,
    sameSite: "strict",
    secure,
  });
  reply.header("set-cookie", header);
}

/** Sets one for a page and those below it, which is also there when another site sends the browser back. */
export function setPageCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  page: string,
  cookie: OwnCookie,
): void {
  const { path, secure } = scopeOf(request);
  const header = stringifySetCookie({
    ...cookie,
    path: `${path}${page}`,
    httpOnly: true,
    sameSite: "lax",
    secure,
  });
  reply.header("set-cookie", header);
}

/** The mock's own pages stand at the host that asked, wherever browsers are sent to log in. */
function scopeOf({ exchange: { endpoints } }: FastifyRequest) {
  const { pathname, protocol } = new URL(endpoints.back);
  return { path: pathname.replace(/\/$/, ""), secure: protocol === "https:" };
}
