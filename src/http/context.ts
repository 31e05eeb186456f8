import type { FastifyInstance, FastifyRequest } from "fastify";
import { BearerRefusal, GatewayRefusal } from "../oidc/errors.ts";
import { stopwatch } from "../platform/clock.ts";
import type { SandboxId } from "../records/ids.ts";
import type { Limits } from "../records/limits.ts";
import { DEFAULT_SANDBOX } from "../records/sandbox.ts";
import type { Seconds } from "../records/time.ts";
import type { EndpointName } from "../records/vocabulary.ts";
import type { Endpoints, PinnedUrls } from "../request/addresses.ts";
import { endpointsFor, isOurs, PAGES, PATHS, sandboxPrefix } from "../request/addresses.ts";
import type { BaseReader } from "../request/base.ts";
import { UnusableHeader } from "../request/base.ts";
import { diagnoseCors } from "../rules/cors.ts";
import { diagnoseSubscriptionKey } from "../rules/credentials.ts";
import { checkRequestLength } from "../rules/request-length.ts";
import type { Sandboxes } from "../sandbox/registry.ts";
import { readSome } from "../store/batches.ts";
import { BadRequest, MOCK_HEADER } from "./errors.ts";
import type { OwnCalls } from "./local-fetch.ts";
import { note, queryOf } from "./messages.ts";
import { NoSandbox } from "./no-sandbox.ts";
import type { RequestLogger } from "./request-logger.ts";
import { Waits } from "./waits.ts";

/** What the preparation of requests needs to know. */
export interface RequestContext {
  readonly sandboxes: Pick<Sandboxes, "use" | "list">;
  readonly pinned: PinnedUrls;
  readonly bases: BaseReader;
  readonly ownCalls: Pick<OwnCalls, "schemeOf">;
  readonly version: string;
}

/**
 * What happens to every request before its route: which sandbox and which moment it is in, under
 * which name the server was called, and whether the gateway lets it pass.
 */
export function prepareRequests(app: FastifyInstance, context: RequestContext): void {
  const { sandboxes, pinned, bases, ownCalls, version } = context;
  const waits = new Waits();
  const endpointsAt = rememberLast((base: string, prefix: string) =>
    endpointsFor(base, pinned, prefix),
  );
  app.addHook("preClose", async () => waits.endAll());
  app.decorateRequest("exchange");
  app.decorateRequest("base");

  app.addHook("onRequest", async (request, reply) => {
    const elapsed = stopwatch();
    reply.header(MOCK_HEADER, version);
    refuseAmbiguous(request);
    const { prefix, sandbox: named } = bases.locate(request.originalUrl, request.headers);
    const base = baseOf(bases, ownCalls.schemeOf(request), request, prefix);
    request.base = base;
    const { endpoint, storeless } = request.routeOptions.config ?? {};
    // Whether there is a sandbox of that name, the store alone knows.
    if (storeless && named === undefined) return;
    const id = (named ?? DEFAULT_SANDBOX) as SandboxId;
    const { sandbox, now: cameAt } = (await sandboxes.use(id)) ?? (await noSandbox(id, sandboxes));
    const exchange = {
      sandbox,
      now: cameAt,
      cameAt,
      elapsed,
      endpoint,
      endpoints: endpointsAt(base, sandboxPrefix(named)),
      trace: { notes: [] },
      async wait(seconds: Seconds) {
        await waits.wait(seconds, reply.raw);
        const { sandbox: later, now } =
          (await sandboxes.use(id)) ?? (await noSandbox(id, sandboxes));
        exchange.sandbox = later;
        exchange.now = now;
      },
    };
    request.exchange = exchange;
    (request.log as RequestLogger).follow(
      request.exchange.trace,
      id === DEFAULT_SANDBOX ? undefined : id,
    );
    if (isOurs(request.url)) return;
    passGateway(base, request.url, sandbox.limits);
    if (request.url.startsWith(PAGES)) return;
    noteBrowserScript(request);
    checkSubscriptionKey(request);
  });
}

