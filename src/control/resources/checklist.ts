import type { Static } from "typebox";
import Type from "typebox";
import { beginAnew, readChecklist, tick } from "../../checklist/catch-up.ts";
import { REPORT_FORMATS, reportAs } from "../../checklist/formats.ts";
import { checklistReport, summaryOf } from "../../checklist/report.ts";
import type { Probed, Verdict } from "../../checklist/verdict.ts";
import { ITEM_STATUSES, itemsOf, verdictsOf } from "../../checklist/verdict.ts";
import { remedyOf, standingsOf } from "../../checks/standing.ts";
import { didYouMean, quoted } from "../../config/problem.ts";
import { toIso } from "../../platform/calendar.ts";
import { closest } from "../../platform/closest.ts";
import type { CheckRun } from "../../records/check-run.ts";
import type { RequestId } from "../../records/ids.ts";
import type { SalesUnit } from "../../records/sales-unit.ts";
import { closed } from "../../records/schema-parts.ts";
import type { Exchange } from "../../request/exchange.ts";
import type { ChecklistItem } from "../../rules/checklist.ts";
import { readAll, readMany } from "../../store/batches.ts";
import { operation } from "../api/operation.ts";
import { badRequest } from "../api/problem.ts";
import { CheckRuns } from "./check-runs.ts";

/** `checklist`: what Vipps asks before an application goes live, held against the requests that came. */

const ProofSchema = Type.Object(
  {
    request: Type.Optional(
      Type.String({ description: "The id of the request; left out where it is none." }),
    ),
    at: Type.String({ description: "When that was, by the sandbox's clock." }),
    why: Type.String({ description: "What it shows." }),
    inLog: Type.Boolean({ description: "Whether the request log still has it." }),
  },
  { ...closed, title: "ChecklistProof" },
);

const ItemSchema = Type.Object(
  {
    id: Type.String({ description: "Its name." }),
    asks: Type.String({ description: "What is asked of the application." }),
    status: Type.Enum([...ITEM_STATUSES], {
      description:
        "`done` and `failed` are shown by requests, or said by a person; `not seen` wants a request that shows it; " +
        "`by hand` wants a person to say it; `not ours` is what somebody has said not to concern the application.",
    }),
    why: Type.String({ description: "Why, in a sentence." }),
    remedy: Type.String({ description: "What to do where it is not done." }),
    source: Type.String({ description: "Where it is asked." }),
    judgedBy: Type.Enum(["traffic", "person"], { description: "What can show how it stands." }),
    optional: Type.Boolean({
      description: "Whether there are applications that it does not concern.",
    }),
    count: Type.Integer({ minimum: 0, description: "How often what counts was seen." }),
    requests: Type.Array(ProofSchema, { description: "The newest requests that show it." }),
  },
  { ...closed, title: "ChecklistItem" },
);

export const ChecklistSchema = Type.Object(
  {
    clientId: Type.String({ description: "The client that is judged." }),
    name: Type.String({ description: "The name of its sales unit." }),
    edition: Type.Enum(["2023", "2026"], {
      description: "Whose list it is: that of the sandbox's profile.",
    }),
    since: Type.String({ description: "Since when requests count, by the sandbox's clock." }),
    ready: Type.Boolean({
      description: "Whether every item is done that concerns the application.",
    }),
    summary: Type.String({ description: "The whole of it in a sentence." }),
    items: Type.Array(ItemSchema),
  },
  { ...closed, title: "Checklist" },
);

const ClientId = Type.Optional(
  Type.String({
    description:
      "The client. It can be left out where one client alone has called, or there is one sales unit alone.",
  }),
);

const ClientQuery = Type.Object({ clientId: ClientId }, closed);

export const ChecklistReportQuery = Type.Object(
  {
    clientId: ClientId,
    format: Type.Optional(
      Type.Enum([...REPORT_FORMATS], {
        description: "A text for a terminal when left out; Markdown; or JUnit XML for CI.",
      }),
    ),
  },
  closed,
);

const TickSchema = Type.Object(
  {
    done: Type.Optional(
      Type.Boolean({ description: "Whether it is done, where a person has to say so." }),
    ),
    concerns: Type.Optional(
      Type.Literal(false, {
        description: "false, in place of done, where it does not concern the application.",
      }),
    ),
    note: Type.Optional(
      Type.String({ maxLength: 1000, description: "Who has looked, and at what." }),
    ),
  },
  { ...closed, title: "ChecklistTick" },
);

