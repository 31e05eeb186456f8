import type { Collection, SandboxStore, Store } from "../../src/store/store.ts";

/** Stores for tests that are about how the store is used. */

/** The same with some methods replaced. */
export function replaced<Each extends object>(original: Each, methods: Partial<Each>): Each {
  return new Proxy(original, {
    get(target, name) {
      const value = Reflect.get(methods, name) ?? Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** What a store was asked. */
export interface Count {
  /** Each operation, as `sessions.get`. */
  readonly operations: string[];
  /** The largest number of records that one of them brought or took along. */
  most: number;
}

/** A store that counts what it is asked. */
export function countingStore(store: Store): { readonly store: Store; readonly count: Count } {
  const count: Count = { operations: [], most: 0 };
  const counted = <Each extends object>(each: Each, name: string): Each =>
    new Proxy(each, {
      get(target, member) {
        const value = Reflect.get(target, member, target);
        if (typeof value !== "function") return value;
        if (member === "keyOf") return value.bind(target);
        return async (...given: unknown[]) => {
          count.operations.push(`${name}.${String(member)}`);
          const answer = await value.apply(target, given);
          count.most = Math.max(count.most, ...given.map(sizeOf), sizeOf(answer));
          return answer;
        };
      },
    });
  const countedRecords = (sandbox: SandboxStore): SandboxStore =>
    new Proxy(sandbox, {
      get(target, name: keyof SandboxStore) {
        const member = target[name];
        if (name === "sweep" || typeof member !== "object") return member;
        return counted<Collection<never> | object>(member, name);
      },
    });
  return {
    count,
    store: {
      kind: store.kind,
      isShared: store.isShared,
      sandboxes: counted(store.sandboxes, "sandboxes"),
      signingKey: counted(store.signingKey, "signingKey"),
      sequences: counted(store.sequences, "sequences"),
      entryCodes: counted(store.entryCodes, "entryCodes"),
      records: (id) => countedRecords(store.records(id)),
      lease: (id, seconds) => store.lease(id, seconds),
      drop: (id) => store.drop(id),
      keepAtMost: (sandboxes) => store.keepAtMost(sandboxes),
      state: () => store.state(),
      close: () => store.close(),
    },
  };
}

/** How many records there are, in a list or in a page. */
function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  if (typeof value === "object" && value !== null && "items" in value) return sizeOf(value.items);
  return 0;
}
