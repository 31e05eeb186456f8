import { frozenThroughout } from "../frozen.ts";
import { StoreUnavailableError } from "../store.ts";
import type { SpecOf } from "./facts.ts";
import { factsOf, fieldsOf } from "./facts.ts";

/** A record as Redis has it. */
export interface Stored<Item> {
  readonly version: string;
  readonly item: Item;
}

/** A record with its facts, to be stored behind a version. */
export function textOf<Item>(spec: SpecOf<Item>, item: Item): string {
  return `${JSON.stringify(factsOf(spec, item))}\n${JSON.stringify(item)}`;
}

/** What makes another record of one; undefined leaves it as it is. */
export type Change<Item> = (current: Item) => Item | undefined;

/** A change that was asked for. */
export interface ToUpdate<Item> {
  readonly key: string;
  readonly change: Change<Item>;
}

/** What has become of a write: done, refused for a value that another record has, or too late. */
export type Outcome<Item> =
  | { readonly is: "done" }
  | { readonly is: "taken"; readonly error: Error }
  | { readonly is: "moved"; readonly current: Stored<Item> | undefined };

/** A record that shall become another one. */
export interface ToReplace<Item> {
  readonly key: string;
  readonly from: Stored<Item>;
  readonly to: Item;
  readonly text: string;
}

/** What a collection does for its updates. */
interface Deps<Item> {
  readonly spec: SpecOf<Item>;
  /** The record as it was seen last, by this process. */
  seen(key: string): Stored<Item> | undefined;
  readMany(keys: readonly string[]): Promise<readonly (Stored<Item> | undefined)[]>;
  /** What has become of each, in their order. */
  replace(all: readonly ToReplace<Item>[]): Promise<readonly Outcome<Item>[]>;
}

/** What becomes of a change: the new record, undefined where there is none, or why it failed. */
type Updated<Item> = Item | undefined | Error;

/** All changes of one record that are made in one step, one after the other. */
interface Changes<Item> {
  readonly key: string;
  readonly steps: readonly Change<Item>[];
  /** Where each of them stands among all that were asked for. */
  readonly places: readonly number[];
}

/** What the changes make of a record. */
interface Attempt<Item> {
  readonly changes: Changes<Item>;
  /** Left out where there is nothing to write. */
  readonly write?: ToReplace<Item>;
  readonly results: readonly Updated<Item>[];
  /** Where one of several changes the values of unique indexes, each has to be taken or refused by itself. */
  readonly isEachByItself: boolean;
}

/** An attempt, and what has become of its write; undefined where nothing was written. */
interface Written<Item> {
  readonly attempt: Attempt<Item>;
  readonly outcome: Outcome<Item> | undefined;
}

/** Changes any number of records, each from what it was seen as, until nobody else has come between. */
export class Updates<Item> {
  readonly #deps: Deps<Item>;

  constructor(deps: Deps<Item>) {
    this.#deps = deps;
  }