export const ChecklistPatchSchema = Type.Object(
  {
    items: Type.Record(Type.String(), Type.Union([TickSchema, Type.Null()]), {
      description:
        "By the item's id what somebody has to say of it; null takes it back. `done` is for items that no request shows, `concerns` also for those that not every application has.",
    }),
  },
  { ...closed, title: "ChecklistPatch" },
);

export const checklistOperations = [
  operation({
    method: "GET",
    path: "/checklist",
    operationId: "getChecklist",
    summary:
      "What Vipps asks before an application goes live, held against the requests of one client. The first call " +
      "looks through the request log; from then on no verdict is lost with what the log drops.",
    query: ClientQuery,
    status: 200,
    response: ChecklistSchema,
    run: async ({ query, exchange }) => ({ body: await toJson(query, exchange) }),
  }),
  operation({
    method: "GET",
    path: "/checklist/report",
    operationId: "getChecklistReport",
    summary: "The same as a text, as Markdown, or as JUnit XML.",
    query: ChecklistReportQuery,
    status: 200,
    response: Type.String(),
    run: async ({ query, exchange }) => {
      const { unit, edition, verdicts } = await judged(query, exchange);
      const { name, clientId } = unit;
      const report = checklistReport({ name, clientId, edition, verdicts });
      return { body: reportAs(query.format ?? "text", report) };
    },
  }),
  operation({
    method: "PATCH",
    path: "/checklist",
    operationId: "tickChecklist",
    summary: "Writes down what a person knows of an application: its branding, its terms.",
    query: ClientQuery,
    body: ChecklistPatchSchema,
    status: 200,
    response: ChecklistSchema,
    run: async ({ query, body, exchange }) => {
      const { sandbox, now } = exchange;
      const unit = await unitOf(query, exchange);
      refuseOthers(body.items, exchange);
      await readChecklist(sandbox.store, now);
      await tick(sandbox.store, unit.clientId, ticksOf(body.items), now);
      return { body: await toJson({ clientId: unit.clientId }, exchange) };
    },
  }),
  operation({
    method: "DELETE",
    path: "/checklist",
    operationId: "resetChecklist",
    summary:
      "Begins anew: only requests from now on count, what was ticked is open again, and the runs in which an application was checked are gone.",
    status: 204,
    run: async ({ exchange, sandboxes }) => {
      const { sandbox, now } = exchange;
      await beginAnew(sandbox.store, now);
      await new CheckRuns(exchange, sandboxes.wall).forget();
      return {};
    },
  }),
];

async function judged(query: Static<typeof ClientQuery>, exchange: Exchange) {
  const { sandbox, now } = exchange;
  const list = await readChecklist(sandbox.store, now);
  const unit = await unitOf(query, exchange);
  const edition = sandbox.profile;
  const all = await readAll(sandbox.store.deliveries);
  const deliveries = all.filter(({ msn }) => msn === unit.msn);
  const { userDataInIdToken } = sandbox.switches;
  const { clientId } = unit;
  const probed = probedIn((await sandbox.store.checks.get()) ?? [], clientId);
  const facts = { list, clientId, edition, userDataInIdToken, probed, deliveries };
  const verdicts = verdictsOf(facts);
  return { list, unit, edition, verdicts };
}

/** What the probes say of the items, each as it was played last. */
function probedIn(runs: readonly CheckRun[], clientId: string): readonly Probed[] {
  const played = runs
    .filter((run) => run.clientId === clientId)
    .flatMap((run) => standingsOf(run).map((standing) => ({ ...standing, run })))
    .filter(({ status }) => status === "passed" || status === "failed" || status === "advice");
  const newest = new Map(played.map((standing) => [standing.probe.id, standing]));
  return [...newest.values()].flatMap(({ probe, status, result, run }): Probed[] => {
    const speaks = status === "failed" || (status === "passed" && probe.proves === true);
    if (probe.item === undefined || !result || !speaks) return [];
    const request = result.requests.at(-1)?.id ?? ("" as RequestId);
    const why = `The probe ${probe.id}: ${probe.what} ${result.why}`;
    const { item } = probe;
    const remedy = remedyOf({ probe, status, result });
    return [{ item, remedy, passed: status === "passed", request, at: run.startedAt, why }];
  });
}

