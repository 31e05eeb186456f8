import type { ControlApi } from "./control-api.ts";
import type { Mint, Minted } from "./types.ts";

/** What a login ends with, without the login. */
export class Tokens {
  readonly #api: ControlApi;

  constructor(api: ControlApi) {
    this.#api = api;
  }

  /**
   * Makes an access token, an ID token and a code, as a login of the user would.
   *
   * @param login who logs in where, and what for
   * @returns the tokens
   * @throws ControlError when a login like that would be refused, with the reason
   */
  mint(login: Mint): Promise<Minted> {
    return this.#api.post(["tokens"], login);
  }
}