  /** @returns what becomes of each change, in their order: the new record, or undefined where there is none */
  make(all: readonly ToUpdate<Item>[]): readonly Promise<Item | undefined>[] {
    const guesses = changesByKey(all).map((changes) =>
      this.#attempt(changes, this.#deps.seen(changes.key)),
    );
    // What is remembered may be old: where a change would not be made of it, Redis is asked.
    const sure = guesses.filter(isMade);
    const doubtful = guesses.flatMap((guess) => (isMade(guess) ? [] : guess.changes));
    return [
      ...this.#finish(
        sure.map(({ changes }) => changes),
        Promise.resolve(sure),
      ),
      ...this.#finish(doubtful, this.#attemptAnew(doubtful)),
    ]
      .sort((one, other) => one.place - other.place)
      .map(({ updated }) => updated);
  }

  async #attemptAnew(all: readonly Changes<Item>[]): Promise<readonly Attempt<Item>[]> {
    const records = await this.#deps.readMany(all.map(({ key }) => key));
    return all.map((changes, index) => this.#attempt(changes, records[index]));
  }

  /** Writes all in one command; what becomes of one record is not held up by another one. */
  #finish(all: readonly Changes<Item>[], attempts: Promise<readonly Attempt<Item>[]>) {
    const written = attempts.then((each) => this.#write(each));
    return all.flatMap(({ places }, index) => {
      const ended = written.then((each) => this.#end(each[index]));
      return places.map((place, step) => ({
        place,
        updated: ended.then((results) => resultOf(results[step])),
      }));
    });
  }

  async #write(attempts: readonly Attempt<Item>[]): Promise<readonly Written<Item>[]> {
    const toWrite = attempts.flatMap(({ write }) => write ?? []);
    const outcomes = await this.#deps.replace(toWrite);
    const byKey = new Map(toWrite.map(({ key }, index) => [key, outcomes[index]]));
    return attempts.map((attempt) => ({ attempt, outcome: byKey.get(attempt.changes.key) }));
  }

  async #end(written: Written<Item> | undefined): Promise<readonly Updated<Item>[]> {
    if (!written) return [];
    const { attempt, outcome } = written;
    const { changes, results } = attempt;
    if (attempt.isEachByItself) return this.#oneByOne(changes);
    if (outcome?.is === "taken") return changes.steps.map(() => outcome.error);
    if (outcome?.is !== "moved") return results;
    const [again] = await this.#write([this.#attempt(changes, outcome.current)]);
    return this.#end(again);
  }

  async #oneByOne({ key, steps }: Changes<Item>): Promise<readonly Updated<Item>[]> {
    const results: Updated<Item>[] = [];
    for (const change of steps) {
      try {
        results.push(await this.make([{ key, change }])[0]);
      } catch (error) {
        if (error instanceof StoreUnavailableError) throw error;
        results.push(asError(error));
      }
    }
    return results;
  }

  /** Makes the changes of the record as it was seen. */
  #attempt(changes: Changes<Item>, from: Stored<Item> | undefined): Attempt<Item> {
    const { key, steps } = changes;
    const { spec } = this.#deps;
    let current = from?.item;
    let text: string | undefined;
    let isEachByItself = false;
    const results = steps.map((change): Updated<Item> => {
      try {
        const changed = current && change(current);
        if (current === undefined || changed === undefined) return undefined;
        if (spec.key(changed) !== key) {
          throw new Error(`An update of ${spec.name} tried to change the key "${key}"`);
        }
        text = textOf(spec, changed);
        const item = itemIn<Item>(text);
        isEachByItself ||= steps.length > 1 && !hasSameFields(spec, current, item);
        current = item;
        return item;
      } catch (error) {
        return asError(error);
      }
    });
    const write =
      from && current !== undefined && text !== undefined && !isEachByItself
        ? { key, from, to: current, text }
        : undefined;
    return { changes, results, isEachByItself, ...(write && { write }) };
  }
}

/** The changes of each record, in the order in which they were asked for. */
function changesByKey<Item>(all: readonly ToUpdate<Item>[]): readonly Changes<Item>[] {
  const byKey = new Map<string, { steps: Change<Item>[]; places: number[] }>();
  for (const [place, { key, change }] of all.entries()) {
    const { steps, places } = byKey.get(key) ?? { steps: [], places: [] };
    steps.push(change);
    places.push(place);
    byKey.set(key, { steps, places });
  }
  return [...byKey].map(([key, changes]) => ({ key, ...changes }));
}

/** Whether each of the changes was made, so that an older record would have done as well. */
function isMade<Item>({ results }: Attempt<Item>): boolean {
  return results.every((result) => result !== undefined && !(result instanceof Error));
}

function hasSameFields<Item>(spec: SpecOf<Item>, one: Item, other: Item): boolean {
  return fieldsOf(spec, one).join() === fieldsOf(spec, other).join();
}

function itemIn<Item>(text: string): Item {
  return frozenThroughout(JSON.parse(text.slice(text.indexOf("\n") + 1)) as Item);
}

function resultOf<Item>(result: Updated<Item>): Item | undefined {
  if (result instanceof Error) throw result;
  return result;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