async function toJson(
  query: Static<typeof ClientQuery>,
  exchange: Exchange,
): Promise<Static<typeof ChecklistSchema>> {
  const { list, unit, edition, verdicts } = await judged(query, exchange);
  const proofs = verdicts.flatMap(({ shown }) => shown.proofs);
  const { requests } = exchange.sandbox.store;
  const kept = await readMany(
    requests,
    proofs.map(({ request }) => request),
  );
  return {
    clientId: unit.clientId,
    name: unit.name,
    edition,
    since: toIso(list.since),
    ready: verdicts.every(({ status }) => status === "done" || status === "not ours"),
    summary: summaryOf(verdicts),
    items: verdicts.map((verdict) => itemToJson(verdict, kept)),
  };
}

function itemToJson(
  { item, status, why, remedy, shown }: Verdict,
  kept: ReadonlyMap<string, unknown>,
): Static<typeof ItemSchema> {
  return {
    id: item.id,
    asks: item.asks,
    status,
    why,
    remedy,
    source: sourceOf(item),
    judgedBy: item.judgedBy,
    optional: item.judgedBy === "person" || item.isOptional === true,
    count: shown.count,
    requests: shown.proofs.map(({ request, at, ...proof }) => ({
      ...(request !== "" && { request }),
      at: toIso(at),
      why: proof.why,
      inLog: kept.has(request),
    })),
  };
}

function sourceOf({ editions, source, faq }: Verdict["item"]): string {
  const list = editions.length === 0 ? [] : [`Vipps' checklist (${editions.join(", ")})`];
  return [...list, ...(source ? [source] : []), ...(faq ? [`FAQ: ${faq}`] : [])].join("; ");
}

/** @throws Problem 400 where it is not clear whose list it is */
export async function unitOf(
  { clientId }: { readonly clientId?: string },
  { sandbox }: Exchange,
): Promise<SalesUnit> {
  const { salesUnits, checklist } = sandbox.store;
  if (clientId !== undefined) {
    const unit = await salesUnits.find("clientId", clientId);
    if (unit) return unit;
    const all = (await readAll(salesUnits)).map((one) => one.clientId);
    const message = `${quoted(clientId)} is the client id of no sales unit${didYouMean(closest(clientId, all))}`;
    throw badRequest([{ path: "clientId", message, value: clientId }], "The query");
  }
  const units = await readAll(salesUnits);
  const seen = Object.keys((await checklist.get())?.clients ?? {});
  const callers = units.filter((unit) => seen.includes(unit.clientId));
  const [unit, ...others] = callers.length > 0 ? callers : units;
  if (unit && others.length === 0) return unit;
  const which = [unit, ...others]
    .slice(0, 5)
    .flatMap((one) => (one ? [`${one.clientId} (${one.name})`] : []));
  const message =
    unit === undefined
      ? "there is no sales unit; make one first"
      : `say which client is judged; ${callers.length > 0 ? "those that have called are" : "there are"} ${which.join(", ")}${others.length > 4 ? " and more" : ""}`;
  throw badRequest([{ path: "clientId", message, value: undefined }], "The query");
}

type Said = Static<typeof ChecklistPatchSchema>["items"];

function ticksOf(items: Said) {
  return Object.fromEntries(
    Object.entries(items).map(([id, said]) => [id, said && { ...said, done: said.done ?? false }]),
  );
}

/** @throws Problem 400 for what nobody can say of an item */
function refuseOthers(said: Said, { sandbox }: Exchange): void {
  const items = itemsOf(sandbox.profile);
  const problems = Object.entries(said).flatMap(([id, tick]) => {
    const item = items.find((one) => one.id === id);
    const message = item ? whyNotSaid(item, tick) : unknownItem(id, items);
    return message === undefined ? [] : [{ path: `items.${id}`, message, value: tick ?? id }];
  });
  if (problems.length > 0) throw badRequest(problems, "The body");
}

function whyNotSaid(item: ChecklistItem, tick: Said[string] | undefined): string | undefined {
  if (!tick) return undefined;
  const { done, concerns } = tick;
  if ((done === undefined) === (concerns === undefined)) {
    return "say one of these: done, true or false; or concerns: false";
  }
  if (item.judgedBy === "person" || (concerns === false && item.isOptional)) return undefined;
  const instead = item.isOptional
    ? ' Where it does not concern the application, say {"concerns": false}.'
    : "";
  return (
    `requests show how ${item.id} stands, nobody has to say it. ${item.shownBy ?? ""}`.trim() +
    instead
  );
}

function unknownItem(id: string, items: readonly ChecklistItem[]): string {
  const known = items.map((item) => item.id);
  return `no item is called ${quoted(id)}${didYouMean(closest(id, known))}`;
}
