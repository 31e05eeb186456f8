import type { FastifyInstance } from "fastify";
import { PATHS } from "../http/paths.ts";
import { claimsFor, legacyClaimsFor } from "../oidc/claims.ts";
import { goJson, sortKeys } from "../oidc/encoding.ts";
import { readByAccessToken } from "./read.ts";

/**
 * Userinfo (OpenID Connect Core §5.3): the real service's own program, not Hydra, on the path with
 * and without the trailing slash; and the old path with the format from before 2021, which
 * the scope api_version_2 turns into the new one.
 */
export function userinfoRoutes(app: FastifyInstance): void {
  const endpoint = "userinfo";
  for (const path of [PATHS.userinfo, `${PATHS.userinfo}/`]) {
    app.get(path, { config: { failure: "bearer", endpoint } }, async (request, reply) => {
      const { authorization } = request.headers;
      const session = await readByAccessToken(request.exchange, authorization);
      const claims = claimsFor(session.userData, session.scopes, session);
      const answer = sortKeys({ ...claims, sid: session.sid, sub: session.subject });
      return reply.type("application/json;charset=UTF-8").send(JSON.stringify(answer));
    });
  }

  const config = { failure: "hydra-bearer", endpoint } as const;
  app.get(PATHS.legacyUserinfo, { config }, async (request, reply) => {
    const { authorization } = request.headers;
    const session = await readByAccessToken(request.exchange, authorization);
    const format = session.scopes.includes("api_version_2") ? claimsFor : legacyClaimsFor;
    const answer = sortKeys({
      ...format(session.userData, session.scopes, session),
      sid: session.sid,
      sub: session.subject,
    });
    return reply.type("application/json; charset=utf-8").send(`${goJson(answer)}\n`);
  });
}
