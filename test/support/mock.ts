import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import type { FastifyInstance, InjectOptions } from "fastify";
import { inject } from "vitest";
import { buildApp } from "../../src/app.ts";
import { loadConfig } from "../../src/config/load.ts";
import { withRulesInSeconds } from "../../src/config/rules.ts";
import { fixtureKey } from "../../src/keys/key-file.ts";
import { generateKey } from "../../src/keys/keys.ts";
import { createServerKeys } from "../../src/keys/server-keys.ts";
import { createViews } from "../../src/pages/render.ts";
import { createJsonLog } from "../../src/platform/json-log.ts";
import type { ConfigInput } from "../../src/records/config.ts";
import type { Diagnosis } from "../../src/records/diagnosis.ts";
import type { LoggedRequest } from "../../src/records/logged-request.ts";
import type { SalesUnit } from "../../src/records/sales-unit.ts";
import { DEFAULT_SANDBOX } from "../../src/records/sandbox.ts";
import type { EpochSeconds } from "../../src/records/time.ts";
import { epochSeconds } from "../../src/records/time.ts";
import { presentable } from "../../src/request-log/message.ts";
import type { Filled } from "../../src/sandbox/drafts.ts";
import type { Sandboxes } from "../../src/sandbox/registry.ts";
import { createSandboxes } from "../../src/sandbox/registry.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { SandboxState } from "../../src/sandbox/state.ts";
import { readAll } from "../../src/store/batches.ts";
import { frozenThroughout } from "../../src/store/frozen.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import { createRedisStore } from "../../src/store/redis/store.ts";
import type { Store, StoreKind } from "../../src/store/store.ts";
import { BehindNginx } from "./behind-nginx.ts";
import { slowStore } from "./slow-store.ts";

/** A whole mock in this process, with a clock that stands where the test put it. */
export interface Mock {
  readonly app: FastifyInstance;
  readonly sandboxes: Sandboxes;
  /** The default sandbox, as it was at the start. */
  readonly sandbox: Sandbox;
  /** The real time, for the test to move. */
  readonly wall: { now: EpochSeconds };
  /** Where everything is kept. */
  readonly storeKind: StoreKind;
  /** The log, a line an entry. */
  readonly log: readonly LogEntry[];
  /** A sales unit of the fixtures by its name; the first one when left out. */
  salesUnit(name?: string): Promise<SalesUnit>;
  /** Begins to listen, and gives the port of localhost where clients reach it. */
  listen(): Promise<number>;
  close(): Promise<void>;
}

export interface LogEntry {
  readonly msg: string;
  /** Left out of the default one. */
  readonly sandbox?: string;
  /** Which login it is about, as in the request log. */
  readonly login?: string;
  readonly diagnosis?: Diagnosis;
}

/** 17 May 2023, noon in Oslo: where every test's clock stands unless it says otherwise. */
export const NOON = epochSeconds(Date.parse("2023-05-17T10:00:00Z") / 1000);

type AppOptions = Pick<
  Parameters<typeof buildApp>[0],
  "pinned" | "tlsHosts" | "trustProxy" | "control" | "logSecrets" | "webhooks" | "patience"
>;

export interface MockOptions extends Partial<Omit<AppOptions, "webhooks">> {
  /** Where webhooks may go; this machine, and every host has an address, where nothing else is said. */
  readonly webhooks?: Partial<AppOptions["webhooks"]>;
  /**
   * A server sweeps every minute. A test's mock sweeps before every request, so that whatever needs a
   * record for longer than the record is kept fails. Set to false where a test looks at the minute
   * before the sweep, when a refusal can still say what has just ended.
   */
  readonly sweeps?: boolean;
  /** Whether each operation of the store takes a while. */
  readonly slow?: boolean;
  /** Whether it counts and measures; not, when left out. */
  readonly metrics?: boolean;
  /** Where everything is kept; a store of its own when left out. */
  readonly store?: Store;
  /** What becomes of a store that another server has filled. */
  readonly filled?: Filled;
  /** What the default sandbox begins with in place of the config. */
  readonly state?: SandboxState;
  /** Makes names the same in every run. */
  readonly seed?: number;
  /**
   * How many servers the mock is. In the project "two servers" of vitest.config.ts two share a
   * Redis, and requests go to one and the other in turn: what a server keeps to itself is missed then.
   */
  readonly servers?: number;
  /** Set where a test changes the app, so that no other one gets it. */
  readonly isOwn?: true;
  /** False where a test needs what nginx does not let through, or counts on whose turn it is. */
  readonly behindNginx?: boolean;
}

