import type { Checklist, ClientFile, Tick } from "../records/checklist.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { SandboxStore } from "../store/store.ts";
import { MOST_RECORDS } from "../store/store.ts";
import { emptyChecklist, emptyFile, withClient } from "./book.ts";
import { judge } from "./judge.ts";

/**
 * Where the checklist is kept: one value beside the request log, which says up to where the log was read. So
 * a login pays nothing for it, but now and then somebody reads on, before the log drops what was not read.
 */

type Kept = Pick<SandboxStore, "requests" | "checklist">;

/** The list as it is now; the first who asks begins it, with all that the log has. */
export async function readChecklist(store: Kept, now: EpochSeconds): Promise<Checklist> {
  const list = await catchUp(store);
  if (list) return list;
  await store.checklist.update((current) => current ?? emptyChecklist(now));
  return (await catchUp(store)) ?? emptyChecklist(now);
}

/** Looks at what has come since somebody looked last; undefined where nobody has ever asked. */
export async function catchUp({ requests, checklist }: Kept): Promise<Checklist | undefined> {
  for (;;) {
    const list = await checklist.get();
    if (!list) return undefined;
    const { items, next } = await requests.list({ after: list.cursor, limit: MOST_RECORDS });
    const last = items.at(-1);
    if (last === undefined) return list;
    const cursor = next ?? (await requests.cursorAt(requests.keyOf(last))) ?? list.cursor;
    // Of several who read on at once the first one counts.
    await checklist.update((current) => {
      if (current === undefined || current.cursor !== list.cursor) return current ?? list;
      return { ...judge(current, items), ...(cursor !== undefined && { cursor }) };
    });
  }
}

/** Begins anew: what was seen up to now does not count any more. */
export async function beginAnew({ requests, checklist }: Kept, now: EpochSeconds): Promise<void> {
  const read = await catchUp({ requests, checklist });
  const { cursor } = read ?? (await readChecklist({ requests, checklist }, now));
  await checklist.set({ ...emptyChecklist(now), ...(cursor !== undefined && { cursor }) });
}

/** Writes down what somebody has said of a client's items. */
export async function tick(
  { checklist }: Kept,
  clientId: string,
  ticks: Readonly<Record<string, Omit<Tick, "at"> | null>>,
  now: EpochSeconds,
): Promise<void> {
  await checklist.update((current = emptyChecklist(now)) => {
    const file: ClientFile = current.clients[clientId] ?? emptyFile(now);
    const all: Record<string, Tick> = { ...file.ticks };
    for (const [item, said] of Object.entries(ticks)) {
      if (said === null) delete all[item];
      else all[item] = { ...said, at: now };
    }
    return { ...current, clients: withClient(current.clients, clientId, { ...file, ticks: all }) };
  });
}
