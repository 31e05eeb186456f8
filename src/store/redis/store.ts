import { DEFAULT_LIMITS } from "../../records/limits.ts";
import type { Seconds } from "../../records/time.ts";
import { MINUTE } from "../../records/time.ts";
import type { CollectionName } from "../collections.ts";
import { BOUNDED, COLLECTIONS, SANDBOXES } from "../collections.ts";
import type { SandboxStore, Store, StoreUnavailableError } from "../store.ts";
import { createCell } from "./cell.ts";
import { RedisCollection } from "./collection.ts";
import type { ConnectionOptions } from "./connection.ts";
import { Connection } from "./connection.ts";
import type { SpecOf } from "./facts.ts";
import { numberOf } from "./facts.ts";
import type { Form } from "./form.ts";
import { OWN_FORM } from "./form.ts";
import { allKeys, CELLS, checkKey, generationKey, revisionOf, serversKey } from "./keys.ts";
import { DROP, DUE, LEASE } from "./scripts.ts";
import { takeOver } from "./take-over.ts";

/**
 * The store of several replicas, in Redis. It is loaded by those who ask for it. The client speaks to a
 * single Redis.
 */

export interface RedisStoreOptions extends ConnectionOptions {
  /** What every key begins with, so that several mocks can share a database. */
  readonly prefix: string;
  /** In which form records are read and written; another one than the mock's own for tests. */
  readonly form?: Form;
  /** Hears of a Redis that drops what it likes when it is full, by what policy. */
  readonly onEviction?: (policy: string) => void;
}

/** For so long the counter of a dropped generation stays, for requests that still write to it. */
const WRITTEN_LATE: Seconds = 10 * MINUTE;

/** What a check has written goes by itself, in milliseconds. */
const CHECKED = 1000;

/** What the parts of the store work with. */
interface Deps {
  readonly connection: Connection;
  readonly form: Form;
}

/**
 * @throws StoreUnavailableError when there is no Redis at that address, it does not let us in, or a newer mock has
 *   filled it
 */
export async function createRedisStore({
  prefix,
  form = OWN_FORM,
  onEviction,
  ...options
}: RedisStoreOptions): Promise<Store> {
  const connection = await Connection.open(options);
  const deps = { connection, form };
  const generation = serversKey(prefix);
  const servers = { ...deps, generation };
  const sandboxes = new RedisCollection(SANDBOXES, {
    ...servers,
    bound: DEFAULT_LIMITS.sandboxes,
  });
  const store: Store = {
    kind: "redis",
    isShared: true,
    sandboxes,
    keepAtMost(bound) {
      sandboxes.bound = bound;
    },
    signingKey: createCell(servers, "signingKey"),
    sequences: createCell(servers, "sequences"),
    entryCodes: createCell(servers, "entryCodes"),
    // Whoever works with a generation keeps what it gets: so nothing is left here of those that others drop.
    records: (id) => createSandboxStore(deps, generationKey(prefix, id)),
    async lease(id, seconds = 0) {
      const milliseconds = Math.ceil(seconds * 1000);
      await connection.run(LEASE, allKeys(generationKey(prefix, id)), [milliseconds]);
    },
    async drop(id) {
      await connection.run(DROP, allKeys(generationKey(prefix, id)), [WRITTEN_LATE * 1000]);
    },
    async state() {
      try {
        await connection.send("SET", checkKey(prefix), "", "PX", CHECKED);
        return { status: "ok" };
      } catch (error) {
        return { status: "read-only", reason: (error as StoreUnavailableError).message };
      }
    },
    close: () => connection.close(),
  };
  try {
    await takeOver(store, servers);
    const policy = await evictionPolicy(connection);
    if (policy !== undefined) onEviction?.(policy);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return store;
}

/** By what policy it drops records when it is full; undefined where it drops none, or does not say it. */
async function evictionPolicy(connection: Connection): Promise<string | undefined> {
  // A user of Redis may be forbidden to ask.
  const info = String(await connection.send("INFO", "memory").catch(() => ""));
  const [, bound] = /^maxmemory:(\d+)/m.exec(info) ?? [];
  const [, policy] = /^maxmemory_policy:(\S+)/m.exec(info) ?? [];
  return Number(bound ?? 0) === 0 || policy === "noeviction" ? undefined : policy;
}

function createSandboxStore(deps: Deps, generation: string): SandboxStore {
  const { connection } = deps;
  const bounds: Readonly<Partial<Record<string, number>>> = DEFAULT_LIMITS;
  const collections = Object.fromEntries(
    Object.entries(COLLECTIONS).map(([name, spec]) => [
      name,
      new RedisCollection(spec as unknown as SpecOf<unknown>, {
        ...{ ...deps, generation },
        bound: bounds[name] ?? Number.POSITIVE_INFINITY,
      }),
    ]),
  ) as Readonly<Record<CollectionName, RedisCollection<unknown>>>;
  const cells = Object.fromEntries(
    CELLS.map((name) => [name, createCell({ ...deps, generation }, name)]),
  );
  const operations: Pick<SandboxStore, "revision" | "onOthersWrite" | "keepAtMost" | "sweep"> = {
    async revision() {
      return Number((await connection.send("GET", revisionOf(generation))) ?? 0);
    },
    onOthersWrite: (listener) => connection.listen(revisionOf(generation), listener),
    keepAtMost(given) {
      for (const name of BOUNDED) collections[name].bound = given[name];
    },
    async sweep(now) {
      const all = Object.values(collections);
      const keys = all.map(({ endsKey }) => endsKey).filter((key) => key !== undefined);
      const due: readonly unknown[] = [await connection.run(DUE, keys, [numberOf(now)])].flat();
      const those = all.filter(({ endsKey }) => due.includes(endsKey));
      const gone = await Promise.all(those.map((each) => each.sweep(now)));
      return gone.reduce((sum, each) => sum + each, 0);
    },
  };
  // What the table says of the collections, the interface says of them too.
  return { ...collections, ...cells, ...operations } as unknown as SandboxStore;
}
