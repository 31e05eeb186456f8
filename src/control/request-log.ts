import type { Static } from "typebox";
import Type from "typebox";
import { toIso } from "../calendar.ts";
import { closest } from "../config/closest.ts";
import { didYouMean, quoted } from "../config/problem.ts";
import { ENDPOINT_NAMES } from "../http/paths.ts";
import { Problem } from "../http/problem.ts";
import { isRefused, matches } from "../journal/filter.ts";
import type { LoggedMessage, LoggedRequest } from "../journal/logged-request.ts";
import type { Seconds } from "../time.ts";
import { MINUTE } from "../time.ts";
import { DiagnosisSchema } from "./diagnosis.ts";
import { LengthSchema, readLength } from "./length.ts";
import { listOf, MomentSchema, PageQuery, pageOf } from "./lists.ts";
import type { Call } from "./operation.ts";
import { badRequest, closed, operation } from "./operation.ts";
import { userNamed } from "./users.ts";

/** `requests`: what merchants and browsers asked, what they got, and why it was refused. */

/** So long a call may wait, in seconds of the real time. */
const LONGEST_WAIT: Seconds = MINUTE;

/** So many of the requests that were not meant are told when none was. */
const TOLD_INSTEAD = 5;

const MessageSchema = Type.Object(
  {
    headers: Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())])),
    body: Type.Optional(Type.String({ description: "Left out where it is empty." })),
    bodyBase64: Type.Optional(Type.String({ description: "Instead, where it is no UTF-8." })),
  },
  { ...closed, title: "LoggedMessage" },
);

const EndpointSchema = Type.Enum([...ENDPOINT_NAMES]);

export const RequestSchema = Type.Object(
  {
    id: Type.String(),
    at: MomentSchema,
    method: Type.String(),
    url: Type.String(),
    endpoint: Type.Optional(EndpointSchema),
    status: Type.Optional(
      Type.Integer({ description: "Left out when the connection broke before an answer." }),
    ),
    refused: Type.Boolean(),
    diagnosis: Type.Optional(DiagnosisSchema),
    notes: Type.Array(DiagnosisSchema, { description: "What was noticed and did no harm." }),
    clientId: Type.Optional(Type.String({ description: "As it was sent, known or not." })),
    user: Type.Optional(Type.String({ description: "The user's id, when it is known." })),
    login: Type.Optional(
      Type.String({ description: "The same for all requests of one login, up to userinfo." }),
    ),
    scenario: Type.Optional(Type.String({ description: "The scenario that it played." })),
    fault: Type.Optional(Type.String({ description: "The fault that hit it." })),
    duration: Type.Number({ description: "Until the answer left, in milliseconds." }),
    taken: Type.Boolean({ description: "Whether POST requests/take gave it to somebody." }),
    request: MessageSchema,
    response: Type.Optional(MessageSchema),
  },
  { ...closed, title: "LoggedRequest" },
);

const filter = {
  endpoint: Type.Optional(EndpointSchema),
  clientId: Type.Optional(Type.String({ description: "Of a sales unit, or seen in the log." })),
  user: Type.Optional(Type.String({ description: "A user's id or MSISDN." })),
  login: Type.Optional(Type.String({ description: "The login of a request in the log." })),
  status: Type.Optional(
    Type.Integer({ minimum: 100, maximum: 599, description: "The status of the answer." }),
  ),
  after: Type.Optional(
    Type.String({ description: "Only what came after the request with this id." }),
  ),
};

const REFUSED = "true: only what was refused; false: only what was not.";

const queryFilter = {
  ...filter,
  refused: Type.Optional(Type.Enum(["true", "false"], { description: REFUSED })),
};

const WAIT = "How long to wait for one, 60s at most: seconds, or a length as 10s.";

const ListQuery = Type.Object(
  {
    ...queryFilter,
    limit: PageQuery.limit,
    wait: Type.Optional(Type.String({ description: WAIT })),
  },
  closed,
);

