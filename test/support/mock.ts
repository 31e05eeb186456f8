import type { FastifyInstance } from "fastify";
import { buildApp } from "../../src/app.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { ConfigInput, SalesUnit } from "../../src/config/schema.ts";
import { createViews } from "../../src/http/views.ts";
import { secureRandom } from "../../src/ids.ts";
import { createKeyring, fixtureKey } from "../../src/keys.ts";
import { createLogger } from "../../src/log.ts";
import type { Diagnosis } from "../../src/rules/rule.ts";
import { makeSandbox } from "../../src/sandbox/make.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { SandboxId } from "../../src/store/store.ts";
import { epochSeconds } from "../../src/time.ts";

/** A whole mock in this process, with a clock that stands where the test put it. */
export interface Mock {
  readonly app: FastifyInstance;
  readonly sandbox: Sandbox;
  /** The log, a line an entry. */
  readonly log: readonly LogEntry[];
  /** A sales unit of the fixtures by its name; the first one when left out. */
  salesUnit(name?: string): Promise<SalesUnit>;
  close(): Promise<void>;
}

export interface LogEntry {
  readonly msg: string;
  readonly diagnosis?: Diagnosis;
}

/** 17 May 2023, noon in Oslo: where every test's clock stands unless it says otherwise. */
export const NOON = epochSeconds(Date.parse("2023-05-17T10:00:00Z") / 1000);

/**
 * @param config what the config file would say, over the built-in fixtures
 * @param deps what differs from an ordinary app
 */
export async function startMock(
  config: ConfigInput = {},
  deps: Partial<Pick<Parameters<typeof buildApp>[0], "pinned" | "trustProxy" | "control">> = {},
): Promise<Mock> {
  const { config: builtIn } = await loadConfig({ directory: import.meta.dirname });
  const store = createMemoryStore();
  const sandbox = await makeSandbox(
    "default" as SandboxId,
    { clock: { at: "2023-05-17T12:00:00+02:00", frozen: true }, ...builtIn, ...config },
    {
      store,
      wall: () => NOON,
      random: secureRandom,
      keys: createKeyring(fixtureKey()),
    },
  );
  const log: LogEntry[] = [];
  const app = buildApp({
    sandbox,
    views: createViews(),
    pinned: {},
    trustProxy: false,
    version: "0.0.0-test",
    control: { open: false },
    logger: createLogger({
      level: "info",
      format: "json",
      write: (line) => log.push(JSON.parse(line)),
    }),
    ...deps,
  });
  return {
    app,
    sandbox,
    log,
    async salesUnit(name) {
      const { items } = await sandbox.store.salesUnits.list();
      const unit = name === undefined ? items[0] : items.find((item) => item.name === name);
      if (!unit) throw new Error(`no sales unit is called ${name}`);
      return unit;
    },
    async close() {
      await app.close();
      await store.close();
    },
  };
}
