import type { Static } from "typebox";
import type { Operation, OwnRefusal } from "./operation.ts";

/**
 * A call that stands in the API's description. A test makes it: the examples of a resource one after
 * the other, in the order of the table, at a mock at which Ada has just logged in; for those of
 * `logins` and `requests` five logins wait there in browsers and one on a phone, and one token request
 * was refused; for those of `webhook-deliveries` Ada has taken her consent back, and Demo Shop was told.
 */
interface Example<Params, Query, Body> {
  /** What it shows, in a few words. */
  readonly title: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** The status, where it is a refusal. */
  readonly refused?: 400 | 404 | OwnRefusal;
  /**
   * The body that comes back, whole; left out where it is too long to be read. Ids, tokens and
   * moments are others in each run. What an example takes from the response of an earlier one, as an
   * id, is written the same in both.
   */
  readonly response?: unknown;
}

/** An example of any operation. */
export type AnyExample = Example<unknown, unknown, unknown>;

/** For each operation of a resource its examples; the most telling one comes first. */
export type ExamplesOf<Operations extends readonly Operation[]> = {
  readonly [One in Operations[number] as `${One["method"]} ${One["path"]}`]: readonly Example<
    Static<One["params"]>,
    Static<One["query"]>,
    Static<NonNullable<One["body"]>>
  >[];
};