const CountQuery = Type.Object(queryFilter, closed);

export const TakeSchema = Type.Object(
  {
    ...filter,
    refused: Type.Optional(Type.Boolean({ description: REFUSED })),
    wait: Type.Optional({ ...LengthSchema, description: WAIT }),
  },
  { ...closed, title: "RequestTake" },
);

export const requestLogOperations = [
  operation({
    method: "GET",
    path: "/requests",
    summary: "Lists requests, the oldest first; with wait it answers as soon as there is one.",
    query: ListQuery,
    status: 200,
    answer: listOf(RequestSchema),
    run: async (call) => {
      const { limit } = pageOf(call.query);
      const wait = waitOf(call.query.wait);
      const wanted = await selectionOf(fromQuery(call.query), call);
      const found = await waiting(call, wait, async () => {
        const requests = await wanted();
        return requests.length > 0 ? requests : undefined;
      });
      const items = found?.slice(0, limit) ?? [];
      const next = found && found.length > limit ? items.at(-1)?.id : undefined;
      return { body: { items: items.map(written), ...(next !== undefined && { next }) } };
    },
  }),
  operation({
    method: "DELETE",
    path: "/requests",
    summary: "Empties the request log.",
    status: 204,
    run: async ({ exchange }) => {
      const { requests } = exchange.sandbox.store;
      const { items } = await requests.list();
      for (const { id } of items) await requests.take(id);
      return {};
    },
  }),
  operation({
    method: "GET",
    path: "/requests/count",
    summary: "How many requests there are.",
    query: CountQuery,
    status: 200,
    answer: Type.Object({ count: Type.Integer() }, closed),
    run: async (call) => {
      const wanted = await selectionOf(fromQuery(call.query), call);
      return { body: { count: (await wanted()).length } };
    },
  }),
  operation({
    method: "POST",
    path: "/requests/take",
    summary: "Hands over the oldest request that nobody took yet, to one caller; may wait for it.",
    body: TakeSchema,
    bodyOptional: true,
    status: 200,
    answer: RequestSchema,
    run: async (call) => {
      const { wait, ...given } = call.body;
      const seconds = waitOf(wait);
      const wanted = await selectionOf(given, call);
      const taken = await waiting(call, seconds, async () => takeOne(await wanted(), call));
      if (!taken) {
        const { length } = await wanted();
        throw await nothingToTake(given, { wait: seconds, takenBefore: length }, call);
      }
      return { body: written(taken) };
    },
  }),
  operation({
    method: "GET",
    path: "/requests/{id}",
    summary: "One request.",
    params: Type.Object({ id: Type.String() }, closed),
    status: 200,
    answer: RequestSchema,
    run: async ({ params: { id }, exchange }) => {
      const request = await exchange.sandbox.store.requests.get(id);
      if (!request) throw noRequest(id);
      return { body: written(request) };
    },
  }),
];

type AnyCall = Call<unknown, unknown, unknown>;

/** What requests are chosen by, the names in it not looked up yet. */
type Given = Omit<Static<typeof TakeSchema>, "wait">;

function fromQuery({ refused, ...query }: Static<typeof ListQuery>): Given {
  const { limit: _limit, wait: _wait, ...given } = query;
  return refused === undefined ? given : { ...given, refused: refused === "true" };
}

function waitOf(given: string | number | undefined): Seconds {
  if (given === undefined) return 0;
  const seconds = readLength(
    typeof given === "string" && /^\d+$/.test(given) ? Number(given) : given,
    "wait",
  );
  if (seconds <= LONGEST_WAIT) return seconds;
  const message = `is ${given}; a call waits ${LONGEST_WAIT} seconds at most, so ask again`;
  throw badRequest([{ path: "wait", message, value: given }]);
}

function waiting<Found>(
  { arrivals, exchange, hangUp }: AnyCall,
  wait: Seconds,
  look: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  return arrivals.waitFor(exchange.sandbox.id, wait, look, hangUp);
}

