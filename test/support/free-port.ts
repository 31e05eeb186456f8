import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A port that nobody listens on. The kernel gives none of this range to whoever asks for any port, so
 * that it is still free when the program that is told of it takes it.
 */
export async function freePort(host: string): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const server = createServer().listen(port, host);
    const isFree = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

/** So many of them, each another one. */
export async function freePorts(host: string, count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort(host));
  return [...ports];
}
