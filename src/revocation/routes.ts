import type { FastifyInstance } from "fastify";
import type { ClientHeaders } from "../client-auth/authenticate.ts";
import { authenticateClient } from "../client-auth/authenticate.ts";
import { clientHeaders, noStore, noteRepetitions, parametersOr } from "../http/messages.ts";
import { JsonRefusal, OAUTH_ERRORS, oauthError } from "../oidc/errors.ts";
import type { Parameters } from "../oidc/params.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import { PATHS } from "../request/addresses.ts";
import type { Exchange } from "../request/exchange.ts";
import { traceSession } from "../request/trace.ts";
import { diagnoseEmptyBody, diagnoseMalformed } from "../rules/protocol.ts";

/**
 * Token revocation (RFC 7009). For every token, known or not, fosite sends 200 without a body; only
 * a request that it cannot read, and wrong credentials, are errors (fosite 0.40.2).
 */
export function revocationRoutes(app: FastifyInstance): void {
  app.post<{ Body: string | undefined }>(
    PATHS.revocation,
    { config: { failure: "json", endpoint: "revoke" } },
    async (request, reply) => {
      const unreadable = (what: string) => refusal(diagnoseMalformed(what));
      const parameters = parametersOr(request.body ?? "", unreadable);
      noteRepetitions(request, parameters);
      await revoke(request.exchange, clientHeaders(request.headers), parameters);
      return noStore(reply).send();
    },
  );
}

async function revoke(
  exchange: Exchange,
  headers: ClientHeaders,
  parameters: Parameters,
): Promise<void> {
  const { sandbox, trace } = exchange;
  if (parameters.isEmpty) throw refusal(diagnoseEmptyBody());
  const salesUnit = await authenticateClient(exchange, headers, parameters, "browser").catch(
    (error: unknown) => {
      throw error instanceof JsonRefusal ? withoutHint(error) : error;
    },
  );
  const { accessTokens, sessions } = sandbox.store;
  const token = await accessTokens.get(parameters.get("token") ?? "");
  const session = token && (await sessions.get(token.session));
  if (session) traceSession(trace, session);
  if (token && session?.clientId === salesUnit.clientId) await accessTokens.take(token.token);
}

function refusal(diagnosis: Diagnosis): JsonRefusal {
  return new JsonRefusal(oauthError("invalid_request"), diagnosis);
}

/**
 * Here fosite does not send the hint that follows the code's own description. A description of Vipps'
 * own has no such hint, and stays.
 */
function withoutHint({ error, diagnosis }: JsonRefusal): JsonRefusal {
  const { code, description } = error;
  const hasHint = description.startsWith(OAUTH_ERRORS[code].description);
  return new JsonRefusal(hasHint ? oauthError(code) : error, diagnosis);
}
