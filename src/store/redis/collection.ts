import { createIds, secureRandom } from "../../platform/ids.ts";
import type { EpochSeconds } from "../../records/time.ts";
import { frozenThroughout } from "../frozen.ts";
import { refuseTooMany } from "../pages.ts";
import type { Collection, Page, PageRequest } from "../store.ts";
import { ConflictError, FullError, MOST_RECORDS } from "../store.ts";
import type { Connection, Reply } from "./connection.ts";
import type { SpecOf } from "./facts.ts";
import { fieldOf, groupOf, numberOf, sortable, splitField } from "./facts.ts";
import type { Form } from "./form.ts";
import { inForm, inOwnForm } from "./form.ts";
import { gathered } from "./gathered.ts";
import type { CollectionKeys, KeyLetter } from "./keys.ts";
import { keysOf } from "./keys.ts";
import { Recent } from "./recent.ts";
import type { Script } from "./scripts.ts";
import {
  CLEAR,
  FIND,
  INSERT,
  INSERT_ALL,
  LIST,
  LIST_ENDING,
  LIST_GROUP,
  REPLACE,
  SWEEP,
  TAKE,
  TAKE_VERSION,
} from "./scripts.ts";
import type { Change, Outcome, Stored, ToReplace, ToUpdate } from "./updates.ts";
import { textOf, Updates } from "./updates.ts";

