import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { createServer } from "node:net";

/**
 * The ports of a server. They are taken before anything else is made, so that a port which another
 * program has fails the start while there is nothing yet to undo.
 */

/** A port that is taken. Who connects to it is turned away until something serves there. */
interface Port {
  readonly number: number;
  /** One, or one for each loopback address where the host is `localhost`. */
  readonly listeners: readonly [Server, ...Server[]];
}

export interface Ports {
  readonly http: Port;
  /** Left out where https is not served. */
  readonly https?: Port;
}

/**
 * Takes the ports: all of them, or none. `localhost` means both loopback addresses, because some clients
 * resolve it to `::1` and some to 127.0.0.1, whatever the machine's hosts file says.
 *
 * @param port 0 picks a free one, and so does `tlsPort`; without `tlsPort` https is not served
 * @throws the system's error, such as EADDRINUSE, with the option that it is about
 */
export async function takePorts(host: string, port: number, tlsPort?: number): Promise<Ports> {
  // A client of plain HTTP may end its side and still wait for the response. One of TLS that ends its
  // side has ended the connection.
  const http = await takePort(host, port, { allowHalfOpen: true });
  if (tlsPort === undefined) return { http };
  try {
    return { http, https: await takePort(host, tlsPort, { allowHalfOpen: false }) };
  } catch (error) {
    await releasePorts({ http });
    throw Object.assign(error as Error, { option: "tlsPort" });
  }
}

/** Gives ports back at which nothing was served. */
export async function releasePorts({ http, https }: Ports): Promise<void> {
  const listeners = [...http.listeners, ...(https?.listeners ?? [])];
  await Promise.all(listeners.map(close));
}

/** From now on whoever connects there is handed to the server. */
export function forwardConnections(listener: Server, server: Server): void {
  listener.off("connection", turnAway).on("connection", (socket) => {
    server.emit("connection", socket);
  });
}

/** How the connections of a port are accepted. */
interface Accepting {
  readonly allowHalfOpen: boolean;
}

async function takePort(host: string, port: number, how: Accepting): Promise<Port> {
  if (host !== "localhost") return portOf(await openListener(host, port, how));
  const first = await openListener("127.0.0.1", port, how);
  const { number } = portOf(first);
  try {
    return portOf(first, await openListener("::1", number, how));
  } catch (error) {
    // A machine without IPv6 resolves localhost to 127.0.0.1 only, so nothing is missing.
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT") return portOf(first);
    await close(first);
    throw error;
  }
}

function portOf(...listeners: Port["listeners"]): Port {
  return { number: (listeners[0].address() as AddressInfo).port, listeners };
}

async function openListener(host: string, port: number, how: Accepting): Promise<Server> {
  const listener = createServer({ ...how, noDelay: true });
  listener.on("connection", turnAway);
  // A worker of Node's cluster would share the port with others, which are mocks of their own.
  listener.listen({ host, port, exclusive: true });
  await once(listener, "listening");
  return listener;
}

function turnAway(socket: { destroy(): void }): void {
  socket.destroy();
}

function close(listener: Server): Promise<void> {
  return new Promise((resolve) => {
    listener.close(() => resolve());
  });
}
