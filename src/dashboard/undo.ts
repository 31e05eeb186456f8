import { Problem } from "../control/api/problem.ts";
import { createIds, secureRandom } from "../platform/ids.ts";
import type { KeptForm } from "../records/kept-form.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import { after, HOUR } from "../records/time.ts";
import type { SandboxStore } from "../store/store.ts";

/**
 * What an action can be taken back by: a form that stays in the store, so that any server can take it. The
 * page has nothing but its id, so neither its length nor a secret in it matters.
 */

/** The field that has the id. */
export const UNDO_FIELD = "undo";

const LIFETIME: Seconds = HOUR;

/** So many a sandbox has; the oldest goes first. */
const MOST = 50;

/** Not by a seed: nobody must foresee it. */
const newId = createIds(secureRandom).id;

export class Undos {
  readonly #forms: SandboxStore["undos"];
  readonly #now: EpochSeconds;

  /** @param now the real time */
  constructor({ undos }: Pick<SandboxStore, "undos">, now: EpochSeconds) {
    this.#forms = undos;
    this.#now = now;
  }

  /** @returns the id under which it is kept */
  async keep(fields: KeptForm["fields"]): Promise<string> {
    const kept = { id: newId(), fields, until: after(this.#now, LIFETIME) };
    await this.#forms.update((forms = []) => [
      ...forms.filter(({ until }) => until > this.#now).slice(1 - MOST),
      kept,
    ]);
    return kept.id;
  }

  /** @throws Problem 410 where it is not kept any more */
  async find(id: string): Promise<KeptForm["fields"]> {
    const found = (await this.#forms.get())?.find((one) => one.id === id);
    if (found && found.until > this.#now) return found.fields;
    throw new Problem(
      410,
      "It cannot be taken back any more: it was taken back already, or too much was done since.",
    );
  }

  /** Once it was taken back, it is not taken back once more over what came later. */
  async drop(id: string): Promise<void> {
    await this.#forms.update((forms = []) => forms.filter((one) => one.id !== id));
  }
}
