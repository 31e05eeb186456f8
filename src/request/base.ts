import type { IncomingHttpHeaders } from "node:http";
import { whyNotPathPrefix } from "../config/path-prefix.ts";
import { isUrl } from "../platform/url.ts";
import type { PinnedUrls } from "./addresses.ts";
import { publicBase, splitSandbox, targetOf } from "./addresses.ts";

/**
 * At which address a request was called. A proxy may call the mock by another name, scheme and path than
 * its own callers use, and the addresses in a response are for those callers.
 */

/** What a URL names. */
interface Target {
  /** The path that a proxy left before the mock's own; empty without one. */
  readonly prefix: string;
  readonly sandbox: string | undefined;
  /** Path and query as the routes know them. */
  readonly rest: string;
}

/** What tells at which address a request was called. */
interface Called {
  /** The scheme of the connection itself. */
  readonly protocol: string;
  readonly headers: IncomingHttpHeaders;
  /** What `locate` has found. */
  readonly prefix: string;
}

/** How a server finds out at which address it was called. */
export interface BaseReader {
  locate(url: string, headers: IncomingHttpHeaders): Target;

  /**
   * What the caller wrote before the mock's own paths, as `https://vipps.example.com/base`. On the host
   * of the public URL that is the public URL, whatever a proxy made of the request.
   *
   * @throws UnusableHeader
   */
  baseOf(called: Called): string;
}

/** A header would have to go into the addresses of the response, and cannot. */
export class UnusableHeader extends Error {
  readonly value: string;

  constructor(message: string, value: string) {
    super(message);
    this.value = value;
  }
}

/** `trustProxy` says whether X-Forwarded-* headers are read at all. */
export function createBaseReader({ publicUrl }: PinnedUrls, trustProxy: boolean): BaseReader {
  const own = publicUrl === undefined ? undefined : new PublicAddress(publicUrl);
  // Most requests come to one host.
  let last = { host: "", isOwn: false };

  /** The path that a proxy left on. */
  function prefixOf(target: string, headers: IncomingHttpHeaders): string {
    const prefixes = [trustProxy ? removedPrefix(headers) : undefined, own?.path];
    return prefixes.find((one) => one && isBelow(target, one)) ?? "";
  }

  return {
    locate(url, headers) {
      const target = targetOf(url);
      const prefix = trustProxy || own ? prefixOf(target, headers) : "";
      const below = target.slice(prefix.length);
      const path = prefix === "" || below.startsWith("/") ? below : `/${below}`;
      const named = splitSandbox(path);
      return { prefix, sandbox: named?.id, rest: named?.rest ?? path };
    },

    baseOf({ protocol, headers, prefix }) {
      const { host = "" } = headers;
      if (host === "" || host !== last.host) {
        last = { host: checkedHost("Host", host), isOwn: own?.isAt(host) ?? false };
      }
      if (own && last.isOwn) return own.base;
      if (!trustProxy) return `${protocol}://${host}${prefix}`;
      const forwarded = forwardedHost(headers);
      if (forwarded !== undefined && own?.isAt(forwarded)) return own.base;
      const scheme = forwardedScheme(headers) ?? protocol;
      const removed = checkedPrefix(headers);
      // A proxy may tell of a prefix and leave it on.
      const path = prefix === removed ? prefix : `${removed}${prefix}`;
      return `${scheme}://${withPort(forwarded ?? host, scheme, headers)}${path}`;
    },
  };
}

/** The public URL, to be compared with what a request says. */
class PublicAddress {
  readonly base: string;
  readonly path: string;
  readonly #hostname: string;
  readonly #port: number;

  constructor(publicUrl: string) {
    const { protocol, hostname, port, origin } = new URL(publicUrl);
    this.base = publicBase(publicUrl);
    this.path = this.base.slice(origin.length);
    this.#hostname = hostname;
    this.#port = Number(port) || (DEFAULT_PORTS.get(protocol.slice(0, -1)) ?? 0);
  }

  /** Many proxies hand the name on without its port. */
  isAt(host: string): boolean {
    const [, name = "", port] = HOST.exec(host) ?? [];
    const isSamePort = port === undefined || Number(port) === this.#port;
    return isSamePort && new URL(`http://${name}`).hostname === this.#hostname;
  }
}

/** The ports that go without saying. */
const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ["http", 80],
  ["https", 443],
]);

const HOST = /^([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?$/;

/** The same host with its port. */
function checkedHost(name: string, host: string): string {
  if (HOST.test(host) && isUrl(`http://${host}`)) return host;
  throw new UnusableHeader(`The ${name} header names no host`, host);
}

function isBelow(target: string, prefix: string): boolean {
  const next = target[prefix.length];
  return target.startsWith(prefix) && (next === undefined || next === "/" || next === "?");
}

/** The entries of a header to which each proxy on the way may add one, the outermost proxy's first. */
function entriesOf(headers: IncomingHttpHeaders, name: string): string[] {
  const entries = [headers[name] ?? []].flat().join(",").split(",");
  return entries.map((entry) => entry.trim()).filter(Boolean);
}

/** The outermost proxy is the one that the caller called. */
function outermost(headers: IncomingHttpHeaders, name: string): string | undefined {
  return entriesOf(headers, name)[0];
}

function forwardedHost(headers: IncomingHttpHeaders): string | undefined {
  const host = outermost(headers, "x-forwarded-host");
  return host === undefined ? undefined : checkedHost("X-Forwarded-Host", host);
}

function forwardedScheme(headers: IncomingHttpHeaders): string | undefined {
  const given = outermost(headers, "x-forwarded-proto");
  const scheme = given?.toLowerCase();
  if (given === undefined || scheme === "http" || scheme === "https") return scheme;
  throw new UnusableHeader("The X-Forwarded-Proto header is neither http nor https", given);
}

/** A host that comes with a port keeps it: what a proxy listens on may be mapped to another one. */
function withPort(host: string, scheme: string, headers: IncomingHttpHeaders): string {
  const given = outermost(headers, "x-forwarded-port");
  if (given === undefined) return host;
  const port = /^\d{1,5}$/.test(given) ? Number(given) : 0;
  if (port < 1 || port > 65_535) {
    throw new UnusableHeader("The X-Forwarded-Port header is no port", given);
  }
  const hasPort = HOST.exec(host)?.[2] !== undefined;
  return hasPort || port === DEFAULT_PORTS.get(scheme) ? host : `${host}:${port}`;
}

/** What proxies say that they took off, each a part of it; undefined where that can be no path. */
function removedPrefix(headers: IncomingHttpHeaders): string | undefined {
  const entries = entriesOf(headers, "x-forwarded-prefix");
  const isUsable = entries.every((entry) => whyNotPathPrefix(entry) === undefined);
  return isUsable ? entries.map((entry) => entry.replace(/\/+$/, "")).join("") : undefined;
}

function checkedPrefix(headers: IncomingHttpHeaders): string {
  const removed = removedPrefix(headers);
  if (removed !== undefined) return removed;
  const [unusable = ""] = entriesOf(headers, "x-forwarded-prefix").filter(whyNotPathPrefix);
  const reason = whyNotPathPrefix(unusable);
  throw new UnusableHeader(`The X-Forwarded-Prefix header cannot be used: ${reason}`, unusable);
}
