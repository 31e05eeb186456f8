import { createIds, secureRandom } from "../../platform/ids.ts";
import type { EpochSeconds } from "../../records/time.ts";
import { frozenThroughout } from "../frozen.ts";
import { refuseTooMany } from "../pages.ts";
import type { Collection, Page, PageRequest } from "../store.ts";
import { ConflictError, FullError, MOST_RECORDS } from "../store.ts";
import type { Connection, Reply } from "./connection.ts";
import type { SpecOf } from "./facts.ts";
import { factsOf, fieldOf, groupOf, numberOf, sortable, splitField } from "./facts.ts";
import type { Form } from "./form.ts";
import { inForm, inOwnForm } from "./form.ts";
import type { CollectionKeys } from "./keys.ts";
import { keysOf } from "./keys.ts";
import {
  CLEAR,
  FIND,
  INSERT,
  LIST,
  LIST_ENDING,
  LIST_GROUP,
  REPLACE,
  SWEEP,
  TAKE,
  TAKE_VERSION,
} from "./scripts.ts";

/** A record as Redis has it. */
interface Stored<Item> {
  readonly version: string;
  readonly item: Item;
}

/** So many records of a collection a process remembers, to change one without having asked for it. */
const MOST_REMEMBERED = 1000;

/** So many records go at most for others; where a limit was lowered, the rest goes with the next ones. */
const MOST_DROPPED = 2 * MOST_RECORDS;

/** A collection in Redis. Every operation is a command, or a script, which nothing else comes between. */
export class RedisCollection<Item> implements Collection<Item, string, string> {
  /** How many records there may be. */
  bound: number;
  readonly #spec: SpecOf<Item>;
  readonly #connection: Connection;
  readonly #form: Form;
  readonly #keys: CollectionKeys;
  readonly #allKeys: readonly string[];
  /** As this process saw them last; nothing is believed of it before Redis has compared the version. */
  readonly #seen = new Map<string, Stored<Item>>();

  constructor(
    spec: SpecOf<Item>,
    {
      connection,
      form,
      generation,
      bound,
    }: {
      readonly connection: Connection;
      readonly form: Form;
      readonly generation: string;
      readonly bound: number;
    },
  ) {
    this.#spec = spec;
    this.#connection = connection;
    this.#form = form;
    this.#keys = keysOf(generation, spec.name);
    this.#allKeys = Object.values(this.#keys);
    this.bound = bound;
  }

  keyOf(item: Item): string {
    return this.#spec.key(item);
  }

