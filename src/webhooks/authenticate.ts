import type { ClientHeaders } from "../client-auth/authenticate.ts";
import { checkActive } from "../client-auth/lookup.ts";
import { findActedFor, findPlatformToken } from "../client-auth/platform-token.ts";
import { readBearer } from "../oidc/client-auth.ts";
import { PlatformRefusal } from "../oidc/errors.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { Exchange } from "../request/exchange.ts";
import { diagnoseNoPlatformToken } from "../rules/partner-keys.ts";

/**
 * Whose webhooks a call is about: those of the sales unit that the platform token is for.
 *
 * @throws PlatformRefusal 401 when it may not act for that sales unit
 */
export async function authenticateMerchant(
  exchange: Pick<Exchange, "sandbox" | "now" | "trace">,
  { authorization, msn }: ClientHeaders,
): Promise<SalesUnit> {
  const value = readBearer(authorization);
  if (value === undefined) throw refusal(diagnoseNoPlatformToken(authorization !== undefined));
  const found = await findPlatformToken(exchange, value);
  if ("failure" in found) throw refusal(found.failure);
  const acted = await findActedFor(exchange.sandbox, found.token.holder, msn);
  if ("failure" in acted) throw refusal(acted.failure);
  exchange.trace.clientId = acted.salesUnit.clientId;
  const inactive = checkActive(acted.salesUnit);
  if (inactive) throw refusal(inactive.diagnosis);
  return acted.salesUnit;
}

function refusal(diagnosis: Diagnosis): PlatformRefusal {
  return new PlatformRefusal(401, "The credentials are missing or wrong.", diagnosis);
}
