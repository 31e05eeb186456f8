import type { Static } from "typebox";
import Type from "typebox";
import { partnersFor } from "../../config/base.ts";
import { quoted } from "../../config/problem.ts";
import { withRulesInSeconds } from "../../config/rules.ts";
import { findConfigProblems } from "../../config/semantics.ts";
import { toIso } from "../../platform/calendar.ts";
import type { SeedConfig, WholeConfig } from "../../records/config.ts";
import { ConfigSchema } from "../../records/config.ts";
import type { SandboxId } from "../../records/ids.ts";
import { PartnerSchema } from "../../records/partner.ts";
import { SalesUnitSchema } from "../../records/sales-unit.ts";
import type { SandboxRecord } from "../../records/sandbox.ts";
import { DEFAULT_SANDBOX, SANDBOX_ID } from "../../records/sandbox.ts";
import { closed, LengthSchema, Whole } from "../../records/schema-parts.ts";
import type { Seconds } from "../../records/time.ts";
import { HOUR } from "../../records/time.ts";
import { UserSchema } from "../../records/user.ts";
import { endpointsFor, sandboxPrefix } from "../../request/addresses.ts";
import { addressesOf, factsOf } from "../../request/facts.ts";
import { expiresAt } from "../../sandbox/sandbox.ts";
import { ConflictError } from "../../store/store.ts";
import { readLength } from "../api/lengths.ts";
import type { Call } from "../api/operation.ts";
import { operation } from "../api/operation.ts";
import { badRequest, Problem } from "../api/problem.ts";
import {
  listOf,
  MomentSchema,
  notFoundIn,
  PageQuery,
  readPage,
  searching,
  searchQuery,
} from "../api/records.ts";

/** `sandboxes`: separate instances of the mock, for tests that run side by side. */

/** How long a sandbox may be idle when it does not say, in seconds. */
const DEFAULT_TTL: Seconds = HOUR;

/** One that has no time would be gone before whoever has made it can use it. */
const SHORTEST_TTL: Seconds = 0.001;

const IdSchema = Type.String({
  pattern: SANDBOX_ID.source,
  description: "Letters, digits, - and _: it stands in URLs, as /s/checkout-7.",
});

const SandboxParams = Type.Object({ id: IdSchema }, closed);

export const SandboxInputSchema = Type.Partial(
  Type.Object({
    id: IdSchema,
    config: ConfigSchema,
    ttl: Type.Union([LengthSchema, Type.Null()], {
      description:
        "How long it may be idle before it goes, more than 0; null for no limit, an hour when left out.",
    }),
    seed: Whole({
      description: "Makes its ids, codes and tokens the same in every run.",
    }),
  }),
  { ...closed, title: "SandboxInput" },
);

const summary = {
  id: IdSchema,
  url: Type.String({ description: "In place of the real service's base URL." }),
  issuer: Type.String(),
  discoveryUrl: Type.String(),
  controlUrl: Type.String({ description: "Its own control API." }),
  createdAt: MomentSchema,
  ttl: Type.Union([Type.Integer(), Type.Null()], {
    description: "How long it may be idle, in seconds; null for no limit.",
  }),
  expiresAt: Type.Optional(MomentSchema),
};

export const SummarySchema = Type.Object(summary, { ...closed, title: "SandboxSummary" });

export const SandboxSchema = Type.Object(
  {
    ...summary,
    salesUnits: Type.Array(SalesUnitSchema),
    partners: Type.Array(PartnerSchema),
    users: Type.Array(UserSchema),
    tlsHosts: Type.Optional(
      Type.Array(Type.String(), {
        description:
          "The names and addresses that the mock's certificate is for, where it serves https too.",
      }),
    ),
  },
  { ...closed, title: "Sandbox" },
);

type AnyCall = Call<unknown, unknown, unknown>;

