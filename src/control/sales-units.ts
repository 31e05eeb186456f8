import Type from "typebox";
import { closest } from "../config/closest.ts";
import { completeSalesUnit } from "../config/complete.ts";
import { didYouMean, quoted } from "../config/problem.ts";
import type { SalesUnit } from "../config/schema.ts";
import { SalesUnitInputSchema, SalesUnitSchema } from "../config/schema.ts";
import { findSalesUnitProblems } from "../config/semantics.ts";
import type { Exchange } from "../http/exchange.ts";
import { Problem } from "../http/problem.ts";
import { forgetSalesUnit } from "../sandbox/forget.ts";
import { listOf, PageQuery, pageOf } from "./lists.ts";
import { badRequest, closed, operation } from "./operation.ts";
import { insertCompleted, refuseNewKey, sayingWhatIsTaken } from "./records.ts";

/** `sales-units`: the merchants' clients. */

const SalesUnitParams = Type.Object(
  { msn: Type.String({ description: "The Merchant Serial Number." }) },
  closed,
);

/** What PATCH may name; `msn` only to say the same again. */
const SalesUnitPatchSchema = Type.Partial(SalesUnitSchema, closed);

export const salesUnitOperations = [
  operation({
    method: "GET",
    path: "/sales-units",
    summary: "Lists the sales units, secrets included.",
    query: Type.Object(PageQuery, closed),
    status: 200,
    answer: listOf(SalesUnitSchema),
    run: async ({ query, exchange }) => ({
      body: await exchange.sandbox.store.salesUnits.list(pageOf(query)),
    }),
  }),
  operation({
    method: "POST",
    path: "/sales-units",
    summary: "Adds a sales unit; msn, client id and secret are made up where they are left out.",
    body: SalesUnitInputSchema,
    status: 201,
    answer: SalesUnitSchema,
    run: async ({ body, exchange: { sandbox } }) => {
      refuseProblems(body);
      const unit = await insertCompleted(sandbox.store.salesUnits, "sales unit", body, (others) => {
        const taken = new Set(others.map(({ msn }) => msn));
        return completeSalesUnit(body, sandbox.ids, (msn) => !taken.has(msn));
      });
      return { body: unit, location: `/sales-units/${unit.msn}` };
    },
  }),
  operation({
    method: "GET",
    path: "/sales-units/{msn}",
    summary: "One sales unit.",
    params: SalesUnitParams,
    status: 200,
    answer: SalesUnitSchema,
    run: async ({ params, exchange }) => ({ body: await salesUnitOf(params.msn, exchange) }),
  }),
  operation({
    method: "PATCH",
    path: "/sales-units/{msn}",
    summary: "Changes what it names of a sales unit, and nothing else.",
    params: SalesUnitParams,
    body: SalesUnitPatchSchema,
    status: 200,
    answer: SalesUnitSchema,
    run: async ({ params: { msn }, body, exchange }) => {
      refuseNewKey("msn", msn, body.msn);
      refuseProblems(body);
      const { salesUnits } = exchange.sandbox.store;
      const changed = await sayingWhatIsTaken("sales unit", () =>
        salesUnits.update(msn, (unit) => ({ ...unit, ...body })),
      );
      return { body: changed ?? (await salesUnitOf(msn, exchange)) };
    },
  }),
  operation({
    method: "DELETE",
    path: "/sales-units/{msn}",
    summary: "Removes a sales unit; the tokens it was given stop working.",
    params: SalesUnitParams,
    status: 204,
    run: async ({ params: { msn }, exchange }) => {
      const taken = await exchange.sandbox.store.salesUnits.take(msn);
      if (!taken) await salesUnitOf(msn, exchange);
      await forgetSalesUnit(exchange.sandbox, msn);
      return {};
    },
  }),
];

async function salesUnitOf(msn: string, { sandbox }: Exchange): Promise<SalesUnit> {
  const unit = await sandbox.store.salesUnits.get(msn);
  if (unit) return unit;
  const { items } = await sandbox.store.salesUnits.list();
  const known = items.map((item) => item.msn);
  const remedy = didYouMean(closest(msn, known)) || `; there are ${known.join(", ") || "none"}`;
  throw new Problem(404, `No sales unit has the msn ${quoted(msn)}${remedy}`);
}

function refuseProblems(given: Parameters<typeof findSalesUnitProblems>[0]): void {
  const mistakes = findSalesUnitProblems(given);
  if (mistakes.length > 0) throw badRequest(mistakes);
}
