import type { TSchema } from "typebox";
import Type from "typebox";
import { findFaultProblems, inputOf } from "../config/faults.ts";
import type { Problem } from "../config/problem.ts";
import { findInEach, pathTo, quoted, within } from "../config/problem.ts";
import type { Surroundings } from "../config/scenarios.ts";
import { findScenarioProblems } from "../config/scenarios.ts";
import { findProblemsInTurns } from "../config/schema-problems.ts";
import {
  END_OF_TIME,
  findPartnerProblems,
  findSalesUnitProblems,
  findUserProblems,
} from "../config/semantics.ts";
import { checkedKey } from "../keys/key-file.ts";
import { BrowserSchema, ConsentSchema } from "../records/consent.ts";
import { WebhookSchema } from "../records/delivery.ts";
import type { Fault } from "../records/fault.ts";
import { FaultSchema } from "../records/fault.ts";
import type { StoredKey } from "../records/key-state.ts";
import { StoredKeySchema } from "../records/key-state.ts";
import { LoginSchema } from "../records/login.ts";
import { PartnerSchema } from "../records/partner.ts";
import { PhoneLoginSchema } from "../records/phone-login.ts";
import { SalesUnitSchema } from "../records/sales-unit.ts";
import type { Scenario } from "../records/scenario.ts";
import { ScenarioSchema } from "../records/scenario.ts";
import { closed } from "../records/schema-parts.ts";
import {
  AccessTokenSchema,
  CodeGrantSchema,
  PlatformTokenSchema,
  SessionSchema,
} from "../records/session.ts";
import { ClockStateSchema, SettingsSchema } from "../records/settings.ts";
import type { LoginDay } from "../records/statistics.ts";
import { LoginDaySchema, LoginUserSchema } from "../records/statistics.ts";
import type { EpochSeconds } from "../records/time.ts";
import { after } from "../records/time.ts";
import { UserSchema } from "../records/user.ts";
import type { CollectionSpec } from "../store/collections.ts";
import { COLLECTIONS } from "../store/collections.ts";
import type { SandboxState, StateCollection } from "./state.ts";
import { keptBy, STATE_COLLECTIONS } from "./state.ts";
import type { StateDocument } from "./state-format.ts";
import { STATE_VERSION, upgradeDocument } from "./state-format.ts";

/**
 * Whether an exported state can be restored. Everything is checked beforehand, so that a
 * restore either happens whole or changes nothing.
 */

/** A list for each collection of the state. */
const collections = {
  users: Type.Array(UserSchema),
  salesUnits: Type.Array(SalesUnitSchema),
  partners: Type.Array(PartnerSchema),
  consents: Type.Array(ConsentSchema),
  browsers: Type.Array(BrowserSchema),
  logins: Type.Array(LoginSchema),
  phoneLogins: Type.Array(PhoneLoginSchema),
  sessions: Type.Array(SessionSchema),
  codes: Type.Array(CodeGrantSchema),
  accessTokens: Type.Array(AccessTokenSchema),
  loginDays: Type.Array(LoginDaySchema),
  loginUsers: Type.Array(LoginUserSchema),
  platformTokens: Type.Array(PlatformTokenSchema),
  scenarios: Type.Array(ScenarioSchema),
  faults: Type.Array(FaultSchema),
  webhooks: Type.Array(WebhookSchema),
} as const satisfies { readonly [Name in StateCollection]: TSchema };

/** A sandbox as it is exported: every record as the store has it. */
export const StateSchema = Type.Object(
  {
    version: Type.Literal(STATE_VERSION, { description: "The version of this format." }),
    settings: SettingsSchema,
    clock: ClockStateSchema,
    ...collections,
    keys: Type.Array(StoredKeySchema, {
      description: "Its own signing keys, private parts included; empty for the server's own.",
    }),
  },
  {
    ...closed,
    title: "State",
    description:
      "A whole sandbox without its request log. It contains private keys, client secrets and valid " +
      "tokens: keep it as safe as those.",
  },
);

