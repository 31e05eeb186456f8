import type { Problem } from "../config/problem.ts";
import { pathTo, quoted } from "../config/problem.ts";
import { takeTurns } from "../platform/timers.ts";
import { COLLECTIONS } from "../store/collections.ts";
import type { Collection } from "../store/store.ts";
import { ConflictError } from "../store/store.ts";
import { changedPaths, merged } from "./merge.ts";

/** What differs between two versions of a list of records, by their ids, and how it is done. */

type Name = "users" | "salesUnits" | "partners";

/** What people call the records, one by one and all together. */
const WORDS: Readonly<Record<Name, { readonly one: string; readonly all: string }>> = {
  users: { one: "user", all: "users" },
  salesUnits: { one: "sales unit", all: "sales units" },
  partners: { one: "partner", all: "partners" },
};

/** What is to be done to the records of one kind. */
interface RecordChange<Item extends object> {
  readonly name: Name;
  readonly collection: RecordCollection<Item>;
  readonly removed: ReadonlySet<string>;
  readonly changed: ReadonlyMap<string, Changed<Item>>;
  readonly added: readonly Added<Item>[];
  /** Forgets what goes along with a record. */
  readonly forget: (key: string) => Promise<void>;
}

type RecordCollection<Item> = Pick<
  Collection<Item, string>,
  "keyOf" | "get" | "find" | "insert" | "update" | "take"
>;

interface Changed<Item> {
  readonly before: Item;
  readonly after: Item;
  /** Where it stands in the list. */
  readonly index: number;
}

interface Added<Item> {
  readonly item: Item;
  readonly index: number;
}

/** There may be very many: others have their turn meanwhile, here and below. */
export async function compareRecords<Item extends object, Index extends string>(
  name: Name,
  collection: Collection<Item, Index>,
  { before, after }: { readonly before: readonly Item[]; readonly after: readonly Item[] },
  forget: (key: string) => Promise<void>,
): Promise<RecordChange<Item>> {
  const turn = takeTurns();
  const removed = new Map(before.map((item) => [collection.keyOf(item), item]));
  const changed = new Map<string, Changed<Item>>();
  const added: Added<Item>[] = [];
  for (const [index, item] of after.entries()) {
    const key = collection.keyOf(item);
    const was = removed.get(key);
    removed.delete(key);
    if (was === undefined) added.push({ item, index });
    else if (changedPaths(was, item).length > 0) {
      changed.set(key, { before: was, after: item, index });
    }
    await turn();
  }
  return {
    name,
    // Its indexes are those of the table, by whose names it is asked.
    collection: collection as unknown as RecordCollection<Item>,
    removed: new Set(removed.keys()),
    changed,
    added,
    forget,
  };
}

/** Values that must be unique, and that a record has of which the file does not speak. */
export async function findClashes<Item extends object>(
  change: RecordChange<Item>,
): Promise<Problem[]> {
  const { name, collection, removed, changed, added } = change;
  const turn = takeTurns();
  const problems: Problem[] = [];
  for (const { item, index } of [...(await changedItems(change)), ...added]) {
    const key = collection.keyOf(item);
    for (const [property, pick] of Object.entries(indexesOf<Item>(name))) {
      const value = pick(item);
      const owner = value === undefined ? undefined : await collection.find(property, value);
      const ownerKey = owner && collection.keyOf(owner);
      if (!owner || ownerKey === undefined || ownerKey === key) continue;
      const own = changed.get(ownerKey);
      const givesItUp = own && pick(merged(owner, own.before, own.after)) !== value;
      if (givesItUp || removed.has(ownerKey)) continue;
      const message =
        `${quoted(String(value))} is the ${property} of the ${WORDS[name].one} ${quoted(ownerKey)}, ` +
        "by the control API and not by this file; choose another, or change that one";
      problems.push({ path: pathTo(pathTo(name, index), property), message, value });
    }
    await turn();
  }
  return problems;
}

/** The records that change, as they will be. */
async function changedItems<Item extends object>({ collection, changed }: RecordChange<Item>) {
  const items: Added<Item>[] = [];
  for (const [key, { before, after, index }] of changed) {
    const current = await collection.get(key);
    if (current) items.push({ item: merged(current, before, after), index });
  }
  return items;
}

function indexesOf<Item>(name: Name): Readonly<Record<string, (item: Item) => string | undefined>> {
  return COLLECTIONS[name].indexes as never;
}

/** So many records a line names. */
const MOST_NAMED = 5;

/** Does it, and tells what was done, and what was left because the control API has done otherwise. */
export async function applyRecords<Item extends object>({
  name,
  collection,
  removed,
  changed,
  added,
  forget,
}: RecordChange<Item>): Promise<{ readonly done: string[]; readonly left: string[] }> {
  const { one, all } = WORDS[name];
  const turn = takeTurns();
  const left: string[] = [];
  const gone: string[] = [];
  for (const key of removed) {
    if (!(await collection.take(key))) continue;
    await forget(key);
    gone.push(key);
    await turn();
  }
  const mended: string[] = [];
  const later: Item[] = [];
  for (const [key, { before, after }] of changed) {
    const next = (current: Item) => merged(current, before, after);
    try {
      if (await collection.update(key, next)) mended.push(key);
      else left.push(`the ${one} ${quoted(key)} was removed over the control API, and stays so`);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      // Two records exchange a value: one has to step aside.
      const current = await collection.take(key);
      if (current) later.push(next(current));
      mended.push(key);
    }
    await turn();
  }
  for (const item of later) await collection.insert(item);
  const made: string[] = [];
  for (const { item } of added) {
    const key = collection.keyOf(item);
    if (await collection.get(key)) {
      left.push(`the ${one} ${quoted(key)} was made over the control API, and stays as it is`);
    } else {
      await collection.insert(item);
      made.push(key);
    }
    await turn();
  }
  const parts = [
    ...(made.length > 0 ? [`added ${namesOf(made)}`] : []),
    ...(mended.length > 0 ? [`changed ${namesOf(mended)}`] : []),
    ...(gone.length > 0 ? [`removed ${namesOf(gone)}`] : []),
  ];
  return { done: parts.length > 0 ? [`${all}: ${parts.join(", ")}`] : [], left };
}

function namesOf(keys: readonly string[]): string {
  const more = keys.length - MOST_NAMED;
  const named = keys.slice(0, MOST_NAMED).join(", ");
  return more > 0 ? `${named} and ${more} more` : named;
}
