import type { Statistics } from "../control/types.ts";
import type { CalendarDate } from "../platform/calendar.ts";
import { dateInOslo, fromIso, timeInOslo, toIso } from "../platform/calendar.ts";
import type { EpochSeconds } from "../records/time.ts";
import { after, DAY, epochSeconds } from "../records/time.ts";
import { STATISTICS_DELAY } from "../rules/statistics.ts";
import type { Visit } from "./page.ts";

/** The statistics of a sales unit, as bars and as the same numbers in a table. */

export interface StatisticsView {
  readonly logins: number;
  readonly uniqueUsers: number;
  readonly withNin: number;
  readonly withoutNin: number;
  /** The time in Oslo up to which logins are counted. */
  readonly until: string;
  readonly periods: readonly {
    readonly days: number;
    readonly href: string;
    readonly isCurrent: boolean;
  }[];
  readonly chart: ChartView;
  /** The newest day first. */
  readonly days: readonly Day[];
}

interface Day {
  readonly date: string;
  readonly logins: number;
  readonly withNin: number;
  readonly withoutNin: number;
  readonly uniqueUsers: number;
}

/** A chart, for the partial of that name. */
interface ChartView {
  readonly label: string;
  readonly width: number;
  readonly height: number;
  readonly most: number;
  readonly first: string;
  readonly last: string;
  readonly bars: readonly Bar[];
}

/** A day: the logins with the NIN below, those without it upon them. */
interface Bar {
  readonly title: string;
  readonly x: number;
  readonly width: number;
  readonly withNin: number;
  readonly withNinY: number;
  readonly withNinHeight: number;
  readonly withoutNin: number;
  readonly withoutNinY: number;
  readonly withoutNinHeight: number;
}

const PERIODS = [14, 30, 90] as const;

/** The chart's own units; it is stretched to the width of its place. */
const HEIGHT = 100;
const SLOT = 10;
const BAR = 7;

export async function statisticsOf(visit: Visit, msn: string): Promise<StatisticsView> {
  const { api, exchange, query, root } = visit;
  const length = PERIODS.find((days) => String(days) === query.get("days")) ?? PERIODS[0];
  const dates = lastDays(exchange.now, length);
  const [figures] = await api.list<Statistics>(["statistics"], { msn, from: dates[0] });
  const known = new Map(figures?.days.map((day) => [day.date, day]));
  const days = dates.map((date) => {
    const { logins = 0, withNin = 0, withoutNin = 0, uniqueUsers = 0 } = known.get(date) ?? {};
    return { date, logins, withNin, withoutNin, uniqueUsers };
  });
  const { logins = 0, withNin = 0, withoutNin = 0, uniqueUsers = 0 } = figures ?? {};
  return {
    ...{ logins, withNin, withoutNin, uniqueUsers },
    until: timeInOslo(epochSeconds(exchange.now - STATISTICS_DELAY)),
    periods: PERIODS.map((each) => ({
      days: each,
      href: `${root}portal/units/${msn}?days=${each}#statistics`,
      isCurrent: each === length,
    })),
    chart: chartOf(days),
    days: days.toReversed(),
  };
}

/** The days up to the present one, in Oslo. */
function lastDays(now: EpochSeconds, length: number): readonly CalendarDate[] {
  const today = fromIso(`${dateInOslo(now)}T12:00:00Z`) ?? now;
  return Array.from(
    { length },
    (_, day) => toIso(after(today, (day + 1 - length) * DAY)).slice(0, 10) as CalendarDate,
  );
}

function chartOf(days: readonly Day[]): ChartView {
  const most = Math.max(0, ...days.map(({ logins }) => logins));
  const scaled = (count: number) => (count / Math.max(1, most)) * HEIGHT;
  const total = days.reduce((sum, { logins }) => sum + logins, 0);
  const first = days[0]?.date ?? "";
  const last = days.at(-1)?.date ?? "";
  return {
    label: `Logins by day from ${first} to ${last}: ${total} in all, ${most} on the busiest day. The table below has the same numbers.`,
    width: days.length * SLOT,
    height: HEIGHT,
    ...{ most, first, last },
    bars: days.map(({ date, withNin, withoutNin, logins, uniqueUsers }, day) => ({
      title: `${date}: ${logins} logins, ${withNin} with NIN, ${withoutNin} without, ${uniqueUsers} unique users`,
      x: day * SLOT + (SLOT - BAR) / 2,
      width: BAR,
      withNin,
      withNinY: HEIGHT - scaled(withNin),
      withNinHeight: scaled(withNin),
      withoutNin,
      withoutNinY: HEIGHT - scaled(logins),
      withoutNinHeight: scaled(withoutNin),
    })),
  };
}