/** The state in an exported document of any version; or everything that is wrong with it. */
export async function readDocument(
  value: unknown,
  real: EpochSeconds,
): Promise<{ readonly state: SandboxState } | { readonly problems: readonly Problem[] }> {
  const upgraded = upgradeDocument(value);
  if ("problem" in upgraded) return { problems: [upgraded.problem] };
  const misfits = await findProblemsInTurns(StateSchema, upgraded.document);
  if (misfits.length > 0) return { problems: misfits };
  const { version: _, ...state } = upgraded.document as StateDocument;
  const problems = await findStateProblems(state, real);
  return problems.length > 0 ? { problems } : { state };
}

/** What a schema cannot say, and what would prevent the state from being restored. */
export async function findStateProblems(
  state: SandboxState,
  real: EpochSeconds,
): Promise<Problem[]> {
  return [
    ...findClockProblems(state.clock, real),
    ...(await findInEach(state.users, (user, index) =>
      findUserProblems(user, pathTo("users", index)),
    )),
    ...(await findInEach(state.salesUnits, (unit, index) =>
      findSalesUnitProblems(unit, state.settings.rules, pathTo("salesUnits", index)),
    )),
    ...(await findInEach(state.partners, (partner, index) =>
      findPartnerProblems(partner, state.salesUnits, pathTo("partners", index)),
    )),
    ...(await findInEach(state.faults, (fault, index) =>
      findStoredFault(fault, pathTo("faults", index)),
    )),
    ...(await findInEach(state.scenarios, (scenario, index) =>
      findStoredScenario(scenario, pathTo("scenarios", index)),
    )),
    ...(await findInEach(state.loginDays, (day, index) =>
      findStoredDay(day, pathTo("loginDays", index)),
    )),
    ...(await findCollectionProblems(state)),
    ...(await findKeyProblems(state.keys)),
  ];
}

function findClockProblems(
  { frozenAt, offset }: SandboxState["clock"],
  real: EpochSeconds,
): Problem[] {
  const now = frozenAt ?? after(real, offset);
  if (now >= 0 && now < END_OF_TIME) return [];
  const [path, value] =
    frozenAt === undefined ? ["clock.offset", offset] : ["clock.frozenAt", frozenAt];
  return [{ path, message: `${value} leads out of the years 1970 to 2049; choose another`, value }];
}

/** The user or client that a record names may have been removed since, so every name counts as known. */
function findStoredFault(fault: Fault, path: string): Problem[] {
  const { clientId, user } = fault.match;
  const clientIds = namesOf(clientId);
  const known = { clientIds, partnerClientIds: clientIds, users: namesOf(user) };
  return findFaultProblems(inputOf(fault), known).map((problem) => {
    // The record has another name for it.
    return within(path, { ...problem, path: problem.path.replace(/^then\b/, "answer") });
  });
}

/** Likewise; and the browser that remembered its user may be gone. */
function findStoredScenario(
  { id: _, hits, addedAt: __, ...input }: Scenario,
  path: string,
): Problem[] {
  const { match, user, times } = input;
  const around: Surroundings = {
    users: [...namesOf(match.user), ...namesOf(user)].map((id) => ({ id })),
    salesUnits: namesOf(match.clientId).map((clientId) => ({ name: clientId, clientId })),
    loginFromPhoneNumber: "everyone",
    userMayBeKnown: true,
  };
  const problems = findScenarioProblems(input, around, path);
  if (hits <= times) return problems;
  const message = `is ${hits}, but times is ${times}; expected no more than that`;
  return [...problems, { path: pathTo(path, "hits"), message, value: hits }];
}

