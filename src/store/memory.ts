import type { CheckRun } from "../records/check-run.ts";
import type { Checklist } from "../records/checklist.ts";
import type { EntryCode } from "../records/entry-code.ts";
import type { GenerationId } from "../records/ids.ts";
import type { KeptForm } from "../records/kept-form.ts";
import type { ServerKey } from "../records/key-state.ts";
import { DEFAULT_LIMITS } from "../records/limits.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { CollectionSpec } from "./collections.ts";
import { BOUNDED, COLLECTIONS, SANDBOXES } from "./collections.ts";
import { frozenCopy } from "./frozen.ts";
import { createCell } from "./memory-cell.ts";
import type { Entry } from "./pages.ts";
import { cursorOf, pageOf, refuseTooMany } from "./pages.ts";
import { Ranking } from "./ranking.ts";
import type { Collection, Page, PageRequest, SandboxStore, Store } from "./store.ts";
import { ConflictError, FullError } from "./store.ts";

/**
 * The store of a single process, gone when it ends. No operation waits for anything between its
 * first look and its last write, so each is atomic by itself.
 */

export function createMemoryStore(): Store {
  const generations = new Map<GenerationId, MemorySandboxStore>();
  const sandboxes = new MemoryCollection(SANDBOXES, DEFAULT_LIMITS.sandboxes);
  return {
    kind: "memory",
    isShared: false,
    sandboxes,
    keepAtMost(bound) {
      sandboxes.bound = bound;
    },
    signingKey: createCell<ServerKey>(),
    sequences: createCell<number>(),
    entryCodes: createCell<readonly EntryCode[]>(),
    records(id) {
      let records = generations.get(id);
      if (!records) {
        records = createSandboxStore();
        generations.set(id, records);
      }
      return records;
    },
    // It ends with its only server.
    async lease() {},
    async drop(id) {
      generations.get(id)?.empty();
      generations.delete(id);
    },
    async state() {
      return { status: "ok" };
    },
    async close() {
      generations.clear();
    },
  };
}

interface MemorySandboxStore extends SandboxStore {
  /** Empties it for those who still hold it. */
  empty(): void;
}

function createSandboxStore(): MemorySandboxStore {
  const writes = { count: 0 };
  const collections = {
    users: new MemoryCollection(COLLECTIONS.users, DEFAULT_LIMITS.users, writes),
    salesUnits: new MemoryCollection(COLLECTIONS.salesUnits, DEFAULT_LIMITS.salesUnits, writes),
    partners: new MemoryCollection(COLLECTIONS.partners, DEFAULT_LIMITS.partners, writes),
    consents: new MemoryCollection(COLLECTIONS.consents, DEFAULT_LIMITS.consents, writes),
    browsers: new MemoryCollection(COLLECTIONS.browsers, DEFAULT_LIMITS.browsers, writes),
    logins: new MemoryCollection(COLLECTIONS.logins, DEFAULT_LIMITS.logins, writes),
    phoneLogins: new MemoryCollection(COLLECTIONS.phoneLogins, DEFAULT_LIMITS.phoneLogins, writes),
    sessions: new MemoryCollection(COLLECTIONS.sessions, DEFAULT_LIMITS.sessions, writes),
    codes: new MemoryCollection(COLLECTIONS.codes, DEFAULT_LIMITS.codes, writes),
    accessTokens: new MemoryCollection(
      COLLECTIONS.accessTokens,
      DEFAULT_LIMITS.accessTokens,
      writes,
    ),
    loginDays: new MemoryCollection(COLLECTIONS.loginDays, DEFAULT_LIMITS.loginDays, writes),
    loginUsers: new MemoryCollection(COLLECTIONS.loginUsers, DEFAULT_LIMITS.loginUsers, writes),
    platformTokens: new MemoryCollection(
      COLLECTIONS.platformTokens,
      DEFAULT_LIMITS.platformTokens,
      writes,
    ),
    scenarios: new MemoryCollection(COLLECTIONS.scenarios, DEFAULT_LIMITS.scenarios, writes),
    faults: new MemoryCollection(COLLECTIONS.faults, DEFAULT_LIMITS.faults, writes),
    webhooks: new MemoryCollection(COLLECTIONS.webhooks, Number.POSITIVE_INFINITY, writes),
    deliveries: new MemoryCollection(COLLECTIONS.deliveries, DEFAULT_LIMITS.deliveries, writes),
    requests: new MemoryCollection(COLLECTIONS.requests, DEFAULT_LIMITS.requests, writes),
  };
  const cells = {
    sequences: createCell<number>(),
    openPhones: createCell<Readonly<Record<string, EpochSeconds>>>(),
    undos: createCell<readonly KeptForm[]>(),
    checklist: createCell<Checklist>(),
    checks: createCell<readonly CheckRun[]>(),
  };
  return {
    ...collections,
    ...cells,
    empty() {
      for (const each of [...Object.values(collections), ...Object.values(cells)]) each.empty();
    },
    async revision() {
      return writes.count;
    },
    onOthersWrite: () => () => {},
    keepAtMost(bounds) {
      for (const name of BOUNDED) collections[name].bound = bounds[name];
    },
    async sweep(now) {
      return Object.values(collections).reduce((gone, each) => gone + each.sweep(now), 0);
    },
  };
}

