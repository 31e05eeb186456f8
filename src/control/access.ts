import { createHash, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";
import { isUrl } from "../platform/url.ts";
import { Problem } from "./api/problem.ts";
import type { Door } from "./door.ts";

/** Who may use the control API, and the mock's own pages, which can do the same. */

/** How far the control API is opened. */
export interface ControlAccess {
  /** With a token, everybody needs it and nothing else counts. */
  readonly token?: string | undefined;
  /** Anyone may call, as in a closed CI network. */
  readonly open: boolean;
  /** How people get in who cannot send the token: their browsers bring a pass. */
  readonly door?: Door | undefined;
}

/** What is known of a caller. */
export interface Caller {
  /** The address at the other end of the socket. */
  readonly address: string | undefined;
  /** For whom a proxy asks: the X-Forwarded-For and X-Real-IP headers. */
  readonly forwardedFor: string | undefined;
  /** Whether another header (Forwarded, Via) tells that a proxy stands in between. */
  readonly viaProxy: boolean;
  /**
   * By what names the caller reached the server: the Host header, and what a trusted proxy says that
   * it was called.
   */
  readonly hosts: readonly (string | undefined)[];
  /** The name that the operator gave the server: that of the public URL. */
  readonly publicHost: string | undefined;
  /** Further names that the operator gave it: those in its certificate. */
  readonly tlsHosts: readonly string[];
  /** The Origin header; browsers send it with every request of a script that could change things. */
  readonly origin: string | undefined;
  /** The method, and the Sec-Fetch-Site header, which no script can set or leave out. */
  readonly method: string;
  readonly site: string | undefined;
  readonly authorization: string | undefined;
}

/**
 * Who may use the control API: it hands out secrets and changes everything, so by itself it answers
 * only programs on its own machine. A browser on that machine is such a program too, and it runs
 * the scripts of every page its user opens; they are kept out separately.
 *
 * @param pass what the caller's browser has of the door; only pages take one
 * @throws Problem 401 or 403, which says how to get in
 */
export function checkAccess(access: ControlAccess, caller: Caller, pass?: string): void {
  refuseForeignPages(caller);
  if (access.token !== undefined) {
    if (access.door?.holds(pass)) return;
    checkToken(access.token, caller.authorization);
  } else if (!access.open) {
    refuseOtherMachines(caller);
    refuseRebinding(caller);
  }
}

/** What changes nothing, and whose response a page of another origin cannot read. */
const SAFE_METHODS = ["GET", "HEAD", "OPTIONS"];

/** A page of another origin may send simple requests without asking; its Origin gives it away. */
export function refuseForeignPages(caller: Caller): void {
  const { origin, hosts, publicHost, method } = caller;
  if (origin === undefined) {
    if (!SAFE_METHODS.includes(method)) refuseOtherSites(caller);
    return;
  }
  const from = isUrl(origin) ? new URL(origin).host : undefined;
  const own = [...hosts, publicHost].map((name) => hostOf(name)?.host);
  if (from !== undefined && own.includes(from)) return;
  throw new Problem(
    403,
    `A web page of ${JSON.stringify(origin)} called the control API; only pages of this server may. ` +
      "Call it from a program instead of a browser.",
  );
}

/** A page of this server, or somebody who typed the address. */
const OWN_SITES = ["same-origin", "none"];

/** Where even reading costs something: a picture on any page can ask for an address. */
export function refuseOtherSites({ site }: Pick<Caller, "site">): void {
  if (site === undefined || OWN_SITES.includes(site)) return;
  throw new Problem(
    403,
    `A web page of another site called the control API (Sec-Fetch-Site: ${JSON.stringify(site)}); only ` +
      "pages of this server may. Call it from a program instead of a browser.",
  );
}

function checkToken(token: string, authorization: string | undefined): void {
  const given = /^Bearer +(.+)$/i.exec(authorization ?? "")?.[1];
  // Digests have one length, so the comparison takes as long for every wrong token.
  if (given !== undefined && timingSafeEqual(digest(given), digest(token))) return;
  const what =
    given === undefined ? "The control API needs a token" : "The control API has another token";
  throw new Problem(
    401,
    `${what}: send "Authorization: Bearer <token>" with the token that the mock was started with (--control-token).`,
    [],
    { "www-authenticate": "Bearer" },
  );
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/**
 * The caller and everybody for whom it forwards must be on this machine. These headers may lie, but
 * here they can only take access away: the socket's own address always counts too.
 */
function refuseOtherMachines({ address, forwardedFor, viaProxy }: Caller): void {
  if (viaProxy) {
    throw new Problem(
      403,
      "The control API was called through a proxy (it has a Forwarded or Via header), and anyone can be " +
        "behind that. Call it directly as localhost, or start the mock with --control-token.",
    );
  }
  const forwarded = forwardedFor?.split(",").map((part) => part.trim()) ?? [];
  const stranger = [address ?? "unknown", ...forwarded].find((each) => !isLoopback(each));
  if (stranger === undefined) return;
  throw new Problem(
    403,
    `The control API answers callers on loopback addresses only, and ${JSON.stringify(stranger)} is ` +
      "none. Call it as localhost, or start the mock with --control-token to let in whoever has the " +
      "token, or with --control-open to let in anyone.",
  );
}

/**
 * DNS rebinding: a page's own host name can be made to point to 127.0.0.1, and its scripts then call
 * this server under that name, same origin and all. A name that nobody else controls is fine: an
 * address, localhost, the host of the public URL, or one that the certificate is for. A proxy that is
 * trusted may be called so too.
 */
function refuseRebinding({ hosts, publicHost, tlsHosts }: Caller): void {
  const named = [hostOf(publicHost)?.hostname, ...tlsHosts];
  const doubtful = hosts.filter((host) => !isOursAlone(host, named));
  if (doubtful.length === 0) return;
  throw new Problem(
    403,
    `The control API was called under the name ${JSON.stringify(doubtful[0] ?? "")}, which could be a web ` +
      "page's trick. Call it as localhost, 127.0.0.1 or a host of --public-url or --tls-hosts, or start " +
      "the mock with --control-token.",
  );
}

function isOursAlone(host: string | undefined, named: readonly (string | undefined)[]): boolean {
  const name = hostOf(host)?.hostname;
  if (name === undefined) return false;
  const isAddress = isIP(name.replace(/^\[|\]$/g, "")) !== 0;
  return isAddress || /(^|\.)localhost$/.test(name) || named.includes(name);
}

function isLoopback(address: string): boolean {
  return address === "::1" || (isIP(address) !== 0 && /^(::ffff:)?127\.[\d.]+$/i.test(address));
}

function hostOf(host: string | undefined): URL | undefined {
  const url = `http://${host}`;
  return host !== undefined && isUrl(url) ? new URL(url) : undefined;
}