/** The recent logins of a day are three lists that go together. */
function findStoredDay({ recent }: LoginDay, path: string): Problem[] {
  const { at, ...counts } = recent;
  return Object.entries(counts)
    .filter(([, list]) => list.length !== at.length)
    .map(([name, list]) => ({
      path: pathTo(pathTo(path, "recent"), name),
      message: `has ${list.length} entries, but recent.at has ${at.length}; give one for each moment`,
      value: list.length,
    }));
}

function namesOf(name: string | undefined): string[] {
  return name === undefined ? [] : [name];
}

/** Keys and unique values that two records have, and more records than a collection keeps. */
async function findCollectionProblems(state: SandboxState): Promise<Problem[]> {
  const found: Problem[] = [];
  for (const name of STATE_COLLECTIONS) {
    const items: readonly unknown[] = state[name];
    const { key, indexes } = COLLECTIONS[name] as CollectionSpec<unknown, string>;
    for (const [index, pick] of Object.entries({ key, ...indexes })) {
      found.push(...(await findInEach(items, repeatedIn(name, index, pick))));
    }
    // Of what is refused where it is too much, there may be more: since it was taken, the bound was lowered.
    const bound = keptBy(state.settings, name);
    if (bound === undefined || items.length <= bound) continue;
    const message = `has ${items.length} entries; expected at most ${bound} (settings.limits.${name})`;
    found.push({ path: name, message, value: items.length });
  }
  return found;
}

/** Of one record after the other whether an earlier one has its value. */
function repeatedIn(
  name: StateCollection,
  index: string,
  pick: (item: unknown) => string | undefined,
) {
  const firsts = new Map<string, number>();
  return (item: unknown, position: number): Problem[] => {
    const value = pick(item);
    if (value === undefined) return [];
    const first = firsts.get(value);
    if (first === undefined) {
      firsts.set(value, position);
      return [];
    }
    const owner = pathTo(name, first);
    const message = `has the ${index} ${quoted(value)}, as ${owner} has; each needs its own`;
    return [{ path: pathTo(name, position), message, value }];
  };
}

async function findKeyProblems(keys: readonly StoredKey[]): Promise<Problem[]> {
  if (keys.length === 0) return [];
  const unusable = await Promise.all(keys.map(findUnusable));
  return [...findStatusProblems(keys), ...findKidProblems(keys), ...unusable.flat()];
}

function findStatusProblems(keys: readonly StoredKey[]): Problem[] {
  const count = (status: StoredKey["status"]) => keys.filter((key) => key.status === status).length;
  const [current, published] = [count("current"), count("published")];
  const problems: Problem[] = [];
  if (current !== 1) {
    const message = `${current} keys have the status "current"; exactly one signs`;
    problems.push({ path: "keys", message, value: current });
  }
  if (published > 1) {
    const message = `${published} keys have the status "published"; at most one waits for its turn`;
    problems.push({ path: "keys", message, value: published });
  }
  return problems;
}

function findKidProblems(keys: readonly StoredKey[]): Problem[] {
  return keys.flatMap(({ kid }, index) => {
    const first = keys.findIndex((key) => key.kid === kid);
    if (first === index) return [];
    const message = `${quoted(kid)} is the kid of keys[${first}] too; leave one of them out`;
    return [{ path: pathTo(pathTo("keys", index), "kid"), message, value: kid }];
  });
}

/** What is wrong with the key itself; a problem never repeats a private key. */
async function findUnusable({ kid, pem }: StoredKey, index: number): Promise<Problem[]> {
  const path = pathTo("keys", index);
  try {
    const key = await checkedKey(pem, (problem) => {
      throw new UnusableKey(problem);
    });
    if (key.kid === kid) return [];
    const message = `${quoted(kid)} is not the kid of this key; it is ${quoted(key.kid)}`;
    return [{ path: pathTo(path, "kid"), message, value: kid, closest: key.kid }];
  } catch (error) {
    if (!(error instanceof UnusableKey)) throw error;
    return [{ path: pathTo(path, "pem"), message: `cannot be used: ${error.message}` }];
  }
}

class UnusableKey extends Error {}
