import type { Static } from "typebox";
import Type from "typebox";
import { catchUp } from "../../checklist/catch-up.ts";
import { toIso } from "../../platform/calendar.ts";
import { defined } from "../../records/defined.ts";
import type { KeptRequest, LoggedMessage } from "../../records/logged-request.ts";
import { closed } from "../../records/schema-parts.ts";
import type { Seconds } from "../../records/time.ts";
import { isRefused, matching } from "../../request-log/filter.ts";
import { presentable, presentableUrl } from "../../request-log/message.ts";
import { batches, findFitting, readAll } from "../../store/batches.ts";
import type { PageRequest } from "../../store/store.ts";
import { MOST_RECORDS } from "../../store/store.ts";
import { waiting, waitOf } from "../api/lengths.ts";
import type { Call } from "../api/operation.ts";
import { operation } from "../api/operation.ts";
import { notFound, Problem } from "../api/problem.ts";
import { cutPage, IdParams, listOf, pageOf } from "../api/records.ts";
import type { MessageSchema } from "./request-log-schemas.ts";
import { CountQuery, ListQuery, RequestSchema, TakeSchema } from "./request-log-schemas.ts";
import { requestReport } from "./request-report.ts";
import { refuseUnknownClient } from "./sales-units.ts";
import { userNamed } from "./users.ts";

/** `requests`: what merchants and browsers asked, what they got, and why it was refused. */

/** How many other requests the message names when none fits. */
const MOST_NAMED = 5;

export const requestLogOperations = [
  operation({
    method: "GET",
    path: "/requests",
    summary: "Lists requests, the oldest first; with wait it returns as soon as there is one.",
    query: ListQuery,
    status: 200,
    response: listOf(RequestSchema),
    refusals: [409],
    run: async (call) => {
      const { last } = call.query;
      const limit = last ?? pageOf(call.query).limit;
      const wait = waitOf(call.query.wait);
      const { fits, all } = await selectionOf(fromQuery(call.query), call);
      const look = async () => {
        const requests: KeptRequest[] = [];
        for await (const some of all()) {
          requests.push(...some);
          if (last !== undefined) requests.splice(0, requests.length - last);
          else if (requests.length > limit) break;
        }
        return requests.length > 0 ? requests : undefined;
      };
      const among = async (news: readonly KeptRequest[]) => news;
      const found = await waiting(call, call.arrivals.requests, wait, { fits, look, among });
      if (last === undefined) {
        return { body: await cutPage(found ?? [], limit, ({ id }) => id, toJson) };
      }
      // Where the page has no room for all of them, the oldest are left out.
      const { items } = await cutPage((found ?? []).toReversed(), last, ({ id }) => id, toJson);
      return { body: { items: items.toReversed() } };
    },
  }),
  operation({
    method: "GET",
    path: "/requests/count",
    summary: "How many requests there are.",
    query: CountQuery,
    status: 200,
    response: Type.Object({ count: Type.Integer() }, closed),
    run: async (call) => {
      const { all } = await selectionOf(fromQuery(call.query), call);
      return { body: { count: await countOf(all()) } };
    },
  }),
  operation({
    method: "POST",
    path: "/requests/take",
    operationId: "takeRequest",
    summary: "Hands over the oldest request that nobody took yet, to one caller; may wait for it.",
    body: TakeSchema,
    status: 200,
    response: RequestSchema,
    refusals: [409],
    run: async (call) => {
      const { wait, ...given } = call.body;
      const seconds = waitOf(wait);
      const { fits, all } = await selectionOf(given, call);
      const taken = await waiting(call, call.arrivals.requests, seconds, {
        fits,
        look: () => takeFirst(all(), call),
        among: (news) => takeOne(news, call),
      });
      if (!taken) {
        const takenBefore = await countOf(all());
        throw await nothingToTake(given, { wait: seconds, takenBefore }, call);
      }
      return { body: toJson(taken) };
    },
  }),
  requestReport,
  operation({
    method: "GET",
    path: "/requests/{id}",
    summary: "One request.",
    params: IdParams,
    status: 200,
    response: RequestSchema,
    run: async ({ params: { id }, exchange }) => {
      const request = await exchange.sandbox.store.requests.get(id);
      if (!request) throw noRequest(id);
      return { body: toJson(request) };
    },
  }),
  operation({
    method: "DELETE",
    path: "/requests",
    summary: "Empties the request log.",
    status: 204,
    run: async ({ exchange }) => {
      const { store } = exchange.sandbox;
      // What they show of an application stays.
      await catchUp(store);
      await store.requests.clear();
      return {};
    },
  }),
];

type AnyCall = Call<unknown, unknown, unknown>;

/** What requests are chosen by, the names in it not looked up yet. */
type Given = Omit<Static<typeof TakeSchema>, "wait"> & { readonly before?: string };

function fromQuery(query: Static<typeof ListQuery>): Given {
  const { limit: _limit, last: _last, wait: _wait, ...given } = query;
  return given;
}

/** Requests in batches. */
type Selected = AsyncIterable<readonly KeptRequest[]>;

