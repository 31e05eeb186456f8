import type { FastifyInstance } from "fastify";
import { createFetch, failWith, responseOf } from "./standard-fetch.ts";

/** `fetch` without a network: the app responds in this process, whether it listens or not. */

/** What can carry the app's requests. */
type Injectable = Pick<FastifyInstance, "inject">;

/** An address of the app, and the host that a request to it names. */
export interface LocalBase {
  readonly url: string;
  readonly host: string;
}

/**
 * A `fetch` by the standard for these addresses, redirects and abort signals included; any other
 * address rejects, because nothing of a test without a socket should reach the network.
 */
export function createLocalFetch(app: Injectable, bases: readonly LocalBase[]) {
  return createFetch(async ({ url, method, headers, body }, signal) => {
    const { path, host } = placeOf(bases, url);
    const injected = await app.inject({
      method,
      url: path,
      headers: { accept: "*/*", "user-agent": "node", ...Object.fromEntries(headers), host },
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
  if (base) return { path: address.slice(base.url.length), host: base.host };
  const known = bases.map(({ url }) => url).join(" and ");
  return failWith(
    `${address} is not the mock: without a socket only ${known} can be fetched. ` +
      'Where the mock sends a browser back to the application, fetch with redirect: "manual".',
  );
}
