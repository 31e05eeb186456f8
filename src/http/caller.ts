import type { FastifyRequest } from "fastify";
import type { Caller } from "../control/access.ts";
import type { PinnedUrls } from "../request/addresses.ts";
import { headerOf } from "./messages.ts";

/** What the operator said of the names under which the server is called. */
export interface OwnNames {
  readonly pinned: PinnedUrls;
  /** The names and addresses in the certificate, where https is served too. */
  readonly tlsHosts?: readonly string[] | undefined;
}

/** What a request says of whoever sent it. */
export function callerOf(request: FastifyRequest, { pinned, tlsHosts = [] }: OwnNames): Caller {
  const { publicUrl } = pinned;
  const { host, origin, authorization, forwarded, via } = request.headers;
  const { back } = request.exchange.endpoints;
  const { "x-forwarded-for": forwardedFor, "x-real-ip": realIp } = request.headers;
  return {
    address: request.socket.remoteAddress,
    forwardedFor: [forwardedFor ?? [], realIp ?? []].flat().join(",") || undefined,
    viaProxy: forwarded !== undefined || via !== undefined,
    // Behind a trusted proxy the name that the caller used is in another header.
    hosts: [host, new URL(back).host],
    publicHost: publicUrl === undefined ? undefined : new URL(publicUrl).host,
    tlsHosts,
    origin,
    method: request.method,
    site: headerOf(request.headers, "sec-fetch-site"),
    authorization,
  };
}
