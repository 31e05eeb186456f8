import type { GenerationId } from "../../records/ids.ts";
import { DEFAULT_LIMITS } from "../../records/limits.ts";
import type { CollectionName } from "../collections.ts";
import { BOUNDED, COLLECTIONS, SANDBOXES } from "../collections.ts";
import type { SandboxStore, Store } from "../store.ts";
import { createCell } from "./cell.ts";
import { keysOf, RedisCollection, revisionOf } from "./collection.ts";
import type { ConnectionOptions } from "./connection.ts";
import { Connection } from "./connection.ts";
import type { SpecOf } from "./facts.ts";

/**
 * The store of several replicas, in Redis. It is loaded by those who ask for it. All keys of a
 * generation have one hash tag, so that a cluster would keep them together; the client speaks to a single Redis.
 */

export interface RedisStoreOptions extends ConnectionOptions {
  /** What every key begins with, so that several mocks can share a database. */
  readonly prefix: string;
}

const CELLS = ["sequences", "openPhones", "undos"] as const;

/** @throws StoreUnavailableError when there is no Redis at that address, or it does not let us in */
export async function createRedisStore(options: RedisStoreOptions): Promise<Store> {
  const connection = await Connection.open(options);
  const { prefix } = options;
  const servers = `${prefix}{servers}`;
  const sandboxes = new RedisCollection(SANDBOXES, {
    connection,
    generation: servers,
    bound: DEFAULT_LIMITS.sandboxes,
  });
  return {
    sandboxes,
    keepAtMost(bound) {
      sandboxes.bound = bound;
    },
    signingKey: createCell(connection, `${servers}:signingKey`),
    sequences: createCell(connection, `${servers}:sequences`),
    entryCodes: createCell(connection, `${servers}:entryCodes`),
    // Whoever works with a generation keeps what it gets: so nothing is left here of those that others drop.
    records: (id) => createSandboxStore(connection, generationKey(prefix, id)),
    async drop(id) {
      await connection.send("UNLINK", ...allKeys(generationKey(prefix, id)));
    },
    close: () => connection.close(),
  };
}

/** A hash tag ends with a brace, and names of generations may have some. */
function generationKey(prefix: string, id: GenerationId): string {
  return `${prefix}{of ${encodeURIComponent(id.toWellFormed())}}`;
}

function allKeys(generation: string): string[] {
  const names = Object.keys(COLLECTIONS) as CollectionName[];
  return [
    ...new Set(names.flatMap((name) => keysOf(generation, name))),
    ...CELLS.map((name) => `${generation}:${name}`),
  ];
}

function createSandboxStore(connection: Connection, generation: string): SandboxStore {
  const bounds: Readonly<Partial<Record<string, number>>> = DEFAULT_LIMITS;
  const collections = Object.fromEntries(
    Object.entries(COLLECTIONS).map(([name, spec]) => [
      name,
      new RedisCollection(spec as unknown as SpecOf<unknown>, {
        connection,
        generation,
        bound: bounds[name] ?? Number.POSITIVE_INFINITY,
      }),
    ]),
  ) as Readonly<Record<CollectionName, RedisCollection<unknown>>>;
  const cells = Object.fromEntries(
    CELLS.map((name) => [name, createCell(connection, `${generation}:${name}`)]),
  );
  const operations: Pick<SandboxStore, "revision" | "keepAtMost" | "sweep"> = {
    async revision() {
      return Number((await connection.send("GET", revisionOf(generation))) ?? 0);
    },
    keepAtMost(given) {
      for (const name of BOUNDED) collections[name].bound = given[name];
    },
    async sweep(now) {
      const gone = await Promise.all(Object.values(collections).map((each) => each.sweep(now)));
      return gone.reduce((sum, each) => sum + each, 0);
    },
  };
  // What the table says of the collections, the interface says of them too.
  return { ...collections, ...cells, ...operations } as unknown as SandboxStore;
}
