import type { GenerationId } from "../records/ids.ts";
import type { KeyState, ServerKey } from "../records/key-state.ts";
import type { ClockState } from "../records/settings.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { CollectionSpec } from "./collections.ts";
import { COLLECTIONS, SANDBOXES } from "./collections.ts";
import type { Cell, Collection, Page, SandboxStore, Store } from "./store.ts";
import { ConflictError } from "./store.ts";

/**
 * The store of a single process, gone when it ends. No operation waits for anything between its
 * first look and its last write, so each is atomic by itself.
 */

export function createMemoryStore(): Store {
  const generations = new Map<GenerationId, MemorySandboxStore>();
  return {
    sandboxes: new MemoryCollection(SANDBOXES),
    signingKey: createCell<ServerKey>(),
    sequences: createCell<number>(),
    records(id) {
      let records = generations.get(id);
      if (!records) {
        records = createSandboxStore();
        generations.set(id, records);
      }
      return records;
    },
    async drop(id) {
      generations.get(id)?.clear();
      generations.delete(id);
    },
    async close() {
      generations.clear();
    },
  };
}

interface MemorySandboxStore extends SandboxStore {
  /** Empties it for those who still hold it. */
  clear(): void;
}

function createSandboxStore(): MemorySandboxStore {
  const collections = {
    users: new MemoryCollection(COLLECTIONS.users),
    salesUnits: new MemoryCollection(COLLECTIONS.salesUnits),
    partners: new MemoryCollection(COLLECTIONS.partners),
    consents: new MemoryCollection(COLLECTIONS.consents),
    browsers: new MemoryCollection(COLLECTIONS.browsers),
    logins: new MemoryCollection(COLLECTIONS.logins),
    phoneLogins: new MemoryCollection(COLLECTIONS.phoneLogins),
    sessions: new MemoryCollection(COLLECTIONS.sessions),
    codes: new MemoryCollection(COLLECTIONS.codes),
    accessTokens: new MemoryCollection(COLLECTIONS.accessTokens),
    loginDays: new MemoryCollection(COLLECTIONS.loginDays),
    loginUsers: new MemoryCollection(COLLECTIONS.loginUsers),
    platformTokens: new MemoryCollection(COLLECTIONS.platformTokens),
    scenarios: new MemoryCollection(COLLECTIONS.scenarios),
    faults: new MemoryCollection(COLLECTIONS.faults),
    webhooks: new MemoryCollection(COLLECTIONS.webhooks),
    deliveries: new MemoryCollection(COLLECTIONS.deliveries),
    requests: new MemoryCollection(COLLECTIONS.requests),
  };
  const cells = {
    clock: createCell<ClockState>(),
    keys: createCell<KeyState>(),
    sequences: createCell<number>(),
  };
  return {
    ...collections,
    ...cells,
    clear() {
      for (const each of [...Object.values(collections), ...Object.values(cells)]) each.clear();
    },
    async sweep(now) {
      return Object.values(collections).reduce((gone, each) => gone + each.sweep(now), 0);
    },
  };
}

/** A record in its place between the one inserted before it and the one inserted after it. */
interface Entry<Item> {
  item: Item;
  previous: Entry<Item> | undefined;
  next: Entry<Item> | undefined;
}

/**
 * The entries are linked in the order of insertion. A Map has that order too, but cannot start
 * reading in its middle, and its first key is slow to find after many were removed from the front:
 * just what paging and the bound need.
 */
