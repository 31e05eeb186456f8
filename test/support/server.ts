import { afterAll } from "vitest";
import { every } from "../../src/platform/timers.ts";
import type { ConfigInput } from "../../src/records/config.ts";
import type { SalesUnit } from "../../src/records/sales-unit.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { LogEntry } from "./mock.ts";
import { startMock } from "./mock.ts";

/** A whole mock on a real socket, for clients that cannot be handed an app. */
export interface Server {
  /** Without a trailing slash: `http://localhost:41234`. It answers on 127.0.0.1 too. */
  readonly url: string;
  readonly port: number;
  /** With its trailing slash. */
  readonly issuer: string;
  readonly store: Sandbox["store"];
  /** The log, a line an entry. */
  readonly log: readonly LogEntry[];
  /** A sales unit of the fixtures by its name; the first one when left out. */
  salesUnit(name?: string): Promise<SalesUnit>;
  /** Registers one more redirect URI of a sales unit, for a merchant whose port is not known before. */
  register(redirectUri: string, salesUnit?: string): Promise<SalesUnit>;
  close(): Promise<void>;
}

/** Its clock stands at the real present: clients compare the ID token's times with their own. */
export async function startServer(
  config: ConfigInput = {},
  deps: Parameters<typeof startMock>[1] = {},
): Promise<Server> {
  const at = `${new Date().toISOString().slice(0, 19)}Z`;
  const mock = await startMock({ clock: { at, frozen: true }, ...config }, deps);
  const port = await mock.listen();
  const url = `http://localhost:${port}`;
  const { store } = mock.sandbox;
  return {
    url,
    port,
    issuer: `${url}/access-management-1.0/access/`,
    store,
    log: mock.log,
    salesUnit: mock.salesUnit,
    async register(redirectUri, name) {
      const { msn } = await mock.salesUnit(name);
      const unit = await store.salesUnits.update(msn, (current) => ({
        ...current,
        redirectUris: [...current.redirectUris, redirectUri],
      }));
      if (!unit) throw new Error(`the sales unit ${msn} is gone`);
      return unit;
    },
    async close() {
      // As a server of the program does, for responses that come after it has begun to close.
      const { stop } = every(
        0.05,
        () => mock.app.server.closeIdleConnections(),
        () => {},
      );
      await mock.close();
      stop();
    },
  };
}

/** A server for all tests of a file, closed after the last of them. */
export async function serverForFile(...args: Parameters<typeof startServer>): Promise<Server> {
  const server = await startServer(...args);
  afterAll(() => server.close());
  return server;
}
