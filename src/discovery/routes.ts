import type { FastifyInstance } from "fastify";
import { goJson } from "../oidc/encoding.ts";
import { PATHS } from "../request/addresses.ts";
import { discoveryDocument } from "./document.ts";

/** Discovery and JWKS, in the bytes of Hydra's JSON writer (herodot 0.9.6). */
export function discoveryRoutes(app: FastifyInstance): void {
  const discovery = { failure: "json", endpoint: "discovery" } as const;
  app.get(PATHS.discovery, { exposeHeadRoute: true, config: discovery }, async (request, reply) => {
    const { sandbox, endpoints } = request.exchange;
    const document = discoveryDocument(endpoints, sandbox.switches.discovery);
    return reply
      .header("cache-control", "max-age=3600")
      .type("application/json; charset=utf-8")
      .send(`${goJson(document)}\n`);
  });

  const jwks = { failure: "json", endpoint: "jwks" } as const;
  app.get(PATHS.jwks, { exposeHeadRoute: true, config: jwks }, async (request, reply) => {
    const keys = await request.exchange.sandbox.keys.published();
    // Last, because there are clients that take the first key for the only one.
    const phoneKeys = keys.map((key) => key.phoneKey);
    return reply
      .type("application/json; charset=utf-8")
      .send(`${goJson({ keys: [...keys, ...phoneKeys].map((key) => key.publicJwk) })}\n`);
  });
}
