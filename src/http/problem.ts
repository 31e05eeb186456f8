import { STATUS_CODES } from "node:http";
import type { FastifyReply } from "fastify";

/** An error of the control API, as an RFC 9457 problem document. */
export class Problem extends Error {
  readonly status: number;
  /** What is wrong with each part of the request. */
  readonly errors: readonly ProblemPart[];

  /**
   * @param status the HTTP status
   * @param detail what was wrong, with the value, and what to do
   * @param errors the single mistakes, where there can be several
   */
  constructor(status: number, detail: string, errors: readonly ProblemPart[] = []) {
    super(detail);
    this.status = status;
    this.errors = errors;
  }
}

/** One mistake in a request. */
export interface ProblemPart {
  /** The property, as `redirectUris[1]`. */
  readonly path: string;
  readonly message: string;
  readonly value?: unknown;
  /** The valid name or value that was probably meant. */
  readonly closest?: string;
}

/**
 * @param reply the answer
 * @param problem what to say
 * @returns the answer, sent
 */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, message: detail, errors } = problem;
  return reply
    .code(status)
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
