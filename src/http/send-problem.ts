import { STATUS_CODES } from "node:http";
import type { FastifyReply } from "fastify";
import type { Problem } from "../control/api/problem.ts";

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
