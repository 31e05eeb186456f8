import { probeIn } from "../../checks/run.ts";
import { newFault } from "../../config/faults.ts";
import { newScenario } from "../../config/scenarios.ts";
import { MisplacedStep } from "../../keys/rotation.ts";
import { createIds, seededRandom } from "../../platform/ids.ts";
import type { ArmedTurn, CheckRun, CheckTurn, Contact, Rotation } from "../../records/check-run.ts";
import type { FaultInput } from "../../records/fault.ts";
import type { FaultId, ScenarioId } from "../../records/ids.ts";
import type { EpochSeconds } from "../../records/time.ts";
import type { UserInput } from "../../records/user.ts";
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

function actionOf(run: CheckRun, turn: CheckTurn): ProbeAction {
  return probeIn(run, turn)?.does ?? {};
}

/** Chooses what the login is going to find. Nothing is made yet. */
export async function plan(
  run: CheckRun,
  turn: CheckTurn,
  { sandbox }: Place,
  at: EpochSeconds,
): Promise<ArmedTurn> {
  const { user: special, needsAnother, changes, rotatesKeys, faults = [] } = actionOf(run, turn);
  const made: string[] = [];
  if (special) made.push(await freeId(`${run.seed} ${run.probes[turn.probe]}`, sandbox));
  if (needsAnother) made.push(await freeId(`${run.seed} another`, sandbox));
  const user = special ? (made[0] ?? run.user) : run.user;
  const change = changes && (await changeOf(changes, user, run.seed, sandbox));
  const rotation = turn.rotation ?? (rotatesKeys && (await rotationOf(sandbox, at)));
  return {
    at,
    isReady: false,
    user,
    scenario: sandbox.ids.id() as ScenarioId,
    faults: faults.map(() => sandbox.ids.id() as FaultId),
    made,
    ...(change && { change }),
    ...(rotation && { rotation }),
  };
}

/** Makes it, or what is missing of it. */
export async function make(
  run: CheckRun,
  turn: CheckTurn,
  armed: ArmedTurn,
  place: Place,
): Promise<void> {
  const { sandbox, now } = place;
  const { store, autoLogin } = sandbox;
  const action = actionOf(run, turn);
  const { user, change, rotation } = armed;
  if (run.madeUser) await makeUser(run.user, {}, place);
  for (const id of armed.made) await makeUser(id, id === user ? (action.user ?? {}) : {}, place);
  if (change) await store.users.update(user, (current) => ({ ...current, ...change.to }));
  if (rotation) await rotate(rotation, place);
  const match = { clientId: run.clientId };
  const times = autoLogin === null ? MOST_LOGINS : ENDLESS;
  const played = { match, user, outcome: action.outcome ?? "approve", times };
  await insertOnce(store.scenarios, newScenario(armed.scenario, played, [], now));
  for (const [index, fault] of (action.faults ?? []).entries()) {
    const id = armed.faults[index];
    if (id) await insertOnce(store.faults, newFault(id, ofClient(fault, run.clientId), [], now));
  }
}

/** Takes it away, as much of it as is there; a rotation stays where the next login goes on with it. */
export async function unmake(
  { scenario, faults, user, made, change, rotation }: ArmedTurn,
  { sandbox }: Place,
  goesOn = false,
): Promise<void> {
  const { store, keys } = sandbox;
  await store.scenarios.take(scenario);
  for (const fault of faults) await store.faults.take(fault);
  if (change) await store.users.update(user, (current) => ({ ...current, ...change.from }));
  if (rotation && !goesOn) await keys.takeBack(rotation);
  for (const id of made) await removeUser(id, { sandbox });
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
async function makeUser(id: string, input: UserInput, place: Place): Promise<void> {
  if (await place.sandbox.store.users.get(id)) return;
  const ids = createIds(seededRandom(`checks user ${id}`, DRAWN_BYTES));
  // Applications may know users by their e-mail address: nobody else has this one. Letters are a probe of their own.
  const whole = { id, familyName: "Testesen", email: `${id}@example.com`, ...input };
  await addUser(whole, place, ids);
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

async function rotationOf({ keys }: Pick<Sandbox, "keys">, at: EpochSeconds): Promise<Rotation> {
  const wasPublished = (await keys.list()).some(({ status }) => status === "published");
  return { at, from: (await keys.current()).kid, wasPublished, hadOwn: keys.hasOwn() };
}

/** A new key signs, and the one before it stays in JWKS, as at a rotation that nobody need fear. */
async function rotate({ from }: Rotation, { sandbox: { keys }, now }: Place): Promise<void> {
  // Of several that do so at once one makes the key, and one lets it sign.
  const step = (phase: "publish" | "use") =>
    keys.rotate(phase, now).catch((error: unknown) => {
      if (!(error instanceof MisplacedStep)) throw error;
    });
  if ((await keys.current()).kid !== from) return;
  await step("publish");
  await step("use");
}