class MemoryCollection<Item, Index extends string, Group extends string>
  implements Collection<Item, Index, Group>
{
  readonly #spec: CollectionSpec<Item, Index, string, Group>;
  readonly #entries = new Map<string, Entry<Item>>();
  readonly #indexes: readonly UniqueIndex<Item>[];
  readonly #groups: readonly Grouping<Item>[];
  #oldest: Entry<Item> | undefined;
  #newest: Entry<Item> | undefined;
  /** No record is to be forgotten before this moment, so that most sweeps need not look. */
  #sweepDue = Number.POSITIVE_INFINITY;

  constructor(spec: CollectionSpec<Item, Index, string, Group>) {
    this.#spec = spec;
    this.#indexes = Object.entries<UniqueIndex<Item>["pick"]>(spec.indexes).map(([name, pick]) => ({
      name,
      pick,
      entries: new Map(),
    }));
    this.#groups = Object.entries<Grouping<Item>["pick"]>(spec.groups ?? {}).map(
      ([name, pick]) => ({ name, pick, members: new Map() }),
    );
  }

  async get(key: string): Promise<Item | undefined> {
    return this.#entries.get(key)?.item;
  }

  async find(index: Index, value: string): Promise<Item | undefined> {
    return this.#indexes.find(({ name }) => name === index)?.entries.get(value)?.item;
  }

  async listGroup(group: Group, value: string): Promise<readonly Item[]> {
    const members = this.#groups.find(({ name }) => name === group)?.members.get(value);
    return [...(members ?? [])].map((entry) => entry.item);
  }

  async list(page: { after?: string | undefined; limit?: number | undefined } = {}) {
    const { after, limit = Number.POSITIVE_INFINITY } = page;
    const items: Item[] = [];
    let entry = after === undefined ? this.#oldest : this.#entries.get(after)?.next;
    for (; entry && items.length < limit; entry = entry.next) items.push(entry.item);
    const last = items.at(-1);
    const more = entry !== undefined && last !== undefined;
    return (more ? { items, next: this.#spec.key(last) } : { items }) satisfies Page<Item>;
  }

  async insert(item: Item): Promise<Item | undefined> {
    const key = this.#spec.key(item);
    if (this.#entries.has(key)) throw new ConflictError("key", key);
    this.#refuseTaken(item);
    const dropped = this.#entries.size === this.#spec.bound ? this.#mostDispensable() : undefined;
    if (dropped) this.#remove(dropped);

    const entry: Entry<Item> = { item: frozenCopy(item), previous: this.#newest, next: undefined };
    if (this.#newest) this.#newest.next = entry;
    else this.#oldest = entry;
    this.#newest = entry;
    this.#entries.set(key, entry);
    this.#enterIndexes(entry);
    this.#regroup(entry, undefined, entry.item);
    return dropped?.item;
  }

  async update(key: string, change: (current: Item) => Item | undefined) {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    const changed = change(entry.item);
    if (changed === undefined) return undefined;
    if (this.#spec.key(changed) !== key) {
      throw new Error(`An update of ${this.#spec.name} tried to change the key "${key}"`);
    }
    this.#refuseTaken(changed, entry);
    this.#leaveIndexes(entry);
    const before = entry.item;
    entry.item = frozenCopy(changed);
    this.#enterIndexes(entry);
    this.#regroup(entry, before, entry.item);
    return entry.item;
  }

  async take(key: string, when?: (current: Item) => boolean): Promise<Item | undefined> {
    const entry = this.#entries.get(key);
    if (!entry || when?.(entry.item) === false) return undefined;
    this.#remove(entry);
    return entry.item;
  }

  sweep(now: EpochSeconds): number {
    const { forgetAt } = this.#spec;
    if (!forgetAt || now < this.#sweepDue) return 0;
    const before = this.#entries.size;
    this.#sweepDue = Number.POSITIVE_INFINITY;
    for (let entry = this.#oldest; entry; entry = entry.next) {
      const moment = forgetAt(entry.item);
      if (moment <= now) this.#remove(entry);
      else this.#sweepDue = Math.min(this.#sweepDue, moment);
    }
    return before - this.#entries.size;
  }

  /** Removes every record. */
  clear(): void {
    this.#entries.clear();
    for (const { entries } of this.#indexes) entries.clear();
    for (const { members } of this.#groups) members.clear();
    this.#oldest = undefined;
    this.#newest = undefined;
  }

  #refuseTaken(item: Item, self?: Entry<Item>): void {
    for (const { name, pick, entries } of this.#indexes) {
      const value = pick(item);
      const holder = value === undefined ? undefined : entries.get(value);
      if (value !== undefined && holder && holder !== self) throw new ConflictError(name, value);
    }
  }

  #enterIndexes(entry: Entry<Item>): void {
    for (const { pick, entries } of this.#indexes) {
      const value = pick(entry.item);
      if (value !== undefined) entries.set(value, entry);
    }
    const { forgetAt } = this.#spec;
    if (forgetAt) this.#sweepDue = Math.min(this.#sweepDue, forgetAt(entry.item));
  }

  #leaveIndexes(entry: Entry<Item>): void {
    for (const { pick, entries } of this.#indexes) {
      const value = pick(entry.item);
      if (value !== undefined) entries.delete(value);
    }
  }

  /** A record whose value stays the same keeps its place in the group. */
  #regroup(entry: Entry<Item>, before: Item | undefined, now: Item | undefined): void {
    for (const { pick, members } of this.#groups) {
      const left = before === undefined ? undefined : pick(before);
      const entered = now === undefined ? undefined : pick(now);
      if (left === entered) continue;
      const former = left === undefined ? undefined : members.get(left);
      former?.delete(entry);
      if (left !== undefined && former?.size === 0) members.delete(left);
      if (entered !== undefined) {
        members.set(entered, (members.get(entered) ?? new Set()).add(entry));
      }
    }
  }

  #mostDispensable(): Entry<Item> | undefined {
    const { isDispensable } = this.#spec;
    if (!isDispensable) return this.#oldest;
    let entry = this.#oldest;
    while (entry && !isDispensable(entry.item)) entry = entry.next;
    return entry ?? this.#oldest;
  }

  /** Leaves the entry's own links alone: whoever walks over it finds the way on. */
  #remove(entry: Entry<Item>): void {
    this.#leaveIndexes(entry);
    this.#regroup(entry, entry.item, undefined);
    this.#entries.delete(this.#spec.key(entry.item));
    if (entry.previous) entry.previous.next = entry.next;
    else this.#oldest = entry.next;
    if (entry.next) entry.next.previous = entry.previous;
    else this.#newest = entry.previous;
  }
}

interface UniqueIndex<Item> {
  readonly name: string;
  readonly pick: (item: Item) => string | undefined;
  readonly entries: Map<string, Entry<Item>>;
}

interface Grouping<Item> {
  readonly name: string;
  readonly pick: (item: Item) => string | undefined;
  readonly members: Map<string, Set<Entry<Item>>>;
}

function createCell<Value>(): Cell<Value> & { clear(): void } {
  let held: Value | undefined;
  return {
    async get() {
      return held;
    },
    async set(value) {
      held = frozenCopy(value);
    },
    async update(change) {
      const next = frozenCopy(change(held));
      held = next;
      return next;
    },
    clear() {
      held = undefined;
    },
  };
}

/**
 * Copies on writing, so that reading, which is far more frequent, costs nothing. The copy is frozen:
 * then a record can be handed out again and again, and an attempt to change it fails at its place.
 * Two microseconds for a login, where JSON takes five. Like JSON it leaves undefined members out.
 */
function frozenCopy<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy)) as Value;
  // Once a member is there, it can be set even under the name __proto__.
  const copy = { ...value } as Record<string, unknown>;
  for (const name of Object.keys(copy)) {
    if (copy[name] === undefined) delete copy[name];
    else copy[name] = frozenCopy(copy[name]);
  }
  return Object.freeze(copy) as Value;
}
