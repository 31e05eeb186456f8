import type { IncomingHttpHeaders } from "node:http";
import type { FastifyRequest } from "fastify";

/**
 * Who looks at the mock without being an application that is tested: nothing of theirs may use up a fault,
 * or show up among the requests of a test.
 */

/** The name of `doctor` in its User-Agent, which proxies pass on. */
export const DOCTOR = "vipps-login-mock-doctor";

export function isDoctor(headers: IncomingHttpHeaders): boolean {
  return headers["user-agent"]?.startsWith(`${DOCTOR}/`) === true;
}

/** Besides doctor these are the programs that ask by HEAD, again and again, whether the mock is up. */
export function isOnlooker({ method, headers }: FastifyRequest): boolean {
  return method === "HEAD" || isDoctor(headers);
}
