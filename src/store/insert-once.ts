import type { Collection } from "./store.ts";
import { ConflictError } from "./store.ts";

/**
 * Adds a record that several may add at the same time, or one of them again after it broke off: the
 * first one counts.
 *
 * @throws ConflictError when another record has a value of a unique index
 */
export async function insertOnce<Item>(
  collection: Pick<Collection<Item>, "insert">,
  item: Item,
): Promise<{ readonly dropped: Item | undefined } | undefined> {
  try {
    return { dropped: await collection.insert(item) };
  } catch (error) {
    if (error instanceof ConflictError && error.index === "key") return undefined;
    throw error;
  }
}
