import type { SalesUnit } from "../config/schema.ts";
import type { Credentials } from "../oidc/client-auth.ts";
import { readCredentials } from "../oidc/client-auth.ts";
import { JsonRefusal, oauthError } from "../oidc/errors.ts";
import type { Parameters } from "../oidc/params.ts";
import { diagnoseAuthMethod, diagnoseWrongSecret } from "../rules/credentials.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { checkActive, findClient } from "./lookup.ts";

/**
 * Client authentication (RFC 6749 §2.3) in fosite's order: client, method, secret; then whether the
 * sales unit is active.
 *
 * @param sandbox whose sales units to look in
 * @param authorization the Authorization header
 * @param parameters the form body
 * @returns the sales unit that the credentials belong to
 * @throws JsonRefusal invalid_request without readable credentials, invalid_client with wrong ones
 */
export async function authenticateClient(
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
