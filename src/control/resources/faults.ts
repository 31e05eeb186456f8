import type { Static, TSchema } from "typebox";
import Type from "typebox";
import { contentOf, findFaultProblems, inputOf, newFault } from "../../config/faults.ts";
import { namesIn } from "../../config/semantics.ts";
import { toIso } from "../../platform/calendar.ts";
import type { Fault, FaultInput } from "../../records/fault.ts";
import { FaultInputSchema, faultProperties } from "../../records/fault.ts";
import type { FaultId } from "../../records/ids.ts";
import { mergePatch } from "../../records/merge-patch.ts";
import type { Partner } from "../../records/partner.ts";
import type { SalesUnit } from "../../records/sales-unit.ts";
import { closed } from "../../records/schema-parts.ts";
import type { User } from "../../records/user.ts";
import type { Exchange } from "../../request/exchange.ts";
import { readAll } from "../../store/batches.ts";
import { operation } from "../api/operation.ts";
import { refuseProblems } from "../api/problem.ts";
import { IdParams, listOf, MomentSchema, notFoundIn, PageQuery, readPage } from "../api/records.ts";

/** `faults`: what goes wrong on purpose. The first in the list that is due hits. */

const { match, ...changeable } = faultProperties;
const { times, after, probability, seed, then: answer, corrupt } = changeable;

export const FaultSchema = Type.Object(
  {
    id: Type.String(),
    match,
    times: Type.Optional(times),
    after,
    probability,
    seed: Type.Optional(seed),
    expiresAt: Type.Optional(MomentSchema),
    delay: Type.Number({ description: "Seconds." }),
    // biome-ignore lint/suspicious/noThenProperty: the contract calls it so; no promise is made of it.
    then: Type.Optional(answer),
    corrupt: Type.Optional(corrupt),
    seen: Type.Integer({ description: "How many requests matched while it was in force." }),
    hits: Type.Integer({ description: "How many of them it hit." }),
  },
  { ...closed, title: "Fault" },
);

/** As in JSON Merge Patch, null takes away; `then` is one thing and replaced as a whole. */
export const FaultPatchSchema = Type.Partial(
  Type.Object({
    match: Type.Partial(
      Type.Object({
        endpoint: match.properties.endpoint,
        clientId: Type.Union([Type.String(), Type.Null()]),
        user: Type.Union([Type.String(), Type.Null()]),
      }),
      closed,
    ),
    ...nullable(changeable),
  }),
  { ...closed, title: "FaultPatch" },
);

export const faultOperations = [
  operation({
    method: "GET",
    path: "/faults",
    summary: "Lists the faults, with how many requests each has seen and hit.",
    query: Type.Object(PageQuery, closed),
    status: 200,
    response: listOf(FaultSchema),
    run: async ({ query, exchange }) => ({
      body: await readPage(exchange.sandbox.store.faults, query, { toJson }),
    }),
  }),
  operation({
    method: "POST",
    path: "/faults",
    summary: "Adds a fault; one that could never hit is refused with the reason.",
    body: FaultInputSchema,
    status: 201,
    response: FaultSchema,
    refusals: [409],
    run: async ({ body, exchange }) => {
      const world = await worldOf(exchange.sandbox);
      refuseUnfit(body, world);
      const { store, ids } = exchange.sandbox;
      const fault = newFault(ids.id() as FaultId, body, world.users, exchange.now);
      await store.faults.insert(fault);
      return { body: toJson(fault), location: `/faults/${fault.id}` };
    },
  }),
  operation({
    method: "GET",
    path: "/faults/{id}",
    summary: "One fault.",
    params: IdParams,
    status: 200,
    response: FaultSchema,
    run: async ({ params: { id }, exchange }) => {
      const fault = await exchange.sandbox.store.faults.get(id);
      if (!fault) throw await noFault(id, exchange);
      return { body: toJson(fault) };
    },
  }),
  operation({
    method: "PATCH",
    path: "/faults/{id}",
    summary: "Changes what it names of a fault; null takes it away. The counters go on.",
    params: IdParams,
    body: FaultPatchSchema,
    status: 200,
    response: FaultSchema,
    run: async ({ params: { id }, body, exchange }) => {
      const changed = await changeFault(id, body, exchange);
      if (!changed) throw await noFault(id, exchange);
      return { body: toJson(changed) };
    },
  }),
  operation({
    method: "DELETE",
    path: "/faults/{id}",
    summary: "Removes a fault.",
    params: IdParams,
    status: 204,
    run: async ({ params: { id }, exchange }) => {
      const taken = await exchange.sandbox.store.faults.take(id);
      if (!taken) throw await noFault(id, exchange);
      return {};
    },
  }),
  operation({
    method: "DELETE",
    path: "/faults",
    summary: "Removes every fault.",
    status: 204,
    run: async ({ exchange }) => {
      await exchange.sandbox.store.faults.clear();
      return {};
    },
  }),
];

type FaultPatch = Static<typeof FaultPatchSchema>;

async function changeFault(
  id: string,
  patch: FaultPatch,
  { sandbox, now }: Exchange,
): Promise<Fault | undefined> {
  const world = await worldOf(sandbox);
  return sandbox.store.faults.update(id, (fault) => {
    const input = merged(fault, patch);
    refuseUnfit(input, world);
    const { seen, hits, expiresAt } = fault;
    return {
      id: fault.id,
      ...contentOf(input, world.users, now),
      ...(patch.ttl === undefined && expiresAt !== undefined && { expiresAt }),
      seen,
      hits,
    };
  });
}

/** The fault as somebody would have to write it who wants it as the patch makes it. */
function merged(fault: Fault, patch: FaultPatch): FaultInput {
  const { match = {}, ...rest } = patch;
  return { ...mergePatch(inputOf(fault), rest), match: mergePatch(fault.match, match) };
}

/** Every member may be null as well. */
function nullable<Members extends Record<string, TSchema>>(members: Members) {
  const entries = Object.entries(members).map(([name, schema]) => [name, orNull(schema)]);
  return Object.fromEntries(entries) as { [Name in keyof Members]: OrNull<Members[Name]> };
}

type OrNull<Schema extends TSchema> = ReturnType<typeof orNull<Schema>>;

function orNull<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}

/** Whom a fault can be about. */
interface World {
  readonly users: readonly User[];
  readonly salesUnits: readonly SalesUnit[];
  readonly partners: readonly Partner[];
}

async function worldOf({ store }: Exchange["sandbox"]): Promise<World> {
  const [users, salesUnits, partners] = await Promise.all([
    readAll(store.users),
    readAll(store.salesUnits),
    readAll(store.partners),
  ]);
  return { users, salesUnits, partners };
}

function refuseUnfit(input: FaultInput, { users, salesUnits, partners }: World): void {
  refuseProblems(findFaultProblems(input, namesIn(users, salesUnits, partners)));
}

function noFault(id: string, { sandbox }: Exchange) {
  const remedy = "; GET faults lists those there are";
  return notFoundIn(sandbox.store.faults, "fault has the id", id, remedy);
}

function toJson({ answer, expiresAt, ...fault }: Fault) {
  return {
    ...fault,
    ...(expiresAt !== undefined && { expiresAt: toIso(expiresAt) }),
    // biome-ignore lint/suspicious/noThenProperty: the contract calls it so; no promise is made of it.
    ...(answer !== undefined && { then: answer }),
  };
}
