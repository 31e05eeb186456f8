import type { ControlApi } from "./control-api.ts";
import type { Scenario, ScenarioInput, ScenarioPatch } from "./types.ts";

/** What happens to the next logins: queued, and played in this order to those that match. */
export class Scenarios {
  readonly #api: ControlApi;

  constructor(api: ControlApi) {
    this.#api = api;
  }

  /**
   * Queues what happens to the next login that matches.
   *
   * @param scenario which logins it is for, who logs in and what becomes of it; `approve` if left out
   * @returns the scenario
   * @throws ControlError when a value does not fit, or when no login could ever match
   */
  add(scenario: ScenarioInput): Promise<Scenario> {
    return this.#api.post(["scenarios"], scenario);
  }

  /**
   * @param filter only those that have served no login (`unused: true`), or only those that have
   * @returns the scenarios, in the order in which logins are held against them
   */
  list(filter: { readonly unused?: boolean } = {}): Promise<Scenario[]> {
    return this.#api.list(["scenarios"], { ...filter });
  }

  /**
   * @param id the scenario's id
   * @returns the scenario, with how many logins it has served
   * @throws ControlError when there is none
   */
  get(id: string): Promise<Scenario> {
    return this.#api.get(["scenarios", id]);
  }

  /**
   * @param id the scenario's id
   * @param changes the new values; null takes a user or a part of `match` away
   * @returns the scenario as it is now
   * @throws ControlError when there is none, or a value does not fit
   */
  update(id: string, changes: ScenarioPatch): Promise<Scenario> {
    return this.#api.patch(["scenarios", id], changes);
  }

  /**
   * @param id the scenario's id
   * @throws ControlError when there is none
   */
  remove(id: string): Promise<void> {
    return this.#api.delete(["scenarios", id]);
  }

  /** Removes every scenario. */
  clear(): Promise<void> {
    return this.#api.delete(["scenarios"]);
  }

  /**
   * For the end of a test: whether every scenario has served as many logins as it is for.
   *
   * @throws Error that names each scenario with logins left
   */
  async assertUsed(): Promise<void> {
    const waiting = (await this.list()).filter(({ left }) => left > 0);
    if (waiting.length === 0) return;
    const told = waiting.map(({ id, user, outcome, match, hits, times }) => {
      const what = JSON.stringify({ match, ...(user !== undefined && { user }), outcome });
      return `  ${id}: ${hits} of ${times} logins, ${what}`;
    });
    const count = waiting.length === 1 ? "A scenario was" : `${waiting.length} scenarios were`;
    throw new Error(`${count} not used up:\n${told.join("\n")}`);
  }
}
