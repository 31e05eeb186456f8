import type { CalendarDate } from "../platform/calendar.ts";
import { fromIso, isCalendarDate, toIso } from "../platform/calendar.ts";
import { after, DAY } from "../records/time.ts";

/**
 * Birth dates as a config may write them: a day of the calendar, or one that moves along with the
 * present day, so that somebody turns 18 today whenever the tests run. `today-18y` is the day 18
 * years ago, `today-18y+1d` the day after that one.
 */

const RELATIVE = /^today-(\d{1,2})y(?:([+-]\d{1,3})d)?$/;

/** Whether it depends on the present day. */
export function isRelative(text: string): boolean {
  return RELATIVE.test(text);
}

/**
 * The years are counted first: on 29 February, a year without that day gives 28 February. Then come
 * the days.
 */
export function resolveBirthDate(text: string, today: CalendarDate): CalendarDate | undefined {
  if (isCalendarDate(text)) return text;
  const [, years, days] = RELATIVE.exec(text) ?? [];
  if (years === undefined) return undefined;
  const year = String(Number(today.slice(0, 4)) - Number(years)).padStart(4, "0");
  const sameDay = `${year}${today.slice(4)}`;
  const start = fromIso(`${isCalendarDate(sameDay) ? sameDay : `${year}-02-28`}T00:00:00Z`);
  return start === undefined
    ? undefined
    : (toIso(after(start, Number(days ?? 0) * DAY)).slice(0, 10) as CalendarDate);
}
