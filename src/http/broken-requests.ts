import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { FastifyBaseLogger } from "fastify";
import { MOCK_HEADER } from "./errors.ts";

/** What Node's parser could not read as a request. No handler sees it, and nothing records it. */

/** The response, by the code of the parser's error. */
const STATUSES: ReadonlyMap<string | undefined, string> = new Map([
  ["ERR_HTTP_REQUEST_TIMEOUT", "408 Request Timeout"],
  ["HPE_HEADER_OVERFLOW", "431 Request Header Fields Too Large"],
]);

/** An error of Node's parser, with the bytes that it was reading. */
type ParserError = Error & {
  readonly code?: string | undefined;
  /** Bytes, whatever Fastify's types say. */
  readonly rawPacket?: unknown;
};

/** Responds to what is no HTTP request, and ends its connection. */
export function refuseBrokenRequest(
  error: ParserError,
  socket: Socket,
  log: FastifyBaseLogger,
  version: string,
): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  // A browser opens some connections ahead, and may need none of them.
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT" && socket.bytesRead === 0) {
    socket.destroy();
    return;
  }
  const status = STATUSES.get(error.code) ?? "400 Bad Request";
  const advice = isTls(error)
    ? ". This looks like TLS: use http:// here, or start with --tls and call the port for https"
    : "";
  log.warn(`refused what is no HTTP request: ${status} (${error.code})${advice}`);
  if (socket.writable && !hasBegunToRespond(socket)) {
    const body = `${status}\n`;
    socket.write(
      `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
        `${MOCK_HEADER}: ${version}\r\nContent-Length: ${body.length}\r\n` +
        `Connection: close\r\n\r\n${body}`,
    );
  }
  socket.destroy(error);
}

/** A client that speaks TLS begins with a record of its handshake (RFC 8446 §5.1): type 22, version 3.x. */
function isTls({ rawPacket }: ParserError): boolean {
  return rawPacket instanceof Uint8Array && rawPacket[0] === 0x16 && rawPacket[1] === 0x03;
}

/** Node keeps the response that is being sent at its socket, and its own handler looks there as well. */
function hasBegunToRespond(socket: Socket): boolean {
  const { _httpMessage: response } = socket as { readonly _httpMessage?: ServerResponse | null };
  return response?.headersSent === true;
}
