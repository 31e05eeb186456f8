import { STATUS_CODES } from "node:http";
import type { FastifyReply } from "fastify";
import type { Problem } from "../control/api/problem.ts";

/** How routes send a response. */

/**
 * Forbids caching, as the real service does on each response that carries a code or token or an error
 * about one (dossier §2.3, §2.4).
 */
export function noStore(reply: FastifyReply): FastifyReply {
  return reply.header("cache-control", "no-store").header("pragma", "no-cache");
}

/**
 * What a page may do: load our own stylesheet and scripts, and be in no frame. Where its forms lead is
 * left open, because they end with a redirect to the merchant.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "frame-ancestors 'none'",
].join("; ");

export function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return noStore(reply)
    .header("content-security-policy", POLICY)
    .type("text/html; charset=utf-8")
    .send(page);
}

/** A problem of the control API (RFC 9457). */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, message: detail, errors, headers } = problem;
  return reply
    .code(status)
    .headers(headers)
    .type("application/problem+json")
    .send(
      JSON.stringify({
        type: "about:blank",
        title: STATUS_CODES[status] ?? "Error",
        status,
        detail,
        ...(errors.length > 0 && { errors }),
      }),
    );
}