export const sandboxOperations = [
  operation({
    method: "GET",
    path: "/sandboxes",
    summary: "Lists the sandboxes.",
    query: Type.Object({ ...searchQuery("id"), ...PageQuery }, closed),
    status: 200,
    response: listOf(SummarySchema),
    run: async (call) => {
      const { search, ...page } = call.query;
      return {
        body: await readPage(call.sandboxes, page, {
          toJson: (record) => summaryOf(record, call),
          ...searching(search, ({ id }: SandboxRecord) => [id]),
        }),
      };
    },
  }),
  operation({
    method: "POST",
    path: "/sandboxes",
    summary: "Makes a sandbox; without config it starts as the server did.",
    body: SandboxInputSchema,
    status: 201,
    response: SandboxSchema,
    refusals: [409, 422],
    run: async (call) => {
      const { id, config, ttl, seed } = call.body;
      const spec = {
        id: id as SandboxId | undefined,
        config: config && (await mergedConfig(config, call.sandboxes.config)),
        // The moments of its life are whole seconds: it goes with the first that is not before its end.
        ttl:
          ttl === null
            ? undefined
            : Math.ceil(readLength(ttl ?? DEFAULT_TTL, "ttl", { least: SHORTEST_TTL })),
        seed,
      };
      const sandbox = await call.sandboxes.create(spec).catch((error: unknown) => {
        throw error instanceof ConflictError ? isThere(error.value) : error;
      });
      return { body: await whole(sandbox.id, call), location: `/sandboxes/${sandbox.id}` };
    },
  }),
  operation({
    method: "GET",
    path: "/sandboxes/{id}",
    summary: "One sandbox, with its sales units, partners and users.",
    params: SandboxParams,
    status: 200,
    response: SandboxSchema,
    run: async (call) => ({ body: await whole(call.params.id, call) }),
  }),
  operation({
    method: "DELETE",
    path: "/sandboxes/{id}",
    summary: "Removes a sandbox with everything in it.",
    params: SandboxParams,
    status: 204,
    refusals: [409],
    run: async (call) => {
      const { id } = call.params;
      if (id === DEFAULT_SANDBOX) {
        throw new Problem(
          409,
          "The default sandbox stays as long as the server. POST state/reset brings it back to its beginning.",
        );
      }
      if (!(await call.sandboxes.remove(id as SandboxId))) throw await noSandbox(id, call);
      // Who waits for something in it waits for nothing.
      for (const arrivals of Object.values(call.arrivals)) arrivals.announce(id as SandboxId);
      return {};
    },
  }),
];

/** Whatever the config of a sandbox leaves out is as in the server's own. */
async function mergedConfig(
  given: Static<typeof ConfigSchema>,
  base: SeedConfig,
): Promise<SeedConfig> {
  const config: WholeConfig = {
    ...base,
    ...given,
    rules: { ...base.rules, ...given.rules },
    limits: { ...base.limits, ...given.limits },
    partners: partnersFor(given, base),
  };
  const mistakes = await findConfigProblems(config);
  if (mistakes.length === 0) return withRulesInSeconds(config);
  throw badRequest(mistakes.map((one) => ({ ...one, path: `config.${one.path}` })));
}

async function whole(id: string, call: AnyCall) {
  const record = await call.sandboxes.find(id as SandboxId);
  const sandbox = record && (await call.sandboxes.open(record.id));
  if (!record || !sandbox) throw await noSandbox(id, call);
  const { salesUnits, partners, users } = await factsOf(sandbox, endpointsOf(record.id, call));
  const { tlsHosts } = call;
  return {
    ...summaryOf(record, call),
    salesUnits,
    partners,
    users,
    ...(tlsHosts && { tlsHosts }),
  };
}

function summaryOf(record: SandboxRecord, call: AnyCall) {
  const end = expiresAt(record);
  return {
    id: record.id,
    ...addressesOf(endpointsOf(record.id, call)),
    createdAt: toIso(record.createdAt),
    ttl: record.ttl ?? null,
    ...(end !== undefined && { expiresAt: toIso(end) }),
  };
}

/** From the point of view of the caller, whichever sandbox's control API it called. */
function endpointsOf(id: SandboxId, { exchange, pinned }: AnyCall) {
  const { back, prefix } = exchange.endpoints;
  const base = back.slice(0, back.length - prefix.length);
  return endpointsFor(base, pinned, sandboxPrefix(id === DEFAULT_SANDBOX ? undefined : id));
}

function isThere(id: string): Problem {
  return new Problem(
    409,
    `There is already a sandbox ${quoted(id)}. Choose another id, leave it out to get one of your own, or DELETE it first.`,
  );
}

function noSandbox(id: string, { sandboxes }: AnyCall) {
  const remedy = ": it was removed, or idle for longer than its ttl; POST sandboxes makes one";
  return notFoundIn(sandboxes, "sandbox is called", id, remedy);
}
