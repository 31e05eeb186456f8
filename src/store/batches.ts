import { takeTurns } from "../platform/timers.ts";
import type { Collection, Page, PageRequest } from "./store.ts";
import { MOST_RECORDS } from "./store.ts";

/**
 * Reading and writing what may be more than one operation carries: in batches, each an operation. Others
 * have their turn between two of them, also where the store never waits for anything.
 */

/**
 * The records of a list of any kind: `batches((page) => store.users.list(page))`. Whoever has seen
 * enough stops, and nothing more is read; those of a batch may be taken before the next is read.
 */
export async function* batches<Item>(
  read: (page: PageRequest) => Promise<Page<Item>>,
  { after, limit }: PageRequest = { limit: MOST_RECORDS },
): AsyncGenerator<readonly Item[], void> {
  const turn = takeTurns();
  let cursor = after;
  do {
    const { items, next } = await read({ after: cursor, limit });
    if (items.length > 0) yield items;
    cursor = next;
    if (cursor !== undefined) await turn();
  } while (cursor !== undefined);
}

interface Listed<Item> {
  list(page: PageRequest): Promise<Page<Item>>;
}

/** All records of a list of any kind. Each login does this several times, and a generator costs it more. */
export async function gather<Item>(
  read: (page: PageRequest) => Promise<Page<Item>>,
): Promise<Item[]> {
  const turn = takeTurns();
  const all: Item[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await read({ after: cursor, limit: MOST_RECORDS });
    all.push(...items);
    cursor = next;
    if (cursor !== undefined) await turn();
  } while (cursor !== undefined);
  return all;
}

/** Every record of a collection: for those of which there are few, and for who needs them all. */
export function readAll<Item>(collection: Listed<Item>): Promise<Item[]> {
  return gather((page) => collection.list(page));
}

/** Every record that has this value in a group. */
export function readGroup<Item, Group extends string>(
  collection: Pick<Collection<Item, never, Group>, "listGroup">,
  group: Group,
  value: string,
): Promise<Item[]> {
  return gather((page) => collection.listGroup(group, value, page));
}

/**
 * Reads at each call what was inserted since the call before, at the first one all records: behind the
 * last one that was read there are only those, also where it is gone by then.
 */
export function insertedIn<Item>(
  collection: Pick<Collection<Item>, "keyOf" | "list" | "cursorAt">,
): () => Promise<readonly Item[]> {
  let cursor: string | undefined;
  return async () => {
    const inserted: Item[] = [];
    const read = (page: PageRequest) => collection.list(page);
    for await (const items of batches(read, { after: cursor, limit: MOST_RECORDS })) {
      inserted.push(...items);
    }
    const last = inserted.at(-1);
    // Where it is gone already, these are read once more.
    cursor = (last && (await collection.cursorAt(collection.keyOf(last)))) ?? cursor;
    return inserted;
  };
}

/**
 * Reads at each call what was inserted or changed since the call before: what is not the same object
 * as then. A store that makes its records anew for every reader brings more than that, but no less.
 */
export function changedIn<Item>(collection: Listed<Item>): () => Promise<readonly Item[]> {
  let seen: ReadonlySet<Item> = new Set();
  return async () => {
    const all = await readAll(collection);
    const changed = all.filter((item) => !seen.has(item));
    seen = new Set(all);
    return changed;
  };
}

/** The first records, to tell somebody what there is or was meant. */
export async function readSome<Item>(collection: Listed<Item>): Promise<readonly Item[]> {
  return (await collection.list({ limit: MOST_RECORDS })).items;
}

/** The first record that fits. */
export async function findFitting<Item>(
  collection: Listed<Item>,
  fits: (item: Item) => boolean,
): Promise<Item | undefined> {
  for await (const items of batches((page) => collection.list(page))) {
    const found = items.find(fits);
    if (found) return found;
  }
  return undefined;
}

/** The records under some keys of a batch, each read once, by their keys. */
export async function readMany<Item>(
  collection: Pick<Collection<Item>, "getMany">,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Item>> {
  const single = [...new Set(keys)];
  if (single.length === 0) return new Map();
  const items = await collection.getMany(single);
  return new Map(
    items.flatMap((item, index) => (item === undefined ? [] : [[single[index] ?? "", item]])),
  );
}

/** Adds records, of which each batch is added as a whole. */
export async function insertAll<Item>(
  collection: Pick<Collection<Item>, "insertMany">,
  items: readonly Item[],
): Promise<void> {
  const turn = takeTurns();
  for (const batch of inBatches(items)) {
    await collection.insertMany(batch);
    await turn();
  }
}

/** Removes the records of a list that fit, all of them when it is not said which. */
export async function takeAll<Item>(
  collection: Pick<Collection<Item>, "keyOf" | "takeMany">,
  read: (page: PageRequest) => Promise<Page<Item>>,
  fits: (item: Item) => boolean = () => true,
): Promise<void> {
  for await (const items of batches(read)) {
    const keys = items.filter(fits).map((item) => collection.keyOf(item));
    if (keys.length > 0) await collection.takeMany(keys);
  }
}

/** Removes the records that have this value in a group. */
export function takeGroup<Item, Group extends string>(
  collection: Pick<Collection<Item, never, Group>, "keyOf" | "listGroup" | "takeMany">,
  group: Group,
  value: string,
): Promise<void> {
  return takeAll(collection, (page) => collection.listGroup(group, value, page));
}

/** Changes the records of a collection, each by itself; none is written that `change` leaves as it is. */
export async function updateAll<Item>(
  collection: Pick<Collection<Item>, "keyOf" | "list" | "updateMany">,
  change: (current: Item) => Item | undefined,
): Promise<void> {
  for await (const items of batches((page) => collection.list(page))) {
    const changed = items.filter((item) => change(item) !== undefined);
    if (changed.length === 0) continue;
    await collection.updateMany(
      changed.map((item) => collection.keyOf(item)),
      change,
    );
  }
}

/** In parts of which each is as much as one operation carries. */
export function inBatches<Item>(items: readonly Item[]): (readonly Item[])[] {
  const count = Math.ceil(items.length / MOST_RECORDS);
  return Array.from({ length: count }, (_, part) =>
    items.slice(part * MOST_RECORDS, (part + 1) * MOST_RECORDS),
  );
}
