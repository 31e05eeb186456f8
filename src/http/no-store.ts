import type { FastifyReply } from "fastify";

/**
 * Forbids caching, as the real service does on each answer that carries a code or token or an error
 * about one (dossier §2.3, §2.4).
 */
export function noStore(reply: FastifyReply): FastifyReply {
  return reply.header("cache-control", "no-store").header("pragma", "no-cache");
}
