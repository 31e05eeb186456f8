import type { CalendarDate } from "../platform/calendar.ts";
import type { LoginDay, LoginUser } from "../records/statistics.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { appearedLogins, hasUserAppeared } from "./statistics.ts";

/** What the statistics say of one sales unit. */

/** Days of the calendar in Oslo, the first and the last one included; open where left out. */
export interface Period {
  readonly from?: CalendarDate | undefined;
  readonly to?: CalendarDate | undefined;
}

/** The successful logins of a day or a period. */
interface Figures {
  readonly logins: number;
  readonly uniqueUsers: number;
  readonly withNin: number;
  readonly withoutNin: number;
}

/** The figures of a period and of each of its days that has any, in order. */
interface Statistics extends Figures {
  readonly days: readonly (Figures & { readonly date: string })[];
}

/** Everything that was counted of the sales units of a sandbox. */
type Counted = (msn: string) => Statistics;

/** What to ask for the figures of a sales unit, by its msn. */
export async function readStatistics(
  { store }: Pick<Sandbox, "store">,
  period: Period,
  now: EpochSeconds,
): Promise<Counted> {
  const isAsked = ({ date }: { readonly date: string }) =>
    (period.from === undefined || period.from <= date) &&
    (period.to === undefined || date <= period.to);
  const days = (await store.loginDays.list()).items.filter(isAsked);
  const users = (await store.loginUsers.list()).items
    .filter(isAsked)
    .filter((user) => hasUserAppeared(user, now));
  const daysOf = byMsn(days);
  const usersOf = byMsn(users);
  return (msn) => figuresOf(daysOf.get(msn) ?? [], usersOf.get(msn) ?? [], now);
}

function byMsn<Item extends { readonly msn: string }>(items: readonly Item[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(item.msn);
    if (group) group.push(item);
    else groups.set(item.msn, [item]);
  }
  return groups;
}

function figuresOf(
  days: readonly LoginDay[],
  users: readonly LoginUser[],
  now: EpochSeconds,
): Statistics {
  const dates = days.map(({ date }) => date).sort();
  const each = dates.map((date) => {
    const ofDate = (one: { readonly date: string }) => one.date === date;
    return { date, ...sumOf(days.filter(ofDate), users.filter(ofDate), now) };
  });
  return { ...sumOf(days, users, now), days: each.filter(({ logins }) => logins > 0) };
}

function sumOf(days: readonly LoginDay[], users: readonly LoginUser[], now: EpochSeconds): Figures {
  const counts = days.map((day) => appearedLogins(day, now));
  const logins = counts.reduce((sum, count) => sum + count.logins, 0);
  const withNin = counts.reduce((sum, count) => sum + count.withNin, 0);
  const uniqueUsers = new Set(users.map(({ subject }) => subject)).size;
  return { logins, uniqueUsers, withNin, withoutNin: logins - withNin };
}