/** The requests that are chosen. */
interface Selection {
  readonly fits: (request: KeptRequest) => boolean;
  /** Those in the log that fit. */
  readonly all: () => Selected;
}

/** A filter that cannot match is refused: an empty list would hide the mistake. */
async function selectionOf({ after, before, ...given }: Given, call: AnyCall): Promise<Selection> {
  const { exchange } = call;
  for (const id of [after, before]) {
    if (id === undefined || (await exchange.sandbox.store.requests.get(id))) continue;
    throw noRequest(id);
  }
  const fits = matching(await resolved(given, call));
  async function* all() {
    const { requests } = exchange.sandbox.store;
    // Where that request has left the log meanwhile, all that is there came after it.
    const start = after === undefined ? undefined : await requests.cursorAt(after);
    const read = (page: PageRequest) => requests.list(page);
    for await (const items of batches(read, { after: start, limit: MOST_RECORDS })) {
      const end = before === undefined ? -1 : items.findIndex(({ id }) => id === before);
      yield (end < 0 ? items : items.slice(0, end)).filter(fits);
      if (end >= 0) return;
    }
  }
  return { fits, all };
}

async function countOf(selected: Selected): Promise<number> {
  let count = 0;
  for await (const { length } of selected) count += length;
  return count;
}

/** Looks up the names in a filter. */
async function resolved({ user, ...given }: Omit<Given, "after" | "before">, call: AnyCall) {
  const { requests } = call.exchange.sandbox.store;
  const { clientId } = given;
  // Whoever is no client may have called all the same.
  if (
    clientId !== undefined &&
    !(await findFitting(requests, (one) => one.clientId === clientId))
  ) {
    await refuseUnknownClient(clientId, call.exchange);
  }
  if (user === undefined) return given;
  // Whoever was removed since is still in the log.
  const seen = await findFitting(requests, (request) => request.user === user);
  return { ...given, user: seen ? user : (await userNamed(user, call.exchange)).id };
}

async function takeFirst(selected: Selected, call: AnyCall): Promise<KeptRequest | undefined> {
  for await (const candidates of selected) {
    const taken = await takeOne(candidates, call);
    if (taken) return taken;
  }
  return undefined;
}

/** The first of them that nobody else takes. */
async function takeOne(
  candidates: readonly KeptRequest[],
  { exchange }: AnyCall,
): Promise<KeptRequest | undefined> {
  const { requests } = exchange.sandbox.store;
  for (const { id } of candidates.filter(({ taken }) => !taken)) {
    const taken = await requests.update(id, (request) =>
      request.taken ? undefined : { ...request, taken: true },
    );
    if (taken) return taken;
  }
  return undefined;
}

async function nothingToTake(
  given: Given,
  { wait, takenBefore }: { readonly wait: Seconds; readonly takenBefore: number },
  { exchange }: AnyCall,
): Promise<Problem> {
  const items = await readAll(exchange.sandbox.store.requests);
  const asked = Object.keys(given).length === 0 ? "" : ` that fits ${JSON.stringify(given)}`;
  const time = wait === 0 ? "" : ` within ${wait}s`;
  const were = takenBefore === 1 ? "was" : "were";
  const before = takenBefore === 0 ? "" : `; ${takenBefore} that did ${were} taken before`;
  return new Problem(404, `No request${asked} came${time}${before}. ${seenInstead(items)}`);
}

function seenInstead(log: readonly KeptRequest[]): string {
  if (log.length === 0) return "The log is empty: nothing reached this sandbox.";
  const last = log.slice(-MOST_NAMED).map((request) => {
    const { method, endpoint, status, clientId, user, diagnosis, taken } = request;
    const what = `${method} ${endpoint ?? presentableUrl(request)} ${status ?? "without a response"}`;
    const who = [clientId, user].filter(Boolean).join(", ");
    const why = diagnosis ? `: ${diagnosis.message}` : "";
    return `${what}${who && ` (${who})`}${why}${taken ? ", taken" : ""}`;
  });
  const count = log.length > last.length ? `the last ${last.length} of ${log.length}` : log.length;
  return `Seen instead, ${count}: ${last.join("; ")}.`;
}

function noRequest(id: string) {
  const remedy =
    ": it never had, the log was emptied, or newer ones took its place. GET requests lists those there are.";
  return notFound("request has the id", id, [], remedy);
}

function toJson(kept: KeptRequest): Static<typeof RequestSchema> {
  const { id, at, method, url, endpoint, status, diagnosis, notes, request, response, ...rest } =
    presentable(kept);
  return {
    id,
    at: toIso(at),
    method,
    url,
    ...defined({ endpoint, status }),
    refused: isRefused(kept),
    ...defined({ diagnosis }),
    notes: [...notes],
    ...rest,
    request: messageOf(request),
    ...(response !== undefined && { response: messageOf(response) }),
  };
}

function messageOf({ headers, body }: LoggedMessage): Static<typeof MessageSchema> {
  const sent = body.base64 === undefined ? { body: body.text } : { bodyBase64: body.base64 };
  return {
    headers: { ...headers } as Record<string, string | string[]>,
    ...(body.text !== "" && sent),
  };
}
