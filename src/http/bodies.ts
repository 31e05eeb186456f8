import type { FastifyInstance, FastifyRequest } from "fastify";
import { diagnoseJsonBody } from "../rules/protocol.ts";
import { BadRequest } from "./errors.ts";
import { note } from "./read-request.ts";

/**
 * What bodies the protocol's endpoints take. A form is handed on as text: repeated and empty
 * parameters are decisions of the protocol, not of a parser. A JSON body is not a form, so fosite
 * sees an empty one; every other type is 415. The bytes as they came are for the request log.
 */
export function acceptForms(app: FastifyInstance): void {
  app.decorateRequest("rawBody");
  app.removeAllContentTypeParsers();

  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "buffer" },
    async (request: FastifyRequest, body: Buffer) => {
      request.rawBody = body;
      return utf8(body);
    },
  );

  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    async (request: FastifyRequest, body: Buffer) => {
      request.rawBody = body;
      // The one POST without a body of its own says JSON in most samples, and loses nothing by it.
      if (request.routeOptions.config.endpoint !== "access-token")
        note(request, diagnoseJsonBody());
      return "";
    },
  );

  app.addContentTypeParser(
    "*",
    { parseAs: "buffer" },
    async (request: FastifyRequest, body: Buffer) => {
      request.rawBody = body;
      // What is not there is told first.
      if (!request.is404) throw new WrongMediaType(request.headers["content-type"]);
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

/** A body of a type that the endpoint does not take. */
class WrongMediaType extends BadRequest {
  override readonly statusCode = 415;

  constructor(sent: string | undefined) {
    const told =
      sent === undefined ? "without a Content-Type" : `as ${JSON.stringify(sent.slice(0, 80))}`;
    super("Unsupported Media Type", `the body is sent ${told}`);
  }
}
