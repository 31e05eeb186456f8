import type { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Access } from "../http/access.ts";
import {
  hangUpOf,
  noSniff,
  noStore,
  pathOf,
  queryOf,
  readParts,
  sendLongJson,
  sendProblem,
} from "../http/messages.ts";
import { PATHS } from "../request/addresses.ts";
import { MAX_STATE_BYTES } from "../store/collections.ts";
import type { ControlContext } from "./api/operation.ts";
import { Problem } from "./api/problem.ts";
import type { ControlResponse } from "./dispatch.ts";

/** What the control API works on and with. */
interface ControlDeps extends ControlContext {
  readonly access: Pick<Access, "checkCall">;
}

/**
 * The control API's place in the server. What it can do is a table of operations in dispatch.ts. It
 * needs a validation library that takes longer to load than the whole server, so it comes with the
 * first request. Here is what comes before: who may call, the bytes of the body, and the health
 * checks, which must stay cheap.
 */
export function controlRoutes(app: FastifyInstance, deps: ControlDeps): void {
  const { version } = deps;
  app.register(
    async (scope) => {
      acceptAnything(scope);
      handleProblems(scope);
      scope.addHook("onRequest", async (request, reply) => {
        noSniff(noStore(reply));
        if (PUBLIC.includes(pathOf(request.url))) return;
        deps.access.checkCall(request);
      });
      const handle = async (request: FastifyRequest, reply: FastifyReply) => {
        if (asGet(request) === "GET" && request.url === HEALTH) {
          // It can be read: it was asked for the sandbox.
          const { kind } = deps.store;
          return { status: "ok", version, store: { kind, ...(await deps.store.state()) } };
        }
        return send(reply, await dispatched(request, reply, deps));
      };
      scope.get(
        LIVE,
        { config: { failure: "problem", storeless: true }, exposeHeadRoute: true },
        async () => ({ status: "ok", version }),
      );
      // A whole sandbox is larger than anything that a merchant sends.
      for (const [method, url] of WHOLE_SANDBOXES) {
        scope.route({
          method,
          url,
          bodyLimit: MAX_STATE_BYTES,
          config: { failure: "problem" },
          handler: handle,
        });
      }
      scope.route({
        method: ["GET", "POST", "PUT", "PATCH", "DELETE"],
        url: "*",
        exposeHeadRoute: true,
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

/** Below the API's root. */
const LIVE = "/live";

/**
 * What needs no token: whoever watches over containers has none, nor has a doctor in another one, and both
 * learn nothing that headers and the discovery document do not say.
 */
const PUBLIC: readonly string[] = [HEALTH, `${PATHS.control}${LIVE}`, `${PATHS.control}/addresses`];

/** HEAD is answered as GET is, and the framework leaves the body out. */
function asGet({ method }: FastifyRequest): string {
  return method === "HEAD" ? "GET" : method;
}

/** The bytes as they came: whether they are JSON, and should be, depends on the operation. */
function acceptAnything(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", async (request: FastifyRequest, payload: Readable) => {
    const { bodyLimit = 0 } = request.routeOptions;
    return readParts(payload, request.headers["content-length"], bodyLimit);
  });
}

/** Refusals go to the log too; what is not foreseen is left to the server's own handler. */
function handleProblems(scope: FastifyInstance): void {
  scope.setErrorHandler((problem: Error, request, reply) => {
    if (!(problem instanceof Problem)) throw problem;
    request.log.warn(`refused ${request.method} ${pathOf(request.url)}: ${problem.message}`);
    return sendProblem(reply, problem);
  });
}

async function dispatched(
  request: FastifyRequest,
  reply: FastifyReply,
  { access: _, ...context }: ControlDeps,
) {
  const hangUp = hangUpOf(reply);
  const { dispatch } = await import("./dispatch.ts");
  return dispatch({
    method: asGet(request),
    path: pathOf(request.url).slice(PATHS.control.length),
    query: queryOf(request.url),
    contentType: request.headers["content-type"],
    body: request.body as readonly Uint8Array[] | undefined,
    exchange: request.exchange,
    ...context,
    hangUp,
  });
}

function send(reply: FastifyReply, { status, location, body }: ControlResponse): FastifyReply {
  reply.code(status);
  if (location !== undefined) reply.header("location", location);
  if (body === undefined) return reply.send();
  if (typeof body === "string") return reply.type("text/plain; charset=utf-8").send(body);
  return sendLongJson(reply, body);
}
