import { frozenCopy } from "./frozen.ts";
import type { Cell } from "./store.ts";

/** A single value of the memory store. */
export function createCell<Value>(): Cell<Value> & { empty(): void } {
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
    empty() {
      held = undefined;
    },
  };
}
