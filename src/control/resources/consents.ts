import type { Static } from "typebox";
import Type from "typebox";
import { toIso } from "../../platform/calendar.ts";
import type { Consent } from "../../records/consent.ts";
import { closed } from "../../records/schema-parts.ts";
import type { Exchange } from "../../request/exchange.ts";
import { canBeRevoked, revokeConsent } from "../../sessions/consents.ts";
import { findFitting, gather, readSome } from "../../store/batches.ts";
import type { PageRequest } from "../../store/store.ts";
import { operation } from "../api/operation.ts";
import { notFound, Problem } from "../api/problem.ts";
import { IdParams, listOf, MomentSchema, PageQuery, readPage } from "../api/records.ts";
import { salesUnitOf } from "./sales-units.ts";
import { userNamed } from "./users.ts";

/** `consents`: what users agreed to share with merchants, and withdrawing it as they do in the app. */

export const ConsentSchema = Type.Object(
  {
    id: Type.String(),
    user: Type.String({ description: "The user's id." }),
    merchant: Type.String({ description: "Whose sales units the consent covers." }),
    msn: Type.Optional(
      Type.String({ description: "The one that it covers; left out where it covers all of them." }),
    ),
    scopes: Type.Array(Type.String(), { description: "What may be shared." }),
    givenAt: MomentSchema,
    revokedAt: Type.Optional(MomentSchema),
  },
  { ...closed, title: "Consent" },
);

const filter = {
  user: Type.Optional(Type.String({ description: "Only of this user (id or MSISDN)." })),
  merchant: Type.Optional(Type.String({ description: "Only for this merchant." })),
  msn: Type.Optional(
    Type.String({ description: "Only what covers this sales unit: with its merchant, or alone." }),
  ),
};

const FilterQuery = Type.Object(filter, closed);
type Filter = Static<typeof FilterQuery>;

export const consentOperations = [
  operation({
    method: "GET",
    path: "/consents",
    summary: "Lists consents, the revoked ones too.",
    query: Type.Object({ ...filter, ...PageQuery }, closed),
    status: 200,
    response: listOf(ConsentSchema),
    run: async ({ query, exchange }) => {
      const listing = await listingFor(query, exchange);
      const { consents } = exchange.sandbox.store;
      return { body: await readPage(consents, query, { ...listing, toJson }) };
    },
  }),
  operation({
    method: "DELETE",
    path: "/consents",
    operationId: "revokeConsents",
    summary:
      "Revokes the consents of a user, for a merchant or a sales unit, or of that user for that one.",
    query: FilterQuery,
    status: 200,
    response: listOf(ConsentSchema),
    run: async ({ query, exchange }) => {
      if (Object.keys(query).length === 0) {
        throw new Problem(
          400,
          "Say whose consents to revoke: ?user=, ?merchant=, ?msn= or several.",
        );
      }
      const { read, fits } = await listingFor(query, exchange);
      const standing = (await gather(read)).filter((one) => fits(one) && canBeRevoked(one));
      if (standing.length === 0) {
        throw new Problem(
          404,
          "No consent matches that is not revoked already, so there is none to revoke.",
        );
      }
      const items = await Promise.all(standing.map(({ id }) => revoke(id, exchange)));
      return { body: { items } };
    },
  }),
  operation({
    method: "GET",
    path: "/consents/{id}",
    summary: "One consent.",
    params: IdParams,
    status: 200,
    response: ConsentSchema,
    run: async ({ params: { id }, exchange }) => {
      const consent = await exchange.sandbox.store.consents.get(id);
      if (!consent) throw noConsent(id);
      return { body: toJson(consent) };
    },
  }),
  operation({
    method: "DELETE",
    path: "/consents/{id}",
    operationId: "revokeConsent",
    summary: "Revokes a consent, as the user does in the app; once revoked it stays as it is.",
    params: IdParams,
    status: 200,
    response: ConsentSchema,
    run: async ({ params, exchange }) => ({ body: await revoke(params.id, exchange) }),
  }),
];

/** A filter that cannot match anything is refused: an empty list would hide the mistake. */
async function listingFor({ user: name, merchant, msn }: Filter, exchange: Exchange) {
  const user = name === undefined ? undefined : (await userNamed(name, exchange)).id;
  if (merchant !== undefined) await refuseUnknownMerchant(merchant, exchange);
  const unit = msn === undefined ? undefined : await salesUnitOf(msn, exchange);
  const { consents } = exchange.sandbox.store;
  return {
    read: (page: PageRequest) =>
      user === undefined ? consents.list(page) : consents.listGroup("user", user, page),
    fits: (consent: Consent) =>
      (merchant === undefined || consent.merchant === merchant) &&
      (unit === undefined ||
        (consent.merchant === unit.merchant && (consent.msn ?? unit.msn) === unit.msn)),
  };
}

async function refuseUnknownMerchant(merchant: string, { sandbox }: Exchange): Promise<void> {
  const { salesUnits, consents } = sandbox.store;
  const isOf = (one: { readonly merchant: string }) => one.merchant === merchant;
  if ((await findFitting(salesUnits, isOf)) ?? (await findFitting(consents, isOf))) return;
  const named = [...(await readSome(salesUnits)), ...(await readSome(consents))];
  const known = [...new Set(named.map((one) => one.merchant))];
  throw notFound("merchant is called", merchant, known);
}

async function revoke(
  id: string,
  { sandbox, now }: Exchange,
): Promise<Static<typeof ConsentSchema>> {
  const consent = await revokeConsent(sandbox, id, now);
  if (!consent) throw noConsent(id);
  return toJson(consent);
}

function noConsent(id: string) {
  return notFound("consent has the id", id, [], ". GET consents lists those there are.");
}

function toJson({ id, user, merchant, msn, scopes, givenAt, revokedAt }: Consent) {
  return {
    id,
    user,
    merchant,
    ...(msn !== undefined && { msn }),
    scopes: [...scopes],
    givenAt: toIso(givenAt),
    ...(revokedAt !== undefined && { revokedAt: toIso(revokedAt) }),
  };
}
