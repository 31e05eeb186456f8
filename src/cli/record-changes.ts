import { isDeepStrictEqual } from "node:util";
import { findNoRoom } from "../config/limits.ts";
import type { Problem } from "../config/problem.ts";
import { pathTo, quoted } from "../config/problem.ts";
import { takeTurns } from "../platform/timers.ts";
import type { Limits } from "../records/limits.ts";
import { inBatches, readMany } from "../store/batches.ts";
import { COLLECTIONS } from "../store/collections.ts";
import type { Collection } from "../store/store.ts";
import { ConflictError } from "../store/store.ts";
import { changedPaths, merged } from "./merge.ts";
import { Refused } from "./refused.ts";
import type { Undo } from "./undo.ts";

/** What differs between two versions of a list of records, by their ids, and how it is done. */

type Name = "users" | "salesUnits" | "partners";

/** What people call the records, one by one and all together. */
const WORDS: Readonly<Record<Name, { readonly one: string; readonly all: string }>> = {
  users: { one: "user", all: "users" },
  salesUnits: { one: "sales unit", all: "sales units" },
  partners: { one: "partner", all: "partners" },
};

type RecordCollection<Item> = Pick<
  Collection<Item, string>,
  "count" | "find" | "get" | "getMany" | "insertMany" | "keyOf" | "take" | "update"
>;

/** A record in both versions. */
interface Changed<Item> {
  readonly before: Item;
  readonly after: Item;
}

/** What was done, and what was left because the control API has done otherwise. */
interface Told {
  readonly done: readonly string[];
  readonly left: readonly string[];
}

/** There may be very many: others have their turn meanwhile, here and below. */
export async function compareRecords<Item extends object, Index extends string>(
  name: Name,
  collection: Collection<Item, Index>,
  { before, after }: { readonly before: readonly Item[]; readonly after: readonly Item[] },
): Promise<RecordChange<Item>> {
  const turn = takeTurns();
  const removed = new Map(before.map((item) => [collection.keyOf(item), item]));
  const changed = new Map<string, Changed<Item>>();
  const added = new Map<string, Item>();
  const places = new Map<string, number>();
  for (const [index, item] of after.entries()) {
    const key = collection.keyOf(item);
    const was = removed.get(key);
    removed.delete(key);
    places.set(key, index);
    if (was === undefined) added.set(key, item);
    else if (changedPaths(was, item).length > 0) changed.set(key, { before: was, after: item });
    await turn();
  }
  // Its indexes are those of the table, by whose names it is asked.
  const known = collection as unknown as RecordCollection<Item>;
  return new RecordChange(name, known, {
    removed: new Set(removed.keys()),
    changed,
    added,
    places,
  });
}

/** What is to be done to the records of one kind, by their keys. */
interface Difference<Item> {
  readonly removed: ReadonlySet<string>;
  readonly changed: ReadonlyMap<string, Changed<Item>>;
  readonly added: ReadonlyMap<string, Item>;
  /** Where each stands in the list. */
  readonly places: ReadonlyMap<string, number>;
}

/** So many records a line names. */
const MOST_NAMED = 5;

export class RecordChange<Item extends object> {
  readonly #name: Name;
  readonly #collection: RecordCollection<Item>;
  readonly #difference: Difference<Item>;
  readonly #gone: Item[] = [];

  constructor(name: Name, collection: RecordCollection<Item>, difference: Difference<Item>) {
    this.#name = name;
    this.#collection = collection;
    this.#difference = difference;
  }

