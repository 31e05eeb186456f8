import type { SalesUnit } from "../config/schema.ts";
import type { Exchange } from "../http/exchange.ts";
import { parseBasic } from "../oidc/client-auth.ts";
import { PlatformRefusal } from "../oidc/errors.ts";
import { diagnoseWebhookCaller } from "../rules/webhook.ts";

/** Whose webhooks a call is about. */

/** What a caller says of itself. */
export interface Caller {
  readonly authorization: string | undefined;
  /** The header `Merchant-Serial-Number`. */
  readonly merchantSerialNumber: string | undefined;
}

/**
 * @param exchange the request's surroundings; the trace learns whose the request is
 * @param caller what it says of itself
 * @returns the sales unit whose webhooks the caller may change
 * @throws PlatformRefusal 401 when it does not prove to be that sales unit
 */
export async function authenticateMerchant(
  { sandbox, trace }: Pick<Exchange, "sandbox" | "trace">,
  { authorization, merchantSerialNumber: msn }: Caller,
): Promise<SalesUnit> {
  const credentials = parseBasic(authorization);
  if (!credentials) throw refusal("the request has no Basic credentials that can be read");
  const unit = await sandbox.store.salesUnits.find("clientId", credentials.id);
  if (!unit) throw refusal(`no sales unit has the client_id ${credentials.id}`);
  trace.clientId = unit.clientId;
  if (unit.clientSecret !== credentials.secret) {
    throw refusal(`the client_secret sent for ${unit.clientId} is wrong`);
  }
  if (msn === undefined) throw refusal("the header Merchant-Serial-Number is missing");
  if (msn !== unit.msn) {
    throw refusal(`Merchant-Serial-Number is ${msn}, but the credentials are those of ${unit.msn}`);
  }
  return unit;
}

function refusal(what: string): PlatformRefusal {
  return new PlatformRefusal(
    401,
    "The credentials are missing or wrong.",
    diagnoseWebhookCaller(what),
  );
}
