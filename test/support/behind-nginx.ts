import { once } from "node:events";
import type { IncomingHttpHeaders, Server } from "node:http";
import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from "fastify";
import inject from "light-my-request";
import type { Front } from "./shared-servers.ts";

/**
 * Two servers behind a real nginx, asked in the words of Fastify's `inject`, but over connections. They begin to listen
 * when they are asked first.
 */
export class BehindNginx {
  readonly #apps: readonly [FastifyInstance, FastifyInstance];
  readonly #fronts: readonly Front[];
  #agent = new Agent({ keepAlive: true });
  #port: Promise<number> | undefined;

  constructor(apps: readonly [FastifyInstance, FastifyInstance], fronts: readonly Front[]) {
    this.#apps = apps;
    this.#fronts = fronts;
  }

  get isListening(): boolean {
    return this.#port !== undefined;
  }

  /** At which port of localhost nginx has them. */
  listen(): Promise<number> {
    this.#port ??= this.#serve();
    return this.#port;
  }

  /** What nginx refuses by itself is asked of a server. */
  async inject(options: InjectOptions | string): Promise<LightMyRequestResponse> {
    const port = await this.listen();
    let isRefused = false;
    const response = await inject((asked, answer) => {
      const { method, url: path, headers } = asked;
      const sent = request({
        ...{ agent: this.#agent, host: "127.0.0.1", port },
        ...{ method, path, headers },
      });
      sent.on("error", (error) => answer.destroy(error));
      sent.on("response", async (response) => {
        const { statusCode = 0, statusMessage } = response;
        try {
          const body = statusCode < 400 ? undefined : await text(response);
          const isOfNginx = body?.includes("<center>nginx") ?? false;
          // One of the servers has broken the connection off.
          if (isOfNginx && statusCode >= 500) throw new Error(body);
          isRefused = isOfNginx;
          answer.writeHead(statusCode, statusMessage, endToEnd(response.headers));
          if (body === undefined)
            response.on("error", (error) => answer.destroy(error)).pipe(answer);
          else answer.end(body);
        } catch (error) {
          answer.destroy(error as Error);
        }
      });
      asked.pipe(sent);
    }, options);
    return isRefused ? this.#apps[0].inject(options) : response;
  }

  /** Hangs up on whatever is still asked; what is asked from now on comes over other connections. */
  hangUp(): void {
    this.#agent.destroy();
    this.#agent = new Agent({ keepAlive: true });
    for (const { server } of this.#apps) server.closeAllConnections();
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    await Promise.all(this.#apps.map(({ server }) => closeServer(server)));
  }

  async #serve(): Promise<number> {
    for (const app of this.#apps) await app.ready();
    const [first, second] = this.#apps.map(({ server }) => server) as [Server, Server];
    for (const { port, servers } of this.#fronts) {
      if (!(await takes(first, servers[0]))) continue;
      if (await takes(second, servers[1])) return port;
      await closeServer(first);
    }
    throw new Error(`there are ${this.#fronts.length} mocks behind nginx already: close one`);
  }
}

/** Tests of other processes take ports as well. */
async function takes(server: Server, port: number): Promise<boolean> {
  server.listen(port, "127.0.0.1");
  return once(server, "listening").then(
    () => true,
    () => false,
  );
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}

/** What is about the connection is not the server's; a single cookie is in no list. */
function endToEnd({ connection: _, server: __, ...headers }: IncomingHttpHeaders) {
  const [cookie, ...more] = headers["set-cookie"] ?? [];
  return cookie !== undefined && more.length === 0 ? { ...headers, "set-cookie": cookie } : headers;
}
