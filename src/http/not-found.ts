import type { FastifyInstance } from "fastify";
import { PATHS } from "../request/addresses.ts";
import { maskPath } from "../request-log/mask.ts";
import { diagnoseMethod, diagnoseNothingThere } from "../rules/protocol.ts";
import { meantPath } from "./meant-path.ts";
import { logRefused, pathOf } from "./messages.ts";

/**
 * Requests for paths and methods that do not exist. The response is plain text, which nobody can take
 * for an error of the protocol, and lists what exists.
 */
export function handleNotFound(app: FastifyInstance): void {
  const routes: { readonly method: string; readonly path: string }[] = [];

  app.addHook("onRoute", ({ method, url }) => {
    for (const one of [method].flat()) {
      routes.push({ method: one, path: url });
    }
  });

  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request.url);
    const shown = maskPath(path);
    const [method, ...others] = routes
      .filter((route) => matches(path, route.path))
      .map((route) => route.method);
    const here = method === undefined ? undefined : ([method, ...others] as const);
    const meant = here ? undefined : meantPath(shown, [...new Set(routes.map((one) => one.path))]);
    const diagnosis = here
      ? diagnoseMethod(request.method, path, here)
      : diagnoseNothingThere(request.method, shown, meant);
    request.exchange.trace.refusal = diagnosis;
    logRefused(request, diagnosis, diagnosis.message);
    reply.type("text/plain; charset=utf-8");
    if (here) {
      const methods = here.join(", ");
      return reply
        .code(405)
        .header("allow", methods)
        .send(`vipps-login-mock: 405, this path takes ${methods}, not ${request.method}\n`);
    }
    const list = [
      ...routes
        .filter(({ method: one, path: to }) => one !== "HEAD" && !to.startsWith(PATHS.control))
        .map((route) => `${route.method} ${route.path}`),
      `${PATHS.control}/…: the control API, which lists its own paths`,
    ];
    const { prefix } = request.exchange.endpoints;
    const question = meant === undefined ? "" : ` Did you mean ${prefix}${meant.path}?`;
    return reply
      .code(404)
      .send(
        `vipps-login-mock: 404, nothing is here.${question} What exists:\n\n${list.join("\n")}\n`,
      );
  });
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
