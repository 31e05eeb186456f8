import DataLoader from "dataloader";
import { MOST_RECORDS } from "../store.ts";

/**
 * Gathers what is asked within one turn of the event loop, so that one command carries all of it: requests that come
 * together need the same things at the same time.
 *
 * @param ask gives for each of them what it asked for, or the error with which it fails
 */
export function inOneTurn<Asked, Given>(
  ask: (all: readonly Asked[]) => Promise<readonly (Given | Error)[]>,
): (asked: Asked) => Promise<Given> {
  const loader = new DataLoader(ask, { cache: false, maxBatchSize: MOST_RECORDS });
  return (asked) => loader.load(asked);
}