  /** What it would have too many of, and values that must be unique and that another record has. */
  async findProblems(limits: Limits): Promise<Problem[]> {
    const { removed, added } = this.#difference;
    const change = {
      count: await this.#collection.count(),
      removed: (await this.#there([...removed])).size,
      added: added.size - (await this.#there([...added.keys()])).size,
    };
    const indexes = Object.entries(indexesOf<Item>(this.#name));
    const clashes = await this.findInWritten(async (item, path) => {
      const key = this.#collection.keyOf(item);
      const found: Problem[] = [];
      for (const [property, pick] of indexes) {
        const value = pick(item);
        if (value !== undefined) found.push(...(await this.findClash(property, value, path, key)));
      }
      return found;
    });
    return [...findNoRoom(this.#name, change, limits), ...clashes];
  }

  /** What is wrong with each of the records that are written, as it will be. */
  async findInWritten(
    find: (item: Item, path: string) => Promise<readonly Problem[]> | readonly Problem[],
  ): Promise<Problem[]> {
    const { changed, added, places } = this.#difference;
    const turn = takeTurns();
    const there = await this.#there([...changed.keys(), ...added.keys()]);
    const problems: Problem[] = [];
    for (const [key, index] of places) {
      const item = this.#written(key, there.get(key));
      if (item) problems.push(...(await find(item, pathTo(this.#name, index))));
      await turn();
    }
    return problems;
  }

  /** Says that another of these records, as they will be, has the value; its own key is `key`. */
  async findClash(property: string, value: string, path: string, key?: string): Promise<Problem[]> {
    const owner = await this.#collection.find(property, value);
    const ownerKey = owner && this.#collection.keyOf(owner);
    if (!owner || ownerKey === undefined || ownerKey === key) return [];
    const { changed } = this.#difference;
    const own = changed.get(ownerKey);
    const next = own ? merged(owner, own.before, own.after) : owner;
    const givesItUp = indexesOf<Item>(this.#name)[property]?.(next) !== value;
    if (givesItUp || this.removes(ownerKey)) return [];
    const message =
      `${quoted(value)} is the ${property} of the ${WORDS[this.#name].one} ${quoted(ownerKey)}, ` +
      "by the control API and not by this file; choose another, or change that one";
    return [{ path: pathTo(path, property), message, value }];
  }

  /** Whether the new version has no longer the record of this key. */
  removes(key: string): boolean {
    return this.#difference.removed.has(key);
  }

  /**
   * Does it, but for what goes along with the records that go.
   *
   * @throws Refused where a control request has taken a value since `findProblems`
   */
  async apply(undo: Undo): Promise<Told> {
    try {
      return await this.#apply(undo);
    } catch (error) {
      throw error instanceof ConflictError ? this.#refuseTaken(error) : error;
    }
  }

  /** Forgets what goes along with the records that went. */
  async forget(forget: (key: string) => Promise<void>): Promise<void> {
    const turn = takeTurns();
    for (const item of this.#gone) {
      await forget(this.#collection.keyOf(item));
      await turn();
    }
  }

  #refuseTaken({ index, value }: ConflictError): Refused {
    const message =
      `the control API has given the ${index} ${quoted(value)} to another ${WORDS[this.#name].one} just ` +
      "now; save the file again";
    return new Refused({ path: this.#name, message });
  }

  async #apply(undo: Undo): Promise<Told> {
    const collection = this.#collection;
    const { one, all } = WORDS[this.#name];
    const turn = takeTurns();
    const left: string[] = [];
    const gone = this.#gone;
    for (const key of this.#difference.removed) {
      const item = await collection.take(key);
      if (item) {
        gone.push(item);
        undo.add(() => this.#insert(item));
      }
      await turn();
    }
    const reverse = new Map<string, Changed<Item>>();
    undo.add(() => this.#changeEach(reverse, new Map()));
    await this.#changeEach(this.#difference.changed, reverse);
    for (const key of this.#difference.changed.keys()) {
      if (reverse.has(key)) continue;
      left.push(`the ${one} ${quoted(key)} was removed over the control API, and stays so`);
    }
    const made: string[] = [];
    for (const [key, item] of this.#difference.added) {
      if (await this.#insert(item)) {
        made.push(key);
        undo.add(() => collection.take(key));
      } else if (!isDeepStrictEqual(await collection.get(key), item)) {
        // Where they are the same, another replica has taken the same file.
        left.push(`the ${one} ${quoted(key)} was made over the control API, and stays as it is`);
      }
      await turn();
    }
    const parts = [
      ...(made.length > 0 ? [`added ${namesOf(made)}`] : []),
      ...(reverse.size > 0 ? [`changed ${namesOf([...reverse.keys()])}`] : []),
      ...(gone.length > 0 ? [`removed ${namesOf(gone.map(collection.keyOf, collection))}`] : []),
    ];
    return { done: parts.length > 0 ? [`${all}: ${parts.join(", ")}`] : [], left };
  }

  /**
   * Changes the records that are there. One whose new value another one still has steps aside, so that its
   * own values are free, and has its turn when all others are done.
   *
   * @param reverse gets what leads back
   */
  async #changeEach(
    changes: ReadonlyMap<string, Changed<Item>>,
    reverse: Map<string, Changed<Item>>,
  ): Promise<void> {
    const collection = this.#collection;
    const turn = takeTurns();
    const late = new Map<string, Changed<Item>>();
    for (const [key, { before, after }] of changes) {
      const next = (current: Item) => {
        const item = merged(current, before, after);
        reverse.set(key, { before: item, after: current });
        return item;
      };
      try {
        await collection.update(key, next);
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        late.set(key, { before, after });
        await collection.update(key, (current) => aside(this.#name, key, current, next(current)));
      }
      await turn();
    }
    for (const [key, { before, after }] of late) {
      await collection.update(key, (current) => merged(current, before, after));
      await turn();
    }
  }

  /** Whether it was added; false where there is one of that key. Whether there is room was looked at before. */
  async #insert(item: Item): Promise<boolean> {
    try {
      await this.#collection.insertMany([item]);
      return true;
    } catch (error) {
      if (error instanceof ConflictError && error.index === "key") return false;
      throw error;
    }
  }

  /** The record as it will be, if it is written; `current` is what is there. */
  #written(key: string, current: Item | undefined): Item | undefined {
    const change = this.#difference.changed.get(key);
    if (change) return current && merged(current, change.before, change.after);
    // One that is there already stays as it is.
    return current ? undefined : this.#difference.added.get(key);
  }

  /** The records under these keys that are there. */
  async #there(keys: readonly string[]): Promise<ReadonlyMap<string, Item>> {
    const turn = takeTurns();
    const there = new Map<string, Item>();
    for (const batch of inBatches(keys)) {
      for (const [key, item] of await readMany(this.#collection, batch)) {
        if (item !== undefined) there.set(key, item);
      }
      await turn();
    }
    return there;
  }
}

/** The record with values in place of its new unique ones that no other record can have. */
function aside<Item extends object>(name: Name, key: string, current: Item, next: Item): Item {
  const moved = Object.entries(indexesOf<Item>(name)).flatMap(([property, pick]) =>
    pick(next) === pick(current) ? [] : [[property, `\0${key}`]],
  );
  return { ...next, ...Object.fromEntries(moved) };
}

function indexesOf<Item>(name: Name): Readonly<Record<string, (item: Item) => string | undefined>> {
  return COLLECTIONS[name].indexes as never;
}

function namesOf(keys: readonly string[]): string {
  const more = keys.length - MOST_NAMED;
  const named = keys.slice(0, MOST_NAMED).join(", ");
  return more > 0 ? `${named} and ${more} more` : named;
}
