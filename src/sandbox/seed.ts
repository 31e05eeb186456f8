import { completePartners, completeSalesUnits, completeUsers } from "../config/complete.ts";
import { newFault } from "../config/faults.ts";
import { newScenario } from "../config/scenarios.ts";
import type { CalendarDate } from "../platform/calendar.ts";
import { dateInOslo, fromIso } from "../platform/calendar.ts";
import type { Ids } from "../platform/capabilities.ts";
import { createIds, seededRandom } from "../platform/ids.ts";
import type { SeedConfig } from "../records/config.ts";

import { defined } from "../records/defined.ts";
import type { FaultId, ScenarioId } from "../records/ids.ts";
import type { SandboxRecord } from "../records/sandbox.ts";
import type { EpochSeconds } from "../records/time.ts";

import { insertAll } from "../store/batches.ts";
import type { Sandbox } from "./sandbox.ts";

/** What a config says of the sandbox's own record; `real` is the real time. */
export function beginningOf(
  { profile, rules, limits, autoLogin, webhookHosts, clock }: SeedConfig,
  real: EpochSeconds,
): Pick<SandboxRecord, "settings" | "clock"> {
  const at = (clock?.at === undefined ? undefined : fromIso(clock.at)) ?? real;
  return {
    settings: defined({ profile, rules, limits, autoLogin, webhookHosts }),
    clock: { offset: at - real, ...(clock?.frozen && { frozenAt: at }) },
  };
}

/** The users, sales units and partners of a config, made whole by the day that it is. */
export async function recordsOf(config: SeedConfig, today: CalendarDate) {
  return {
    users: await completeUsers(config.users, idsOf, today),
    salesUnits: await completeSalesUnits(config.salesUnits, idsOf),
    partners: await completePartners(config.partners ?? [], idsOf),
  };
}

/**
 * Fills an empty sandbox with what its config says: makes users and sales units by the day that its
 * clock shows, and the faults and scenarios that may name them. The same config makes the
 * same users and sales units every time.
 */
export async function seedSandbox(
  sandbox: Pick<Sandbox, "clock" | "ids" | "store">,
  config: SeedConfig,
): Promise<void> {
  const { clock, ids, store } = sandbox;
  const now = await clock.now();
  const { users, salesUnits, partners } = await recordsOf(config, dateInOslo(now));
  await insertAll(store.users, users);
  await insertAll(store.salesUnits, salesUnits);
  await insertAll(store.partners, partners);
  for (const fault of config.faults ?? []) {
    await store.faults.insert(newFault(ids.id() as FaultId, fault, users, now));
  }
  for (const scenario of config.scenarios ?? []) {
    await store.scenarios.insert(newScenario(ids.id() as ScenarioId, scenario, users, now));
  }
}

/** So few bytes make a whole record up. */
const RECORD_BYTES = 128;

/**
 * What a config leaves out is made up from the record's own name, so that a restart brings back the
 * same people with the same `sub`, and the same clients.
 */
function idsOf(name: string): Ids {
  return createIds(seededRandom(name, RECORD_BYTES));
}
