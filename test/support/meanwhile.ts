import { vi } from "vitest";
import type { Collection } from "../../src/store/store.ts";

/** Two requests at one moment: what the second does just before the first writes, each time alike. */

export function beforeUpdate<Item>(
  collection: Pick<Collection<Item>, "update">,
  happen: () => Promise<unknown>,
): void {
  const update = collection.update.bind(collection);
  vi.spyOn(collection, "update").mockImplementationOnce(async (key, change) => {
    await happen();
    return update(key, change);
  });
}

export function beforeInsert<Item>(
  collection: Pick<Collection<Item>, "insert">,
  happen: () => Promise<unknown>,
): void {
  const insert = collection.insert.bind(collection);
  vi.spyOn(collection, "insert").mockImplementationOnce(async (item) => {
    await happen();
    return insert(item);
  });
}
