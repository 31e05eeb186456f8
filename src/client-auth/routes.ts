import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { headerOf, noStore, note } from "../http/messages.ts";
import { PATHS } from "../request/addresses.ts";
import { findServedSalesUnit } from "./authenticate.ts";
import { issuePlatformToken, toTokenResponse } from "./platform-token.ts";

/**
 * The platform token (platform documentation): keys in headers, an empty body, and a response whose numbers were
 * strings for years. It is the one token that is not a user's.
 */
export function partnerRoutes(app: FastifyInstance): void {
  const config = { failure: "gateway", endpoint: "access-token" } as const;
  // The gateway takes it in either case; older documentation and plugins write the capital T.
  for (const path of [PATHS.platformToken, "/accessToken/get"]) {
    app.post(path, { config }, givePlatformToken);
  }
}

async function givePlatformToken(request: FastifyRequest, reply: FastifyReply) {
  const { exchange, headers } = request;
  const { sandbox } = exchange;
  const token = await issuePlatformToken(exchange, {
    clientId: headerOf(headers, "client_id"),
    clientSecret: headerOf(headers, "client_secret"),
    subscriptionKey: headerOf(headers, "ocp-apim-subscription-key"),
  });
  const msn = headerOf(headers, "merchant-serial-number");
  if (msn !== undefined) {
    const served = await findServedSalesUnit(sandbox, token, msn);
    if ("failure" in served) note(request, served.failure);
  }
  const response = toTokenResponse(token, sandbox.switches.platformToken);
  return noStore(reply).type("application/json;charset=UTF-8").send(JSON.stringify(response));
}
