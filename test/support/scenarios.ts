import { newScenario } from "../../src/config/scenarios.ts";
import type { ScenarioId } from "../../src/records/ids.ts";
import type { Scenario, ScenarioInput } from "../../src/records/scenario.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { readAll } from "../../src/store/batches.ts";

/** Queues a scenario as it is, even one that the control API would refuse. */
export async function addScenario(
  { store, ids, clock }: Pick<Sandbox, "store" | "ids" | "clock">,
  input: ScenarioInput,
): Promise<Scenario> {
  const users = await readAll(store.users);
  const scenario = newScenario(ids.id() as ScenarioId, input, users, await clock.now());
  await store.scenarios.insert(scenario);
  return scenario;
}
