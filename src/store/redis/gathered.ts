import { nextTurn } from "../../platform/timers.ts";
import { MOST_RECORDS } from "../store.ts";

/** What somebody has asked for, and where to say what comes of it. */
interface Waiting<Asked, Given> {
  readonly asked: Asked;
  readonly resolve: (given: Promise<Given>) => void;
}

/**
 * Gathers what is asked for in one turn of the event loop, so that one command carries it: requests that come together
 * need the same things at the same time.
 *
 * @param ask gives a promise for each, so that nobody waits for another one's, or fails with it; it throws nothing itself
 */
export function gathered<Asked, Given>(
  ask: (all: readonly Asked[]) => readonly Promise<Given>[],
): (asked: Asked) => Promise<Given> {
  let waiting: Waiting<Asked, Given>[] = [];
  const send = () => {
    const all = waiting;
    waiting = [];
    for (let start = 0; start < all.length; start += MOST_RECORDS) {
      const together = all.slice(start, start + MOST_RECORDS);
      const given = ask(together.map(({ asked }) => asked));
      for (const [place, { resolve }] of together.entries()) {
        resolve(given[place] as Promise<Given>);
      }
    }
  };
  return (asked) =>
    new Promise((resolve) => {
      if (waiting.push({ asked, resolve }) === 1) void nextTurn().then(send);
    });
}
