import type { Socket } from "node:net";
import type { Server, TLSSocket } from "node:tls";
import { createServer } from "node:tls";
import type { FastifyInstance } from "fastify";
import { noteTcpSocket } from "./tcp-sockets.ts";

/** How https is served. */
export interface Secure {
  /** The certificate, with those that it needs up to its CA, as PEM. */
  readonly cert: string;
  readonly key: string;
  /** The CA that clients have to trust, if it is ours. */
  readonly caFile: string | undefined;
}

/** How long a client may take until both speak TLS, in milliseconds. */
const HANDSHAKE_TIMEOUT = 10_000;

/**
 * Speaks TLS on the connections that it is given, and hands each on to the server that speaks HTTP: so that
 * both schemes have one server, whose end is the end of both. It does not listen.
 */
export function createSecureServer(app: FastifyInstance, { cert, key, caFile }: Secure): Server {
  const server = createServer({
    cert,
    key,
    minVersion: "TLSv1.2",
    ALPNProtocols: ["http/1.1"],
    handshakeTimeout: HANDSHAKE_TIMEOUT,
  });
  const handshakes = new Map<string, Socket>();
  server.on("connection", (tcp: Socket) => {
    const peer = peerOf(tcp);
    handshakes.set(peer, tcp);
    tcp.once("close", () => {
      if (handshakes.get(peer) === tcp) handshakes.delete(peer);
    });
  });
  server.on("secureConnection", (socket: TLSSocket) => {
    const peer = peerOf(socket);
    const tcp = handshakes.get(peer);
    handshakes.delete(peer);
    if (tcp) noteTcpSocket(socket, tcp);
    app.server.emit("connection", socket);
  });
  server.on("tlsClientError", (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    const reason = whyNoTls(error, caFile);
    if (reason === undefined) app.log.debug({ err: error }, "a TLS handshake failed");
    else app.log.warn(`A client at ${socket.remoteAddress} ${reason}`);
    socket.destroy();
  });
  app.addHook("preClose", async () => {
    // Nobody has sent a request there yet.
    for (const tcp of handshakes.values()) tcp.destroy();
  });
  return server;
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return remoteAddress === undefined ? "an address that is gone" : `${remoteAddress} ${remotePort}`;
}

/** What went wrong, and what to do, for the two mistakes that everybody makes. */
function whyNoTls(
  { code = "" }: NodeJS.ErrnoException,
  caFile: string | undefined,
): string | undefined {
  if (code === "ERR_SSL_HTTP_REQUEST") {
    return "spoke plain http to the port for https: call it with https://, or call the other port";
  }
  if (!/UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|UNSUPPORTED_CERTIFICATE/.test(code)) {
    return undefined;
  }
  const ca = caFile ?? "the CA of its certificate";
  return `does not trust this server: have it trust ${ca}, as docs/https.md says for each runtime`;
}
