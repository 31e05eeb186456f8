import { setTimeout as sleep } from "node:timers/promises";
import type { Store } from "../../src/store/store.ts";

/**
 * A store as far away as another machine: each of its operations takes a millisecond before it is
 * done, so that whatever can come between two operations does.
 */
export function slowStore(store: Store): Store {
  return slowed(store);
}

/** What hands out a part of the store is no operation. */
const PARTS: readonly PropertyKey[] = ["records"];

/** What is no question to the store. */
const AT_ONCE: readonly PropertyKey[] = ["keyOf", "onOthersWrite"];

function slowed<Part extends object>(part: Part): Part {
  return new Proxy(part, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") {
        return typeof member === "object" && member !== null ? slowed(member) : member;
      }
      if (AT_ONCE.includes(name)) return member.bind(target);
      if (PARTS.includes(name)) return (...args: unknown[]) => slowed(member.apply(target, args));
      return async (...args: unknown[]) => {
        // A timer set after long work can fire at once: it counts from when the loop last looked at the clock.
        const begun = performance.now();
        do await sleep(1);
        while (performance.now() - begun < 1);
        return member.apply(target, args);
      };
    },
  });
}
