import Type from "typebox";
import { completeSalesUnit, madeUpSecret } from "../../config/complete.ts";
import { findTooManyUris } from "../../config/limits.ts";
import { findUnknownClient, quoted } from "../../config/problem.ts";
import { findSalesUnitProblems } from "../../config/semantics.ts";
import type { SalesUnit } from "../../records/sales-unit.ts";
import {
  SalesUnitInputSchema,
  SalesUnitPatchSchema,
  SalesUnitSchema,
} from "../../records/sales-unit.ts";
import { closed } from "../../records/schema-parts.ts";
import type { Exchange } from "../../request/exchange.ts";
import { readSome } from "../../store/batches.ts";
import { operation } from "../api/operation.ts";
import { Problem, problemAt, refuseProblems } from "../api/problem.ts";
import {
  insertCompleted,
  listOf,
  notFoundIn,
  PageQuery,
  readPage,
  refuseNewKey,
  sayingWhatIsTaken,
  searching,
  searchQuery,
} from "../api/records.ts";
import { forgetSalesUnit } from "./forget.ts";

/** `sales-units`: the merchants' clients. */

const SalesUnitParams = Type.Object(
  { msn: Type.String({ description: "The Merchant Serial Number." }) },
  closed,
);

export const salesUnitOperations = [
  operation({
    method: "GET",
    path: "/sales-units",
    summary: "Lists the sales units, secrets included.",
    query: Type.Object(
      { ...searchQuery("msn, name, merchant and client id"), ...PageQuery },
      closed,
    ),
    status: 200,
    response: listOf(SalesUnitSchema),
    run: async ({ query: { search, ...page }, exchange }) => ({
      body: await readPage(
        exchange.sandbox.store.salesUnits,
        page,
        searching(search, ({ msn, name, merchant, clientId }) => [msn, name, merchant, clientId]),
      ),
    }),
  }),
  operation({
    method: "POST",
    path: "/sales-units",
    summary: "Adds a sales unit; msn, client id and secret are made up where they are left out.",
    body: SalesUnitInputSchema,
    status: 201,
    response: SalesUnitSchema,
    refusals: [409, 422],
    run: async ({ body, exchange: { sandbox } }) => {
      refuseProblems(findSalesUnitProblems(body, sandbox.switches));
      refuseProblems(findTooManyUris(body.redirectUris, sandbox.limits));
      await refusePartnersId(body.clientId, sandbox);
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
    response: SalesUnitSchema,
    run: async ({ params, exchange }) => ({ body: await salesUnitOf(params.msn, exchange) }),
  }),
  operation({
    method: "PATCH",
    path: "/sales-units/{msn}",
    summary: "Changes what it names of a sales unit, and nothing else.",
    params: SalesUnitParams,
    body: SalesUnitPatchSchema,
    status: 200,
    response: SalesUnitSchema,
    refusals: [409],
    run: async ({ params: { msn }, body, exchange }) => {
      refuseNewKey("msn", msn, body.msn);
      refuseProblems(findSalesUnitProblems(body, exchange.sandbox.switches));
      refuseProblems(findTooManyUris(body.redirectUris, exchange.sandbox.limits));
      await refusePartnersId(body.clientId, exchange.sandbox);
      const { salesUnits } = exchange.sandbox.store;
      const changed = await sayingWhatIsTaken("sales unit", () =>
        salesUnits.update(msn, (unit) => ({
          ...unit,
          ...body,
          features: { ...unit.features, ...body.features },
        })),
      );
      return { body: changed ?? (await salesUnitOf(msn, exchange)) };
    },
  }),
  operation({
    method: "POST",
    path: "/sales-units/{msn}/rotate-secret",
    operationId: "rotateClientSecret",
    summary: "Gives a sales unit a new client secret; the old one is refused from then on.",
    params: SalesUnitParams,
    status: 200,
    response: SalesUnitSchema,
    run: async ({ params: { msn }, exchange }) => {
      const { ids, store } = exchange.sandbox;
      const clientSecret = madeUpSecret(ids);
      const changed = await store.salesUnits.update(msn, (unit) => ({ ...unit, clientSecret }));
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

/**
 * For a filter that could match nothing, so that no empty answer hides the mistake.
 *
 * @throws Problem 404 when no sales unit has it, with the one that was probably meant
 */
export async function refuseUnknownClient(
  clientId: string,
  { sandbox }: Pick<Exchange, "sandbox">,
): Promise<void> {
  if (await sandbox.store.salesUnits.find("clientId", clientId)) return;
  const items = await readSome(sandbox.store.salesUnits);
  const [mistake] = findUnknownClient(clientId, items, "clientId");
  if (mistake === undefined) return;
  const { path, message } = mistake;
  throw new Problem(404, `The query names what is not there: ${path}: ${message}`, [mistake]);
}

/**
 * For a filter that could match nothing, likewise.
 *
 * @throws Problem 404 when no sales unit has it, with the one that was probably meant
 */
export async function refuseUnknownMsn(msn: string, exchange: Exchange): Promise<void> {
  await salesUnitOf(msn, exchange);
}

/** @throws Problem 404 when there is none, with the one that was probably meant */
export async function salesUnitOf(
  msn: string,
  { sandbox }: Pick<Exchange, "sandbox">,
): Promise<SalesUnit> {
  const unit = await sandbox.store.salesUnits.get(msn);
  if (!unit) throw await notFoundIn(sandbox.store.salesUnits, "sales unit has the msn", msn);
  return unit;
}

/** Partners authenticate beside sales units, so that one id would be two clients. */
async function refusePartnersId(
  clientId: string | undefined,
  { store }: Exchange["sandbox"],
): Promise<void> {
  const partner =
    clientId === undefined ? undefined : await store.partners.find("clientId", clientId);
  if (!partner) return;
  const message = `${quoted(partner.clientId)} is the client id of the partner ${quoted(partner.id)}; choose another`;
  throw problemAt(409, { path: "clientId", message, value: partner.clientId });
}
