import { createIds, seededRandom } from "../platform/ids.ts";
import type { Fault, FaultMatch } from "../records/fault.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { EndpointName } from "../records/vocabulary.ts";
import type { Exchange } from "../request/exchange.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { readAll } from "../store/batches.ts";
import type { Party } from "./party.ts";

/**
 * Which fault hits an exchange: of those that match, the first that is due, in the order in which
 * they were added. Every matching one counts the exchange as seen.
 */
export async function nextFault(
  { sandbox, now }: Pick<Exchange, "now"> & { readonly sandbox: Pick<Sandbox, "store" | "ids"> },
  endpoint: EndpointName,
  findParty: () => Promise<Party>,
): Promise<Fault | undefined> {
  const items = await readAll(sandbox.store.faults);
  let hit: Fault | undefined;
  for (const fault of items) {
    if (!(await concerns(fault.match, endpoint, findParty))) continue;
    hit = (await count(sandbox, fault, now, hit === undefined)) ?? hit;
  }
  return hit;
}

async function concerns(
  { endpoint, clientId, user }: FaultMatch,
  called: EndpointName,
  findParty: () => Promise<Party>,
): Promise<boolean> {
  if (endpoint !== called) return false;
  if (clientId === undefined && user === undefined) return true;
  const party = await findParty();
  return (
    (clientId === undefined || clientId === party.clientId) &&
    (user === undefined || user === party.user)
  );
}

/** Draws are whole numbers below this one. */
const DRAWS = 2 ** 32;

/** Counts in one atomic step, so that of concurrent exchanges only as many are hit as may be. */
async function count(
  { store, ids }: Pick<Sandbox, "store" | "ids">,
  { id, probability, seed }: Fault,
  now: EpochSeconds,
  mayHit: boolean,
): Promise<Fault | undefined> {
  const drawn = probability < 1 && seed === undefined ? ids.integer(DRAWS) : 0;
  let hits = false;
  const counted = await store.faults.update(id, (fault) => {
    if (fault.expiresAt !== undefined && fault.expiresAt <= now) return undefined;
    // The store may call this several times; the last one counts.
    hits = mayHit && isDue(fault, fault.seed === undefined ? drawn : seededDraw(fault, fault.seed));
    return { ...fault, seen: fault.seen + 1, hits: fault.hits + (hits ? 1 : 0) };
  });
  return hits ? counted : undefined;
}

function isDue({ after, times, hits, seen, probability }: Fault, drawn: number): boolean {
  return seen >= after && (times === undefined || hits < times) && drawn < probability * DRAWS;
}

/** The same for the same seed and the same number of exchanges before. */
function seededDraw({ seen }: Fault, seed: number): number {
  return createIds(seededRandom(`${seed}:${seen}`)).integer(DRAWS);
}
