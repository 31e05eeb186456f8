import type { ControlApi } from "./control-api.ts";
import type { Consent } from "./types.ts";

/** Which consents are meant; what is left out matches every one. */
export interface ConsentFilter {
  /** A user's id or MSISDN. */
  readonly user?: string;
  readonly merchant?: string;
}

/** What users agreed to share. */
export class Consents {
  readonly #api: ControlApi;

  constructor(api: ControlApi) {
    this.#api = api;
  }

  /**
   * @param filter whose consents; all when left out
   * @returns the consents, the revoked ones too, in the order in which they were given
   * @throws ControlError when there is no such user or merchant
   */
  list(filter: ConsentFilter = {}): Promise<Consent[]> {
    return this.#api.list(["consents"], { ...filter });
  }

  /**
   * Revokes consents as the user does in the app.
   *
   * @param which a consent's id, or whose consents: of a user, for a merchant, or both
   * @returns those that were revoked
   * @throws ControlError when none of them stands
   */
  async revoke(which: string | ConsentFilter): Promise<Consent[]> {
    if (typeof which === "string") return [await this.#api.delete<Consent>(["consents", which])];
    const { items } = await this.#api.delete<{ items: Consent[] }>(["consents"], { ...which });
    return items;
  }
}