/**
 * The same for all mocks of a process, as nothing changes them: to compile the templates, to read the fixtures and to
 * check the key each take longer than most tests take.
 */
const VIEWS = createViews();
const BUILT_IN = loadConfig({ directory: import.meta.dirname }).then(({ config }) =>
  frozenThroughout(config),
);
const KEY = fixtureKey();

const SERVERS = Number(process.env["MOCK_SERVERS"] ?? 1);

/**
 * Two servers on a Redis take as long to start as most tests take. So they go from test to test, reset in between as
 * people reset theirs: what a reset leaves behind, the next test meets. Those that differ from the usual in more than
 * their config are started for their test alone.
 */
const SPARE = new Map<string, Whole[]>();
const MOST_SPARE = 4;

export async function startMock(
  config: ConfigInput = {},
  options: MockOptions = {},
): Promise<Mock> {
  if (SERVERS === 1 || Object.keys(options).length > 0) return startWhole(config, options);
  const key = JSON.stringify(config);
  const kept = SPARE.get(key) ?? [];
  if (SPARE.size < MOST_SPARE) SPARE.set(key, kept);
  const spare = kept.pop();
  const mock = spare ?? (await startWhole(config, options));
  const sandbox = spare ? await spare.reset() : mock.sandbox;
  let isOver = false;
  const close = async () => {
    if (isOver) return;
    isOver = true;
    const isKept = mock.isServing && SPARE.get(key) === kept && kept.length < MOST_SPARE;
    if (isKept) kept.push(mock);
    else await mock.close();
  };
  return { ...mock, sandbox, salesUnit: (name) => salesUnitOf(sandbox, name), close };
}

/** A mock with what is needed to use it again. */
interface Whole extends Mock {
  /** Whether it can be used again. */
  readonly isServing: boolean;
  /** Back to its beginning; gives the default sandbox. */
  reset(): Promise<Sandbox>;
}

async function startWhole(
  config: ConfigInput,
  {
    servers = SERVERS,
    behindNginx = true,
    isOwn: _,
    slow = false,
    store: given,
    ...options
  }: MockOptions,
): Promise<Whole> {
  const open = given ? async () => given : storesOf(servers);
  const stores: Store[] = [];
  const wall = { now: NOON };
  const log: LogEntry[] = [];
  const start = async () => {
    const kept = await open();
    stores.push(kept);
    const store = slow ? slowStore(kept) : kept;
    return startServer({ store, wall, log }, config, options);
  };
  const first = await start();
  const others: (typeof first)[] = [];
  while (others.length + 1 < servers) others.push(await start());
  const apps = [first, ...others].map(({ app }) => app);
  const fronts = servers > 1 && behindNginx ? (inject("fronts") ?? []) : [];
  const [one, two] = apps;
  const nginx = one && two && fronts.length > 0 ? new BehindNginx([one, two], fronts) : undefined;
  // Not the one that made it.
  const { sandboxes } = others.at(-1) ?? first;
  const sandbox = await sandboxes.open(DEFAULT_SANDBOX);
  if (!sandbox) throw new Error("there is no default sandbox");
  let isClosed = false;
  first.app.addHook("onClose", () => {
    isClosed = true;
  });
  return {
    app: asOne(apps, nginx),
    sandboxes,
    sandbox,
    storeKind: (stores[0] as Store).kind,
    wall,
    log,
    salesUnit: (name) => salesUnitOf(sandbox, name),
    async listen() {
      if (nginx) return nginx.listen();
      await first.app.listen({ host: "localhost", port: 0 });
      return (first.app.server.address() as AddressInfo).port;
    },
    get isServing() {
      // A test that had it listen elsewhere leaves it there.
      return !isClosed && first.app.server.listening === (nginx?.isListening ?? false);
    },
    async reset() {
      nginx?.hangUp();
      wall.now = NOON;
      for (const { id } of await readAll(sandboxes)) {
        if (id !== DEFAULT_SANDBOX) await sandboxes.remove(id);
      }
      const again = await sandboxes.reset(DEFAULT_SANDBOX);
      log.length = 0;
      return again ?? sandbox;
    },
    async close() {
      await nginx?.close();
      for (const app of apps) await app.close();
      for (const store of new Set(stores)) await store.close();
    },
  };
}

