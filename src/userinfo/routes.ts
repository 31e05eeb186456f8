import type { FastifyInstance, FastifyReply } from "fastify";
import { clientHeaders } from "../http/messages.ts";
import { claimsFor, legacyClaimsFor } from "../oidc/claims.ts";
import { goJson, sortKeys } from "../oidc/encoding.ts";
import { PATHS } from "../request/addresses.ts";
import type { Readable } from "./read.ts";
import { readByAccessToken, readBySubject } from "./read.ts";

/**
 * Userinfo (OpenID Connect Core §5.3): the real service's own program, not Hydra, on the path with
 * and without the trailing slash, and by `sub` behind it; and the old path with the format from before
 * 2021, which the scope api_version_2 turns into the new one.
 */
export function userinfoRoutes(app: FastifyInstance): void {
  const endpoint = "userinfo";
  for (const path of [PATHS.userinfo, `${PATHS.userinfo}/`]) {
    app.get(path, { config: { failure: "bearer", endpoint } }, async (request, reply) => {
      const { authorization } = request.headers;
      return claimsJson(reply, await readByAccessToken(request.exchange, authorization));
    });
  }

  app.get<{ Params: { readonly sub: string } }>(
    PATHS.userinfoBySubject,
    { config: { failure: "bearer", endpoint } },
    async ({ exchange, headers, params }, reply) =>
      claimsJson(reply, await readBySubject(exchange, clientHeaders(headers), params.sub)),
  );

  const config = { failure: "hydra-bearer", endpoint } as const;
  app.get(PATHS.legacyUserinfo, { config }, async (request, reply) => {
    const { authorization } = request.headers;
    const { session, user } = await readByAccessToken(request.exchange, authorization);
    const format = session.scopes.includes("api_version_2") ? claimsFor : legacyClaimsFor;
    const claims = sortKeys({
      ...format(user, session.scopes, session),
      sid: session.sid,
      sub: session.subject,
    });
    reply.type("application/json; charset=utf-8");
    return `${goJson(claims)}\n`;
  });
}

function claimsJson(reply: FastifyReply, { session, user }: Readable): string {
  const { scopes, sid, subject } = session;
  const claims = sortKeys({ ...claimsFor(user, scopes, session), sid, sub: subject });
  reply.type("application/json;charset=UTF-8");
  return JSON.stringify(claims);
}