  async count(): Promise<number> {
    return Number(await this.#connection.send("HLEN", this.#records));
  }

  async get(key: string): Promise<Item | undefined> {
    return this.#read(key, await this.#connection.send("HGET", this.#records, key))?.item;
  }

  async getMany(keys: readonly string[]): Promise<readonly (Item | undefined)[]> {
    refuseTooMany(keys.length);
    return (await this.#readMany(keys)).map((stored) => stored?.item);
  }

  async find(index: string, value: string): Promise<Item | undefined> {
    return this.#readAny(await this.#run(FIND, fieldOf(index, value)));
  }

  async list({ after, limit }: PageRequest): Promise<Page<Item>> {
    refusePage(limit);
    return this.#page(await this.#run(LIST, after ?? "0", limit));
  }

  async listGroup(
    group: string,
    value: string,
    { after, limit }: PageRequest,
  ): Promise<Page<Item>> {
    refusePage(limit);
    return this.#page(await this.#run(LIST_GROUP, groupOf(group, value), after ?? "0", limit));
  }

  async listEnding(
    { after, upTo }: { readonly after?: EpochSeconds | undefined; readonly upTo: EpochSeconds },
    { after: cursor, limit }: PageRequest,
  ): Promise<Page<Item>> {
    refusePage(limit);
    const first = cursor ?? (after === undefined ? "" : sortable(after));
    return this.#page(await this.#run(LIST_ENDING, first, sortable(upTo), limit));
  }

  async cursorAt(key: string): Promise<string | undefined> {
    const position = await this.#connection.send("ZSCORE", this.#order, key);
    return typeof position === "string" ? position : undefined;
  }

  async insert(item: Item): Promise<Item | undefined> {
    return (await this.#insert([item], this.#spec.whenFull ?? "any"))[0];
  }

  async insertMany(items: readonly Item[]): Promise<readonly Item[]> {
    refuseTooMany(items.length);
    if (items.length === 0) return [];
    return this.#insert(items, this.#spec.whenFull === "evict" ? "evict" : "any");
  }

  async update(key: string, change: (current: Item) => Item | undefined) {
    const guess = this.#seen.get(key);
    // What is remembered may be old: where the change would not be made, Redis is asked.
    const changed = guess && attempt(() => this.#changed(key, change, guess.item));
    const outcome = changed && (await this.#replace([[key, guess, changed]]))[0];
    if (outcome?.is === "done") return outcome.item;
    const current = outcome ? outcome.current : (await this.#readMany([key]))[0];
    return (await this.#updateFrom([key], [current], change))[0];
  }

  async updateMany(keys: readonly string[], change: (current: Item) => Item | undefined) {
    refuseTooMany(keys.length);
    return this.#updateFrom(keys, await this.#readMany(keys), change);
  }

  async take(key: string, when?: (current: Item) => boolean): Promise<Item | undefined> {
    if (!when) return (await this.takeMany([key]))[0];
    const guess = this.#seen.get(key);
    let current =
      guess && attempt(() => when(guess.item)) ? guess : (await this.#readMany([key]))[0];
    while (current && when(current.item)) {
      const [outcome, stored = null] = list(await this.#run(TAKE_VERSION, key, current.version));
      if (outcome === "done") {
        this.#seen.delete(key);
        return current.item;
      }
      current = this.#read(key, stored);
    }
    return undefined;
  }

  async takeMany(keys: readonly string[]): Promise<readonly (Item | undefined)[]> {
    refuseTooMany(keys.length);
    if (keys.length === 0) return [];
    const taken = list(await this.#run(TAKE, ...keys));
    for (const key of keys) this.#seen.delete(key);
    return taken.map((stored) => this.#parse(stored)?.item);
  }

  async clear(): Promise<void> {
    this.#seen.clear();
    await this.#run(CLEAR);
  }

  /** Where it stands from when on nobody needs the records; undefined where they stay. */
  get endsKey(): string | undefined {
    return this.#spec.forgetAt && this.#keys.f;
  }

  /** @returns how many records went */
  async sweep(now: EpochSeconds): Promise<number> {
    let all = 0;
    let gone: number;
    do {
      gone = Number(await this.#run(SWEEP, numberOf(now), MOST_RECORDS));
      all += gone;
    } while (gone === MOST_RECORDS);
    return all;
  }

  get #records(): string {
    return this.#keys.r;
  }

  get #order(): string {
    return this.#keys.o;
  }

  #run(script: Parameters<Connection["run"]>[0], ...argv: readonly (string | number)[]) {
    return this.#connection.run(script, this.#allKeys, argv);
  }

  async #insert(items: readonly Item[], whenFull: "evict" | "refuse" | "any"): Promise<Item[]> {
    const stored = items.flatMap((item) => [this.keyOf(item), this.#storedOf(item)]);
    const bound = Number.isFinite(this.bound) ? this.bound : Number.MAX_VALUE;
    const room = [bound, whenFull, MOST_DROPPED];
    const reply = await this.#run(INSERT, ...room, this.#newVersion(), ...stored);
    const [outcome, what, value] = list(reply);
    if (outcome === "full") throw new FullError(this.#spec.name, this.bound);
    if (outcome === "taken") {
      if (what === "key") throw new ConflictError("key", String(value));
      throw conflictIn(String(value));
    }
    return list(what).flatMap((one) => this.#parse(one)?.item ?? []);
  }

  /** Changes each record from what it was seen as, until nobody else has come between. */
  async #updateFrom(
    keys: readonly string[],
    seen: readonly (Stored<Item> | undefined)[],
    change: (current: Item) => Item | undefined,
  ): Promise<readonly (Item | undefined)[]> {
    const results: (Item | undefined)[] = keys.map(() => undefined);
    let left = keys.map((key, place) => ({ key, place, current: seen[place] }));
    while (left.length > 0) {
      const changes = left.flatMap(({ key, place, current }) => {
        const changed = current && this.#changed(key, change, current.item);
        return current && changed !== undefined ? [{ key, place, current, changed }] : [];
      });
      const outcomes = await this.#replace(
        changes.map(({ key, current, changed }) => [key, current, changed]),
      );
      left = changes.flatMap(({ key, place }, index) => {
        const outcome = outcomes[index];
        if (outcome?.is === "done") results[place] = outcome.item;
        return outcome?.is === "moved" ? [{ key, place, current: outcome.current }] : [];
      });
    }
    return results;
  }

  #changed(key: string, change: (current: Item) => Item | undefined, current: Item) {
    const changed = change(current);
    if (changed !== undefined && this.keyOf(changed) !== key) {
      throw new Error(`An update of ${this.#spec.name} tried to change the key "${key}"`);
    }
    return changed;
  }

  async #replace(
    changes: readonly (readonly [key: string, from: Stored<Item>, to: Item])[],
  ): Promise<readonly Replaced<Item>[]> {
    if (changes.length === 0) return [];
    const version = this.#newVersion();
    const argv = changes.flatMap(([key, from, to]) => [key, from.version, this.#storedOf(to)]);
    let taken: string | undefined;
    const replies = list(await this.#run(REPLACE, version, ...argv)).map(list);
    const outcomes = replies.map(([outcome, value = null], index): Replaced<Item> | undefined => {
      const [key = "", , to] = changes[index] ?? [];
      if (outcome === "taken") {
        taken ??= String(value);
        return undefined;
      }
      if (outcome !== "done") return { is: "moved", current: this.#read(key, value) };
      const item = copyOf(to as Item);
      this.#remember(key, { version, item });
      return { is: "done", item };
    });
    if (taken !== undefined) throw conflictIn(taken);
    return outcomes.filter((outcome) => outcome !== undefined);
  }

  /** A record with its facts, to be stored under a version. */
  #storedOf(item: Item): string {
    return `${JSON.stringify(factsOf(this.#spec, item))}\n${JSON.stringify(item)}`;
  }

  async #readMany(keys: readonly string[]): Promise<readonly (Stored<Item> | undefined)[]> {
    if (keys.length === 0) return [];
    const all = list(await this.#connection.send("HMGET", this.#records, ...keys));
    return keys.map((key, index) => this.#read(key, all[index] ?? null));
  }

  /** A version that nobody has used, nor will; it begins with the form of the record. */
  #newVersion(): string {
    return inForm(this.#form, newId());
  }

  #parse(stored: Reply): Stored<Item> | undefined {
    if (typeof stored !== "string") return undefined;
    const first = stored.indexOf("\n");
    const second = stored.indexOf("\n", first + 1);
    const version = stored.slice(0, first);
    const record: unknown = JSON.parse(stored.slice(second + 1));
    const item = inOwnForm(this.#form, version, this.#spec.name, record) as Item;
    return { version, item: frozenThroughout(item) };
  }

  /** What is the same as before stays the same object, and is not read once more. */
  #read(key: string, reply: Reply): Stored<Item> | undefined {
    const seen = this.#seen.get(key);
    if (seen && typeof reply === "string" && reply.startsWith(`${seen.version}\n`)) return seen;
    const stored = this.#parse(reply);
    if (stored) this.#remember(key, stored);
    else this.#seen.delete(key);
    return stored;
  }

  #readAny(reply: Reply): Item | undefined {
    const stored = this.#parse(reply);
    return stored && this.#read(this.keyOf(stored.item), reply)?.item;
  }

  #page(reply: Reply): Page<Item> {
    const [all = null, next] = list(reply);
    const items = list(all).flatMap((stored) => this.#readAny(stored) ?? []);
    return typeof next === "string" ? { items, next } : { items };
  }

  #remember(key: string, stored: Stored<Item>): void {
    this.#seen.delete(key);
    this.#seen.set(key, stored);
    if (this.#seen.size <= MOST_REMEMBERED) return;
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined) this.#seen.delete(oldest);
  }
}

/** The record as it has become, or as somebody else has changed it meanwhile: undefined where it is gone. */
type Replaced<Item> =
  | { readonly is: "done"; readonly item: Item }
  | { readonly is: "moved"; readonly current: Stored<Item> | undefined };

const newId = createIds(secureRandom).id;

function conflictIn(field: string): ConflictError {
  return new ConflictError(...splitField(field));
}

function refusePage(limit: number): void {
  refuseTooMany(limit);
  if (limit < 1) throw new RangeError(`a page has at least one record, not ${limit}`);
}

/** What a change makes of a record that may be old; undefined also where it fails. */
function attempt<Result>(change: () => Result): Result | undefined {
  try {
    return change();
  } catch {
    return undefined;
  }
}

function list(reply: Reply | undefined): readonly Reply[] {
  return Array.isArray(reply) ? reply : [];
}

/** As it would come back. */
function copyOf<Item>(item: Item): Item {
  return frozenThroughout(JSON.parse(JSON.stringify(item)) as Item);
}
