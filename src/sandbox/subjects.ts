import type { SalesUnit, User } from "../config/schema.ts";
import { subjectFor } from "../rules/subject.ts";
import type { Session } from "../store/store.ts";
import type { Sandbox } from "./sandbox.ts";

/** Users as sales units know them: by `sub`. */

/**
 * @param sandbox whose switches say how far a `sub` reaches
 * @param user the user
 * @param salesUnit the sales unit
 * @returns the `sub` of the one at the other
 */
export function subjectAt(
  { switches }: Pick<Sandbox, "switches">,
  { nin }: Pick<User, "nin">,
  { merchant, msn }: Pick<SalesUnit, "merchant" | "msn">,
): string {
  return subjectFor(nin, switches.subjectPer === "merchant" ? merchant : msn);
}

/**
 * @param sandbox where to look
 * @param subject a `sub`
 * @param msn the sales unit
 * @returns the user's last session there, login or payment, however long ago it is; undefined where
 *   none is remembered
 */
export async function newestSessionOf(
  { store }: Pick<Sandbox, "store">,
  subject: string,
  msn: string,
): Promise<Session | undefined> {
  const { items } = await store.sessions.list();
  return items
    .filter((session) => session.subject === subject && session.msn === msn)
    .reduce<Session | undefined>(
      (newest, session) => (newest && newest.beganAt > session.beganAt ? newest : session),
      undefined,
    );
}
