import { isDeepStrictEqual } from "node:util";
import { ConfigError } from "../config/config-error.ts";
import { newFault } from "../config/faults.ts";
import type { Problem } from "../config/problem.ts";
import { CompletionError, findUnknownUser } from "../config/problem.ts";
import { newScenario } from "../config/scenarios.ts";
import { forgetPartner, forgetSalesUnit, forgetUser } from "../control/resources/forget.ts";
import { dateInOslo } from "../platform/calendar.ts";
import type { SeedConfig } from "../records/config.ts";
import type { Fault } from "../records/fault.ts";
import type { FaultId, ScenarioId } from "../records/ids.ts";
import { DEFAULT_SANDBOX } from "../records/sandbox.ts";
import type { Scenario } from "../records/scenario.ts";
import type { Settings } from "../records/settings.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { User } from "../records/user.ts";
import { closedHost } from "../rules/redirect-uri.ts";
import type { Sandboxes } from "../sandbox/registry.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { beginningOf, recordsOf } from "../sandbox/seed.ts";
import { findUserByName } from "../sandbox/users.ts";
import { readAll } from "../store/batches.ts";
import type { Collection } from "../store/store.ts";
import { changedPaths, merged } from "./merge.ts";
import { applyRecords, compareRecords, findClashes } from "./record-changes.ts";

/**
 * From one version of the server's config to the next: what differs between the two is done to the default
 * sandbox. What the control API has changed stays as it is, and so does whatever is under way.
 */

/** What was done. */
interface ConfigChange {
  /** In a few words each; empty where the two versions say the same. */
  readonly done: readonly string[];
  /** What the file says and was not done, because the control API has said otherwise. */
  readonly left: readonly string[];
}

/**
 * @param source what a complaint calls the new version
 * @throws ConfigError where it does not fit what is there; nothing is changed then
 */
export async function applyConfig(
  sandboxes: Sandboxes,
  { before, after, source }: Versions & { readonly source: string },
): Promise<ConfigChange> {
  const sandbox = await open(sandboxes);
  const { store } = sandbox;
  const now = await sandbox.clock.now();
  // By one and the same day, so that a birth date that moves makes no difference.
  const old = await recordsOf(before, dateInOslo(now));
  const next = await recordsOf(after, dateInOslo(now)).catch((error: unknown) => {
    if (!(error instanceof CompletionError)) throw error;
    throw new ConfigError(source, [{ path: error.path, message: error.message }]);
  });
  const both = <Kind extends keyof typeof old>(kind: Kind) => ({
    before: old[kind],
    after: next[kind],
  });
  const users = await compareRecords("users", store.users, both("users"), (id) =>
    forgetUser(sandbox, id),
  );
  const salesUnits = await compareRecords(
    "salesUnits",
    store.salesUnits,
    both("salesUnits"),
    (msn) => forgetSalesUnit(sandbox, msn),
  );
  const partners = await compareRecords("partners", store.partners, both("partners"), (id) =>
    forgetPartner(sandbox, id),
  );
  const problems = [
    ...(await findClashes(users)),
    ...(await findClashes(salesUnits)),
    ...(await findClashes(partners)),
    ...(await findAutoLoginProblems(after, next.users, users.removed, sandbox)),
  ];
  if (problems.length > 0) throw new ConfigError(source, problems);

  const settings = await applySettings(sandboxes, { before, after });
  const records = [
    await applyRecords(users),
    await applyRecords(salesUnits),
    await applyRecords(partners),
  ];
  const world = { sandbox, now, oldUsers: old.users, newUsers: next.users };
  const done = [
    ...settings,
    ...records.flatMap((told) => told.done),
    ...(await applyFaults({ before, after }, world)),
    ...(await applyScenarios({ before, after }, world)),
    ...(await applyClock(sandboxes, { before, after })),
  ];
  await sandboxes.adopt(after);
  const kept = await keepHosts(sandboxes);
  return { done, left: [...records.flatMap((told) => told.left), ...kept] };
}

interface Versions {
  readonly before: SeedConfig;
  readonly after: SeedConfig;
}

/** It is there as long as the server. */
async function open(sandboxes: Pick<Sandboxes, "open">): Promise<Sandbox> {
  const sandbox = await sandboxes.open(DEFAULT_SANDBOX);
  if (!sandbox) throw new Error("there is no default sandbox");
  return sandbox;
}

/** A file names a user of its own; but the option of the command line, any user. */
async function findAutoLoginProblems(
  { autoLogin }: SeedConfig,
  users: readonly User[],
  removed: ReadonlySet<string>,
  sandbox: Sandbox,
): Promise<Problem[]> {
  if (typeof autoLogin !== "string") return [];
  const problems = findUnknownUser(autoLogin, users, "autoLogin");
  if (problems.length === 0) return [];
  const found = await findUserByName(sandbox, autoLogin);
  return "user" in found && !removed.has(found.user.id) ? [] : problems;
}

