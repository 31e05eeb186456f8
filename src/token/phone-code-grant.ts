import { JsonRefusal, oauthError } from "../oidc/errors.ts";
import type { Parameters } from "../oidc/params.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { Exchange } from "../request/exchange.ts";
import { diagnoseBrowserCode, diagnoseNeedlessRedirectUri } from "../rules/phone-number.ts";
import { liveGrant, useUp } from "./code-grant.ts";
import { signPhoneIdToken } from "./phone-tokens.ts";
import type { TokenResponse } from "./tokens.ts";
import { issueTokensWith } from "./tokens.ts";

/**
 * The grant of the redirect variant (dossier §1.9): a code as that of browsers, without a
 * `redirect_uri`, for the ID token of login from phone number.
 *
 * @throws JsonRefusal invalid_grant
 */
export async function exchangePhoneCode(
  exchange: Exchange,
  salesUnit: SalesUnit,
  parameters: Parameters,
): Promise<TokenResponse> {
  const grant = await liveGrant(exchange, salesUnit, parameters);
  const { authReqId, nonce } = grant;
  if (authReqId === undefined) {
    throw new JsonRefusal(oauthError("invalid_grant"), diagnoseBrowserCode());
  }
  if (parameters.get("redirect_uri") !== undefined) {
    exchange.trace.notes.push(diagnoseNeedlessRedirectUri());
  }
  const session = await useUp(exchange, grant);
  const origin = { authReqId, ...(nonce !== undefined && { nonce }) };
  const { accessTokenLifetime } = exchange.sandbox.switches;
  return issueTokensWith(exchange, session, accessTokenLifetime, () =>
    signPhoneIdToken(exchange, origin, session),
  );
}
