import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { OURS, PATHS } from "../request/addresses.ts";
import { maskPath } from "../request-log/mask.ts";
import {
  diagnoseMethod,
  diagnoseNothingBelowMock,
  diagnoseNothingThere,
} from "../rules/protocol.ts";
import { isBelowMock, meantPath } from "./meant-path.ts";
import { logRefused, pathOf } from "./messages.ts";
import { isForPeople, sendRefusalPage } from "./refusal-page.ts";

interface KnownRoute {
  readonly method: string;
  readonly path: string;
}

/**
 * Requests for paths and methods that do not exist. The response is plain text, which nobody can take
 * for an error of the protocol, and lists what exists.
 */
export function handleNotFound(app: FastifyInstance): void {
  const routes: KnownRoute[] = [];

  app.addHook("onRoute", ({ method, url, config }) => {
    for (const path of config?.paths ?? [url]) {
      for (const one of [method].flat()) routes.push({ method: one, path });
    }
  });

  app.setNotFoundHandler(async (request, reply) => {
    const path = pathOf(request.url);
    const [method, ...others] = routes
      .filter((route) => matches(path, route.path))
      .map((route) => route.method);
    reply.type("text/plain; charset=utf-8");
    return method === undefined
      ? refusePath(request, reply, routes)
      : refuseMethod(request, reply, [method, ...others]);
  });
}

function refuseMethod(
  request: FastifyRequest,
  reply: FastifyReply,
  here: readonly [string, ...string[]],
): FastifyReply | Promise<FastifyReply> {
  const diagnosis = diagnoseMethod(request.method, pathOf(request.url), here);
  request.exchange.trace.refusal = diagnosis;
  logRefused(request, diagnosis, diagnosis.message);
  const methods = here.join(", ");
  reply.header("allow", methods);
  const { message } = diagnosis;
  if (isForPeople(request)) return sendRefusalPage({ status: 405, message }, request, reply);
  return reply
    .code(405)
    .send(`vipps-login-mock: 405, this path takes ${methods}, not ${request.method}\n`);
}

async function refusePath(
  request: FastifyRequest,
  reply: FastifyReply,
  all: readonly KnownRoute[],
): Promise<FastifyReply> {
  const shown = maskPath(pathOf(request.url));
  const routes = all.filter(({ path }) => !path.startsWith(PATHS.control));
  const paths = [...new Set(routes.map(({ path }) => path))];
  const meant = meantPath(shown, [...paths, ...(await controlPathsFor(shown))]);
  const diagnosis = isBelowMock(shown)
    ? diagnoseNothingBelowMock(request.method, shown, meant)
    : diagnoseNothingThere(request.method, shown, meant);
  request.exchange.trace.refusal = diagnosis;
  logRefused(request, diagnosis, diagnosis.message);
  const { prefix } = request.exchange.endpoints;
  const question = meant === undefined ? "" : ` Did you mean ${prefix}${meant.path}?`;
  if (isForPeople(request)) {
    const message = `There is no page at ${prefix}${shown}.${question}`;
    return sendRefusalPage({ status: 404, message }, request, reply);
  }
  const list = [
    ...routes
      .filter(({ method }) => method !== "HEAD")
      .map(({ method, path }) => `${method} ${path}`),
    `${PATHS.control}/…: the control API, which lists its own paths`,
  ];
  return reply
    .code(404)
    .send(
      `vipps-login-mock: 404, nothing is here.${question} What exists:\n\n${list.join("\n")}\n`,
    );
}

/** The control API's own paths, which take long to load, where the path that was called may be for it. */
async function controlPathsFor(called: string): Promise<string[]> {
  if (!called.toLowerCase().includes(`${OURS}/`)) return [];
  const { OPERATIONS } = await import("../control/dispatch.ts");
  const paths = OPERATIONS.map(({ path }) => path.replace(/\{(\w+)\}/g, ":$1"));
  return [...new Set(paths)].map((path) => `${PATHS.control}${path}`);
}

/** The segments of a route are plain text, or a `:parameter` for a whole one. */
function matches(path: string, route: string): boolean {
  const segments = path.split("/");
  const pattern = route.split("/");
  return (
    segments.length === pattern.length &&
    pattern.every((part, index) => {
      const segment = segments[index];
      return part.startsWith(":") ? segment !== "" : part === segment;
    })
  );
}
