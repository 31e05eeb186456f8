import type { FastifyRequest } from "fastify";
import type { Caller, ControlAccess } from "../control/access.ts";
import { checkAccess, refuseForeignPages, refuseOtherSites } from "../control/access.ts";
import { Problem } from "../control/api/problem.ts";
import type { PinnedUrls } from "../request/addresses.ts";
import { PASS_COOKIE, readOwnCookie } from "./cookies.ts";
import { headerOf } from "./messages.ts";

/** Who may use the control API and the dashboard, asked of a request. What the rules are is in control/access.ts. */
export interface Access {
  /**
   * Lets whoever may call the control API.
   *
   * @throws Problem 401 or 403, which says how to get in
   */
  checkCall(request: FastifyRequest): void;
  /**
   * Lets whoever may look at the dashboard: a browser with a pass as well.
   *
   * @throws Problem 401 or 403, which says how to get in
   */
  checkVisit(request: FastifyRequest): void;
  /**
   * Lets the same, but for what a page of another site makes a browser ask for: to watch takes a connection.
   *
   * @throws Problem 401 or 403, which says how to get in
   */
  checkWatch(request: FastifyRequest): void;
  /** Whether whoever sent it may look at the dashboard; then a page of a login tells more. */
  mayLook(request: FastifyRequest): boolean;
  /** @throws Problem 403 for what a page of another site sends */
  refuseForeignPages(request: FastifyRequest): void;
}

/** What the operator said of the names under which the server is called. */
interface OwnNames {
  readonly pinned: PinnedUrls;
  /** The names and addresses in the certificate, where https is served too. */
  readonly tlsHosts?: readonly string[] | undefined;
}

export function accessBy(control: ControlAccess, names: OwnNames): Access {
  const checkVisit = (request: FastifyRequest) =>
    checkAccess(control, callerOf(request, names), readOwnCookie(request, PASS_COOKIE));
  return {
    checkCall: (request) => checkAccess(control, callerOf(request, names)),
    checkVisit,
    checkWatch(request) {
      checkVisit(request);
      refuseOtherSites(callerOf(request, names));
    },
    mayLook(request) {
      try {
        checkVisit(request);
        return true;
      } catch (error) {
        if (error instanceof Problem) return false;
        throw error;
      }
    },
    refuseForeignPages: (request) => refuseForeignPages(callerOf(request, names)),
  };
}

/** What a request says of whoever sent it. */
function callerOf(request: FastifyRequest, { pinned, tlsHosts = [] }: OwnNames): Caller {
  const { publicUrl } = pinned;
  const { host, origin, authorization, forwarded, via } = request.headers;
  const { "x-forwarded-for": forwardedFor, "x-real-ip": realIp } = request.headers;
  return {
    address: request.socket.remoteAddress,
    forwardedFor: [forwardedFor ?? [], realIp ?? []].flat().join(",") || undefined,
    viaProxy: forwarded !== undefined || via !== undefined,
    // Behind a trusted proxy the name that the caller used is in another header.
    hosts: [host, new URL(request.base).host],
    publicHost: publicUrl === undefined ? undefined : new URL(publicUrl).host,
    tlsHosts,
    origin,
    method: request.method,
    site: headerOf(request.headers, "sec-fetch-site"),
    authorization,
  };
}
