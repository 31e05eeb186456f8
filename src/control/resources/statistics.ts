import type { Static } from "typebox";
import Type from "typebox";
import { quoted } from "../../config/problem.ts";
import type { CalendarDate } from "../../platform/calendar.ts";
import { isCalendarDate } from "../../platform/calendar.ts";
import type { SalesUnit } from "../../records/sales-unit.ts";
import { closed } from "../../records/schema-parts.ts";
import { MINUTE } from "../../records/time.ts";
import { STATISTICS_DELAY } from "../../rules/statistics.ts";
import { readStatistics } from "../../sessions/statistics.ts";
import { operation } from "../api/operation.ts";
import { badRequest } from "../api/problem.ts";
import { listOf, PageQuery, readPage } from "../api/records.ts";
import { salesUnitOf } from "./sales-units.ts";

/** `statistics`: what the real service's portal shows a merchant of its logins. */

const Count = Type.Integer({ minimum: 0 });

const figures = {
  logins: Type.Integer({ minimum: 0, description: "Those that succeeded." }),
  uniqueUsers: Type.Integer({
    minimum: 0,
    description:
      "How many different users that were. Whoever logged in on a day is remembered with it, up to " +
      "20,000 of such in a sandbox; beyond that those of the oldest days are forgotten.",
  }),
  withNin: Type.Integer({
    minimum: 0,
    description: "Those of which the scope has the national identity number.",
  }),
  withoutNin: Count,
};

export const StatisticsSchema = Type.Object(
  {
    msn: Type.String({ description: "The sales unit." }),
    name: Type.String({ description: "Its name." }),
    ...figures,
    days: Type.Array(
      Type.Object(
        { date: Type.String({ description: "The day in Oslo: 2023-05-17." }), ...figures },
        { ...closed, title: "StatisticsDay" },
      ),
      { description: "The days of the period that have logins, the earliest first." },
    ),
  },
  { ...closed, title: "Statistics" },
);

export const StatisticsQuery = Type.Object(
  {
    msn: Type.Optional(Type.String({ description: "Only of this sales unit." })),
    from: Type.Optional(
      Type.String({ description: "The first day, in Oslo: 2023-05-01. Any when left out." }),
    ),
    to: Type.Optional(
      Type.String({ description: "The last day, itself included. Any when left out." }),
    ),
    ...PageQuery,
  },
  closed,
);

export const statisticsOperations = [
  operation({
    method: "GET",
    path: "/statistics",
    operationId: "getStatistics",
    summary:
      "How many logins succeeded at each sales unit, in all and by the day; a login is there " +
      `${STATISTICS_DELAY / MINUTE} minutes after it happened.`,
    query: StatisticsQuery,
    status: 200,
    response: listOf(StatisticsSchema),
    run: async ({ query, exchange }) => {
      const period = periodOf(query);
      const { salesUnits } = exchange.sandbox.store;
      const one = query.msn === undefined ? undefined : await salesUnitOf(query.msn, exchange);
      const counted = await readStatistics(exchange.sandbox, period, exchange.now, query.msn);
      const toJson = ({ msn, name }: SalesUnit) => ({ msn, name, ...counted(msn) });
      return {
        body: one ? { items: [toJson(one)] } : await readPage(salesUnits, query, { toJson }),
      };
    },
  }),
];

function periodOf({ from, to }: Static<typeof StatisticsQuery>) {
  const period = { from: dayOf("from", from), to: dayOf("to", to) };
  if (period.from === undefined || period.to === undefined || period.from <= period.to) {
    return period;
  }
  const message = `is ${quoted(period.from)}, after "to", which is ${quoted(period.to)}; give the earlier day first`;
  throw badRequest([{ path: "from", message, value: from }], "The query");
}

function dayOf(path: string, text: string | undefined): CalendarDate | undefined {
  if (text === undefined || isCalendarDate(text)) return text;
  const message = `${quoted(text)} is not a day of the calendar; write it as 2023-05-17`;
  throw badRequest([{ path, message, value: text }], "The query");
}
