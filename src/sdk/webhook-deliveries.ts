import type { ControlApi } from "./control-api.ts";
import type { Length, WebhookDelivery, WebhookDeliveryFilter } from "./types.ts";

/** What merchants are told: the webhooks of revoked consents and of logins from phone number. */
export class WebhookDeliveries {
  readonly #api: ControlApi;

  constructor(api: ControlApi) {
    this.#api = api;
  }

  /**
   * @param filter which deliveries, how many at most (`limit`), and how long to `wait` for one: 60
   *   seconds of the real time at most, not at all when left out
   * @returns the deliveries with all their attempts, the oldest first
   * @throws ControlError when the filter names a sales unit that is not there
   */
  list(
    filter: WebhookDeliveryFilter & { readonly limit?: number; readonly wait?: Length } = {},
  ): Promise<WebhookDelivery[]> {
    return this.#api.list(["webhook-deliveries"], { ...filter });
  }

  /**
   * @param id the delivery's id
   * @returns the delivery
   * @throws ControlError when there is none
   */
  get(id: string): Promise<WebhookDelivery> {
    return this.#api.get(["webhook-deliveries", id]);
  }

  /**
   * Makes an attempt now instead of later, or once more.
   *
   * @param id the delivery's id
   * @returns the delivery, after the attempt
   * @throws ControlError when there is none
   */
  redeliver(id: string): Promise<WebhookDelivery> {
    return this.#api.post(["webhook-deliveries", id, "redeliver"]);
  }

  /** Removes every delivery; those that wait are not sent any more. */
  clear(): Promise<void> {
    return this.#api.delete(["webhook-deliveries"]);
  }
}
