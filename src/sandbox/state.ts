import { createHash } from "node:crypto";
import { jsonPieces } from "../platform/json.ts";
import { takeTurns } from "../platform/timers.ts";
import type { SeedConfig } from "../records/config.ts";
import type { KeyState } from "../records/key-state.ts";
import { limitsIn } from "../records/limits.ts";
import type { SandboxRecord } from "../records/sandbox.ts";
import type { ClockState, Settings } from "../records/settings.ts";
import { insertAll, readAll } from "../store/batches.ts";
import type { CollectionName } from "../store/collections.ts";
import { COLLECTIONS } from "../store/collections.ts";
import type { Collection, SandboxStore } from "../store/store.ts";
import type { Sandbox } from "./sandbox.ts";

/**
 * All that the future of a sandbox depends on, to be put into another one or into another server. How
 * it came there, its request log, is no part of it; nor are the webhooks that still wait to be sent,
 * because both sandboxes would send them.
 */
export type SandboxState = {
  readonly settings: Settings;
  readonly clock: ClockState;
  /** Empty while the sandbox signs with the server's own key. */
  readonly keys: KeyState["keys"];
} & { readonly [Name in StateCollection]: readonly RecordIn<Name>[] };

/** The collections that belong to a sandbox's state. */
export type StateCollection = Exclude<CollectionName, "requests" | "deliveries">;

/** What a collection holds. */
type RecordIn<Name extends CollectionName> =
  SandboxStore[Name] extends Pick<Collection<infer Item>, "get"> ? Item : never;

/** Their names, in the order in which a document has them. */
export const STATE_COLLECTIONS = (Object.keys(COLLECTIONS) as CollectionName[]).filter(
  (name): name is StateCollection => name !== "requests" && name !== "deliveries",
);

/** Its state, every record in the order of its collection. */
export async function readState({
  store,
  settings,
  record,
}: Pick<Sandbox, "store" | "settings" | "record">): Promise<SandboxState> {
  const collections = STATE_COLLECTIONS.map(async (name) => {
    const records = await readAll(store[name] as Collection<unknown>);
    // While a full collection is read page by page, new records make the oldest of these go.
    const bound = keptBy(settings, name) ?? records.length;
    return [name, records.slice(Math.max(0, records.length - bound))] as const;
  });
  const records = Object.fromEntries(await Promise.all(collections));
  const { clock, keys } = await record.read();
  return { settings, clock, ...records, keys: keys?.keys ?? [] } as SandboxState;
}

/** How many records a sandbox with such settings keeps; undefined where none of them goes for a new one. */
export function keptBy(settings: Settings, name: StateCollection): number | undefined {
  const limits: Partial<Record<StateCollection, number>> = limitsIn(settings);
  return COLLECTIONS[name].whenFull === "evict" ? limits[name] : undefined;
}

/** What of a state stands in the sandbox's own record. */
export function ownPart({
  settings,
  clock,
  keys,
}: SandboxState): Pick<SandboxRecord, "settings" | "clock" | "keys"> {
  return { settings, clock, ...(keys.length > 0 && { keys: { keys } }) };
}

export async function writeRecords(store: SandboxStore, state: SandboxState): Promise<void> {
  for (const name of STATE_COLLECTIONS) {
    await insertAll(store[name] as Pick<Collection<unknown>, "insertMany">, state[name]);
  }
}

/** The same for the same state or config, and for no other one. */
export async function digestOf(state: SandboxState | SeedConfig): Promise<string> {
  const hash = createHash("sha256");
  const turn = takeTurns();
  for (const piece of jsonPieces(state)) {
    hash.update(piece);
    await turn();
  }
  return hash.digest("hex");
}
