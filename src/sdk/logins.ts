import type { ControlApi } from "./control-api.ts";
import type { Approval, Login, LoginFilter } from "./types.ts";

/** The logins that wait for a person, in a browser or on a phone; a test can be that person's thumb. */
export class Logins {
  readonly #api: ControlApi;

  constructor(api: ControlApi) {
    this.#api = api;
  }

  /**
   * @param filter which logins; those that wait for a person when it names no status
   * @returns the logins, in the order in which they began
   * @throws ControlError when the filter names an unknown user or client
   */
  list(filter: LoginFilter = {}): Promise<Login[]> {
    return this.#api.list(["logins"], { ...filter });
  }

  /**
   * @param id the login's id, or the auth_req_id of one from phone number
   * @returns the login
   * @throws ControlError when it is finished, or was never begun
   */
  get(id: string): Promise<Login> {
    return this.#api.get(["logins", id]);
  }

  /**
   * Confirms in the app and consents, as its user would.
   *
   * @param id the login's id, or the auth_req_id of one from phone number
   * @param approval whose login it is where that is not known yet, and what else the user does; what
   *   the merchant asks and the approval does not name is accepted
   * @returns the login, with `redirectUrl` where it ends in a browser
   * @throws ControlError when it does not wait any more, or the approval does not fit
   */
  approve(id: string, approval: Approval = {}): Promise<Login> {
    return this.#api.post(["logins", id, "approve"], approval);
  }

  /**
   * Cancels a login, as its user would.
   *
   * @param id the login's id, or the auth_req_id of one from phone number
   * @returns the login
   * @throws ControlError when it does not wait any more
   */
  reject(id: string): Promise<Login> {
    return this.#api.post(["logins", id, "reject"]);
  }

  /**
   * Ends a login's time now.
   *
   * @param id the login's id, or the auth_req_id of one from phone number
   * @returns the login
   * @throws ControlError when it does not wait any more
   */
  expire(id: string): Promise<Login> {
    return this.#api.post(["logins", id, "expire"]);
  }
}
