import { once } from "node:events";
import type { Server, Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { deadline, every } from "../platform/timers.ts";
import type { Seconds } from "../records/time.ts";
import type { Ports } from "./ports.ts";
import { forwardConnections } from "./ports.ts";
import type { Secure } from "./secure-server.ts";

/** Where a server listens. */
export interface Listening {
  /** The port, also where any free one was to be taken. */
  readonly port: number;
  /** The one for https, where that is served too. */
  readonly tlsPort?: number;
}

/**
 * Serves at ports that are taken already. They are free again when the server is closed.
 *
 * @param host as it is to be called in the log
 * @param secure how https is served at its port
 * @param linger for how long idle connections stay open once the server closes
 */
export async function listen(
  app: FastifyInstance,
  host: string,
  { http, https }: Ports,
  secure?: Secure,
  linger: Seconds = 0,
): Promise<Listening> {
  endConnectionsOnClose(app, linger);
  const tls =
    https && secure && (await import("./secure-server.ts")).createSecureServer(app, secure);
  const [main, ...others] = http.listeners;
  const forwarded = [
    ...others.map((listener) => ({ listener, to: app.server })),
    ...(tls ? https.listeners.map((listener) => ({ listener, to: tls })) : []),
  ];
  for (const { listener } of forwarded) closeTogether(app, listener);
  await app.ready();
  for (const { listener, to } of forwarded) forwardConnections(listener, to);
  // Node limits the time of requests only where the server of HTTP listens itself.
  app.server.listen(main);
  await once(app.server, "listening");
  const name = host.includes(":") ? `[${host}]` : host;
  app.log.info(`Server listening at http://${name}:${http.number}`);
  if (!tls) return { port: http.number };
  app.log.info(`Server listening at https://${name}:${https.number}`);
  return { port: http.number, tlsPort: https.number };
}

/** How often a server that closes looks for connections that became idle, in seconds. */
const IDLE_INTERVAL: Seconds = 0.1;

/**
 * A connection that is kept alive after its last response would hold up the end for a minute. But its client
 * may be about to send the next request, and one that meets a closed connection is lost: such a client is
 * told by a response that this was the last one. So nothing that is idle is closed before `linger` is over.
 */
function endConnectionsOnClose(app: FastifyInstance, linger: Seconds): void {
  const { server } = app;
  const closeKeptAlive = server.closeIdleConnections.bind(server);
  const closeUnused = unusedConnectionsOf(server);
  let mayClose = linger === 0;
  let idle: ReturnType<typeof every> | undefined;
  // Node's own `close` calls it as well.
  server.closeIdleConnections = () => {
    if (!mayClose) return;
    closeKeptAlive();
    closeUnused();
  };
  app.addHook("onSend", (_request, reply, _payload, done) => {
    if (idle) reply.header("connection", "close");
    done();
  });
  app.addHook("preClose", async () => {
    deadline(linger).signal.addEventListener("abort", () => {
      mayClose = true;
      server.closeIdleConnections();
    });
    // For responses whose headers were sent before the server began to close.
    idle = every(
      IDLE_INTERVAL,
      () => server.closeIdleConnections(),
      (err) => app.log.error({ err }, "idle connections could not be closed"),
    );
  });
  app.addHook("onClose", async () => idle?.stop());
}

/**
 * Browsers and pools of clients open connections ahead. Node waits for a request on them, so it does not
 * count them as idle, and they would hold up the end until they are cut.
 *
 * @returns what closes the connections on which nothing was ever sent
 */
function unusedConnectionsOf(server: Server): () => void {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  return () => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  };
}

/** Closes a listener with the server to which it forwards. */
function closeTogether(app: FastifyInstance, listener: Server): void {
  const closed = new Promise<void>((resolve) => {
    listener.once("close", () => resolve());
  });
  app.addHook("preClose", async () => {
    listener.close();
  });
  app.addHook("onClose", () => closed);
}
