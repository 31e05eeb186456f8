import { readAll } from "../../store/batches.ts";
import type { Collection } from "../../store/store.ts";
import { ConflictError } from "../../store/store.ts";
import { badRequest, Problem } from "./problem.ts";

/** Adding and changing records that have a key and unique values. */

/** What a record is called in a sentence. */
export type RecordName = "user" | "sales unit" | "partner";

/**
 * Makes a record whole and adds it. Where somebody else takes a made-up value between the two steps,
 * another one is made up.
 *
 * @throws Problem 409 when a value that was given is taken
 */
export async function insertCompleted<Item>(
  collection: Pick<Collection<Item>, "list" | "insert">,
  name: RecordName,
  input: object,
  complete: (others: readonly Item[]) => Item,
): Promise<Item> {
  const others = await readAll(collection);
  const item = complete(others);
  try {
    await collection.insert(item);
    return item;
  } catch (error) {
    const madeUp = error instanceof ConflictError && !Object.values(input).includes(error.value);
    if (madeUp) return insertCompleted(collection, name, input, complete);
    throw asProblem(error, name);
  }
}

/** @throws Problem 409 when a new value is taken */
export async function sayingWhatIsTaken<Result>(
  name: RecordName,
  change: () => Promise<Result>,
): Promise<Result> {
  try {
    return await change();
  } catch (error) {
    throw asProblem(error, name);
  }
}

function asProblem(error: unknown, name: RecordName): unknown {
  if (!(error instanceof ConflictError)) return error;
  const { index, value } = error;
  const what = index === "key" ? "There is already" : `The ${index} belongs to another ${name}:`;
  const which = index === "key" ? `a ${name} ${value}` : value;
  return new Problem(409, `${what} ${which}. Choose another, or change the one that is there.`);
}

/** @throws Problem 400 when it should become another */
export function refuseNewKey(property: string, current: string, given: string | undefined): void {
  if (given === undefined || given === current) return;
  const message = `stays ${JSON.stringify(current)}; to rename, remove the record and add another`;
  throw badRequest([{ path: property, message, value: given }]);
}
