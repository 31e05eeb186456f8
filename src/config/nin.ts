import type { CalendarDate } from "../platform/calendar.ts";
import { fromIso, isCalendarDate, toIso } from "../platform/calendar.ts";
import { after, DAY } from "../records/time.ts";
import { CompletionError } from "./problem.ts";

/**
 * Norwegian national identity numbers (fødselsnummer), and only synthetic ones: 80 is added to the
 * month, as the Tax Administration does for its test population, so that none can be a person's.
 *
 * `DDMMYYIIIKK`: day, month, year, individual number (which tells the century), two check digits.
 */

/**
 * The individual numbers given in each span of birth years; made-up NINs take the first that fits.
 * None is defined for births from 2040 on.
 */
const SERIES = [
  { firstYear: 1900, lastYear: 1999, from: 0, to: 499 },
  { firstYear: 2000, lastYear: 2039, from: 500, to: 999 },
  { firstYear: 1854, lastYear: 1899, from: 500, to: 749 },
  { firstYear: 1940, lastYear: 1999, from: 900, to: 999 },
] as const;

const SYNTHETIC_MONTH = 80;
const FIRST_WEIGHTS = [3, 7, 6, 1, 8, 9, 4, 5, 2];
const SECOND_WEIGHTS = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/**
 * Whether it is one of the synthetic series: eleven digits, a birth date that exists, both check
 * digits right.
 */
export function isSyntheticNin(nin: string): boolean {
  return birthDateOf(nin) !== undefined && nin.slice(9) === checkDigits(nin.slice(0, 9));
}

/** The birth date that it holds; undefined when it is not of the synthetic series. */
export function birthDateOf(nin: string): CalendarDate | undefined {
  if (!/^\d{11}$/.test(nin)) return undefined;
  const month = Number(nin.slice(2, 4)) - SYNTHETIC_MONTH;
  const individual = Number(nin.slice(6, 9));
  const dates = SERIES.filter(({ from, to }) => from <= individual && individual <= to).flatMap(
    ({ firstYear, lastYear }) => {
      const century = firstYear - (firstYear % 100);
      const year = century + Number(nin.slice(4, 6));
      const date = `${year}-${String(month).padStart(2, "0")}-${nin.slice(0, 2)}`;
      return firstYear <= year && year <= lastYear && isCalendarDate(date) ? [date] : [];
    },
  );
  return dates[0];
}

/** The gender that its individual number was given for: even numbers to women. */
export function genderOf(nin: string): "female" | "male" {
  return Number(nin[8]) % 2 === 0 ? "female" : "male";
}

/**
 * A synthetic national identity number of somebody born that day.
 *
 * @throws CompletionError when no number is free, or none exists for that year
 */
export function syntheticNin(
  birthDate: CalendarDate,
  choose: (below: number) => number,
  isFree: (nin: string) => boolean = () => true,
): string {
  const year = Number(birthDate.slice(0, 4));
  const series = SERIES.find(({ firstYear, lastYear }) => firstYear <= year && year <= lastYear);
  if (!series) {
    throw new CompletionError(
      "birthDate",
      `no national identity number exists for the birth date ${birthDate}; use one from 1854 to 2039`,
    );
  }
  const count = series.to - series.from + 1;
  const start = choose(count);
  const month = Number(birthDate.slice(5, 7)) + SYNTHETIC_MONTH;
  const date = `${birthDate.slice(8)}${month}${birthDate.slice(2, 4)}`;
  for (let step = 0; step < count; step++) {
    const individual = series.from + ((start + step) % count);
    const stem = `${date}${String(individual).padStart(3, "0")}`;
    const check = checkDigits(stem);
    if (check !== undefined && isFree(stem + check)) return stem + check;
  }
  throw new CompletionError(
    "nin",
    `every national identity number for the birth date ${birthDate} is taken; use another birth date`,
  );
}

/** The two check digits; undefined where one would be 10, for such numbers are never given out. */
function checkDigits(stem: string): string | undefined {
  const first = checkDigit(stem, FIRST_WEIGHTS);
  const second = checkDigit(`${stem}${first}`, SECOND_WEIGHTS);
  return first < 10 && second < 10 ? `${first}${second}` : undefined;
}

function checkDigit(digits: string, weights: readonly number[]): number {
  const sum = weights.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
  return (11 - (sum % 11)) % 11;
}

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
