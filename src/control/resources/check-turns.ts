import { probeIn } from "../../checks/run.ts";
import { newFault } from "../../config/faults.ts";
import { newScenario } from "../../config/scenarios.ts";
import { createIds, seededRandom } from "../../platform/ids.ts";
import type {
  ArmedTurn,
  CheckRun,
  CheckTurn,
  Contact,
  MadeUser,
  Rotation,
} from "../../records/check-run.ts";
import type { FaultInput } from "../../records/fault.ts";
import type { FaultId, ScenarioId } from "../../records/ids.ts";
import type { EpochSeconds } from "../../records/time.ts";
import type { Exchange } from "../../request/exchange.ts";
import type { ProbeAction } from "../../rules/probe.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { insertOnce } from "../../store/store.ts";
import { forgetUser } from "./forget.ts";
import { addUser } from "./users.ts";

/**
 * What a login of a run finds in the sandbox. It is chosen first and written down, and made then: each part can be
 * made, and taken away, once more by somebody else.
 */

/**
 * A login may be begun more than once: an application tries again, or asks twice. One that begins the next login as
 * soon as one was refused would do so for ever: it comes to the page for the phone number, where nobody is. Where
 * every browser logs in automatically there is no such page.
 */
const MOST_LOGINS = 3;
const ENDLESS = 100;

/** Few values are drawn at a time. */
const DRAWN_BYTES = 256;

type Place = Pick<Exchange, "sandbox" | "now">;

/** Chooses what the login is going to find. Nothing is made yet. */
export async function plan(
  run: CheckRun,
  turn: CheckTurn,
  { sandbox, now }: Place,
  at: EpochSeconds,
): Promise<ArmedTurn> {
  const { clientId, seed } = run;
  const { ids, autoLogin } = sandbox;
  const action: ProbeAction = probeIn(run, turn)?.does ?? {};
  const special = action.user && {
    id: await freeId(`${seed} ${run.probes[turn.probe]}`, sandbox),
    ...action.user,
  };
  const another = action.needsAnother && { id: await freeId(`${seed} another`, sandbox) };
  const user = special?.id ?? run.user;
  const change = action.changes && (await changeOf(action.changes, user, seed, sandbox));
  const rotation = turn.rotation ?? (action.rotatesKeys && (await rotationOf(sandbox)));
  const { outcome = "approve" } = action;
  const times = autoLogin === null ? MOST_LOGINS : ENDLESS;
  const played = { match: { clientId }, user, outcome, times };
  return {
    at,
    isReady: false,
    user,
    scenario: newScenario(ids.id() as ScenarioId, played, [], now),
    faults: (action.faults ?? []).map((fault) =>
      newFault(ids.id() as FaultId, ofClient(fault, clientId), [], now),
    ),
    made: [special, another].flatMap((one) => one ?? []),
    ...(change && { change }),
    ...(rotation && { rotation }),
  };
}

/** Makes it, or what is missing of it. */
export async function make(run: CheckRun, armed: ArmedTurn, place: Place): Promise<void> {
  const { store } = place.sandbox;
  const { user, change, rotation } = armed;
  if (run.madeUser) await makeUser({ id: run.user }, place);
  for (const one of armed.made) await makeUser(one, place);
  if (change) await store.users.update(user, (current) => ({ ...current, ...change.to }));
  // The key before it stays in JWKS, as at a rotation that nobody need fear.
  if (rotation) await place.sandbox.keys.succeed(rotation.from, place.now);
  await insertOnce(store.scenarios, armed.scenario);
  for (const fault of armed.faults) await insertOnce(store.faults, fault);
}

/** Takes it away, as much of it as is there; a rotation stays where the next login goes on with it. */
export async function unmake(
  { scenario, faults, user, made, change, rotation }: ArmedTurn,
  { sandbox }: Place,
  goesOn = false,
): Promise<void> {
  const { store, keys } = sandbox;
  await store.scenarios.take(scenario.id);
  for (const { id } of faults) await store.faults.take(id);
  if (change) await store.users.update(user, (current) => ({ ...current, ...change.from }));
  if (rotation && !goesOn) await keys.takeBack(rotation);
  for (const { id } of made) await removeUser(id, { sandbox });
}

/** The id of somebody who is made up: the same for the same seed, where nobody has it already. */
export async function freeId(seed: string, { store }: Pick<Sandbox, "store">): Promise<string> {
  const ids = createIds(seededRandom(`checks ${seed}`, DRAWN_BYTES));
  for (;;) {
    const id = `checked-${String(ids.integer(1_000_000)).padStart(6, "0")}`;
    if (!(await store.users.get(id))) return id;
  }
}

/** Makes a user up, unless that was done already. What the user has follows from the id. */
async function makeUser(made: MadeUser, place: Place): Promise<void> {
  const { id } = made;
  const { users } = place.sandbox.store;
  if (await users.get(id)) return;
  const ids = createIds(seededRandom(`checks user ${id}`, DRAWN_BYTES));
  // Applications may know users by their e-mail address: nobody else has this one. Letters are a probe of their own.
  const whole = { familyName: "Testesen", email: `${id}@example.com`, ...made };
  await addUser(whole, place, ids).catch(async (error: unknown) => {
    // Somebody else has made the same user meanwhile.
    if (!(await users.get(id))) throw error;
  });
}

export async function removeUser(
  user: string,
  { sandbox }: Pick<Exchange, "sandbox">,
): Promise<void> {
  await sandbox.store.users.take(user);
  await forgetUser(sandbox, user);
}

/** Where no request says who sends it, the fault is for all. */
function ofClient(fault: FaultInput, clientId: string): FaultInput {
  const { endpoint } = fault.match;
  if (endpoint === "discovery" || endpoint === "jwks") return fault;
  return { ...fault, match: { ...fault.match, clientId } };
}

async function changeOf(
  what: "phoneNumber" | "email",
  id: string,
  seed: number,
  { store }: Pick<Sandbox, "store">,
): Promise<ArmedTurn["change"]> {
  const user = await store.users.get(id);
  if (!user) return undefined;
  const ids = createIds(seededRandom(`checks ${seed} changed`, DRAWN_BYTES));
  for (;;) {
    const digits = String(ids.integer(10_000)).padStart(4, "0");
    const phoneNumber = `479999${digits}`;
    if (await store.users.find("phoneNumber", phoneNumber)) continue;
    const to: Contact =
      what === "email" ? { email: `moved-${digits}@example.com` } : { phoneNumber };
    const from: Contact =
      what === "email" ? { email: user.email } : { phoneNumber: user.phoneNumber };
    return { to, from };
  }
}

async function rotationOf({ keys }: Pick<Sandbox, "keys">): Promise<Rotation> {
  const wasPublished = (await keys.list()).some(({ status }) => status === "published");
  const from = (await keys.current()).kid;
  return { isNoticed: false, from, wasPublished, hadOwn: keys.hasOwn() };
}
