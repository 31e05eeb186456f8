import type { SalesUnit } from "../records/sales-unit.ts";
import type { Session } from "../records/session.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { User } from "../records/user.ts";
import { sharedUntil } from "../rules/retention.ts";
import { sectorOf, subjectFor } from "../rules/subject.ts";
import { readGroup } from "../store/batches.ts";
import { subjectKey } from "../store/collections.ts";
import type { Sandbox } from "./sandbox.ts";

/** Users as sales units know them: by `sub`. */

/** The `sub` of the one at the other. */
export function subjectAt(
  { switches }: Pick<Sandbox, "switches">,
  { nin }: Pick<User, "nin">,
  salesUnit: Pick<SalesUnit, "merchant" | "msn">,
): string {
  return subjectFor(nin, sectorOf(salesUnit, switches.subjectPer));
}

/**
 * Which of a user's sessions is read by the `sub`. A payment's data is readable for its 168 hours
 * (rules/retention.ts), so that no login that asks for less may come in between.
 */
export async function sharedSessionOf(
  { store }: Pick<Sandbox, "store">,
  subject: string,
  msn: string,
  now: EpochSeconds,
): Promise<Session | undefined> {
  const all = await readGroup(store.sessions, "subject", subjectKey(subject, msn));
  const readable = all.filter(({ beganAt }) => now < sharedUntil(beganAt));
  const payments = readable.filter(({ payment }) => payment);
  return newestOf(payments) ?? newestOf(readable) ?? newestOf(all);
}

/** Of those that began in the same second the last one. */
function newestOf(sessions: readonly Session[]): Session | undefined {
  return sessions.reduce<Session | undefined>(
    (newest, session) => (newest && newest.beganAt > session.beganAt ? newest : session),
    undefined,
  );
}
