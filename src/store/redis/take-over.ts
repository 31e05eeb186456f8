import { batches, updateAll } from "../batches.ts";
import type { CollectionName } from "../collections.ts";
import { COLLECTIONS } from "../collections.ts";
import type { Cell, Collection, Store } from "../store.ts";
import type { Connection } from "./connection.ts";
import type { Form } from "./form.ts";
import { refuseNewer } from "./form.ts";
import { CELLS, cellKey } from "./keys.ts";

/**
 * Brings what an older mock has written into the form of this one. Several may do so at once, and where one breaks
 * off, the next one begins anew. An older mock that still runs refuses as soon as it reads one of these records.
 *
 * @param servers.generation what the keys begin with of all that is no sandbox's
 * @throws StoreUnavailableError when a newer mock has written it
 */
export async function takeOver(
  store: Store,
  servers: { readonly connection: Connection; readonly form: Form; readonly generation: string },
): Promise<void> {
  const { connection, form, generation } = servers;
  const key = cellKey(generation, "form");
  const read = () => connection.send("GET", key);
  // One that is full would refuse to be written to, though nothing is.
  if ((await read()) === null) await connection.send("SET", key, form.number, "NX");
  const found = Number(await read());
  refuseNewer(form, found);
  if (found === form.number) return;
  await rewriteAll(store.sandboxes);
  await rewriteCells([store.signingKey, store.sequences, store.entryCodes]);
  for await (const id of generationsIn(store)) {
    const records = store.records(id);
    for (const name of NAMES) await rewriteAll(records[name] as Collection<unknown>);
    await rewriteCells(CELLS.map((name) => records[name] as Cell<unknown>));
  }
  await connection.send("SET", key, form.number);
}

const NAMES = Object.keys(COLLECTIONS) as CollectionName[];

async function* generationsIn({ sandboxes }: Store) {
  for await (const entries of batches((page) => sandboxes.list(page))) {
    for (const { sandbox, filling, retired } of entries) {
      for (const { generation } of filling) yield generation;
      for (const { generation } of retired) yield generation;
      if (sandbox) yield sandbox.generation;
    }
  }
}

/** What is read is in the form of this mock already, whatever form it was written in. */
function rewriteAll<Item>(collection: Collection<Item>): Promise<void> {
  return updateAll(collection, (record) => record);
}

async function rewriteCells(cells: readonly Cell<unknown>[]): Promise<void> {
  for (const cell of cells) {
    if ((await cell.get()) !== undefined) await cell.update((value) => value);
  }
}
