import type { FastifyReply } from "fastify";
import { noStore } from "./no-store.ts";

/**
 * What a page may do: load our own stylesheet and scripts, and stand in no frame. Where its forms
 * lead is left open, because they end with a redirect to the merchant.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "frame-ancestors 'none'",
].join("; ");

/** The answer, sent; it is not to be stored. */
export function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return noStore(reply)
    .header("content-security-policy", POLICY)
    .type("text/html; charset=utf-8")
    .send(page);
}