async function salesUnitOf({ store }: Sandbox, name?: string): Promise<SalesUnit> {
  const items = await readAll(store.salesUnits);
  const unit = name === undefined ? items[0] : items.find((item) => item.name === name);
  if (!unit) throw new Error(`no sales unit is called ${name}`);
  return unit;
}

/** In Redis each server has a connection of its own; a store in memory is one for all. */
function storesOf(servers: number): () => Promise<Store> {
  const url = servers > 1 ? inject("redis") : undefined;
  const memory = createMemoryStore();
  if (url === undefined) return async () => memory;
  const prefix = `${randomUUID()}:`;
  return () => createRedisStore({ url, prefix, commandTimeout: 60 });
}

/** What the servers of one mock have in common. */
interface Shared {
  readonly store: Store;
  readonly wall: Mock["wall"];
  readonly log: LogEntry[];
}

async function startServer(
  { store: kept, wall, log }: Shared,
  config: ConfigInput,
  {
    sweeps = true,
    webhooks,
    filled,
    state,
    seed,
    metrics: measures,
    ...options
  }: Omit<MockOptions, "servers" | "behindNginx" | "isOwn" | "slow" | "store">,
) {
  const metrics = measures ? await measure(kept) : undefined;
  const store = metrics?.store ?? kept;
  const sandboxes = await createSandboxes({
    store,
    wall: () => wall.now,
    keys: createServerKeys(store.signingKey, { make: () => KEY, keep: false }, () => wall.now),
    makeKey: () => generateKey(2048),
    filled,
    state,
    seed,
    loginCounts: metrics,
    config: {
      clock: { at: "2023-05-17T12:00:00+02:00", frozen: true },
      ...(await BUILT_IN),
      ...withRulesInSeconds(config),
    },
  });
  const app = buildApp({
    sandboxes,
    views: VIEWS,
    pinned: {},
    trustProxy: false,
    logSecrets: false,
    webhooks: { loopback: true, lookup: async () => undefined, ...webhooks },
    version: "0.0.0-test",
    store,
    metrics,
    control: { open: false },
    logger: createJsonLog({
      level: "info",
      write: (line) => log.push(JSON.parse(line)),
    }),
    ...options,
  });
  if (sweeps) app.addHook("onRequest", () => sandboxes.sweep());
  return { app, sandboxes };
}

/** Loaded by the few tests that look at it. */
async function measure(store: Store) {
  const { Metrics } = await import("../../src/metrics/metrics.ts");
  return new Metrics("0.0.0-test", store);
}

/**
 * The first of the servers, but that what is injected goes to one and the other in turn, through nginx where it is, and
 * that the end is the end of both.
 */
function asOne(apps: readonly FastifyInstance[], nginx: BehindNginx | undefined): FastifyInstance {
  const [first] = apps;
  if (!first) throw new Error("a mock is one server at least");
  let turn = 0;
  const own: Record<PropertyKey, unknown> = {
    inject: (options: InjectOptions | string) =>
      nginx && !isFromElsewhere(options)
        ? nginx.inject(options)
        : (apps[turn++ % apps.length] ?? first).inject(options),
    addHook: (...args: Parameters<FastifyInstance["addHook"]>) => {
      for (const app of apps) app.addHook(...args);
    },
    close: () => Promise.all(apps.map((app) => app.close())),
  };
  return new Proxy(first, {
    get(target, name) {
      const member: unknown = own[name] ?? Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

/** All that comes through nginx comes from this machine. */
function isFromElsewhere(options: InjectOptions | string): boolean {
  if (typeof options === "string" || options.remoteAddress === undefined) return false;
  return options.remoteAddress !== "127.0.0.1";
}

/** The request log as it is shown. */
export async function loggedRequests({
  sandbox,
}: Pick<Mock, "sandbox">): Promise<readonly LoggedRequest[]> {
  return (await readAll(sandbox.store.requests)).map(presentable);
}
