import { isDeepStrictEqual } from "node:util";
import { ConfigError } from "../config/config-error.ts";
import { newFault } from "../config/faults.ts";
import { findTooManyUris } from "../config/limits.ts";
import type { Problem } from "../config/problem.ts";
import { CompletionError, findUnknownUser } from "../config/problem.ts";
import { newScenario } from "../config/scenarios.ts";
import type { Replacement } from "../config/variables.ts";
import { withSources } from "../config/variables.ts";
import { forgetPartner, forgetSalesUnit, forgetUser } from "../control/resources/forget.ts";
import { dateInOslo } from "../platform/calendar.ts";
import type { ClockReading } from "../platform/capabilities.ts";
import type { SeedConfig } from "../records/config.ts";
import type { Fault } from "../records/fault.ts";
import type { FaultId, ScenarioId } from "../records/ids.ts";
import { limitsIn } from "../records/limits.ts";
import { DEFAULT_SANDBOX } from "../records/sandbox.ts";
import type { Scenario } from "../records/scenario.ts";
import type { Settings } from "../records/settings.ts";
import { closedHost } from "../rules/redirect-uri.ts";
import type { Sandboxes } from "../sandbox/registry.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { beginningOf, recordsOf } from "../sandbox/seed.ts";
import { findUserByName } from "../sandbox/users.ts";
import { readAll } from "../store/batches.ts";
import { EntryChange } from "./entry-changes.ts";
import { changedPaths, merged } from "./merge.ts";
import { compareRecords } from "./record-changes.ts";
import { Refused } from "./refused.ts";
import { Undo } from "./undo.ts";

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

interface Versions {
  readonly before: SeedConfig;
  readonly after: SeedConfig;
}

/** From which version to which, and how complaints speak of the new one. */
interface NamedVersions extends Versions {
  /** What a complaint calls it. */
  readonly source: string;
  /** What came from variables of the environment, with what stands in the file: no complaint tells it. */
  readonly sources: Replacement["sources"];
}

/**
 * All of it or nothing: what can be refused is looked for before anything is done, and where a step fails
 * all the same, those before it are taken back.
 *
 * @throws ConfigError where it does not fit what is there; nothing is changed then
 */
