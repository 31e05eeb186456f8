import type { ControlApi } from "./control-api.ts";
import type { Payment, PaymentSession } from "./types.ts";

/** Payments in which a user shared data with a merchant. */
export class PaymentSessions {
  readonly #api: ControlApi;

  constructor(api: ControlApi) {
    this.#api = api;
  }

  /** @returns the payments that are remembered, in the order in which they were made */
  list(): Promise<PaymentSession[]> {
    return this.#api.list(["payment-sessions"]);
  }

  /**
   * @param id the payment session's id
   * @returns the payment session
   * @throws ControlError when there is no such payment session
   */
  get(id: string): Promise<PaymentSession> {
    return this.#api.get(["payment-sessions", id]);
  }

  /**
   * Lets a user pay and share data. Userinfo answers to the `sub` for 168 hours from now.
   *
   * @param payment who pays where, and which data is asked for
   * @returns the payment session, with its `sub`
   * @throws ControlError when there is no such user or sales unit, or a rule forbids it, with the reason
   */
  add(payment: Payment): Promise<PaymentSession> {
    return this.#api.post(["payment-sessions"], payment);
  }

  /**
   * Removes a payment: what was shared in it is readable no more. The consent stays.
   *
   * @param id the payment session's id
   * @throws ControlError when there is no such payment session
   */
  remove(id: string): Promise<void> {
    return this.#api.delete(["payment-sessions", id]);
  }
}
