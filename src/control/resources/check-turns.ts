import { probeIn } from "../../checks/run.ts";
import { newFault } from "../../config/faults.ts";
import { newScenario } from "../../config/scenarios.ts";
import { createIds, seededRandom } from "../../platform/ids.ts";
import type { ArmedTurn, CheckRun, CheckTurn } from "../../records/check-run.ts";
import type { FaultInput } from "../../records/fault.ts";
import type { FaultId, ScenarioId } from "../../records/ids.ts";
import type { EpochSeconds } from "../../records/time.ts";
import type { User, UserInput } from "../../records/user.ts";
import type { Exchange } from "../../request/exchange.ts";
import type { ProbeAction } from "../../rules/probe.ts";
import { forgetUser } from "./forget.ts";
import { addUser } from "./users.ts";

/** What a login of a run finds in the sandbox: made before it, and taken away after it. */

/**
 * A login may be begun more than once: an application tries again, or asks twice. One that begins the next login as
 * soon as one was refused would do so for ever: it comes to the page for the phone number, where nobody is.
 */
const MOST_LOGINS = 3;

/** Few values are drawn at a time. */
const DRAWN_BYTES = 256;

/** Whoever is made up for a run: the same user for the same seed. */
export async function makeUser(seed: string, input: UserInput, exchange: Exchange): Promise<User> {
  const ids = createIds(seededRandom(`checks ${seed}`, DRAWN_BYTES));
  const nextId = () => `checked-${String(ids.integer(1_000_000)).padStart(6, "0")}`;
  let id = nextId();
  while (await exchange.sandbox.store.users.get(id)) id = nextId();
  // Applications may know users by their e-mail address: nobody else has this one. Letters are a probe of their own.
  return addUser(
    { id, familyName: "Testesen", email: `${id}@example.com`, ...input },
    exchange,
    ids,
  );
}

/** Makes all that is not as usual, and the scenario that has the user confirm. */
export async function arm(
  run: CheckRun,
  turn: CheckTurn,
  exchange: Exchange,
  at: EpochSeconds,
): Promise<ArmedTurn> {
  const action: ProbeAction = probeIn(run, turn)?.does ?? {};
  const { store, ids } = exchange.sandbox;
  const { clientId } = run;
  const user = action.user
    ? (await makeUser(`${run.seed} ${run.probes[turn.probe]}`, action.user, exchange)).id
    : run.user;
  const before = action.changes && (await changeUser(run, action.changes, exchange));
  const rotated = action.rotatesKeys && (await rotate(exchange));
  const scenario = ids.id() as ScenarioId;
  const outcome = action.outcome ?? "approve";
  const played = { match: { clientId }, user, outcome, times: MOST_LOGINS };
  await store.scenarios.insert(newScenario(scenario, played, [], exchange.now));
  const faults = (action.faults ?? []).map((fault) =>
    newFault(ids.id() as FaultId, ofClient(fault, clientId), [], exchange.now),
  );
  for (const fault of faults) await store.faults.insert(fault);
  return {
    at,
    user,
    scenario,
    faults: faults.map(({ id }) => id),
    ...(action.user && { madeUser: true }),
    ...(before && { before }),
    ...(rotated && { rotated }),
  };
}

/** Takes away what was made; what is gone already does not matter. */
export async function disarm(
  { scenario, faults, user, madeUser, before, rotated }: ArmedTurn,
  exchange: Exchange,
): Promise<void> {
  const { store, keys } = exchange.sandbox;
  await store.scenarios.take(scenario);
  for (const fault of faults) await store.faults.take(fault);
  if (before) await store.users.update(user, (current) => ({ ...current, ...before }));
  if (rotated) await keys.takeBack(rotated.kid, rotated.wasPublished);
  if (madeUser) await removeUser(user, exchange);
}

export async function removeUser(user: string, { sandbox }: Exchange): Promise<void> {
  await sandbox.store.users.take(user);
  await forgetUser(sandbox, user);
}

/** Where no request says who sends it, the fault is for all. */
function ofClient(fault: FaultInput, clientId: string): FaultInput {
  const { endpoint } = fault.match;
  if (endpoint === "discovery" || endpoint === "jwks") return fault;
  return { ...fault, match: { ...fault.match, clientId } };
}

/** @returns what the user had before */
async function changeUser(
  { user: id, seed }: CheckRun,
  what: "phoneNumber" | "email",
  { sandbox }: Exchange,
): Promise<ArmedTurn["before"]> {
  const { users } = sandbox.store;
  const user = await users.get(id);
  if (!user) return undefined;
  const other = await changedValue(what, seed, sandbox);
  await users.update(id, (current) => ({ ...current, [what]: other }));
  return { [what]: user[what] };
}

async function changedValue(
  what: "phoneNumber" | "email",
  seed: number,
  { store }: Exchange["sandbox"],
): Promise<string> {
  const ids = createIds(seededRandom(`checks ${seed} changed`, DRAWN_BYTES));
  for (;;) {
    const digits = String(ids.integer(10_000)).padStart(4, "0");
    if (what === "email") return `moved-${digits}@example.com`;
    if (!(await store.users.find("phoneNumber", `479999${digits}`))) return `479999${digits}`;
  }
}

/** A new key signs, and the one before it stays in JWKS, as at a rotation that nobody need fear. */
async function rotate({ sandbox, now }: Exchange): Promise<NonNullable<ArmedTurn["rotated"]>> {
  const { keys } = sandbox;
  const wasPublished = (await keys.list()).some(({ status }) => status === "published");
  if (!wasPublished) await keys.rotate("publish", now);
  await keys.rotate("use", now);
  return { kid: (await keys.current()).kid, wasPublished };
}
