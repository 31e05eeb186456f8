import type { Ids } from "../platform/capabilities.ts";
import type { Login } from "../records/login.ts";

/** How many numbers the app offers; how many the real one does is not known. */
const OFFERED = 3;

/** The number that the browser shows and those among which the user finds it again in the app. */
export function makeChallenge(ids: Pick<Ids, "integer">): NonNullable<Login["challenge"]> {
  const offered = new Set<number>();
  while (offered.size < OFFERED) offered.add(10 + ids.integer(90));
  const numbers = [...offered];
  return { shown: numbers[ids.integer(OFFERED)] ?? 10, offered: numbers };
}
