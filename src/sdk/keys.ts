import type { ControlApi } from "./control-api.ts";
import type { Key, RotationPhase } from "./types.ts";

/** What signs ID tokens, and what JWKS shows of it. */
export class Keys {
  readonly #api: ControlApi;

  constructor(api: ControlApi) {
    this.#api = api;
  }

  /** @returns the signing keys, in the order of JWKS */
  async list(): Promise<readonly Key[]> {
    return (await this.#api.get<KeyList>(["keys"])).items;
  }

  /**
   * Rotates the signing key.
   *
   * @param phase one step: `publish` a new key, `use` it, `retire` the one before; all at once when
   *   left out
   * @returns the keys as they are now
   * @throws ControlError when the step does not follow from the one before
   */
  async rotate(phase?: RotationPhase): Promise<readonly Key[]> {
    const rotation = phase === undefined ? {} : { phase };
    return (await this.#api.post<KeyList>(["keys", "rotate"], rotation)).items;
  }

  /**
   * Takes a key out of JWKS at once; if it signed, a new one does from now on.
   *
   * @param kid the key's id
   * @returns the keys as they are now
   * @throws ControlError when there is no such key
   */
  async remove(kid: string): Promise<readonly Key[]> {
    return (await this.#api.delete<KeyList>(["keys", kid])).items;
  }
}

interface KeyList {
  readonly items: readonly Key[];
}
