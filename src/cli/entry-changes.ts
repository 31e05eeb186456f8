import { isDeepStrictEqual } from "node:util";
import { findNoRoom } from "../config/limits.ts";
import type { Problem } from "../config/problem.ts";
import type { Limits } from "../records/limits.ts";
import { insertAll, readAll } from "../store/batches.ts";
import type { Collection } from "../store/store.ts";
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
  readonly make: (entry: Entry) => Item;
  /** What of it came from the entry. */
  readonly contentIn: (item: Item) => object;
}

export class EntryChange<Item extends object, Entry> {
  readonly #name: "faults" | "scenarios";
  readonly #collection: EntryCollection<Item>;
  readonly #making: Making<Item, Entry>;
  readonly #added: readonly Entry[];
  readonly #removed: readonly Entry[];

  constructor(
    name: "faults" | "scenarios",
    collection: EntryCollection<Item>,
    versions: { readonly before: readonly Entry[]; readonly after: readonly Entry[] },
    making: Making<Item, Entry>,
  ) {
    this.#name = name;
    this.#collection = collection;
    this.#making = making;
    const { added, removed } = compareLists(versions.before, versions.after);
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
    const items = this.#added.map(make);
    undo.add(async () => {
      for (const item of items) await collection.take(collection.keyOf(item));
    });
    await insertAll(collection, items);
    return counted(this.#name, items.length, gone.length);
  }

  /** What came from the entries that go; what the control API has changed since is nobody's entry. */
  async #findRemoved(): Promise<Item[]> {
    if (this.#removed.length === 0) return [];
    const { made, contentIn } = this.#making;
    const there = await readAll(this.#collection);
    return this.#removed.flatMap((entry) => {
      const content = contentIn(made(entry));
      const at = there.findIndex((item) => isDeepStrictEqual(contentIn(item), content));
      return at < 0 ? [] : there.splice(at, 1);
    });
  }
}

/** One that is in both lists is the same, however often it is there. */
function compareLists<Entry>(before: readonly Entry[], after: readonly Entry[]) {
  const removed = [...before];
  const added = after.filter((entry) => {
    const at = removed.findIndex((one) => isDeepStrictEqual(one, entry));
    if (at >= 0) removed.splice(at, 1);
    return at < 0;
  });
  return { added, removed };
}

function counted(what: string, added: number, removed: number): string[] {
  const parts = [
    ...(added > 0 ? [`${added} added`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
  ];
  return parts.length > 0 ? [`${what}: ${parts.join(", ")}`] : [];
}
