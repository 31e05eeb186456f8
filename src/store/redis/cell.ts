import { frozenThroughout } from "../frozen.ts";
import type { Cell } from "../store.ts";
import type { Connection } from "./connection.ts";
import { SWAP } from "./scripts.ts";

/** A single value in Redis, as JSON. */
export function createCell<Value>(connection: Connection, key: string): Cell<Value> {
  const read = async () => String((await connection.send("GET", key)) ?? "");
  return {
    async get() {
      return readValue<Value>(await read());
    },
    async set(value) {
      await connection.send("SET", key, JSON.stringify(value));
    },
    async update(change) {
      let current = await read();
      for (;;) {
        const next = JSON.stringify(change(readValue<Value>(current)));
        const other = await connection.run(SWAP, [key], [current, next]);
        if (typeof other !== "string") return frozenThroughout(JSON.parse(next) as Value);
        current = other;
      }
    },
  };
}

function readValue<Value>(text: string): Value | undefined {
  return text === "" ? undefined : frozenThroughout(JSON.parse(text) as Value);
}
