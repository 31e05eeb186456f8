import type { Brand } from "../records/brand.ts";
import type { EpochSeconds } from "../records/time.ts";
import { epochSeconds } from "../records/time.ts";

/**
 * Where moments and calendar dates meet. Together with clock.ts it is the only file that knows
 * `Date`; neither reads the wall clock here.
 */

/** A day of the calendar, written `YYYY-MM-DD`. */
export type CalendarDate = Brand<string, "CalendarDate">;

const osloCalendar = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Europe/Oslo",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});

/** The day it is in Norway, by whose calendar ages are counted (rules.md, "Age"). */
export function dateInOslo(moment: EpochSeconds): CalendarDate {
  return osloCalendar.format(moment * 1000) as CalendarDate;
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

/** That moment, the fraction of a second cut off; undefined when the text is not one. */
export function fromIso(text: string): EpochSeconds | undefined {
  const form =
    /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
  const match = form.exec(text);
  if (!match || !isCalendarDate(match[1] ?? "")) return undefined;
  const millis = new Date(text).getTime();
  return Number.isNaN(millis) ? undefined : epochSeconds(Math.floor(millis / 1000));
}
