import type { Socket } from "node:net";

/** The connections below TLS. */
const below = new WeakMap<Socket, Socket>();

/** Remembers over which connection TLS is spoken. */
export function noteTcpSocket(secure: Socket, tcp: Socket): void {
  below.set(secure, tcp);
}

/** The connection itself, whether TLS is spoken over it or not. */
export function tcpSocketOf(socket: Socket): Socket {
  return below.get(socket) ?? socket;
}