export async function applyConfig(
  sandboxes: Sandboxes,
  versions: NamedVersions,
): Promise<ConfigChange> {
  const { source, sources } = versions;
  const undo = new Undo();
  try {
    return await sandboxes.adopt(versions.after, {
      change: () => change(versions, { sandboxes, undo }),
      takeBack: () => undo.run(),
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new ConfigError(source, error.problems.map(withSources(sources)));
  }
}

/** Where it is done, and how it is taken back. */
interface Site {
  readonly sandboxes: Sandboxes;
  readonly undo: Undo;
}

/** @throws Refused before anything is done, or where the control API comes in between */
async function change(versions: Versions, site: Site): Promise<ConfigChange> {
  const { sandboxes } = site;
  const sandbox = await open(sandboxes);
  const changes = await compare(versions, sandbox);
  const problems = await findProblems(versions, changes, sandboxes);
  if (problems.length > 0) throw new Refused(...problems);
  const told = await apply(versions, changes, sandbox, site);
  const { generation } = await sandbox.record.read();
  const isReplaced = (await sandboxes.find(DEFAULT_SANDBOX))?.generation !== generation;
  // Others are in the place of the records to which it was done, since a state was restored meanwhile.
  return isReplaced ? change(versions, site) : told;
}

/** It is there as long as the server. */
async function open(sandboxes: Pick<Sandboxes, "open">): Promise<Sandbox> {
  const sandbox = await sandboxes.open(DEFAULT_SANDBOX);
  if (!sandbox) throw new Error("there is no default sandbox");
  return sandbox;
}

/** What differs between the two versions. */
type Changes = Awaited<ReturnType<typeof compare>>;

/** @throws Refused where no records can be made of one of them on the day of the clock */
async function compare({ before, after }: Versions, sandbox: Sandbox) {
  const { store, clock } = sandbox;
  const now = await clock.now();
  // By one and the same day, so that a birth date that moves makes no difference.
  const today = dateInOslo(now);
  const old = await recordsOf(before, today).catch(refuseUnmade(UNMADE_BEFORE));
  const next = await recordsOf(after, today).catch(refuseUnmade());
  const both = <Kind extends keyof typeof old>(kind: Kind) => ({
    before: old[kind],
    after: next[kind],
  });
  return {
    nextUsers: next.users,
    users: await compareRecords("users", store.users, both("users")),
    salesUnits: await compareRecords("salesUnits", store.salesUnits, both("salesUnits")),
    partners: await compareRecords("partners", store.partners, both("partners")),
    faults: new EntryChange("faults", store.faults, lists(before.faults, after.faults), {
      made: (input) => newFault("" as FaultId, input, old.users, now),
      make: (input, id) => newFault(id as FaultId, input, next.users, now),
      contentIn: (fault: Fault) => without(fault, ["id", "seen", "hits", "expiresAt"]),
    }),
    scenarios: new EntryChange(
      "scenarios",
      store.scenarios,
      lists(before.scenarios, after.scenarios),
      {
        made: (input) => newScenario("" as ScenarioId, input, old.users, now),
        make: (input, id) => newScenario(id as ScenarioId, input, next.users, now),
        contentIn: (scenario: Scenario) => without(scenario, ["id", "hits", "addedAt"]),
      },
    ),
  };
}

function lists<Entry>(before: readonly Entry[] = [], after: readonly Entry[] = []) {
  return { before, after };
}

function without(record: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

const UNMADE_BEFORE = {
  path: "",
  begin:
    "it cannot be held against its version before, of which no users can be made at the time of the clock: ",
  end: "; set the clock of the sandbox back, and save the file again",
};

function refuseUnmade(how?: typeof UNMADE_BEFORE) {
  return (error: unknown): never => {
    if (!(error instanceof CompletionError)) throw error;
    const { path, begin, end } = how ?? { path: error.path, begin: "", end: "" };
    throw new Refused({ path, message: `${begin}${error.message}${end}` });
  };
}

/** All that can be refused. */
async function findProblems(
  versions: Versions,
  { users, salesUnits, partners, faults, scenarios, nextUsers }: Changes,
  sandboxes: Sandboxes,
): Promise<Problem[]> {
  const sandbox = await open(sandboxes);
  const [was, is] = settingsIn(versions, sandboxes);
  const limits = limitsIn(merged<Settings>(sandbox.settings, was, is));
  const lists = [users, salesUnits, partners, faults, scenarios];
  const problems: Problem[] = [];
  for (const list of lists) problems.push(...(await list.findProblems(limits)));
  return [
    ...problems,
    ...(await salesUnits.findInWritten(async ({ clientId, redirectUris }, path) => [
      ...findTooManyUris(redirectUris, limits, path),
      ...(await partners.findClash("clientId", clientId, path)),
    ])),
    ...(await partners.findInWritten(({ clientId }, path) =>
      salesUnits.findClash("clientId", clientId, path),
    )),
    ...(await findAutoLoginProblems(versions.after, nextUsers, (id) => users.removes(id), sandbox)),
  ];
}

/** A file names a user of its own; but the option of the command line, any user. */
async function findAutoLoginProblems(
  { autoLogin }: SeedConfig,
  users: Changes["nextUsers"],
  isRemoved: (id: string) => boolean,
  sandbox: Sandbox,
): Promise<Problem[]> {
  if (typeof autoLogin !== "string") return [];
  const problems = findUnknownUser(autoLogin, users, "autoLogin");
  if (problems.length === 0) return [];
  const found = await findUserByName(sandbox, autoLogin);
  return "user" in found && !isRemoved(found.user.id) ? [] : problems;
}

async function apply(
  versions: Versions,
  { users, salesUnits, partners, faults, scenarios }: Changes,
  sandbox: Sandbox,
  site: Site,
): Promise<ConfigChange> {
  const { undo } = site;
  const settings = await applySettings(versions, site);
  const records = [
    await users.apply(undo),
    await salesUnits.apply(undo),
    await partners.apply(undo),
  ];
  const entries = [...(await faults.apply(undo)), ...(await scenarios.apply(undo))];
  const kept = await keepHosts(site);
  // This cannot be taken back, and is done when little is left to fail.
  await users.forget((id) => forgetUser(sandbox, id));
  await salesUnits.forget((msn) => forgetSalesUnit(sandbox, msn));
  await partners.forget((id) => forgetPartner(sandbox, id));
  const clock = await applyClock(versions, site);
  return {
    done: [...settings, ...records.flatMap((told) => told.done), ...entries, ...clock],
    left: [...records.flatMap((told) => told.left), ...kept],
  };
}

function settingsIn({ before, after }: Versions, { wall }: Pick<Sandboxes, "wall">) {
  return [beginningOf(before, wall()).settings, beginningOf(after, wall()).settings] as const;
}

async function applySettings(versions: Versions, site: Site): Promise<string[]> {
  const [was, is] = settingsIn(versions, site.sandboxes);
  const paths = changedPaths(was, is);
  if (paths.length > 0) {
    await changeSettings(site, (current) => merged<Settings>(current, was, is));
  }
  return paths;
}

async function changeSettings(
  { sandboxes, undo }: Site,
  change: (current: Settings) => Settings,
): Promise<void> {
  let was: Settings = {};
  let is: Settings = {};
  undo.add(() => sandboxes.change(DEFAULT_SANDBOX, (current) => merged(current, is, was)));
  await sandboxes.change(DEFAULT_SANDBOX, (current) => {
    was = current;
    is = change(current);
    return is;
  });
}

/** A host stays open as long as a redirect URI leads there that the control API has registered. */
async function keepHosts(site: Site): Promise<string[]> {
  const { store, switches } = await open(site.sandboxes);
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
  await changeSettings(site, (current) => ({
    ...current,
    rules: { ...current.rules, httpRedirectHosts },
  }));
  return [...needed].map(
    ([host, uri]) => `rules.httpRedirectHosts keeps ${host}, because ${uri} is still registered`,
  );
}

/** As the control API would: what a step expires is forgotten. */
async function applyClock(
  { before, after }: Versions,
  { sandboxes, undo }: Site,
): Promise<string[]> {
  if (isDeepStrictEqual(before.clock, after.clock)) return [];
  const { changeClock, resetClock } = await import("../control/resources/clock.ts");
  const mover = async () => {
    const sandbox = await open(sandboxes);
    return { sandbox, now: await sandbox.clock.now(), trace: { notes: [] } };
  };
  const { clock } = await open(sandboxes);
  undo.add(goBack(clock, await clock.read()));
  const { at, frozen = false } = after.clock ?? {};
  if (at === undefined) await resetClock(await mover());
  await changeClock({ freeze: frozen, ...(at !== undefined && { at }) }, await mover());
  return ["clock"];
}

/** Sets a clock to how it stood. */
function goBack(clock: Sandbox["clock"], { now, frozen, offset }: ClockReading) {
  return async () => {
    if (frozen) return clock.freeze(now);
    await clock.reset();
    await clock.advance(offset);
  };
}
