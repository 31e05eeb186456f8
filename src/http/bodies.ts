import { isUtf8 } from "node:buffer";
import { PassThrough, pipeline } from "node:stream";
import formbody from "@fastify/formbody";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { EndpointName } from "../records/vocabulary.ts";
import { diagnoseOtherBody } from "../rules/protocol.ts";
import { BadRequest } from "./errors.ts";
import { note } from "./messages.ts";

/**
 * What bodies the protocol's endpoints take. A form is handed on as text: repeated and empty
 * parameters are decisions of the protocol, not of a parser. A body that is not declared as a form is
 * an empty form to fosite; where Vipps' own program reads it, only JSON is, and every other type is 415.
 * The bytes as they came are for the request log.
 */
export function acceptForms(app: FastifyInstance): void {
  app.decorateRequest("rawBody");
  app.removeAllContentTypeParsers();

  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "buffer" },
    async (request: FastifyRequest, body: Buffer) => {
      request.rawBody = body;
      refuseOtherThanUtf8(body);
      // With a byte order mark, should there be one: Go keeps it, too.
      return body.toString();
    },
  );

  app.addContentTypeParser(
    "application/json",
    { parseAs: "buffer" },
    async (request: FastifyRequest, body: Buffer) => {
      request.rawBody = body;
      return emptyForm(request);
    },
  );

  app.addContentTypeParser(
    "*",
    { parseAs: "buffer" },
    async (request: FastifyRequest, body: Buffer) => {
      request.rawBody = body;
      // That nothing is at the path matters more than the type of the body.
      if (request.is404) return "";
      const { endpoint } = request.exchange;
      const contentType = request.headers["content-type"];
      const isEmptyForm = endpoint !== undefined && READ_AS_EMPTY.includes(endpoint);
      // fosite reads multipart bodies, which RFC 6749 does not allow.
      if (isEmptyForm && !/^multipart\/form-data\b/i.test(contentType ?? "")) {
        return emptyForm(request);
      }
      throw new WrongMediaType(contentType);
    },
  );
}

/** Where a body of any other type counts as none: at fosite's endpoints, and where none is wanted. */
const READ_AS_EMPTY: readonly EndpointName[] = ["token", "revoke", "access-token"];

/** The one POST that takes no body is sent as JSON in most samples, which does no harm. */
function emptyForm(request: FastifyRequest): string {
  if (request.exchange.endpoint !== "access-token") {
    note(request, diagnoseOtherBody(request.headers["content-type"]));
  }
  return "";
}

/**
 * Has the forms of the pages parsed, in a scope of their own. They come from browsers, so that the
 * usual parser does; `pageParameters` refuses the repeated fields that it makes an array.
 */
export async function acceptPageForms(scope: FastifyInstance): Promise<void> {
  scope.removeContentTypeParser("application/x-www-form-urlencoded");
  await scope.register(formbody);

  // The plugin hands on text alone: the bytes are for the request log, and may not be UTF-8.
  scope.addHook("preParsing", async (request, _reply, payload) => {
    const chunks: Buffer[] = [];
    const copy = new PassThrough();
    copy.on("data", (chunk: Buffer) => chunks.push(chunk));
    copy.on("end", () => {
      request.rawBody = Buffer.concat(chunks);
    });
    pipeline(payload, copy, () => {});
    return copy;
  });
  scope.addHook("preValidation", async ({ rawBody }) => refuseOtherThanUtf8(rawBody));
}

function refuseOtherThanUtf8(body: Uint8Array | undefined): void {
  if (body && !isUtf8(body)) throw new BadRequest("The body is not UTF-8");
}

/** A body of a type that the endpoint does not take. */
class WrongMediaType extends BadRequest {
  override readonly statusCode = 415;

  constructor(sent: string | undefined) {
    const how =
      sent === undefined ? "without a Content-Type" : `as ${JSON.stringify(sent.slice(0, 80))}`;
    super("Unsupported Media Type", `the body is sent ${how}`);
  }
}
