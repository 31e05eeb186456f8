import type { Credentials } from "../oidc/client-auth.ts";
import { readBearer, readCredentials } from "../oidc/client-auth.ts";
import { JsonRefusal, oauthError } from "../oidc/errors.ts";
import type { Parameters } from "../oidc/params.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { LoginFlow } from "../records/vocabulary.ts";
import type { Exchange } from "../request/exchange.ts";
import { diagnoseAuthMethod, diagnoseWrongSecret } from "../rules/credentials.ts";
import { diagnoseBrowserFlow } from "../rules/partner-keys.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { checkActive, findClient } from "./lookup.ts";
import { authenticatePartner } from "./partner-keys.ts";

/** The headers by which a client says who it is. */
export interface ClientHeaders {
  readonly authorization: string | undefined;
  /** Merchant-Serial-Number: the sales unit that a partner acts for. */
  readonly msn: string | undefined;
}

/**
 * Client authentication: by the sales unit's own credentials, or by a partner's platform token where
 * the flow knows partner keys. Where it does not, Hydra sees a Bearer token as no credentials at all.
 *
 * @throws JsonRefusal invalid_request without readable credentials, invalid_client with wrong ones
 */
export async function authenticateClient(
  exchange: Pick<Exchange, "sandbox" | "now" | "trace">,
  headers: ClientHeaders,
  parameters: Parameters,
  flow: LoginFlow,
): Promise<SalesUnit> {
  const { sandbox } = exchange;
  const token = readBearer(headers.authorization);
  if (token === undefined || parameters.get("client_secret") !== undefined) {
    return authenticateSalesUnit(sandbox, headers.authorization, parameters);
  }
  if (flow === "phone-number" || sandbox.switches.partnerKeys === "everywhere") {
    return authenticatePartner(exchange, token, headers.msn);
  }
  return authenticateSalesUnit(sandbox, undefined, parameters).catch((error: unknown) => {
    throw error instanceof JsonRefusal
      ? new JsonRefusal(error.error, diagnoseBrowserFlow())
      : error;
  });
}

/**
 * The sales unit's own credentials (RFC 6749 §2.3) in fosite's order: client, method, secret; then
 * whether the sales unit is active.
 */
async function authenticateSalesUnit(
  sandbox: Pick<Sandbox, "store">,
  authorization: string | undefined,
  parameters: Parameters,
): Promise<SalesUnit> {
  const credentials = readCredentials(authorization, parameters);
  const found = await findClient(sandbox, credentials.clientId);
  if ("failure" in found) throw new JsonRefusal(oauthError("invalid_client"), found.failure);
  const { salesUnit } = found;
  checkMethod(credentials, salesUnit);
  if (credentials.secret !== salesUnit.clientSecret) {
    const diagnosis = diagnoseWrongSecret({
      clientId: salesUnit.clientId,
      sent: credentials.secret,
      expected: salesUnit.clientSecret,
      redirectUri: parameters.get("redirect_uri"),
      redirectUris: salesUnit.redirectUris,
    });
    throw new JsonRefusal(oauthError("invalid_client"), diagnosis);
  }
  const failure = checkActive(salesUnit);
  if (failure) throw new JsonRefusal(failure.error, failure.diagnosis);
  return salesUnit;
}

function checkMethod(credentials: Credentials, salesUnit: SalesUnit): void {
  const configured = salesUnit.tokenEndpointAuthMethod;
  const used = credentials.methods.find((method) => method !== configured);
  if (used === undefined) return;
  throw new JsonRefusal(
    oauthError(
      "invalid_client",
      `The OAuth 2.0 Client supports client authentication method '${configured}', but method ` +
        `'${used}' was requested. You must configure the OAuth 2.0 client's ` +
        `'token_endpoint_auth_method' value to accept '${used}'.`,
    ),
    diagnoseAuthMethod(salesUnit.clientId, used, configured),
  );
}
