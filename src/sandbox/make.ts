import { dateInOslo, fromIso } from "../calendar.ts";
import { createClock } from "../clock.ts";
import { completeSalesUnits, completeUsers } from "../config/complete.ts";
import type { SeedConfig } from "../config/validate.ts";
import type { Keyring, RandomBytes, WallClock } from "../deps.ts";
import { createIds } from "../ids.ts";
import { PROFILES } from "../profiles/index.ts";
import { switchesOf } from "../profiles/profile.ts";
import type { SandboxId, Store } from "../store/store.ts";
import type { Sandbox } from "./sandbox.ts";

/** What a sandbox is made with. */
export interface SandboxDeps {
  readonly store: Store;
  readonly wall: WallClock;
  readonly random: RandomBytes;
  readonly keys: Keyring;
}

/**
 * @param id the sandbox's name
 * @param seed what it starts from, already validated
 * @param deps what it is made with
 * @returns the sandbox, with its users and sales units in the store and its clock set
 */
export async function makeSandbox(
  id: SandboxId,
  seed: SeedConfig,
  deps: SandboxDeps,
): Promise<Sandbox> {
  const store = deps.store.sandbox(id);
  const clock = createClock(deps.wall, store.clock);
  const at = seed.clock?.at === undefined ? undefined : fromIso(seed.clock.at);
  if (at !== undefined) await clock.set(at);
  if (seed.clock?.frozen) await clock.freeze();
  const ids = createIds(deps.random);
  const today = dateInOslo(await clock.now());
  for (const user of completeUsers(seed.users, ids, today)) await store.users.insert(user);
  for (const unit of completeSalesUnits(seed.salesUnits, ids)) await store.salesUnits.insert(unit);
  const profile = PROFILES[seed.profile ?? "2023"];
  return {
    id,
    profile: profile.name,
    switches: switchesOf(profile, seed.rules),
    autoLogin: seed.autoLogin ?? null,
    clock,
    ids,
    keys: deps.keys,
    store,
  };
}
