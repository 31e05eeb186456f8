import type { FastifyInstance } from "fastify";
import { clientHeaders } from "../http/header.ts";
import { noStore } from "../http/no-store.ts";
import { parametersOr } from "../http/params.ts";
import { goJson } from "../oidc/encoding.ts";
import { JsonRefusal } from "../oidc/errors.ts";
import { malformedRequest } from "../oidc/params.ts";
import { PATHS } from "../request/addresses.ts";
import { diagnoseMalformed } from "../rules/protocol.ts";
import { requestTokens } from "./request.ts";

/**
 * The token endpoint. Good or bad, its answers are JSON in fosite's form: not to be stored, no line
 * break at the end, no WWW-Authenticate (dossier §2.4). Each grant gives the members in its own order.
 */
export function tokenRoutes(app: FastifyInstance): void {
  app.post<{ Body: string | undefined }>(
    PATHS.token,
    { config: { failure: "json", endpoint: "token" } },
    async (request, reply) => {
      const refuse = (what: string) =>
        new JsonRefusal(malformedRequest(what), diagnoseMalformed(what));
      const parameters = parametersOr(request.body ?? "", refuse);
      const headers = clientHeaders(request.headers);
      const tokens = await requestTokens(request.exchange, headers, parameters);
      return noStore(reply).type("application/json;charset=UTF-8").send(goJson(tokens));
    },
  );
}
