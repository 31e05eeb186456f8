import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:net";
import { promisify } from "node:util";
import type { FastifyInstance } from "fastify";

/** Where a server listens. */
export interface Listening {
  /** The port, also where any free one was asked for. */
  readonly port: number;
}

/**
 * Listens. `localhost` means both loopback addresses, because some clients resolve it to `::1` and
 * some to 127.0.0.1, whatever the machine's hosts file says.
 *
 * @param app the app
 * @param host a host name or address
 * @param port the port; 0 takes a free one
 * @returns where it listens; `app.close()` ends it
 * @throws the system's error, such as EADDRINUSE
 */
export async function listen(app: FastifyInstance, host: string, port: number): Promise<Listening> {
  let second: Server | undefined;
  app.addHook("onClose", async () => {
    if (second?.listening) await promisify(second.close.bind(second))();
  });
  await app.ready();
  const main = host === "localhost" ? "127.0.0.1" : host;
  await app.listen({ host: main, port });
  const listening = { port: (app.server.address() as AddressInfo).port };
  if (host === "localhost") second = await listenOnIpv6Loopback(app, listening.port);
  return listening;
}

/** Takes connections on `::1` too and hands them to the same server; undefined without IPv6. */
async function listenOnIpv6Loopback(
  app: FastifyInstance,
  port: number,
): Promise<Server | undefined> {
  const second = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    app.server.emit("connection", socket);
  });
  const failure = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    second.once("error", resolve);
    second.listen({ host: "::1", port }, () => resolve(undefined));
  });
  if (failure === undefined) return second;
  // A machine without IPv6 resolves localhost to 127.0.0.1 only, so nothing is missing.
  if (failure.code === "EADDRNOTAVAIL" || failure.code === "EAFNOSUPPORT") return undefined;
  await app.close();
  throw failure;
}
