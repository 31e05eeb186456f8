import type { FastifyRequest } from "fastify";
import type { Diagnosis } from "../records/diagnosis.ts";

/** Tells the developer of something that is not refused: in the log, and with the request. */
export function note(request: FastifyRequest, diagnosis: Diagnosis): void {
  request.exchange.trace.notes.push(diagnosis);
  request.log.warn({ diagnosis }, diagnosis.message);
}