class MemoryCollection<Item, Index extends string, Group extends string>
  implements Collection<Item, Index, Group>
{
  /** How many records there may be. */
  bound: number;
  readonly #spec: CollectionSpec<Item, Index, string, Group>;
  readonly #entries = new Map<string, Entry<Item>>();
  readonly #indexes: readonly UniqueIndex<Item>[];
  readonly #groups: readonly Grouping<Item>[];
  readonly #inOrder: Ranking<Entry<Item>> = new Ranking();
  readonly #moments: readonly Moments<Item>[];
  readonly #endings: Ranking<Entry<Item>> = new Ranking();
  readonly #forgettings: Ranking<Entry<Item>> = new Ranking();
  /** Counts what is written to all collections of the generation. */
  readonly #writes: { count: number };
  #inserted = 0;

  constructor(
    spec: CollectionSpec<Item, Index, string, Group>,
    bound: number = Number.POSITIVE_INFINITY,
    writes = { count: 0 },
  ) {
    this.bound = bound;
    this.#writes = writes;
    const { indexes, groups = {}, endings, forgetAt } = spec;
    this.#spec = spec;
    this.#indexes = Object.entries<UniqueIndex<Item>["pick"]>(indexes).map(([name, pick]) => ({
      name,
      pick,
      entries: new Map(),
    }));
    this.#groups = Object.entries<Grouping<Item>["pick"]>(groups).map(([name, pick]) => ({
      name,
      pick,
      members: new Map(),
    }));
    this.#moments = [
      ...(endings ? [{ pick: endings, ranking: this.#endings }] : []),
      ...(forgetAt ? [{ pick: (item: Item) => [forgetAt(item)], ranking: this.#forgettings }] : []),
    ];
  }

  keyOf(item: Item): string {
    return this.#spec.key(item);
  }

  async count(): Promise<number> {
    return this.#entries.size;
  }

  async get(key: string): Promise<Item | undefined> {
    return this.#entries.get(key)?.item;
  }

  async getMany(keys: readonly string[]): Promise<readonly (Item | undefined)[]> {
    refuseTooMany(keys.length);
    return keys.map((key) => this.#entries.get(key)?.item);
  }

  async find(index: Index, value: string): Promise<Item | undefined> {
    return this.#indexes.find(({ name }) => name === index)?.entries.get(value)?.item;
  }

  async list(page: PageRequest): Promise<Page<Item>> {
    return pageOf(this.#inOrder, page);
  }

  async listGroup(group: Group, value: string, page: PageRequest): Promise<Page<Item>> {
    return pageOf(this.#groups.find(({ name }) => name === group)?.members.get(value), page);
  }

  async listEnding(
    { after, upTo }: { readonly after?: EpochSeconds | undefined; readonly upTo: EpochSeconds },
    page: PageRequest,
  ): Promise<Page<Item>> {
    const start = after === undefined ? undefined : { rank: after, position: this.#inserted };
    return pageOf(this.#endings, page, { start, upTo });
  }

  async cursorAt(key: string): Promise<string | undefined> {
    const entry = this.#entries.get(key);
    return entry && cursorOf({ rank: 0, position: entry.position });
  }

  async insert(item: Item): Promise<Item | undefined> {
    this.#refuseTaken(item);
    const { name, whenFull } = this.#spec;
    if (whenFull === "refuse" && this.#entries.size >= this.bound) {
      throw new FullError(name, this.bound, this.#entries.size);
    }
    return this.#add(item)[0];
  }

  async insertMany(items: readonly Item[]): Promise<readonly Item[]> {
    refuseTooMany(items.length);
    const added = new MemoryCollection(this.#spec);
    for (const item of items) {
      this.#refuseTaken(item);
      added.#refuseTaken(item);
      added.#add(item);
    }
    return items.flatMap((item) => this.#add(item));
  }

  async update(key: string, change: (current: Item) => Item | undefined) {
    return this.#change(key, change);
  }

  async updateMany(keys: readonly string[], change: (current: Item) => Item | undefined) {
    refuseTooMany(keys.length);
    return keys.map((key) => this.#change(key, change));
  }

  async take(key: string, when?: (current: Item) => boolean): Promise<Item | undefined> {
    return this.#take(key, when);
  }

  async takeMany(keys: readonly string[]): Promise<readonly (Item | undefined)[]> {
    refuseTooMany(keys.length);
    return keys.map((key) => this.#take(key));
  }

  async clear(): Promise<void> {
    this.empty();
  }

  sweep(now: EpochSeconds): number {
    const before = this.#entries.size;
    for (const { ranked, rank } of this.#forgettings.from()) {
      if (rank > now) break;
      this.#remove(ranked);
    }
    return before - this.#entries.size;
  }

  /** Removes every record at once. */
  empty(): void {
    this.#writes.count += 1;
    this.#entries.clear();
    for (const { entries } of this.#indexes) entries.clear();
    for (const { members } of this.#groups) members.clear();
    for (const each of [this.#inOrder, this.#endings, this.#forgettings]) each.clear();
  }

  /** What had to go for it comes back. */
  #add(item: Item): readonly Item[] {
    const dropped = this.#spec.whenFull === "evict" ? this.#makeRoom() : NOTHING;
    const entry: Entry<Item> = { item: frozenCopy(item), position: this.#inserted++ };
    this.#entries.set(this.#spec.key(item), entry);
    this.#inOrder.add(entry);
    this.#enter(entry, undefined, entry.item);
    return dropped;
  }

  #makeRoom(): readonly Item[] {
    if (this.#entries.size < this.bound) return NOTHING;
    const dropped: Item[] = [];
    while (this.#entries.size >= this.bound) {
      const entry = this.#mostDispensable();
      if (!entry) break;
      this.#remove(entry);
      dropped.push(entry.item);
    }
    return dropped;
  }

  #change(key: string, change: (current: Item) => Item | undefined): Item | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    const changed = change(entry.item);
    if (changed === undefined) return undefined;
    if (this.#spec.key(changed) !== key) {
      throw new Error(`An update of ${this.#spec.name} tried to change the key "${key}"`);
    }
    this.#refuseTaken(changed, entry);
    const before = entry.item;
    entry.item = frozenCopy(changed);
    this.#enter(entry, before, entry.item);
    return entry.item;
  }

  #take(key: string, when?: (current: Item) => boolean): Item | undefined {
    const entry = this.#entries.get(key);
    if (!entry || when?.(entry.item) === false) return undefined;
    this.#remove(entry);
    return entry.item;
  }

  #refuseTaken(item: Item, self?: Entry<Item>): void {
    const key = this.#spec.key(item);
    if (!self && this.#entries.has(key)) throw new ConflictError("key", key);
    for (const { name, pick, entries } of this.#indexes) {
      const value = pick(item);
      const holder = value === undefined ? undefined : entries.get(value);
      if (value !== undefined && holder && holder !== self) throw new ConflictError(name, value);
    }
  }

  /** Brings indexes, groups and moments from what the record was to what it is. */
  #enter(entry: Entry<Item>, before: Item | undefined, now: Item | undefined): void {
    this.#writes.count += 1;
    for (const { pick, entries } of this.#indexes) {
      const left = before && pick(before);
      const entered = now && pick(now);
      if (left !== undefined) entries.delete(left);
      if (entered !== undefined) entries.set(entered, entry);
    }
    for (const { pick, members } of this.#groups) {
      const left = before && pick(before);
      const entered = now && pick(now);
      if (left === entered) continue;
      const former = left === undefined ? undefined : members.get(left);
      former?.remove(entry);
      if (left !== undefined && former?.isEmpty) members.delete(left);
      if (entered === undefined) continue;
      const group = members.get(entered) ?? new Ranking();
      group.add(entry);
      members.set(entered, group);
    }
    for (const { pick, ranking } of this.#moments) {
      const left = before ? distinct(pick(before)) : NO_MOMENTS;
      const entered = now ? distinct(pick(now)) : NO_MOMENTS;
      for (const moment of left) if (!entered.includes(moment)) ranking.remove(entry, moment);
      for (const moment of entered) if (!left.includes(moment)) ranking.add(entry, moment);
    }
  }

  #mostDispensable(): Entry<Item> | undefined {
    const { isDispensable } = this.#spec;
    const oldest = this.#inOrder.first;
    if (!isDispensable || !oldest || isDispensable(oldest.item)) return oldest;
    for (const { ranked } of this.#inOrder.from()) {
      if (isDispensable(ranked.item)) return ranked;
    }
    return oldest;
  }

  #remove(entry: Entry<Item>): void {
    this.#enter(entry, entry.item, undefined);
    this.#entries.delete(this.#spec.key(entry.item));
    this.#inOrder.remove(entry);
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
  readonly members: Map<string, Ranking<Entry<Item>>>;
}

interface Moments<Item> {
  readonly pick: (item: Item) => readonly EpochSeconds[];
  readonly ranking: Ranking<Entry<Item>>;
}

const NOTHING: readonly never[] = [];

const NO_MOMENTS: readonly EpochSeconds[] = [];

/** Each once; there are few. */
function distinct(moments: readonly EpochSeconds[]): readonly EpochSeconds[] {
  const isRepeated = (moment: EpochSeconds, place: number) => moments.indexOf(moment) < place;
  return moments.some(isRepeated) ? [...new Set(moments)] : moments;
}
