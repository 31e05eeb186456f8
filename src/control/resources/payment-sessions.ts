import type { Static } from "typebox";
import Type from "typebox";
import { findUnknownMsn, findUnknownUser } from "../../config/problem.ts";
import { words } from "../../oidc/params.ts";
import { toIso } from "../../platform/calendar.ts";
import { closed } from "../../records/schema-parts.ts";
import type { Session } from "../../records/session.ts";
import type { Exchange } from "../../request/exchange.ts";
import { sharedUntil } from "../../rules/retention.ts";
import type { PaymentFailure } from "../../sessions/payment.ts";
import { beginPaymentSession } from "../../sessions/payment.ts";
import { readAll } from "../../store/batches.ts";
import { operation } from "../api/operation.ts";
import { badRequest, notFound, refusedByRule } from "../api/problem.ts";
import { IdParams, listOf, MomentSchema, PageQuery, readPage } from "../api/records.ts";

/** `payment-sessions`: payments in which a user shared data with a merchant. */

export const PaymentSessionInputSchema = Type.Object(
  {
    msn: Type.String({ description: "The sales unit that is paid." }),
    user: Type.String({ description: "Who pays: id or MSISDN." }),
    scope: Type.String({
      pattern: "^ *[^ ]+( +[^ ]+)* *$",
      description: "Which data is asked for, separated by spaces: name phoneNumber.",
    }),
  },
  { ...closed, title: "PaymentSessionInput" },
);

export const PaymentSessionSchema = Type.Object(
  {
    id: Type.String(),
    msn: Type.String(),
    user: Type.String({ description: "The user's id." }),
    scope: Type.String({ description: "What was shared." }),
    sub: Type.String({ description: "What userinfo is asked by." }),
    beganAt: MomentSchema,
    readableUntil: Type.String({
      description:
        "Until when it is read by the sub, whatever login follows; a newer payment of the user at that " +
        "sales unit takes its place. ISO 8601 in UTC.",
    }),
  },
  { ...closed, title: "PaymentSession" },
);

export const paymentSessionOperations = [
  operation({
    method: "GET",
    path: "/payment-sessions",
    summary: "Lists the payments in which a user shared data.",
    query: Type.Object(PageQuery, closed),
    status: 200,
    response: listOf(PaymentSessionSchema),
    run: async ({ query, exchange }) => ({
      body: await readPage(exchange.sandbox.store.sessions, query, {
        toJson,
        fits: ({ payment }) => payment === true,
      }),
    }),
  }),
  operation({
    method: "POST",
    path: "/payment-sessions",
    summary: "A user pays and shares data; the merchant can read it by sub from now on.",
    body: PaymentSessionInputSchema,
    status: 201,
    response: PaymentSessionSchema,
    refusals: [422],
    run: async ({ body, exchange }) => {
      const session = await begin(body, exchange);
      return { body: toJson(session), location: `/payment-sessions/${session.id}` };
    },
  }),
  operation({
    method: "GET",
    path: "/payment-sessions/{id}",
    summary: "One payment.",
    params: IdParams,
    status: 200,
    response: PaymentSessionSchema,
    run: async ({ params: { id }, exchange }) => {
      const session = await exchange.sandbox.store.sessions.get(id);
      if (!session?.payment) throw noPayment(id);
      return { body: toJson(session) };
    },
  }),
  operation({
    method: "DELETE",
    path: "/payment-sessions/{id}",
    summary: "Removes a payment: what was shared in it is readable no more. The consent stays.",
    params: IdParams,
    status: 204,
    run: async ({ params: { id }, exchange }) => {
      const { sessions } = exchange.sandbox.store;
      const session = await sessions.get(id);
      if (!session?.payment || !(await sessions.take(id))) throw noPayment(id);
      return {};
    },
  }),
];

type PaymentSessionInput = Static<typeof PaymentSessionInputSchema>;

/** Which member of the body each part of a payment comes from. */
const MEMBERS = {
  salesUnit: "msn",
  user: "user",
  scopes: "scope",
} as const satisfies Record<PaymentFailure["part"], keyof PaymentSessionInput>;

async function begin(given: PaymentSessionInput, exchange: Exchange): Promise<Session> {
  const { store } = exchange.sandbox;
  const [users, salesUnits] = await Promise.all([readAll(store.users), readAll(store.salesUnits)]);
  const user = users.find(({ id, phoneNumber }) => [id, phoneNumber].includes(given.user));
  const salesUnit = salesUnits.find(({ msn }) => msn === given.msn);
  if (!user || !salesUnit) {
    throw badRequest([
      ...findUnknownMsn(given.msn, salesUnits, "msn"),
      ...findUnknownUser(given.user, users, "user"),
    ]);
  }
  const scopes = [...new Set(words(given.scope))];
  const begun = await beginPaymentSession(exchange, { user, salesUnit, scopes });
  if ("session" in begun) return begun.session;
  const { part, diagnosis } = begun.failure;
  throw refusedByRule(given, MEMBERS[part], diagnosis);
}

function noPayment(id: string) {
  const remedy = ". GET payment-sessions lists those there are.";
  return notFound("payment session has the id", id, [], remedy);
}

function toJson({ id, msn, user, scopes, subject, beganAt }: Session) {
  return {
    id,
    msn,
    user,
    scope: scopes.join(" "),
    sub: subject,
    beganAt: toIso(beganAt),
    readableUntil: toIso(sharedUntil(beganAt)),
  };
}
