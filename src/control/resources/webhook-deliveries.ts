import type { Static } from "typebox";
import Type from "typebox";
import { toIso } from "../../platform/calendar.ts";
import { defined } from "../../records/defined.ts";
import type { Attempt, Delivery } from "../../records/delivery.ts";
import { closed, lengthSchema } from "../../records/schema-parts.ts";
import { DELIVERY_KINDS, DELIVERY_STATUSES } from "../../records/vocabulary.ts";
import type { Exchange } from "../../request/exchange.ts";
import { readAll } from "../../store/batches.ts";
import { WAIT, waiting, waitOf } from "../api/lengths.ts";
import type { Call } from "../api/operation.ts";
import { operation } from "../api/operation.ts";
import type { ListPage } from "../api/records.ts";
import {
  cutPage,
  IdParams,
  lastSchema,
  listOf,
  MomentSchema,
  notFoundIn,
  PageQuery,
  pageOf,
  readPage,
} from "../api/records.ts";
import { refuseUnknownMsn } from "./sales-units.ts";

/** `webhook-deliveries`: the webhooks to merchants, and how each attempt went. */

const AttemptSchema = Type.Object(
  {
    number: Type.Integer({
      description: "1, and one more for each retry; the receiver reads it too.",
    }),
    asked: Type.Boolean({ description: "Whether it was made because of POST redeliver." }),
    at: MomentSchema,
    duration: Type.Optional(
      Type.Number({
        description: "In milliseconds. Left out, with all below, while it is under way.",
      }),
    ),
    request: Type.Optional(
      Type.Object(
        {
          method: Type.Literal("POST"),
          url: Type.String(),
          headers: Type.Record(Type.String(), Type.String()),
          body: Type.String(),
        },
        { ...closed, title: "WebhookRequest", description: "Left out where nothing was sent." },
      ),
    ),
    response: Type.Optional(
      Type.Object(
        {
          status: Type.Integer(),
          body: Type.String({ description: "Its first 1000 bytes." }),
        },
        { ...closed, title: "WebhookResponse" },
      ),
    ),
    error: Type.Optional(Type.String({ description: "Why there is no response." })),
  },
  { ...closed, title: "WebhookAttempt" },
);

export const DeliverySchema = Type.Object(
  {
    id: Type.String(),
    kind: Type.Enum([...DELIVERY_KINDS]),
    msn: Type.String({ description: "The sales unit that it is sent to." }),
    url: Type.String(),
    consent: Type.Optional(Type.String({ description: "The consent that was revoked." })),
    webhook: Type.Optional(Type.String({ description: "The registration that asked for it." })),
    queuedAt: MomentSchema,
    status: Type.Enum([...DELIVERY_STATUSES], {
      description: "failed: given up, 7 days after the first attempt or with the registration.",
    }),
    nextAttemptAt: Type.Optional(
      Type.String({
        description:
          "By the sandbox's clock, as all times here: it waits while the clock stands still. Left out before the first one.",
      }),
    ),
    attempts: Type.Array(AttemptSchema),
  },
  { ...closed, title: "WebhookDelivery" },
);

const filter = {
  kind: Type.Optional(Type.Enum([...DELIVERY_KINDS])),
  msn: Type.Optional(Type.String({ description: "Only to this sales unit." })),
  status: Type.Optional(Type.Enum([...DELIVERY_STATUSES])),
  consent: Type.Optional(Type.String({ description: "Only of the consent with this id." })),
};

export const ListQuery = Type.Object(
  {
    ...filter,
    ...PageQuery,
    before: Type.Optional(
      Type.String({ description: "Only those that were queued before the one with this id." }),
    ),
    last: lastSchema,
    wait: Type.Optional(lengthSchema(WAIT)),
  },
  closed,
);

