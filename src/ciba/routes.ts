import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ClientHeaders } from "../client-auth/authenticate.ts";
import { clientHeaders, noStore, parametersOr } from "../http/messages.ts";
import { CibaRefusal, cibaError } from "../oidc/ciba-errors.ts";
import type { Parameters } from "../oidc/params.ts";
import type { EndpointName } from "../records/vocabulary.ts";
import { PATHS } from "../request/addresses.ts";
import type { Exchange } from "../request/exchange.ts";
import { diagnoseMalformed } from "../rules/protocol.ts";
import { beginPhoneLogin, userExists } from "./begin.ts";

/**
 * The endpoints of login from phone number. They are a program of Vipps' own: JSON in its own order
 * of members (documentation 2023). The grants that go with them are at the token endpoint.
 */
export function cibaRoutes(app: FastifyInstance): void {
  serve(app, PATHS.backchannelAuthentication, "backchannel-authentication", beginPhoneLogin);
  serve(app, PATHS.userExists, "user-exists", async (...request) => ({
    exists: await userExists(...request),
  }));
}

/** Takes forms, and sends what `handle` returns as JSON. */
function serve(
  app: FastifyInstance,
  path: string,
  endpoint: EndpointName,
  handle: (exchange: Exchange, headers: ClientHeaders, parameters: Parameters) => Promise<object>,
): void {
  const config = { failure: "ciba", endpoint } as const;
  app.post<{ Body: string | undefined }>(path, { config }, async (request, reply) => {
    const { exchange, headers } = request;
    const body = await handle(exchange, clientHeaders(headers), formOf(request));
    return noStore(reply).type("application/json;charset=UTF-8").send(JSON.stringify(body));
  });
}

function formOf({ body }: Pick<FastifyRequest<{ Body: string | undefined }>, "body">): Parameters {
  return parametersOr(
    body ?? "",
    (what) => new CibaRefusal(cibaError("invalid_request"), diagnoseMalformed(what)),
  );
}
