import type { FastifyInstance, FastifyRequest } from "fastify";
import { ISSUER_PATH } from "../request/addresses.ts";
import { createFetch, failWith, responseOf } from "./standard-fetch.ts";

/** `fetch` without a network: the app responds in this process, whether it listens or not. */

/** What can carry the app's requests. */
type Injectable = Pick<FastifyInstance, "inject">;

/** An address of the app, and the host that a request to it names. */
export interface LocalBase {
  readonly url: string;
  readonly host: string;
  /** What the app's own path begins with, in the place of the address; nothing when left out. */
  readonly path?: string;
  /** What a request to it says besides. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A `fetch` by the standard for these addresses, redirects and abort signals included; any other
 * address rejects, because nothing of a test without a socket should reach the network.
 */
export function createLocalFetch(app: Injectable, bases: readonly LocalBase[]) {
  return createFetch(async ({ url, method, headers, body }, signal) => {
    const { path, host, headers: own } = placeOf(bases, url);
    const injected = await app.inject({
      method,
      url: path,
      headers: {
        accept: "*/*",
        "user-agent": "node",
        ...Object.fromEntries(headers),
        ...own,
        host,
      },
      ...(body && { payload: body }),
      signal,
      payloadAsStream: true,
    });
    return responseOf(injected, method);
  });
}

/** The path and query of an address, below the base that it belongs to, and the host to name. */
function placeOf(bases: readonly LocalBase[], { href, hash }: URL) {
  const address = href.slice(0, href.length - hash.length);
  const base = bases.find(({ url }) => address.startsWith(`${url}/`));
  if (base) {
    const { path = "", host, headers } = base;
    return { path: `${path}${address.slice(base.url.length)}`, host, headers };
  }
  const known = bases.map(({ url }) => url).join(" and ");
  return failWith(
    `${address} is not the mock: without a socket only ${known} can be fetched. ` +
      'Where the mock sends a browser back to the application, fetch with redirect: "manual".',
  );
}

/** A `fetch` of one request, which is known by its x-request-id afterwards. */
export type OwnFetch = (id: string, url: string, init: RequestInit) => Promise<Response>;

/** By these a trusted proxy says at which address it was called. */
const FORWARDED = ["proto", "host", "port", "prefix"].map((name) => `x-forwarded-${name}`);

/**
 * Requests of the app to itself, as an application sends them that runs beside it and calls the mock by
 * the address at which a page was asked for. There is no connection to say that this was https: so each
 * is remembered by its id, which nobody can foresee, as long as it lasts.
 */
export class OwnCalls {
  readonly #schemes = new Map<string, string>();

  /** The scheme of a request, from whomever it comes. */
  schemeOf({ protocol, headers }: Pick<FastifyRequest, "protocol" | "headers">): string {
    if (this.#schemes.size === 0) return protocol;
    return this.#schemes.get(String(headers["x-request-id"])) ?? protocol;
  }

  /** @param page the request for the page in whose name the calls are made */
  fetchFor(app: Injectable, page: FastifyRequest, trustsProxy: boolean): OwnFetch {
    const fetch = createLocalFetch(app, basesOf(page, trustsProxy));
    const scheme = this.schemeOf(page);
    return async (id, url, init) => {
      const headers = new Headers(init.headers);
      headers.set("x-request-id", id);
      this.#schemes.set(id, scheme);
      try {
        return await fetch(url, { ...init, headers });
      } finally {
        this.#schemes.delete(id);
      }
    };
  }
}

/** Under which addresses the page's own mock is known: as it was called, to browsers, as the issuer. */
function basesOf(
  { headers, url, originalUrl, exchange }: FastifyRequest,
  trustsProxy: boolean,
): LocalBase[] {
  const { back, front, issuer, prefix } = exchange.endpoints;
  const below = `${prefix}${url}`;
  const path = originalUrl.endsWith(below) ? originalUrl.slice(0, -below.length) : "";
  const forwarded = trustsProxy ? FORWARDED : [];
  const as = {
    host: headers.host ?? "",
    headers: Object.fromEntries(
      forwarded.flatMap((name) =>
        headers[name] === undefined ? [] : [[name, `${headers[name]}`]],
      ),
    ),
  };
  return [
    { ...as, url: withoutSlash(issuer), path: `${path}${prefix}${withoutSlash(ISSUER_PATH)}` },
    { ...as, url: withoutPrefix(back, prefix), path },
    { ...as, url: withoutPrefix(front, prefix), path },
  ];
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, "");
}

function withoutPrefix(url: string, prefix: string): string {
  return url.slice(0, url.length - prefix.length);
}
