import type { Switches } from "../profiles/profile.ts";
import type { ScenarioId } from "../records/ids.ts";
import { mergePatch } from "../records/merge-patch.ts";
import type { SalesUnitInput } from "../records/sales-unit.ts";
import type { Scenario, ScenarioInput, ScenarioPatch } from "../records/scenario.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { UserInput } from "../records/user.ts";
import { isPossible, LONGEST_DELAY, needsUser } from "../records/vocabulary.ts";
import { isTooShort } from "../rules/state.ts";
import { findLengthProblems, lengthOf } from "./duration.ts";
import type { Problem } from "./problem.ts";
import { findUnknownClient, findUnknownUser, pathTo, quoted } from "./problem.ts";

/**
 * What a config or a request says of a scenario: how it becomes a record, and what a schema cannot
 * say, above all that it can come true. One that waits for an impossible login would be silent for
 * ever, and its test would look at the wrong place.
 */

type Match = NonNullable<ScenarioInput["match"]>;

/** Users as far as they can be named: by id or by phone number. */
type NamedUsers = readonly Pick<UserInput, "id" | "phoneNumber">[];

/** The record of a new scenario. */
export function newScenario(
  id: ScenarioId,
  input: ScenarioInput,
  users: NamedUsers,
  addedAt: EpochSeconds,
): Scenario {
  const plain: Scenario = {
    id,
    match: {},
    outcome: "approve",
    remember: false,
    delay: 0,
    times: 1,
    hits: 0,
    addedAt,
  };
  return changedScenario(plain, input, users);
}

/** A user may be named by the phone number; the id stays when the number changes. */
export function changedScenario(
  scenario: Scenario,
  { match, user, delay, ...rest }: ScenarioPatch,
  users: NamedUsers,
): Scenario {
  const change = {
    ...rest,
    ...(user !== undefined && { user: idOf(user, users) }),
    ...(delay !== undefined && { delay: lengthOf(delay) ?? 0 }),
  };
  const matched = {
    ...match,
    ...(match?.user !== undefined && { user: idOf(match.user, users) }),
  };
  return { ...mergePatch(scenario, change), match: mergePatch(scenario.match, matched) };
}

/** A user who is not there stays as written. */
function idOf(name: string | null, users: NamedUsers): string | null {
  return users.find(({ phoneNumber }) => phoneNumber === name)?.id ?? name;
}

/** What a scenario's login meets. */
export interface Surroundings {
  readonly users: NamedUsers;
  readonly salesUnits: readonly Pick<
    SalesUnitInput,
    "name" | "clientId" | "active" | "loginActivated" | "features"
  >[];
  /** Who may log in from phone number; everyone, where the profile is not known. */
  readonly loginFromPhoneNumber: Switches["loginFromPhoneNumber"];
  /** Whether a login may have a user before anybody is asked: by an automatic login, or remembered. */
  readonly userMayBeKnown: boolean;
}

/** Why it can never match, or never be played. */
export function findScenarioProblems(
  scenario: ScenarioInput,
  around: Surroundings,
  path = "",
): Problem[] {
  const { match = {}, user } = scenario;
  const at = pathTo(path, "match");
  return [
    ...(match.clientId === undefined
      ? []
      : findClientProblems(match.clientId, match.flow, around, pathTo(at, "clientId"))),
    ...(match.user === undefined
      ? []
      : findUnknownUser(match.user, around.users, pathTo(at, "user"))),
    ...findStateProblems(match, pathTo(at, "state")),
    ...findPhoneProblems(scenario, path),
    ...(user === undefined ? [] : findUnknownUser(user, around.users, pathTo(path, "user"))),
    ...findPlayerProblems(scenario, around, pathTo(path, "user")),
    ...findDelayProblems(scenario.delay, pathTo(path, "delay")),
  ];
}

/** The client id is that of a sales unit at which a login can begin. */
function findClientProblems(
  clientId: string,
  flow: Match["flow"],
  around: Surroundings,
  path: string,
): Problem[] {
  const unit = around.salesUnits.find((one) => one.clientId === clientId);
  if (!unit) return findUnknownClient(clientId, around.salesUnits, path);
  const obstacle =
    unit.active === false
      ? "is not active; set active to true on it"
      : unit.loginActivated === false
        ? "has no Vipps Login; set loginActivated to true on it"
        : flow === "phone-number" && !hasPhoneLogin(unit, around)
          ? "has no login from phone number; set features.loginFromPhoneNumber to true on it"
          : undefined;
  if (obstacle === undefined) return [];
  const message = `no login begins at ${quoted(unit.name)}, which ${obstacle}, or match another`;
  return [{ path, message, value: clientId }];
}

function hasPhoneLogin(
  { features }: Pick<SalesUnitInput, "features">,
  { loginFromPhoneNumber }: Surroundings,
): boolean {
  return loginFromPhoneNumber === "everyone" || features?.loginFromPhoneNumber === true;
}

/** Of login from phone number no length is known. */
function findStateProblems({ state, flow }: Match, path: string): Problem[] {
  if (state === undefined || flow === "phone-number" || !isTooShort(state)) return [];
  const message = `no login in a browser begins with the state ${quoted(state)}, because it is shorter than 8 characters; match a longer one`;
  return [{ path, message, value: state }];
}

/** What no login from phone number can be or do. */
function findPhoneProblems(
  { match = {}, outcome = "approve", remember }: ScenarioInput,
  path: string,
): Problem[] {
  if (match.flow !== "phone-number") return [];
  const remedy = 'leave it out, or match the flow "browser"';
  const problems: Problem[] = [];
  if (!isPossible(outcome, match.flow)) {
    const message = `no login from phone number ends with ${quoted(String(outcome))}, which only a browser can bring about; ${remedy}`;
    problems.push({ path: pathTo(path, "outcome"), message, value: outcome });
  }
  if (remember) {
    const message = `no login from phone number has a browser that could remember; ${remedy}`;
    problems.push({ path: pathTo(path, "remember"), message, value: remember });
  }
  return problems;
}

/**
 * Who plays it is one user, and somebody where the outcome needs one. Whose phone number it is, is
 * always known.
 */
function findPlayerProblems(
  { match = {}, user, outcome = "approve" }: ScenarioInput,
  around: Surroundings,
  path: string,
): Problem[] {
  const matched = match.user;
  if (user === undefined && matched === undefined) {
    if (!needsUser(outcome) || around.userMayBeKnown || match.flow === "phone-number") return [];
    const message = `missing: ${String(outcome)} needs a user, and without automatic login as one who is there, or a remembered browser, none is known in a browser; name one, or match the flow "phone-number"`;
    return [{ path, message }];
  }
  if (user === undefined || matched === undefined || isSameUser(user, matched, around)) return [];
  const message = `is ${quoted(user)}, but match.user is ${quoted(matched)}; leave one of them out, or name the same user`;
  return [{ path, message, value: user }];
}

/** By id and by phone number. */
function isSameUser(one: string, other: string, { users }: Surroundings): boolean {
  return (
    one === other ||
    users.some(({ id, phoneNumber }) =>
      [one, other].every((name) => [id, phoneNumber].includes(name)),
    )
  );
}

export function findDelayProblems(delay: ScenarioInput["delay"], path: string): Problem[] {
  return delay === undefined ? [] : findLengthProblems(delay, path, { most: LONGEST_DELAY });
}
