import { monotonicSeconds } from "../platform/clock.ts";
import type { Seconds } from "../records/time.ts";
import type { Store } from "../store/store.ts";
import { ConflictError, FullError } from "../store/store.ts";

/** Is told of each operation, when it ends. */
type Observer = (collection: string, operation: string, took: Seconds, hasFailed: boolean) => void;

/** In place of a collection where an operation is about all of them. */
const ALL = "all";

/** The same store, of which each operation is told. */
export function measuredStore(store: Store, observer: Observer): Store {
  return measured(store, ALL, observer);
}

function measured<Part extends object>(part: Part, collection: string, observer: Observer): Part {
  return new Proxy(part, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      const operation = String(name);
      if (isObject(member)) return measured(member, operation, observer);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        const start = monotonicSeconds();
        const result: unknown = member.apply(target, args);
        if (!(result instanceof Promise)) {
          // The records of a sandbox are handed out by a function.
          return isObject(result) ? measured(result, collection, observer) : result;
        }
        const ended = (hasFailed: boolean) =>
          observer(collection, operation, monotonicSeconds() - start, hasFailed);
        result.then(
          () => ended(false),
          (error: unknown) => ended(!isRefusal(error)),
        );
        return result;
      };
    },
  });
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** A store that refuses works well. */
function isRefusal(error: unknown): boolean {
  return error instanceof ConflictError || error instanceof FullError;
}
