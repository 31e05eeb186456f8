import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { pathOf, queryOf } from "../http/read-request.ts";
import { noStore, sendProblem } from "../http/send-response.ts";
import type { PinnedUrls } from "../request/addresses.ts";
import { PATHS } from "../request/addresses.ts";
import type { Arrivals } from "../request-log/arrivals.ts";
import type { Sandboxes } from "../sandbox/registry.ts";
import { STATE_BYTES } from "../store/collections.ts";
import type { Courier } from "../webhooks/courier.ts";
import type { ControlAccess } from "./api/access.ts";
import { checkAccess } from "./api/access.ts";
import { Problem } from "./api/problem.ts";

/** What the control API works on and with. */
interface ControlDeps {
  readonly control: ControlAccess;
  readonly pinned: PinnedUrls;
  readonly version: string;
  readonly sandboxes: Sandboxes;
  readonly arrivals: Pick<Arrivals, "announce" | "waitFor">;
  readonly courier: Pick<Courier, "redeliver">;
}

/**
 * The control API's place in the server. What it can do is a table of operations, in the files
 * beside this one; they need a validation library that takes longer to load than the whole server,
 * so they come with the first request. Here is what comes before: who may call, the bytes of the
 * body, and the health check, which must stay cheap.
 */
export function controlRoutes(app: FastifyInstance, deps: ControlDeps): void {
  app.register(
    async (scope) => {
      acceptAnything(scope);
      handleProblems(scope);
      scope.addHook("onRequest", async (request, reply) => {
        noStore(reply);
        // Whoever watches over containers has no token, and learns nothing that headers do not say.
        if (pathOf(request.url) === HEALTH) return;
        checkAccess(deps.control, callerOf(request, deps.pinned));
      });
      const handle = async (request: FastifyRequest, reply: FastifyReply) => {
        if (request.method === "GET" && request.url === HEALTH) {
          return { status: "ok", version: deps.version };
        }
        return send(reply, await dispatched(request, reply, deps));
      };
      // A whole sandbox is larger than anything that a merchant sends.
      for (const [method, url] of WHOLE_SANDBOXES) {
        scope.route({
          method,
          url,
          bodyLimit: STATE_BYTES,
          config: { failure: "problem" },
          handler: handle,
        });
      }
      scope.route({
        method: ["GET", "POST", "PUT", "PATCH", "DELETE"],
        url: "*",
        config: { failure: "problem" },
        handler: handle,
      });
      // Methods that no operation has are told what there is instead.
      scope.setNotFoundHandler(handle);
    },
    { prefix: PATHS.control },
  );
}

/** The operations that take all that is in a sandbox at once. */
const WHOLE_SANDBOXES = [
  ["PUT", "/state"],
  ["POST", "/sandboxes"],
] as const;

const HEALTH = `${PATHS.control}/health`;

/** The bytes as they came: whether they are JSON, and should be, depends on the operation. */
function acceptAnything(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", { parseAs: "buffer" }, async (_request: unknown, body: Buffer) =>
    body.length > 0 ? body : undefined,
  );
}

/** Refusals go to the log too; what is not foreseen is left to the server's own handler. */
function handleProblems(scope: FastifyInstance): void {
  scope.setErrorHandler((error: Error & { readonly statusCode?: number }, request, reply) => {
    const problem =
      error.statusCode === 413
        ? new Problem(413, `The body is over ${request.routeOptions.bodyLimit} bytes; send less.`)
        : error;
    if (!(problem instanceof Problem)) throw problem;
    request.log.warn(`refused ${request.method} ${pathOf(request.url)}: ${problem.message}`);
    return sendProblem(reply, problem);
  });
}

function callerOf(request: FastifyRequest, { publicUrl }: PinnedUrls) {
  const { host, origin, authorization, forwarded, via } = request.headers;
  const { "x-forwarded-for": forwardedFor, "x-real-ip": realIp } = request.headers;
  return {
    address: request.socket.remoteAddress,
    forwardedFor: [forwardedFor ?? [], realIp ?? []].flat().join(",") || undefined,
    viaProxy: forwarded !== undefined || via !== undefined,
    // Behind a trusted proxy the name that the caller used is in another header, as Fastify knows.
    hosts: [host, request.host],
    publicHost: publicUrl === undefined ? undefined : new URL(publicUrl).host,
    origin,
    authorization,
  };
}

async function dispatched(
  request: FastifyRequest,
  reply: FastifyReply,
  { version, sandboxes, pinned, arrivals, courier }: ControlDeps,
) {
  const { dispatch } = await import("./dispatch.ts");
  return dispatch({
    method: request.method,
    path: pathOf(request.url).slice(PATHS.control.length),
    query: queryOf(request.url),
    contentType: request.headers["content-type"],
    body: request.body instanceof Uint8Array ? request.body : undefined,
    exchange: request.exchange,
    version,
    sandboxes,
    pinned,
    arrivals,
    courier,
    hangUp: hangUpOf(reply),
  });
}

/** The connection closes after every response; before it, the caller has given up. */
function hangUpOf({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once("close", () => controller.abort());
  return controller.signal;
}

function send(
  reply: FastifyReply,
  answer: { readonly status: number; readonly location?: string; readonly body?: unknown },
): FastifyReply {
  reply.code(answer.status);
  if (answer.location !== undefined) reply.header("location", answer.location);
  return answer.body === undefined
    ? reply.send()
    : reply.type("application/json; charset=utf-8").send(JSON.stringify(answer.body));
}
