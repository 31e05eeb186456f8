import type { ControlApi } from "./control-api.ts";
import type { Length, LoggedRequest, RequestFilter } from "./types.ts";

/** The request log: what applications and browsers asked, what they got, and why it was refused. */
export class Requests {
  readonly #api: ControlApi;

  constructor(api: ControlApi) {
    this.#api = api;
  }

  /**
   * @param filter which requests, how many at most (`limit`), and how long to `wait` for one: 60
   *   seconds of the real time at most, not at all when left out
   * @returns the requests, the oldest first
   * @throws ControlError when the filter names something that is not there
   */
  list(
    filter: RequestFilter & { readonly limit?: number; readonly wait?: Length } = {},
  ): Promise<LoggedRequest[]> {
    return this.#api.list(["requests"], { ...filter });
  }

  /**
   * @param id the request's id
   * @returns the request
   * @throws ControlError when it is not in the log
   */
  get(id: string): Promise<LoggedRequest> {
    return this.#api.get(["requests", id]);
  }

  /**
   * @param filter which requests
   * @returns how many there are
   * @throws ControlError when the filter names something that is not there
   */
  async count(filter: RequestFilter = {}): Promise<number> {
    return (await this.#api.get<{ count: number }>(["requests", "count"], { ...filter })).count;
  }

  /**
   * Takes the oldest request that nobody took yet, so that no two callers look at the same one.
   *
   * @param filter which requests, and how long to `wait` for one, as for `list`
   * @returns the request
   * @throws ControlError when there is none, with what was seen instead
   */
  take(filter: RequestFilter & { readonly wait?: Length } = {}): Promise<LoggedRequest> {
    return this.#api.post(["requests", "take"], filter);
  }

  /** Empties the request log. */
  clear(): Promise<void> {
    return this.#api.delete(["requests"]);
  }
}
