import type { ControlApi } from "./control-api.ts";
import type { Partner, PartnerInput } from "./types.ts";

/** Whose keys act for the sales units of others. */
export class Partners {
  readonly #api: ControlApi;

  constructor(api: ControlApi) {
    this.#api = api;
  }

  /** @returns the partners, in the order in which they were added */
  list(): Promise<Partner[]> {
    return this.#api.list(["partners"]);
  }

  /**
   * @param id the partner's id
   * @returns the partner
   * @throws ControlError when there is no such partner
   */
  get(id: string): Promise<Partner> {
    return this.#api.get(["partners", id]);
  }

  /**
   * @param partner at least a name; id and keys are made up, and it acts for nobody unless it says so
   * @returns the whole partner
   * @throws ControlError when a value does not fit or is taken, or a sales unit is not there
   */
  add(partner: PartnerInput): Promise<Partner> {
    return this.#api.post(["partners"], partner);
  }

  /**
   * @param id the partner's id
   * @param changes the new values; nothing else changes
   * @returns the whole partner
   * @throws ControlError when there is no such partner, or a value does not fit or is taken
   */
  update(id: string, changes: Partial<Partner>): Promise<Partner> {
    return this.#api.patch(["partners", id], changes);
  }

  /**
   * Removes a partner; the platform tokens that it was given stop working.
   *
   * @param id the partner's id
   * @throws ControlError when there is no such partner
   */
  remove(id: string): Promise<void> {
    return this.#api.delete(["partners", id]);
  }
}