async function applySettings(sandboxes: Sandboxes, { before, after }: Versions): Promise<string[]> {
  const [was, is] = [before, after].map((config) => beginningOf(config, sandboxes.wall()).settings);
  if (!was || !is) return [];
  const paths = changedPaths(was, is);
  if (paths.length > 0) {
    await sandboxes.change(DEFAULT_SANDBOX, (current) => merged<Settings>(current, was, is));
  }
  return paths;
}

/** A host stays open as long as a redirect URI leads there that the control API has registered. */
async function keepHosts(sandboxes: Sandboxes): Promise<string[]> {
  const { store, switches } = await open(sandboxes);
  const { httpRedirectHosts: hosts } = switches;
  const units = await readAll(store.salesUnits);
  const needed = new Map(
    units.flatMap(({ redirectUris }) =>
      redirectUris.flatMap((uri) => {
        const host = closedHost(uri, hosts);
        return host === undefined ? [] : [[host, uri] as const];
      }),
    ),
  );
  if (needed.size === 0) return [];
  const httpRedirectHosts = [...hosts, ...needed.keys()];
  await sandboxes.change(DEFAULT_SANDBOX, (current) => ({
    ...current,
    rules: { ...current.rules, httpRedirectHosts },
  }));
  return [...needed].map(
    ([host, uri]) => `rules.httpRedirectHosts keeps ${host}, because ${uri} is still registered`,
  );
}

/** What faults and scenarios are made in. */
interface World {
  readonly sandbox: Sandbox;
  readonly now: EpochSeconds;
  /** As each version of the config has them. */
  readonly oldUsers: readonly User[];
  readonly newUsers: readonly User[];
}

async function applyFaults(
  { before, after }: Versions,
  { sandbox: { store, ids }, now, oldUsers, newUsers }: World,
): Promise<string[]> {
  const { added, removed } = compareLists(before.faults ?? [], after.faults ?? []);
  const contentIn = (fault: Fault) => without(fault, ["id", "seen", "hits", "expiresAt"]);
  await removeEach(store.faults, contentIn, removed, (input) =>
    newFault("" as FaultId, input, oldUsers, now),
  );
  for (const input of added) {
    await store.faults.insert(newFault(ids.id() as FaultId, input, newUsers, now));
  }
  return counted("faults", added.length, removed.length);
}

async function applyScenarios(
  { before, after }: Versions,
  { sandbox: { store, ids }, now, oldUsers, newUsers }: World,
): Promise<string[]> {
  const { added, removed } = compareLists(before.scenarios ?? [], after.scenarios ?? []);
  const contentIn = (scenario: Scenario) => without(scenario, ["id", "hits", "addedAt"]);
  await removeEach(store.scenarios, contentIn, removed, (input) =>
    newScenario("" as ScenarioId, input, oldUsers, now),
  );
  for (const input of added) {
    await store.scenarios.insert(newScenario(ids.id() as ScenarioId, input, newUsers, now));
  }
  return counted("scenarios", added.length, removed.length);
}

function without(record: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

/** Entries have no names: one that is in both lists is the same, however often it is there. */
function compareLists<Entry>(before: readonly Entry[], after: readonly Entry[]) {
  const removed = [...before];
  const added = after.filter((entry) => {
    const at = removed.findIndex((one) => isDeepStrictEqual(one, entry));
    if (at >= 0) removed.splice(at, 1);
    return at < 0;
  });
  return { added, removed };
}

/** Removes what came from an entry of the file; what the control API has changed since is nobody's entry. */
async function removeEach<Item, Entry>(
  collection: Pick<Collection<Item>, "keyOf" | "list" | "take">,
  contentIn: (item: Item) => object,
  entries: readonly Entry[],
  made: (entry: Entry) => Item,
): Promise<void> {
  if (entries.length === 0) return;
  const there = await readAll(collection);
  for (const entry of entries) {
    const content = contentIn(made(entry));
    const at = there.findIndex((item) => isDeepStrictEqual(contentIn(item), content));
    const [item] = at < 0 ? [] : there.splice(at, 1);
    if (item !== undefined) await collection.take(collection.keyOf(item));
  }
}

function counted(what: string, added: number, removed: number): string[] {
  const parts = [
    ...(added > 0 ? [`${added} added`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
  ];
  return parts.length > 0 ? [`${what}: ${parts.join(", ")}`] : [];
}

/** As the control API would: what a step expires is forgotten. */
async function applyClock(sandboxes: Sandboxes, { before, after }: Versions): Promise<string[]> {
  if (isDeepStrictEqual(before.clock, after.clock)) return [];
  const { changeClock, resetClock } = await import("../control/resources/clock.ts");
  const mover = async () => {
    const sandbox = await open(sandboxes);
    return { sandbox, now: await sandbox.clock.now(), trace: { notes: [] } };
  };
  const { at, frozen = false } = after.clock ?? {};
  if (at === undefined) await resetClock(await mover());
  await changeClock({ freeze: frozen, ...(at !== undefined && { at }) }, await mover());
  return ["clock"];
}
