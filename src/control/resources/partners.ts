import Type from "typebox";
import { completePartner } from "../../config/complete.ts";
import { findPartnerProblems } from "../../config/semantics.ts";
import type { Partner, PartnerInput } from "../../records/partner.ts";
import { PartnerInputSchema, PartnerPatchSchema, PartnerSchema } from "../../records/partner.ts";
import { closed } from "../../records/schema-parts.ts";
import type { Exchange } from "../../request/exchange.ts";
import { readAll } from "../../store/batches.ts";
import { operation } from "../api/operation.ts";
import { refuseProblems } from "../api/problem.ts";
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
import { forgetPartner } from "./forget.ts";

/** `partners`: whose keys act for the sales units of others. */

const PartnerParams = Type.Object(
  { id: Type.String({ description: "The partner's id." }) },
  closed,
);

export const partnerOperations = [
  operation({
    method: "GET",
    path: "/partners",
    summary: "Lists the partners, secrets included.",
    query: Type.Object({ ...searchQuery("id, name and client id"), ...PageQuery }, closed),
    status: 200,
    response: listOf(PartnerSchema),
    run: async ({ query: { search, ...page }, exchange }) => ({
      body: await readPage(
        exchange.sandbox.store.partners,
        page,
        searching(search, ({ id, name, clientId }) => [id, name, clientId]),
      ),
    }),
  }),
  operation({
    method: "POST",
    path: "/partners",
    summary: "Adds a partner; id and keys are made up where they are left out.",
    body: PartnerInputSchema,
    status: 201,
    response: PartnerSchema,
    refusals: [409, 422],
    run: async ({ body, exchange }) => {
      await refuseUnfit(body, exchange);
      const { store, ids } = exchange.sandbox;
      const partner = await insertCompleted(store.partners, "partner", body, (others) => {
        const taken = new Set(others.map(({ id }) => id));
        return completePartner(body, ids, (id) => !taken.has(id));
      });
      return { body: partner, location: `/partners/${partner.id}` };
    },
  }),
  operation({
    method: "GET",
    path: "/partners/{id}",
    summary: "One partner.",
    params: PartnerParams,
    status: 200,
    response: PartnerSchema,
    run: async ({ params, exchange }) => ({ body: await partnerOf(params.id, exchange) }),
  }),
  operation({
    method: "PATCH",
    path: "/partners/{id}",
    summary: "Changes what it names of a partner, and nothing else.",
    params: PartnerParams,
    body: PartnerPatchSchema,
    status: 200,
    response: PartnerSchema,
    refusals: [409],
    run: async ({ params: { id }, body, exchange }) => {
      refuseNewKey("id", id, body.id);
      await refuseUnfit(body, exchange);
      const { partners } = exchange.sandbox.store;
      const changed = await sayingWhatIsTaken("partner", () =>
        partners.update(id, (partner) => ({ ...partner, ...body })),
      );
      return { body: changed ?? (await partnerOf(id, exchange)) };
    },
  }),
  operation({
    method: "DELETE",
    path: "/partners/{id}",
    summary:
      "Removes a partner with the webhooks it registered; the platform tokens it was given stop working.",
    params: PartnerParams,
    status: 204,
    run: async ({ params: { id }, exchange }) => {
      const taken = await exchange.sandbox.store.partners.take(id);
      if (!taken) await partnerOf(id, exchange);
      await forgetPartner(exchange.sandbox, id);
      return {};
    },
  }),
];

async function partnerOf(id: string, { sandbox }: Exchange): Promise<Partner> {
  const partner = await sandbox.store.partners.get(id);
  if (!partner) throw await notFoundIn(sandbox.store.partners, "partner has the id", id);
  return partner;
}

async function refuseUnfit(given: Partial<PartnerInput>, { sandbox }: Exchange): Promise<void> {
  const salesUnits = await readAll(sandbox.store.salesUnits);
  refuseProblems(findPartnerProblems(given, salesUnits));
}
