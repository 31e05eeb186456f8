import type { ControlApi } from "./control-api.ts";
import type { Browser } from "./types.ts";

/** The browsers that remember a user, so that the next login needs neither number nor app. */
export class Browsers {
  readonly #api: ControlApi;

  constructor(api: ControlApi) {
    this.#api = api;
  }

  /** @returns the browsers that remember a user */
  list(): Promise<Browser[]> {
    return this.#api.list(["browsers"]);
  }

  /**
   * Makes a browser forget its user, as if its cookies were cleared.
   *
   * @param id the browser's id
   * @throws ControlError when there is no such browser
   */
  forget(id: string): Promise<void> {
    return this.#api.delete(["browsers", id]);
  }

  /** Makes every browser forget its user. */
  clear(): Promise<void> {
    return this.#api.delete(["browsers"]);
  }
}
