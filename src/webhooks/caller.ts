import type { ClientHeaders } from "../client-auth/authenticate.ts";
import { checkActive, findSalesUnitByToken } from "../client-auth/authenticate.ts";
import { subscriptionKeyRefusal } from "../client-auth/subscription-key.ts";
import { PlatformRefusal } from "../oidc/errors.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { PlatformTokenHolder } from "../records/session.ts";
import type { Exchange } from "../request/exchange.ts";
import {
  diagnoseMerchantWithoutMsn,
  diagnoseNoSubscriptionKey,
  diagnoseOtherSubscriptionKey,
} from "../rules/webhook.ts";
import { badRequest, MISSING } from "./refusals.ts";

/** Whose webhooks a request is about: those of one sales unit, or of a partner with all that it serves. */
export type WebhookOwner = PlatformTokenHolder;

/** The headers by which a caller of the Webhooks API says who it is. */
export interface CallerHeaders extends ClientHeaders {
  readonly subscriptionKey: string | undefined;
}

/**
 * The owner whose webhooks a request may see and change.
 *
 * @throws KeysRefusal 401 without a subscription key, or with another than the partner's
 * @throws PlatformRefusal 401 when the platform token may not act for the sales unit; 400 when a
 *   merchant names none
 */
export async function callerOf(
  exchange: Pick<Exchange, "sandbox" | "now" | "trace">,
  headers: CallerHeaders,
): Promise<WebhookOwner> {
  const { subscriptionKey, msn } = headers;
  if (subscriptionKey === undefined) {
    throw subscriptionKeyRefusal("missing", diagnoseNoSubscriptionKey());
  }
  const found = await findSalesUnitByToken(exchange, headers);
  const { holder } = found;
  if (holder?.kind === "partner") await refuseOtherKey(exchange, holder.id, subscriptionKey);
  if (holder && msn === undefined) {
    if (holder.kind === "partner") return holder;
    const missing = { name: "Merchant-Serial-Number", reason: MISSING };
    throw badRequest(diagnoseMerchantWithoutMsn(holder.id), [missing]);
  }
  if ("failure" in found) throw badCredentials(found.failure);
  const inactive = checkActive(found.salesUnit);
  if (inactive) throw badCredentials(inactive.diagnosis);
  return { kind: "sales-unit", id: found.salesUnit.msn };
}

/** A partner has its own key; sales units have none in a config, so that any is taken of them. */
async function refuseOtherKey(
  { sandbox }: Pick<Exchange, "sandbox">,
  id: string,
  subscriptionKey: string,
): Promise<void> {
  const partner = await sandbox.store.partners.get(id);
  if (!partner || partner.subscriptionKey === subscriptionKey) return;
  throw subscriptionKeyRefusal("wrong", diagnoseOtherSubscriptionKey(id));
}

function badCredentials(diagnosis: Diagnosis): PlatformRefusal {
  return new PlatformRefusal(401, "The credentials are missing or wrong.", diagnosis);
}
