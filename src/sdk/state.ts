import type { ControlApi } from "./control-api.ts";
import type { SandboxState } from "./types.ts";

/** A whole sandbox out, in, and back to its beginning. */
export class StateClient {
  readonly #api: ControlApi;
  readonly #changed: () => Promise<unknown>;

  /**
   * @param api the sandbox's control API
   * @param changed is called when every record may be another
   */
  constructor(api: ControlApi, changed: () => Promise<unknown>) {
    this.#api = api;
    this.#changed = changed;
  }

  /** @returns everything in the sandbox: private keys, secrets and living tokens included */
  export(): Promise<SandboxState> {
    return this.#api.get(["state"]);
  }

  /**
   * Puts an exported sandbox in the place of this one; the request log is emptied.
   *
   * @param state what `export` gave, here or elsewhere
   * @throws ControlError when it is no such state
   */
  async import(state: SandboxState): Promise<void> {
    await this.#api.put(["state"], state);
    await this.#changed();
  }

  /** Goes back to what the sandbox was made from: records, clock, keys and settings. */
  async reset(): Promise<void> {
    await this.#api.post(["state", "reset"]);
    await this.#changed();
  }
}