/** A record that shall be stored. */
interface ToInsert {
  readonly key: string;
  readonly stored: string;
}

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
  readonly #seen = new Recent<Stored<Item>>();
  /** The keys of the records that had a value of a unique index last, by its field. */
  readonly #holders = new Recent<string>();

  readonly #updates: Updates<Item>;

  readonly #getSoon = gathered((keys: readonly string[]) => this.#getEach(keys));
  readonly #listSoon = gathered((pages: readonly PageRequest[]) => this.#listEach(pages));
  readonly #insertSoon = gathered((all: readonly ToInsert[]) => this.#insertEach(all));
  readonly #updateSoon = gathered((all: readonly ToUpdate<Item>[]) => this.#updates.make(all));

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
    this.#updates = new Updates({
      spec,
      seen: (key) => this.#seen.get(key),
      readMany: (keys) => this.#readMany(keys),
      replace: (all) => this.#replace(all),
    });
  }

  keyOf(item: Item): string {
    return this.#spec.key(item);
  }

  async count(): Promise<number> {
    return Number(await this.#connection.send("HLEN", this.#records));
  }

  async get(key: string): Promise<Item | undefined> {
    return (await this.#getSoon(key))?.item;
  }

  async getMany(keys: readonly string[]): Promise<readonly (Item | undefined)[]> {
    refuseTooMany(keys.length);
    return (await this.#readMany(keys)).map((stored) => stored?.item);
  }

  async find(index: string, value: string): Promise<Item | undefined> {
    const field = fieldOf(index, value);
    const holder = this.#holders.get(field);
    const guess = holder === undefined ? undefined : await this.get(holder);
    // While a record has the value, no other one has it.
    if (guess && this.#fieldIn(index, guess) === field) return guess;
    const found = this.#readAny(await this.#run(FIND, ["x", "r"], field));
    if (found) this.#holders.set(field, this.keyOf(found));
    else this.#holders.delete(field);
    return found;
  }

  async list({ after, limit }: PageRequest): Promise<Page<Item>> {
    refusePage(limit);
    return this.#listSoon({ after, limit });
  }

  async listGroup(
    group: string,
    value: string,
    { after, limit }: PageRequest,
  ): Promise<Page<Item>> {
    refusePage(limit);
    return this.#page(
      await this.#run(LIST_GROUP, ["g", "r"], groupOf(group, value), after ?? "0", limit),
    );
  }

  async listEnding(
    { after, upTo }: { readonly after?: EpochSeconds | undefined; readonly upTo: EpochSeconds },
    { after: cursor, limit }: PageRequest,
  ): Promise<Page<Item>> {
    refusePage(limit);
    const first = cursor ?? (after === undefined ? "" : sortable(after));
    return this.#page(await this.#run(LIST_ENDING, ["e", "r"], first, sortable(upTo), limit));
  }

  async cursorAt(key: string): Promise<string | undefined> {
    const position = await this.#connection.send("ZSCORE", this.#order, key);
    return typeof position === "string" ? position : undefined;
  }

  async insert(item: Item): Promise<Item | undefined> {
    const [dropped] = await this.#insertSoon(this.#toInsert(item));
    return dropped;
  }

  async insertMany(items: readonly Item[]): Promise<readonly Item[]> {
    refuseTooMany(items.length);
    if (items.length === 0) return [];
    const whenFull = this.#spec.whenFull === "evict" ? "evict" : "any";
    const all = items.map((item) => this.#toInsert(item));
    return this.#insertedBy(await this.#insert(INSERT_ALL, whenFull, all));
  }

  update(key: string, change: Change<Item>): Promise<Item | undefined> {
    return this.#updateSoon({ key, change });
  }

  async updateMany(keys: readonly string[], change: Change<Item>) {
    refuseTooMany(keys.length);
    return Promise.all(this.#updates.make(keys.map((key) => ({ key, change }))));
  }

  async take(key: string, when?: (current: Item) => boolean): Promise<Item | undefined> {
    if (!when) return (await this.takeMany([key]))[0];
    const guess = this.#seen.get(key);
    let current = guess && isTrue(() => when(guess.item)) ? guess : await this.#getSoon(key);
    while (current && when(current.item)) {
      const [outcome, stored = null] = list(
        await this.#runOnAll(TAKE_VERSION, key, current.version),
      );
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
    const taken = list(await this.#runOnAll(TAKE, ...keys));
    for (const key of keys) this.#seen.delete(key);
    return taken.map((stored) => this.#parse(stored)?.item);
  }

  async clear(): Promise<void> {
    this.#seen.clear();
    this.#holders.clear();
    await this.#runOnAll(CLEAR);
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
      gone = Number(await this.#runOnAll(SWEEP, numberOf(now), MOST_RECORDS));
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

  #run(
    script: Script,
    letters: readonly KeyLetter[],
    ...argv: readonly (string | number)[]
  ): Promise<Reply> {
    return this.#connection.run(
      script,
      letters.map((letter) => this.#keys[letter]),
      argv,
    );
  }

  /** A script that writes gets all keys. */
  #runOnAll(script: Script, ...argv: readonly (string | number)[]): Promise<Reply> {
    return this.#connection.run(script, this.#allKeys, argv);
  }

  /** What is asked for more than once is read once. */
  #getEach(keys: readonly string[]): readonly Promise<Stored<Item> | undefined>[] {
    const each = [...new Set(keys)];
    const replies = this.#repliesOf(each);
    const read = new Map(
      each.map((key, index) => [key, replies.then((all) => this.#read(key, all[index] ?? null))]),
    );
    return keys.flatMap((key) => read.get(key) ?? []);
  }

  #listEach(pages: readonly PageRequest[]): readonly Promise<Page<Item>>[] {
    const read = async (after: string, limit: number) =>
      this.#page(await this.#run(LIST, ["o", "r"], after, limit));
    const asked = new Map<string, Promise<Page<Item>>>();
    return pages.map(({ after = "0", limit }) => {
      const name = `${limit} ${after}`;
      const page = asked.get(name) ?? read(after, limit);
      asked.set(name, page);
      return page;
    });
  }

  #toInsert(item: Item): ToInsert {
    return { key: this.keyOf(item), stored: textOf(this.#spec, item) };
  }

  async #insert(
    script: Script,
    whenFull: "evict" | "refuse" | "any",
    all: readonly ToInsert[],
  ): Promise<Reply> {
    const bound = Number.isFinite(this.bound) ? this.bound : Number.MAX_VALUE;
    const stored = all.flatMap((one) => [one.key, one.stored]);
    return this.#runOnAll(script, bound, whenFull, MOST_DROPPED, this.#newVersion(), ...stored);
  }

  /** Each by itself: one that is refused does not keep out the others. */
  #insertEach(all: readonly ToInsert[]): readonly Promise<readonly Item[]>[] {
    const replies = this.#insert(INSERT, this.#spec.whenFull ?? "any", all);
    return all.map(async (_, index) => this.#insertedBy(list(await replies)[index]));
  }

  /**
   * @returns what was dropped for it
   * @throws ConflictError, FullError when it was refused
   */
  #insertedBy(reply: Reply | undefined): readonly Item[] {
    const [outcome, what = null, value] = list(reply);
    if (outcome === "full") throw new FullError(this.#spec.name, this.bound, Number(what));
    if (outcome === "taken") {
      throw what === "key" ? new ConflictError("key", String(value)) : conflictIn(String(value));
    }
    return list(what).flatMap((one) => this.#parse(one)?.item ?? []);
  }

  async #replace(all: readonly ToReplace<Item>[]): Promise<readonly Outcome<Item>[]> {
    if (all.length === 0) return [];
    const version = this.#newVersion();
    const argv = all.flatMap(({ key, from, text }) => [key, from.version, text]);
    const replies = list(await this.#runOnAll(REPLACE, version, ...argv));
    return all.map(({ key, to }, index): Outcome<Item> => {
      const [outcome, value = null] = list(replies[index]);
      if (outcome === "taken") return { is: "taken", error: conflictIn(String(value)) };
      if (outcome !== "done") return { is: "moved", current: this.#read(key, value) };
      this.#seen.set(key, { version, item: to });
      return { is: "done" };
    });
  }

  async #repliesOf(keys: readonly string[]): Promise<readonly Reply[]> {
    if (keys.length === 0) return [];
    return list(await this.#connection.send("HMGET", this.#records, ...keys));
  }

  async #readMany(keys: readonly string[]): Promise<readonly (Stored<Item> | undefined)[]> {
    const replies = await this.#repliesOf(keys);
    return keys.map((key, index) => this.#read(key, replies[index] ?? null));
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
    if (stored) this.#seen.set(key, stored);
    else this.#seen.delete(key);
    return stored;
  }

  /** The field of a unique index that the record has, if it has a value there. */
  #fieldIn(index: string, item: Item): string | undefined {
    const value = this.#spec.indexes[index]?.(item);
    return value === undefined ? undefined : fieldOf(index, value);
  }

  #readAny(reply: Reply): Item | undefined {
    const stored = this.#parse(reply);
    return stored && this.#read(this.keyOf(stored.item), reply)?.item;
  }

  #page(reply: Reply): Page<Item> {
    const [all = null, next] = list(reply);
    const items = list(all).flatMap((stored) => this.#readAny(stored) ?? []);
    // Several may get the same one.
    Object.freeze(items);
    return typeof next === "string" ? { items, next } : { items };
  }
}

const newId = createIds(secureRandom).id;

function conflictIn(field: string): ConflictError {
  return new ConflictError(...splitField(field));
}

function refusePage(limit: number): void {
  refuseTooMany(limit);
  if (limit < 1) throw new RangeError(`a page has at least one record, not ${limit}`);
}

/** Whether it is so, of a record that may be old; no also where it fails. */
function isTrue(test: () => boolean): boolean {
  try {
    return test();
  } catch {
    return false;
  }
}

function list(reply: Reply | undefined): readonly Reply[] {
  return Array.isArray(reply) ? reply : [];
}
