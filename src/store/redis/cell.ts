import { frozenThroughout } from "../frozen.ts";
import type { Cell } from "../store.ts";
import type { Connection } from "./connection.ts";
import type { Form } from "./form.ts";
import { behindForm, inForm, inOwnForm } from "./form.ts";
import { cellKey, revisionOf } from "./keys.ts";
import { PUT, SWAP } from "./scripts.ts";

/** What a cell works with. */
interface CellDeps {
  readonly connection: Connection;
  readonly form: Form;
  /** What the keys of its generation begin with. */
  readonly generation: string;
}

/** A single value in Redis, as JSON behind its form. */
export function createCell<Value>(
  { connection, form, generation }: CellDeps,
  name: string,
): Cell<Value> {
  const keys = [cellKey(generation, name), revisionOf(generation)] as const;
  const read = async () => String((await connection.send("GET", keys[0])) ?? "");
  const valueIn = (text: string) =>
    text === ""
      ? undefined
      : frozenThroughout(inOwnForm(form, text, name, JSON.parse(behindForm(text))) as Value);
  const textOf = (value: Value) => inForm(form, JSON.stringify(value));
  return {
    async get() {
      return valueIn(await read());
    },
    async set(value) {
      await connection.run(PUT, keys, [textOf(value)]);
    },
    async update(change) {
      let current = await read();
      for (;;) {
        const next = textOf(change(valueIn(current)));
        const other = await connection.run(SWAP, keys, [current, next]);
        if (typeof other !== "string") return valueIn(next) as Value;
        current = other;
      }
    },
  };
}
