import { frozenThroughout } from "../frozen.ts";
import type { SpecOf } from "./facts.ts";

/** A record as Redis has it. */
export interface Stored<Item> {
  readonly version: string;
  readonly item: Item;
}

/** What makes another record of one; undefined leaves it as it is. */
export type Change<Item> = (current: Item) => Item | undefined;

/** A change that was asked for. */
export interface ToUpdate<Item> {
  readonly key: string;
  readonly change: Change<Item>;
}

/** What has become of a change: the new record, undefined where there is none, or why it failed. */
export type Updated<Item> = Item | undefined | Error;

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
}

/** What a collection does for its updates. */
interface Deps<Item> {
  readonly spec: Pick<SpecOf<Item>, "name" | "key">;
  /** The record as it was seen last, by this process. */
  seen(key: string): Stored<Item> | undefined;
  readMany(keys: readonly string[]): Promise<readonly (Stored<Item> | undefined)[]>;
  /** What has become of each, in their order. */
  replace(all: readonly ToReplace<Item>[]): Promise<readonly Outcome<Item>[]>;
}

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
}

/** Changes any number of records, each from what it was seen as, until nobody else has come between. */
export class Updates<Item> {
  readonly #deps: Deps<Item>;

  constructor(deps: Deps<Item>) {
    this.#deps = deps;
  }

  /** @returns what has become of each change, in their order */
  async make(all: readonly ToUpdate<Item>[]): Promise<readonly Updated<Item>[]> {
    const results: Updated<Item>[] = all.map(() => undefined);
    let attempts = await this.#firstAttempts(changesByKey(all));
    while (attempts.length > 0) {
      const outcomes = await this.#write(attempts);
      const again: Attempt<Item>[] = [];
      for (const { changes, results: hopedFor } of attempts) {
        const outcome = outcomes.get(changes.key);
        if (outcome?.is === "moved") {
          again.push(this.#attempt(changes, outcome.current));
          continue;
        }
        const ended =
          outcome?.is === "taken" ? await this.#oneByOne(changes, outcome.error) : hopedFor;
        for (const [step, place] of changes.places.entries()) results[place] = ended[step];
      }
      attempts = again;
    }
    return results;
  }

  /** What is remembered may be old: where a change would not be made of it, Redis is asked. */
  async #firstAttempts(all: readonly Changes<Item>[]): Promise<readonly Attempt<Item>[]> {
    const guesses = all.map((changes) => this.#attempt(changes, this.#deps.seen(changes.key)));
    const doubtful = guesses.flatMap((guess) => (isMade(guess) ? [] : [guess.changes]));
    const current = await this.#deps.readMany(doubtful.map(({ key }) => key));
    const asked = doubtful.map((changes, index) => this.#attempt(changes, current[index]));
    return [...guesses.filter(isMade), ...asked];
  }

  /** Makes the changes of the record as it was seen. */
  #attempt(changes: Changes<Item>, from: Stored<Item> | undefined): Attempt<Item> {
    const { key, steps } = changes;
    let current = from?.item;
    let to: Item | undefined;
    const results = steps.map((change): Updated<Item> => {
      try {
        const changed = current && change(current);
        if (changed === undefined) return undefined;
        if (this.#deps.spec.key(changed) !== key) {
          throw new Error(`An update of ${this.#deps.spec.name} tried to change the key "${key}"`);
        }
        to = asItComesBack(changed);
        current = to;
        return to;
      } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
      }
    });
    return { changes, results, ...(from && to !== undefined && { write: { key, from, to } }) };
  }

  /** What has become of those that have something to write, by their keys. */
  async #write(attempts: readonly Attempt<Item>[]): Promise<ReadonlyMap<string, Outcome<Item>>> {
    const all = attempts.flatMap(({ write }) => write ?? []);
    const outcomes = await this.#deps.replace(all);
    return new Map(outcomes.map((outcome, index) => [all[index]?.key ?? "", outcome]));
  }

  /** Where a value is taken, one of several changes may be to blame: each is made by itself then. */
  async #oneByOne({ key, steps }: Changes<Item>, error: Error): Promise<readonly Updated<Item>[]> {
    if (steps.length === 1) return [error];
    const each: Updated<Item>[] = [];
    for (const change of steps) each.push(...(await this.make([{ key, change }])));
    return each;
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

function asItComesBack<Item>(item: Item): Item {
  return frozenThroughout(JSON.parse(JSON.stringify(item)) as Item);
}