export const webhookDeliveryOperations = [
  operation({
    method: "GET",
    path: "/webhook-deliveries",
    summary: "Lists webhooks, the oldest first; with wait it returns as soon as there is one.",
    query: ListQuery,
    status: 200,
    response: listOf(DeliverySchema),
    refusals: [409],
    run: async (call) => {
      const { wait, limit, after, before, last, ...wanted } = call.query;
      if (wanted.msn !== undefined) await refuseUnknownMsn(wanted.msn, call.exchange);
      if (before !== undefined) await deliveryOf(before, call.exchange);
      const fits = (delivery: Delivery) => matches(delivery, wanted);
      const look = async () => {
        const { deliveries } = call.exchange.sandbox.store;
        const page =
          before === undefined && last === undefined
            ? await readPage(deliveries, defined({ limit, after }), { toJson, fits })
            : await between(call, fits);
        return page.items.length > 0 ? page : undefined;
      };
      // One that has changed may stand before the page.
      const found = await waiting(call, call.arrivals.deliveries, waitOf(wait), {
        ...{ fits, look, among: look },
      });
      return { body: found ?? { items: [] } };
    },
  }),
  operation({
    method: "GET",
    path: "/webhook-deliveries/{id}",
    summary: "One webhook with all its attempts.",
    params: IdParams,
    status: 200,
    response: DeliverySchema,
    run: async ({ params: { id }, exchange }) => {
      return { body: toJson(await deliveryOf(id, exchange)) };
    },
  }),
  operation({
    method: "POST",
    path: "/webhook-deliveries/{id}/redeliver",
    summary: "Makes an attempt now, marked as a retry, and returns when it is over.",
    params: IdParams,
    status: 200,
    response: DeliverySchema,
    run: async ({ params: { id }, exchange, courier }) => {
      const delivery = await courier.redeliver(exchange.sandbox, id);
      if (!delivery) throw await noDelivery(id, exchange);
      return { body: toJson(delivery) };
    },
  }),
  operation({
    method: "DELETE",
    path: "/webhook-deliveries",
    summary: "Removes every webhook; those that wait are not sent any more.",
    status: 204,
    run: async ({ exchange }) => {
      await exchange.sandbox.store.deliveries.clear();
      return {};
    },
  }),
];

type Filter = Omit<Static<typeof ListQuery>, "wait" | "limit" | "after">;

function matches(delivery: Delivery, { kind, msn, status, consent }: Filter): boolean {
  return (
    (kind === undefined || delivery.kind === kind) &&
    (msn === undefined || delivery.msn === msn) &&
    (status === undefined || delivery.status === status) &&
    (consent === undefined || delivery.consent === consent)
  );
}

/** The first of those between two that fit, or the newest. */
async function between(
  { query, exchange }: Call<unknown, Static<typeof ListQuery>, unknown>,
  fits: (delivery: Delivery) => boolean,
): Promise<ListPage> {
  const { after, before, last } = query;
  const all = await readAll(exchange.sandbox.store.deliveries);
  const placeOf = (id: string | undefined) => all.findIndex((delivery) => delivery.id === id);
  const end = placeOf(before);
  const found = all.slice(placeOf(after) + 1, end < 0 ? undefined : end).filter(fits);
  if (last === undefined) return cutPage(found, pageOf(query).limit, ({ id }) => id, toJson);
  // Where the page has no room for all of them, the oldest are left out.
  const { items } = await cutPage(found.slice(-last).toReversed(), last, ({ id }) => id, toJson);
  return { items: items.toReversed() };
}

/** @throws Problem 404 when there is none */
async function deliveryOf(id: string, exchange: Exchange): Promise<Delivery> {
  const delivery = await exchange.sandbox.store.deliveries.get(id);
  if (!delivery) throw await noDelivery(id, exchange);
  return delivery;
}

function noDelivery(id: string, { sandbox }: Exchange) {
  const remedy = "; GET webhook-deliveries lists those there are";
  return notFoundIn(sandbox.store.deliveries, "webhook delivery has the id", id, remedy);
}

function toJson(delivery: Delivery): Static<typeof DeliverySchema> {
  const { contentType: _, body: __, queuedAt, nextAttemptAt, attempts, ...rest } = delivery;
  return {
    ...rest,
    queuedAt: toIso(queuedAt),
    ...(nextAttemptAt !== undefined && { nextAttemptAt: toIso(nextAttemptAt) }),
    attempts: attempts.map((attempt) => attemptToJson(attempt, delivery)),
  };
}

function attemptToJson(
  { number, asked, at, duration, headers, response: answer, error }: Attempt,
  { url, body }: Delivery,
): Static<typeof AttemptSchema> {
  return {
    number,
    asked,
    at: toIso(at),
    ...defined({ duration }),
    ...(headers !== undefined && {
      request: { method: "POST", url, headers: { ...headers }, body },
    }),
    ...defined({ response: answer, error }),
  };
}
