import { lengthOf } from "../config/duration.ts";
import type { ScenarioId } from "../records/ids.ts";
import type { Scenario, ScenarioInput, ScenarioPatch } from "../records/scenario.ts";
import type { Seconds } from "../records/time.ts";
import type { Sandbox } from "./sandbox.ts";
import { findUserByName } from "./users.ts";

/** From what is written of a scenario to the record, whether it comes from a config or a request. */

/** What is written of a scenario, with users by their ids and the delay in seconds. */
export type ScenarioChange = Omit<ScenarioPatch, "delay"> & { readonly delay?: Seconds };

/** Queues a scenario behind those that are there. */
export async function addScenario(
  sandbox: Pick<Sandbox, "store" | "ids" | "clock">,
  input: ScenarioInput,
): Promise<Scenario> {
  const plain: Scenario = {
    id: sandbox.ids.id() as ScenarioId,
    match: {},
    outcome: "approve",
    remember: false,
    delay: 0,
    times: 1,
    hits: 0,
    addedAt: await sandbox.clock.now(),
  };
  const scenario = changedScenario(plain, await readChange(sandbox, input));
  await sandbox.store.scenarios.insert(scenario);
  return scenario;
}

/** The same for the record; a user who is not there stays as written. */
export async function readChange(
  sandbox: Pick<Sandbox, "store">,
  { match, user, delay, ...rest }: ScenarioPatch,
): Promise<ScenarioChange> {
  return {
    ...rest,
    ...(match !== undefined && {
      match: {
        ...match,
        ...(match.user !== undefined && { user: await idOf(match.user, sandbox) }),
      },
    }),
    ...(user !== undefined && { user: await idOf(user, sandbox) }),
    ...(delay !== undefined && { delay: lengthOf(delay) ?? 0 }),
  };
}

export function changedScenario(scenario: Scenario, change: ScenarioChange): Scenario {
  const match = withoutNull({ ...scenario.match, ...change.match });
  return { ...withoutNull({ ...scenario, ...change }), match };
}

async function idOf(name: string | null, sandbox: Pick<Sandbox, "store">): Promise<string | null> {
  const found = name === null ? undefined : await findUserByName(sandbox, name);
  return found && "user" in found ? found.user.id : name;
}

function withoutNull<Members extends object>(members: Members) {
  const there = Object.entries(members).filter(([, value]) => value !== null);
  return Object.fromEntries(there) as { [Name in keyof Members]: Exclude<Members[Name], null> };
}
