import type { ControlApi } from "./control-api.ts";
import type { Fault, FaultInput, FaultPatch } from "./types.ts";

/** What goes wrong on purpose; the first in the list that is due hits. */
export class Faults {
  readonly #api: ControlApi;

  constructor(api: ControlApi) {
    this.#api = api;
  }

  /**
   * @param fault which requests it is for, how often, and what becomes of them
   * @returns the fault
   * @throws ControlError when a value does not fit, or when it could never hit
   */
  add(fault: FaultInput): Promise<Fault> {
    return this.#api.post(["faults"], fault);
  }

  /** @returns the faults, with how many requests each has seen and hit */
  list(): Promise<Fault[]> {
    return this.#api.list(["faults"]);
  }

  /**
   * @param id the fault's id
   * @returns the fault
   * @throws ControlError when there is none
   */
  get(id: string): Promise<Fault> {
    return this.#api.get(["faults", id]);
  }

  /**
   * @param id the fault's id
   * @param changes the new values; null takes one away, and the counters go on
   * @returns the fault as it is now
   * @throws ControlError when there is none, or a value does not fit
   */
  update(id: string, changes: FaultPatch): Promise<Fault> {
    return this.#api.patch(["faults", id], changes);
  }

  /**
   * @param id the fault's id
   * @throws ControlError when there is none
   */
  remove(id: string): Promise<void> {
    return this.#api.delete(["faults", id]);
  }

  /** Removes every fault. */
  clear(): Promise<void> {
    return this.#api.delete(["faults"]);
  }
}
