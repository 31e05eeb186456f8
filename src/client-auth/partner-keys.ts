import { JsonRefusal, oauthError } from "../oidc/errors.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { Exchange } from "../request/exchange.ts";
import { diagnoseOwnPlatformToken, diagnosePostOnlyTarget } from "../rules/partner-keys.ts";
import { checkActive, findClient } from "./lookup.ts";
import { findActedFor, findPlatformToken } from "./platform-token.ts";

/**
 * A partner in place of the sales unit that it acts for. The token is looked at first, then who is
 * meant, then whether that sales unit could have authenticated by Basic credentials itself.
 *
 * @throws JsonRefusal invalid_client for every reason not to
 */
export async function authenticatePartner(
  exchange: Pick<Exchange, "sandbox" | "now" | "trace">,
  value: string,
  msn: string | undefined,
): Promise<SalesUnit> {
  const { sandbox, trace } = exchange;
  const found = await findPlatformToken(exchange, value);
  if ("failure" in found) throw refusal(found.failure);
  const { holder } = found.token;
  if (holder.kind === "sales-unit") throw refusal(diagnoseOwnPlatformToken(holder.id));
  const acted = await findActedFor(sandbox, holder, msn);
  if ("failure" in acted) throw refusal(acted.failure);
  const { salesUnit } = acted;
  trace.clientId = salesUnit.clientId;
  const client = await findClient(sandbox, salesUnit.clientId);
  if ("failure" in client) throw refusal(client.failure);
  if (salesUnit.tokenEndpointAuthMethod !== "client_secret_basic") {
    throw refusal(diagnosePostOnlyTarget(salesUnit.msn));
  }
  const inactive = checkActive(salesUnit);
  if (inactive) throw new JsonRefusal(inactive.error, inactive.diagnosis);
  return salesUnit;
}

function refusal(diagnosis: Diagnosis): JsonRefusal {
  return new JsonRefusal(oauthError("invalid_client"), diagnosis);
}
