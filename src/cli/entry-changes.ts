import { hash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { findNoRoom } from "../config/limits.ts";
import type { Problem } from "../config/problem.ts";
import { takeTurns } from "../platform/timers.ts";
import type { Limits } from "../records/limits.ts";
import { inBatches, insertAll, readAll } from "../store/batches.ts";
import type { Collection } from "../store/store.ts";
import { ConflictError } from "../store/store.ts";
import type { Undo } from "./undo.ts";

/** What differs between two versions of a list whose entries have no names: faults and scenarios. */

type EntryCollection<Item> = Pick<
  Collection<Item>,
  "count" | "insertMany" | "keyOf" | "list" | "take" | "takeMany"
>;

/** How an entry of the list becomes a record. */
interface Making<Item, Entry> {
  /** As the version before has made it; its id does not matter. */
  readonly made: (entry: Entry) => Item;
  /** As the new version makes it. */
  readonly make: (entry: Entry, id: string) => Item;
  /** What of it came from the entry. */
  readonly contentIn: (item: Item) => object;
}

export class EntryChange<Item extends object, Entry> {
  readonly #name: "faults" | "scenarios";
  readonly #collection: EntryCollection<Item>;
  readonly #making: Making<Item, Entry>;
  readonly #added: readonly Added<Entry>[];
  readonly #removed: readonly Removed<Entry>[];

  constructor(
    name: "faults" | "scenarios",
    collection: EntryCollection<Item>,
    versions: { readonly before: readonly Entry[]; readonly after: readonly Entry[] },
    making: Making<Item, Entry>,
  ) {
    this.#name = name;
    this.#collection = collection;
    this.#making = making;
    const { added, removed } = compareLists(name, versions.before, versions.after);
    this.#added = added;
    this.#removed = removed;
  }

  async findProblems(limits: Limits): Promise<Problem[]> {
    const change = { added: this.#added.length, removed: (await this.#findRemoved()).length };
    return findNoRoom(this.#name, { ...change, count: await this.#collection.count() }, limits);
  }

  /** Does it, and tells what was done. */
  async apply(undo: Undo): Promise<string[]> {
    const collection = this.#collection;
    const { make, contentIn } = this.#making;
    const gone: Item[] = [];
    undo.add(() => insertAll(collection, gone));
    for (const item of await this.#findRemoved()) {
      const content = contentIn(item);
      const isSame = (current: Item) => isDeepStrictEqual(contentIn(current), content);
      const taken = await collection.take(collection.keyOf(item), isSame);
      if (taken) gone.push(taken);
    }
    const made: Item[] = [];
    undo.add(async () => {
      for (const item of made) await collection.take(collection.keyOf(item));
    });
    const turn = takeTurns();
    for (const items of inBatches(this.#added.map(({ entry, id }) => make(entry, id)))) {
      if (await this.#insert(items)) made.push(...items);
      else for (const item of items) if (await this.#insert([item])) made.push(item);
      await turn();
    }
    return counted(this.#name, made.length, gone.length);
  }

  /** Whether they were inserted, all of them: another replica, which has the same file, may have done it already. */
  async #insert(items: readonly Item[]): Promise<boolean> {
    try {
      await this.#collection.insertMany(items);
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }

  /**
   * What came from the entries that go; what the control API has changed since is nobody's entry. As many stay as the
   * new version has: another replica may have removed the others.
   */
  async #findRemoved(): Promise<Item[]> {
    if (this.#removed.length === 0) return [];
    const { made, contentIn } = this.#making;
    const there = await readAll(this.#collection);
    return this.#removed.flatMap(({ entry, wanted }) => {
      const content = contentIn(made(entry));
      const isAlike = (item: Item) => isDeepStrictEqual(contentIn(item), content);
      if (wanted > 0 && there.filter(isAlike).length <= wanted) return [];
      // Of several that are alike the newest goes, so that the ids of the others are those of the first entries.
      const at = there.findLastIndex(isAlike);
      return at < 0 ? [] : there.splice(at, 1);
    });
  }
}

/** An entry that was not in the version before, and the id of its record, which is the same for every replica. */
interface Added<Entry> {
  readonly entry: Entry;
  readonly id: string;
}

/** An entry that is not in the new version any more, or less often, and how often it is. */
interface Removed<Entry> {
  readonly entry: Entry;
  readonly wanted: number;
}

/** What differs between two versions of a list. */
interface Difference<Entry> {
  readonly added: readonly Added<Entry>[];
  readonly removed: readonly Removed<Entry>[];
}

/** One that is in both lists is the same, however often it is there. */
function compareLists<Entry>(
  name: string,
  before: readonly Entry[],
  after: readonly Entry[],
): Difference<Entry> {
  const left = [...before];
  const alike = new Map<string, number>();
  const added = after.flatMap((entry) => {
    const text = JSON.stringify(entry);
    const number = alike.get(text) ?? 0;
    alike.set(text, number + 1);
    const at = left.findIndex((one) => isDeepStrictEqual(one, entry));
    if (at >= 0) {
      left.splice(at, 1);
      return [];
    }
    const id = hash("sha256", JSON.stringify([name, text, number]), "base64url").slice(0, 21);
    return [{ entry, id }];
  });
  const removed = left.map((entry) => ({ entry, wanted: alike.get(JSON.stringify(entry)) ?? 0 }));
  return { added, removed };
}

function counted(what: string, added: number, removed: number): string[] {
  const parts = [
    ...(added > 0 ? [`${added} added`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
  ];
  return parts.length > 0 ? [`${what}: ${parts.join(", ")}`] : [];
}
