import type { Brand } from "../records/brand.ts";
import type { EpochSeconds } from "../records/time.ts";
import { after, DAY, epochSeconds, HOUR } from "../records/time.ts";

/**
 * Where moments and calendar dates meet. Together with clock.ts it is the only file that knows
 * `Date`; neither reads the wall clock here.
 */

/** A day of the calendar, written `YYYY-MM-DD`. */
export type CalendarDate = Brand<string, "CalendarDate">;

/** The last hour that was asked for, and the day it is in. */
let asked: { readonly hour: number; readonly date: CalendarDate } | undefined;

/** The day it is in Norway, by whose calendar ages are counted (rules.md, "Age"). */
export function dateInOslo(moment: EpochSeconds): CalendarDate {
  // Days begin, and the clocks are changed, on the hour.
  const hour = Math.floor(moment / HOUR);
  if (asked?.hour !== hour) asked = { hour, date: findDateInOslo(moment) };
  return asked.date;
}

/** When summer time ended for the first time by the rule that the EU still has: 1996-10-27T01:00:00Z. */
const RULE_BEGINS = epochSeconds(846_378_000);

/** 10000-01-01T00:00:00Z: from here on ISO 8601 writes years in another way. */
const FIVE_DIGITS = epochSeconds(253_402_300_800);

/** By arithmetic, because the time zones of `Intl` take some 20 ms to load. */
function findDateInOslo(moment: EpochSeconds): CalendarDate {
  if (moment < RULE_BEGINS || moment > FIVE_DIGITS - DAY) return findDateByTimeZone(moment);
  const offset = isSummerTime(moment) ? 2 * HOUR : HOUR;
  return toIso(after(moment, offset)).slice(0, 10) as CalendarDate;
}

/** From the last Sunday of March to that of October, each at 01:00 UTC (Directive 2000/84/EC). */
function isSummerTime(moment: EpochSeconds): boolean {
  const year = new Date(moment * 1000).getUTCFullYear();
  return moment >= lastSundayOf(year, 3) + HOUR && moment < lastSundayOf(year, 10) + HOUR;
}

/** When it begins in UTC; the month counts from 1, and has 31 days. */
function lastSundayOf(year: number, month: number): EpochSeconds {
  const lastDay = new Date(Date.UTC(year, month - 1, 31));
  return epochSeconds(lastDay.getTime() / 1000 - lastDay.getUTCDay() * DAY);
}

function findDateByTimeZone(moment: EpochSeconds): CalendarDate {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const calendar = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Oslo", ...parts });
  return calendar.format(moment * 1000) as CalendarDate;
}

/** What a clock on a wall in Norway shows: `14:05`. */
export function timeInOslo(moment: EpochSeconds): string {
  const parts = { hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Oslo", ...parts }).format(
    moment * 1000,
  );
}

/** Whether the calendar has that day: 2023-02-29 is no date. */
export function isCalendarDate(text: string): text is CalendarDate {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const parsed = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
}

/** ISO 8601 in UTC with seconds: `2023-05-17T10:00:00Z`. */
export function toIso(moment: EpochSeconds): string {
  return new Date(moment * 1000).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** The date as HTTP headers have it (RFC 9110 §5.6.7): `Wed, 17 May 2023 10:00:00 GMT`. */
export function toHttpDate(moment: EpochSeconds): string {
  return new Date(moment * 1000).toUTCString();
}

/** The moment of such a header; undefined when the text is none. */
export function fromHttpDate(text: string): EpochSeconds | undefined {
  const seconds = Math.floor(Date.parse(text) / 1000);
  return Number.isNaN(seconds) ? undefined : epochSeconds(seconds);
}

/** That moment, the fraction of a second cut off; undefined when the text is not one. */
export function fromIso(text: string): EpochSeconds | undefined {
  const form =
    /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
  const match = form.exec(text);
  if (!match || !isCalendarDate(match[1] ?? "")) return undefined;
  const millis = new Date(text).getTime();
  return Number.isNaN(millis) ? undefined : epochSeconds(Math.floor(millis / 1000));
}

/** As libraries want a moment that stands on neither clock nor calendar of ours. */
export function toDate(moment: EpochSeconds): Date {
  return new Date(moment * 1000);
}

/** A moment as Node writes those of certificates: `May 17 10:00:00 2023 GMT`. */
export function fromCertificate(text: string): EpochSeconds {
  return epochSeconds(Math.floor(Date.parse(text) / 1000));
}
