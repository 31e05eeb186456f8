import type { FastifyInstance, FastifyRequest } from "fastify";
import { note } from "../http/note.ts";
import { PATHS } from "../http/paths.ts";
import { claimsFor, legacyClaimsFor } from "../oidc/claims.ts";
import { goJson, sortKeys } from "../oidc/encoding.ts";
import { BearerRefusal } from "../oidc/errors.ts";
import { diagnoseSubscriptionKey } from "../rules/subscription-key.ts";
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
      checkSubscriptionKey(request);
      const { authorization } = request.headers;
      const { session, user, subject } = await readByAccessToken(request.exchange, authorization);
      const claims = claimsFor(user, session.scopes);
      const answer = sortKeys({ ...claims, sid: session.sid, sub: subject });
      return reply.type("application/json;charset=UTF-8").send(JSON.stringify(answer));
    });
  }

  const config = { failure: "hydra-bearer", endpoint } as const;
  app.get(PATHS.legacyUserinfo, { config }, async (request, reply) => {
    const { authorization } = request.headers;
    const { session, user, subject } = await readByAccessToken(request.exchange, authorization);
    const format = session.scopes.includes("api_version_2") ? claimsFor : legacyClaimsFor;
    const answer = sortKeys({
      ...format(user, session.scopes),
      sid: session.sid,
      sub: subject,
    });
    return reply.type("application/json; charset=utf-8").send(`${goJson(answer)}\n`);
  });
}

/** Noted in the log where it does no harm, refused where it does. */
function checkSubscriptionKey(request: FastifyRequest): void {
  if (request.headers["ocp-apim-subscription-key"] === undefined) return;
  const diagnosis = diagnoseSubscriptionKey();
  if (request.exchange.sandbox.switches.subscriptionKeyRefused) {
    throw new BearerRefusal(diagnosis);
  }
  note(request, diagnosis);
}