/**
 * Refuses what Node takes, but another program could understand differently (RFC 9112 §3.2): a second Host
 * header, which Node leaves out, and a target that is neither a path nor a URL, such as `*`.
 *
 * @throws BadRequest
 */
function refuseAmbiguous({ raw: { rawHeaders }, originalUrl }: FastifyRequest): void {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (name.length === 4 && name.toLowerCase() === "host") hosts += 1;
  }
  if (hosts > 1) {
    const message = "The Host header is there more than once";
    throw new BadRequest(message, `${message}: ${hosts} times`);
  }
  if (/^(\/|https?:\/\/)/i.test(originalUrl)) return;
  const message = "The request is for no path";
  throw new BadRequest(message, `${message}: ${JSON.stringify(originalUrl.slice(0, 80))}`);
}

/** @throws NoSandbox always */
async function noSandbox(id: SandboxId, sandboxes: RequestContext["sandboxes"]): Promise<never> {
  throw new NoSandbox(
    id,
    (await readSome(sandboxes)).map((known) => known.id),
  );
}

/** The same, not made again as long as it is asked for the same: most requests come to one host. */
function rememberLast(make: (base: string, prefix: string) => Endpoints): typeof make {
  let last: { base: string; prefix: string; endpoints: Endpoints } | undefined;
  return (base, prefix) => {
    if (last?.base !== base || last.prefix !== prefix) {
      last = { base, prefix, endpoints: make(base, prefix) };
    }
    return last.endpoints;
  };
}

/** What goes into every URL of the response. */
function baseOf(
  bases: BaseReader,
  protocol: string,
  { headers }: FastifyRequest,
  prefix: string,
): string {
  try {
    return bases.baseOf({ protocol, headers, prefix });
  } catch (error) {
    if (!(error instanceof UnusableHeader)) throw error;
    throw new BadRequest(error.message, `${error.message}: ${JSON.stringify(error.value)}`);
  }
}

/** The gateway counts the characters of the whole URL, and those of state and nonce. */
function passGateway(base: string, url: string, limits: Limits): void {
  // What is shorter than a parameter may be has none that is too long.
  const length = base.length + url.length;
  if (length <= limits.parameterLength && length <= limits.urlLength) return;
  const parameters = new URLSearchParams(queryOf(url));
  const diagnosis = checkRequestLength(
    `${base}${url}`,
    limits,
    (name) => parameters.get(name) ?? undefined,
  );
  if (diagnosis) throw new GatewayRefusal("502 Bad Gateway", diagnosis);
}

/** Scripts in browsers may call the pages, and nothing else. */
function noteBrowserScript(request: FastifyRequest): void {
  const diagnosis = diagnoseCors(request.headers.origin);
  if (diagnosis) note(request, diagnosis);
}

/** Endpoints that Login shares with payments: those need the subscription key. */
const OF_THE_PLATFORM: readonly EndpointName[] = ["access-token", "webhooks"];

/** Noted in the log where it does no harm, refused where it does. */
function checkSubscriptionKey(request: FastifyRequest): void {
  if (request.headers["ocp-apim-subscription-key"] === undefined) return;
  const { endpoint, sandbox } = request.exchange;
  const { subscriptionKeyRefused, subscriptionKeyRefusedBySubject } = sandbox.switches;
  if (endpoint !== undefined && OF_THE_PLATFORM.includes(endpoint)) return;
  if (request.routeOptions.url === PATHS.userinfoBySubject) {
    if (subscriptionKeyRefusedBySubject) throw new BearerRefusal(diagnoseSubscriptionKey());
    return;
  }
  const diagnosis = diagnoseSubscriptionKey();
  if (subscriptionKeyRefused && endpoint === "userinfo") throw new BearerRefusal(diagnosis);
  note(request, diagnosis);
}
