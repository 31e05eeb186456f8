import type { ControlApi } from "./control-api.ts";
import type { Statistics, StatisticsFilter } from "./types.ts";

/** How many logins succeeded, as the portal tells merchants: each login 10 minutes after it happened. */
export class StatisticsClient {
  readonly #api: ControlApi;

  constructor(api: ControlApi) {
    this.#api = api;
  }

  /**
   * @param filter which sales unit (`msn`), and from which day to which (`from`, `to`, in Oslo, both
   *   included)
   * @returns the figures of each sales unit, of the whole period and of its days
   * @throws ControlError when there is no such sales unit or day
   */
  list(filter: StatisticsFilter = {}): Promise<Statistics[]> {
    return this.#api.list(["statistics"], { ...filter });
  }
}
