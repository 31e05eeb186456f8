import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:net";
import type { FastifyInstance } from "fastify";
import { deadline, every } from "../platform/timers.ts";
import type { Seconds } from "../records/time.ts";
import type { Secure } from "./secure-server.ts";

/** Where a server listens. */
export interface Listening {
  /** The port, also where any free one was to be taken. */
  readonly port: number;
  /** The one for https, where that is served too. */
  readonly tlsPort?: number;
}

/**
 * Listens, for https too if that is asked for. `localhost` means both loopback addresses, because some
 * clients resolve it to `::1` and some to 127.0.0.1, whatever the machine's hosts file says.
 *
 * @param linger for how long idle connections stay open once the server closes
 * @throws the system's error, such as EADDRINUSE
 */
export async function listen(
  app: FastifyInstance,
  host: string,
  port: number,
  secure?: Secure,
  linger: Seconds = 0,
): Promise<Listening> {
  endConnectionsOnClose(app, linger);
  const isBoth = host === "localhost";
  const second = isBoth ? secondListener(app, app.server) : undefined;
  const tls = secure && (await import("./secure-server.ts")).createSecureServer(app, secure);
  const secondTls = isBoth && tls ? secondListener(app, tls) : undefined;
  await app.ready();
  const address = isBoth ? "127.0.0.1" : host;
  await app.listen({ host: address, port });
  const listening = { port: portOf(app.server) };
  if (second) await listenOnIpv6Loopback(app, second, listening.port);
  if (!tls) return listening;
  try {
    tls.listen({ host: address, port: secure?.port });
    await once(tls, "listening");
    const tlsPort = portOf(tls);
    if (secondTls) await listenOnIpv6Loopback(app, secondTls, tlsPort);
    app.log.info(
      `Server listening at https://${host.includes(":") ? `[${host}]` : host}:${tlsPort}`,
    );
    return { ...listening, tlsPort };
  } catch (error) {
    throw Object.assign(error as Error, { option: "tlsPort" });
  }
}

function portOf(server: Pick<Server, "address">): number {
  return (server.address() as AddressInfo).port;
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
  const closeIdle = server.closeIdleConnections.bind(server);
  let mayClose = linger === 0;
  let idle: ReturnType<typeof every> | undefined;
  // Node's own `close` calls it as well.
  server.closeIdleConnections = () => {
    if (mayClose) closeIdle();
  };
  app.addHook("onSend", (_request, reply, _payload, done) => {
    if (idle) reply.header("connection", "close");
    done();
  });
  app.addHook("preClose", async () => {
    deadline(linger).signal.addEventListener("abort", () => {
      mayClose = true;
      closeIdle();
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

/** Hands its connections to another server, and closes together with it. */
function secondListener(app: FastifyInstance, first: Server): Server {
  // The half of a connection of TLS ends the whole.
  const allowHalfOpen = first === app.server;
  const second = createServer({ allowHalfOpen, noDelay: true }, (socket) => {
    first.emit("connection", socket);
  });
  const closed = new Promise<void>((resolve) => {
    second.once("close", () => resolve());
  });
  app.addHook("preClose", async () => {
    second.close();
  });
  app.addHook("onClose", () => closed);
  return second;
}

async function listenOnIpv6Loopback(
  app: FastifyInstance,
  second: Server,
  port: number,
): Promise<void> {
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    second.once("error", resolve);
    second.listen({ host: "::1", port }, () => resolve(undefined));
  });
  // A machine without IPv6 resolves localhost to 127.0.0.1 only, so nothing is missing.
  if (!failure || failure.code === "EADDRNOTAVAIL" || failure.code === "EAFNOSUPPORT") return;
  await app.close();
  throw failure;
}
