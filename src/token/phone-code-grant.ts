import { JsonRefusal, oauthError } from "../oidc/errors.ts";
import type { Parameters } from "../oidc/params.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { Exchange } from "../request/exchange.ts";
import { diagnoseBrowserCode, diagnoseNeedlessRedirectUri } from "../rules/phone-number.ts";
import { liveGrant, useUp } from "./code-grant.ts";
import type { TokenResponse } from "./tokens.ts";
import { issueTokens } from "./tokens.ts";

/**
 * The grant of the redirect variant (documentation 2023): a code like that of a browser login, without a
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
  if (grant.authReqId === undefined) {
    throw new JsonRefusal(oauthError("invalid_grant"), diagnoseBrowserCode());
  }
  if (parameters.get("redirect_uri") !== undefined) {
    exchange.trace.notes.push(diagnoseNeedlessRedirectUri());
  }
  return issueTokens(exchange, grant, await useUp(exchange, grant));
}
