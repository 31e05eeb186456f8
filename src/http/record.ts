import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ChecklistReader } from "../checklist/reader.ts";
import { findMisplacedSecret } from "../client-auth/authenticate.ts";
import { parseBasic } from "../oidc/client-auth.ts";
import { decodeLeniently } from "../oidc/encoding.ts";
import type { Ids } from "../platform/capabilities.ts";
import type { RequestId } from "../records/ids.ts";
import type { KeptRequest } from "../records/logged-request.ts";
import { isOurs, PATHS } from "../request/addresses.ts";
import type { Exchange } from "../request/exchange.ts";
import { withoutSecret } from "../request-log/mask.ts";
import { hasLongText, maskSent, messageAsSent, shortened } from "../request-log/message.ts";
import type { Arrivals } from "../sandbox/arrivals.ts";
import { headerOf, pathOf, queryOf } from "./messages.ts";
import { isDoctor } from "./onlookers.ts";
import type { RequestLogger } from "./request-logger.ts";

/** What the recording of requests works with. */
export interface RecordingDeps {
  /** Those who wait for requests. */
  readonly arrivals: Pick<Arrivals<KeptRequest>, "announce">;
  /** Whether secrets stay in clear. */
  readonly logSecrets: boolean;
  /**
   * Where the ids of the records come from. Not from the sandbox: nobody plans which requests come, and
   * each would shift the codes and tokens that follow from a seed.
   */
  readonly ids: Pick<Ids, "id">;
}

/**
 * Keeps every exchange with a merchant's application or a user's browser in the sandbox's request
 * log. It is written before the response is sent, so that whoever has the response finds it there;
 * hooks that change a response come before this one. A request that cannot be recorded gets its
 * response all the same.
 */
export function recordRequests(app: FastifyInstance, given: RecordingDeps): void {
  const deps = { ...given, checklist: new ChecklistReader() };
  app.decorateRequest("recorded", false);

  app.addHook("onRequest", (request, reply, done) => {
    reply.raw.on("close", () => recordOnce(request, reply, deps));
    done();
  });

  app.addHook("onSend", (request, reply, payload) => recordOnce(request, reply, deps, { payload }));
}

interface Deps extends RecordingDeps {
  readonly checklist: ChecklistReader;
}

/** What the framework is about to send. */
interface Outgoing {
  readonly payload: unknown;
}

/** Without anything outgoing, the connection was broken off, or the response bypassed the framework. */
async function recordOnce(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: Deps,
  outgoing?: Outgoing,
): Promise<void> {
  (request.log as RequestLogger).flush();
  if (request.recorded || !isRecorded(request)) return;
  request.recorded = true;
  try {
    const { store, id } = request.exchange.sandbox;
    await store.requests.insert(await toKeep(recordOf(request, reply, deps, outgoing), store));
    deps.arrivals.announce(id);
    await deps.checklist.wrote(request.exchange.sandbox);
  } catch (error) {
    request.log.error({ err: error }, "a request could not be recorded");
  }
}

/**
 * Most requests are kept as they are. One that was refused is masked at once, while it is known what is a
 * secret here: its client_id may be one, sent in the wrong place. So is one with a text that is too
 * long, because it is cut.
 */
function toKeep(
  record: KeptRequest,
  store: Exchange["sandbox"]["store"],
): KeptRequest | Promise<KeptRequest> {
  if (hasLongText(record.sent)) return cutMasked(record, store);
  return record.diagnosis === undefined ? record : maskNow(record, store);
}

async function cutMasked(
  record: KeptRequest,
  store: Exchange["sandbox"]["store"],
): Promise<KeptRequest> {
  const masked = await maskNow(record, store);
  return { ...masked, sent: shortened(masked.sent) };
}

async function maskNow(
  record: KeptRequest,
  store: Exchange["sandbox"]["store"],
): Promise<KeptRequest> {
  if (record.isPresentable) return record;
  const masked = { ...record, sent: maskSent(record.sent), isPresentable: true };
  const misplaced = await secretAsId(store, record);
  return misplaced === undefined ? masked : withoutSecret(masked, misplaced);
}

/** The client_id that was sent, where it turned out to be a secret. */
async function secretAsId(
  store: Exchange["sandbox"]["store"],
  { clientId }: KeptRequest,
): Promise<string | undefined> {
  if (clientId === undefined) return undefined;
  const { salesUnits, partners } = store;
  const known =
    (await salesUnits.find("clientId", clientId)) ?? (await partners.find("clientId", clientId));
  return !known && (await findMisplacedSecret(store, clientId)) ? clientId : undefined;
}

/**
 * Whether it reached a sandbox, and asked for more than the mock's own API or the looks of a page. Who
 * waits until the mock is up asks again and again by HEAD, and would fill the log; and what doctor is
 * refused would look like a mistake of the application.
 */
function isRecorded({ exchange, url, is404, method, headers }: FastifyRequest): boolean {
  if (exchange === undefined || isOurs(url) || isDoctor(headers)) return false;
  if (is404 || pathOf(url) === PATHS.error) return true;
  return exchange.endpoint !== undefined && method !== "HEAD";
}

function recordOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { logSecrets, ids }: RecordingDeps,
  outgoing: Outgoing | undefined,
): KeptRequest {
  const { exchange, rawBody } = request;
  const { endpoint } = exchange;
  const { user, login, refusal, notes, scenario, fault } = exchange.trace;
  const clientId = clientIdOf(request) ?? exchange.trace.clientId;
  const hasResponse = outgoing !== undefined || reply.raw.headersSent;
  return {
    id: ids.id() as RequestId,
    at: exchange.cameAt,
    method: request.method,
    ...(endpoint !== undefined && { endpoint }),
    ...(hasResponse && { status: reply.statusCode }),
    ...(clientId !== undefined && { clientId }),
    ...(user !== undefined && { user }),
    ...(login !== undefined && { login }),
    ...(refusal !== undefined && { diagnosis: refusal }),
    notes: [...notes],
    ...(fault !== undefined && { fault }),
    ...(scenario !== undefined && { scenario }),
    duration: exchange.elapsed(),
    taken: false,
    sent: Object.freeze({
      url: `${exchange.endpoints.back}${request.url}`,
      request: messageAsSent({ headers: request.headers, body: rawBody }),
      ...(hasResponse && {
        response: messageAsSent({
          headers: reply.getHeaders(),
          body: exchange.trace.sent ?? bodyOf(outgoing?.payload),
        }),
      }),
    }),
    isPresentable: logSecrets,
  };
}

/**
 * The client that a request names, also where nothing else of it can be read: the request log must
 * find what was refused, too.
 */
function clientIdOf({ url, headers, rawBody }: FastifyRequest): string | undefined {
  const form = rawBody === undefined ? "" : Buffer.from(rawBody).toString("latin1");
  const sent =
    parseBasic(headers.authorization)?.id ?? clientIdIn(queryOf(url)) ?? clientIdIn(form);
  return sent === undefined ? headerOf(headers, "client_id") : decodeLeniently(sent);
}

function clientIdIn(pairs: string): string | undefined {
  return /(?:^|&)client_id=([^&]+)/.exec(pairs)?.[1];
}

function bodyOf(payload: unknown): Uint8Array | string | undefined {
  return typeof payload === "string" || payload instanceof Uint8Array ? payload : undefined;
}
