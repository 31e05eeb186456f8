import type { CalendarDate } from "../platform/calendar.ts";
import { dateInOslo } from "../platform/calendar.ts";
import type { Session } from "../records/session.ts";
import type { LoginCount, LoginDay, LoginUser } from "../records/statistics.ts";
import type { EpochSeconds } from "../records/time.ts";
import { hasAppeared } from "../rules/statistics.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { readAll, readGroup, updateAll } from "../store/batches.ts";
import { perDayKey } from "../store/collections.ts";
import type { Collection } from "../store/store.ts";
import { ConflictError } from "../store/store.ts";

/**
 * The statistics of successful logins. They are counted as they happen, so that any number of them takes
 * little room: what is older than the statistics' delay is one pair of numbers for each day and sales
 * unit; only logins that have yet to appear in the statistics are kept with their time.
 */

const NONE: LoginCount = { logins: 0, withNin: 0 };

export async function countLogin(
  { store }: Pick<Sandbox, "store">,
  session: Session,
): Promise<void> {
  const { msn, subject, scopes, beganAt: at } = session;
  const date = dateInOslo(at);
  const withNin = scopes.includes("nin") ? 1 : 0;
  const recent = { at: [at], logins: [1], withNin: [withNin] };
  const day = { id: perDayKey(msn, date), msn, date, appeared: NONE, recent };
  await put(store.loginDays, day, (current) => withLogin(withAppeared(current, at), at, withNin));

  const user = { id: perDayKey(msn, date, subject), msn, date, subject, firstAt: at };
  const known = await store.loginUsers.get(user.id);
  if (known && isCountedBy(known, at)) return;
  await put(store.loginUsers, user, (current) => (isCountedBy(current, at) ? current : user));
}

/** Keeps in the statistics what has appeared there: to be called before the clock is set back. */
export async function keepStatistics(
  { store }: Pick<Sandbox, "store">,
  now: EpochSeconds,
): Promise<void> {
  await updateAll(store.loginDays, (day) => {
    const kept = withAppeared(day, now);
    return kept === day ? undefined : kept;
  });
  await updateAll(store.loginUsers, ({ firstAt, ...appeared }) =>
    firstAt === undefined || !hasAppeared(firstAt, now) ? undefined : appeared,
  );
}

/** The logins of a day that have appeared in the statistics. */
function appearedLogins(day: LoginDay, now: EpochSeconds): LoginCount {
  return withAppeared(day, now).appeared;
}

/** Whether a login of the user on that day has appeared in the statistics. */
function hasUserAppeared({ firstAt }: LoginUser, now: EpochSeconds): boolean {
  return firstAt === undefined || hasAppeared(firstAt, now);
}

/** The day with everything that has appeared added up. */
function withAppeared(day: LoginDay, now: EpochSeconds): LoginDay {
  const { appeared, recent } = day;
  if (!recent.at.some((at) => hasAppeared(at, now))) return day;
  const due = recent.at.map((at) => hasAppeared(at, now));
  const sum = (total: number, count: number, place: number) => (due[place] ? total + count : total);
  const isLeft = (_: number, place: number) => !due[place];
  return {
    ...day,
    appeared: {
      logins: recent.logins.reduce(sum, appeared.logins),
      withNin: recent.withNin.reduce(sum, appeared.withNin),
    },
    recent: {
      at: recent.at.filter(isLeft),
      logins: recent.logins.filter(isLeft),
      withNin: recent.withNin.filter(isLeft),
    },
  };
}

function withLogin(day: LoginDay, at: EpochSeconds, withNin: number): LoginDay {
  const { recent } = day;
  const here = recent.at.lastIndexOf(at);
  if (here >= 0) {
    const logins = plus(recent.logins, here, 1);
    return { ...day, recent: { ...recent, logins, withNin: plus(recent.withNin, here, withNin) } };
  }
  return {
    ...day,
    recent: {
      at: [...recent.at, at],
      logins: [...recent.logins, 1],
      withNin: [...recent.withNin, withNin],
    },
  };
}

/** The counts with one of them raised; frozen, as the store's own are, so that it copies none again. */
function plus(counts: readonly number[], place: number, by: number): readonly number[] {
  return by === 0 ? counts : Object.freeze(counts.with(place, (counts[place] ?? 0) + by));
}

/** Whether a login at that moment is not the user's first of the day. */
function isCountedBy({ firstAt }: LoginUser, at: EpochSeconds): boolean {
  return firstAt === undefined || firstAt <= at;
}

/** Changes the record, or inserts the first one, in one atomic step. */
async function put<Item extends { readonly id: string }>(
  collection: Pick<Collection<Item>, "insert" | "update">,
  first: Item,
  change: (current: Item) => Item,
): Promise<void> {
  if (await collection.update(first.id, change)) return;
  try {
    await collection.insert(first);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    await put(collection, first, change);
  }
}

/** Days of the calendar in Oslo, including the first and the last; open where left out. */
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

/** The statistics of a sales unit, by its msn. */
type Counted = (msn: string) => Statistics;

/** The statistics of any sales unit, or of the only one that is named. */
export async function readStatistics(
  { store }: Pick<Sandbox, "store">,
  period: Period,
  now: EpochSeconds,
  msn?: string,
): Promise<Counted> {
  const isAsked = ({ date }: { readonly date: string }) =>
    (period.from === undefined || period.from <= date) &&
    (period.to === undefined || date <= period.to);
  const [allDays, allUsers] = await Promise.all(
    msn === undefined
      ? [readAll(store.loginDays), readAll(store.loginUsers)]
      : [readGroup(store.loginDays, "msn", msn), readGroup(store.loginUsers, "msn", msn)],
  );
  const days = allDays.filter(isAsked);
  const users = allUsers.filter(isAsked).filter((user) => hasUserAppeared(user, now));
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
