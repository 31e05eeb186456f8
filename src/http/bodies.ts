import type { FastifyInstance, FastifyRequest } from "fastify";
import { diagnoseJsonBody } from "../rules/protocol.ts";
import { BadRequest } from "./errors.ts";
import { note } from "./note.ts";

/**
 * What bodies the protocol's endpoints take. A form is handed on as text: repeated and empty
 * parameters are decisions of the protocol, not of a parser. A JSON body is not a form, so fosite
 * sees an empty one; every other type is 415.
 */
export function acceptForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();

  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "buffer" },
    async (_request: unknown, body: Buffer) => utf8(body),
  );

  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    async (request: FastifyRequest) => {
      note(request, diagnoseJsonBody());
      return "";
    },
  );
}

function utf8(body: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new BadRequest("The body is not UTF-8");
  }
}