/**
 * A filter that cannot match is refused: an empty list would hide the mistake.
 *
 * @returns looks up what the filter matches at the moment, the oldest first
 */
async function selectionOf(
  { after, ...given }: Given,
  call: AnyCall,
): Promise<() => Promise<readonly LoggedRequest[]>> {
  const { requests } = call.exchange.sandbox.store;
  if (after !== undefined && !(await requests.get(after))) throw noRequest(after);
  const filter = await resolved(given, call);
  return async () => {
    // Where that request has left the log meanwhile, all that is there came after it.
    const isThere = after !== undefined && (await requests.get(after)) !== undefined;
    const { items } = await requests.list(isThere ? { after } : {});
    return items.filter((request) => matches(request, filter));
  };
}

/** Looks up the names in a filter. */
async function resolved({ user, ...given }: Omit<Given, "after">, call: AnyCall) {
  const { requests } = call.exchange.sandbox.store;
  const { items: log } = await requests.list();
  await refuseUnknownClient(given.clientId, log, call);
  if (user === undefined) return given;
  // Whoever was removed since is still in the log.
  const seen = log.some((request) => request.user === user);
  return { ...given, user: seen ? user : (await userNamed(user, call.exchange)).id };
}

async function refuseUnknownClient(
  clientId: string | undefined,
  log: readonly LoggedRequest[],
  { exchange }: AnyCall,
): Promise<void> {
  if (clientId === undefined || log.some((request) => request.clientId === clientId)) return;
  const { items } = await exchange.sandbox.store.salesUnits.list();
  const known = items.map((unit) => unit.clientId);
  if (known.includes(clientId)) return;
  const remedy =
    didYouMean(closest(clientId, known)) || `; there are ${known.join(", ") || "none"}`;
  throw new Problem(
    404,
    `No sales unit has the clientId ${quoted(clientId)}, and no request came with it${remedy}`,
  );
}

async function takeOne(
  candidates: readonly LoggedRequest[],
  { exchange }: AnyCall,
): Promise<LoggedRequest | undefined> {
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
  const { items } = await exchange.sandbox.store.requests.list();
  const asked = Object.keys(given).length === 0 ? "" : ` that fits ${JSON.stringify(given)}`;
  const time = wait === 0 ? "" : ` within ${wait}s`;
  const were = takenBefore === 1 ? "was" : "were";
  const before = takenBefore === 0 ? "" : `; ${takenBefore} that did ${were} taken before`;
  return new Problem(404, `No request${asked} came${time}${before}. ${seenInstead(items)}`);
}

function seenInstead(log: readonly LoggedRequest[]): string {
  if (log.length === 0) return "The log is empty: nothing reached this sandbox.";
  const last = log.slice(-TOLD_INSTEAD).map((request) => {
    const { method, endpoint, url, status, clientId, user, diagnosis, taken } = request;
    const what = `${method} ${endpoint ?? url} ${status ?? "without an answer"}`;
    const who = [clientId, user].filter(Boolean).join(", ");
    const why = diagnosis ? `: ${diagnosis.message}` : "";
    return `${what}${who && ` (${who})`}${why}${taken ? ", taken" : ""}`;
  });
  const count = log.length > last.length ? `the last ${last.length} of ${log.length}` : log.length;
  return `Seen instead, ${count}: ${last.join("; ")}.`;
}

function noRequest(id: string): Problem {
  return new Problem(
    404,
    `No request has the id ${quoted(id)}: it never had, the log was emptied, or newer ones took its ` +
      "place. GET requests lists those there are.",
  );
}

function written(logged: LoggedRequest): Static<typeof RequestSchema> {
  const { id, at, method, url, endpoint, status, diagnosis, notes, request, response, ...rest } =
    logged;
  return {
    id,
    at: toIso(at),
    method,
    url,
    ...(endpoint !== undefined && { endpoint }),
    ...(status !== undefined && { status }),
    refused: isRefused(logged),
    ...(diagnosis !== undefined && { diagnosis }),
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
