import { checkActive } from "../client-auth/authenticate.ts";
import { dateInOslo } from "../platform/calendar.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { Session } from "../records/session.ts";
import type { User } from "../records/user.ts";
import type { Exchange } from "../request/exchange.ts";
import { diagnoseDecline, mustAskConsent } from "../rules/consent.ts";
import { diagnoseObstacle, obstacleFor } from "../rules/eligibility.ts";
import { diagnoseScope, splitByEntitlement } from "../rules/entitlement.ts";
import { activeConsentKey } from "../store/collections.ts";
import { coveredBy } from "./consents.ts";
import { beginSession } from "./issue.ts";

/**
 * A payment in which the merchant asked for data about the user, and got it. Payments are not part of
 * Vipps Login, but the session that they leave is: it is read by `sub` (userinfo/read.ts).
 */

/** A payment to be made. */
export interface Payment {
  readonly user: User;
  readonly salesUnit: SalesUnit;
  /** The data that is asked for, by scope; not empty. */
  readonly scopes: readonly string[];
}

/** Why a payment cannot be made, and which part of it is the cause. */
export interface PaymentFailure {
  readonly part: keyof Payment;
  readonly diagnosis: Diagnosis;
}

/** The session that begins with the payment, or why the user would share nothing. */
export async function beginPaymentSession(
  exchange: Pick<Exchange, "sandbox" | "now">,
  payment: Payment,
): Promise<{ session: Session } | { failure: PaymentFailure }> {
  const { sandbox, now } = exchange;
  const { user, salesUnit, scopes } = payment;
  const asker = { salesUnit, flow: "browser", sandbox } as const;
  const { granted, refused } = splitByEntitlement(scopes, asker);
  const failure =
    findStateFailure(payment, exchange) ??
    (refused !== undefined && sandbox.switches.scopeWithoutEntitlement === "invalid_scope"
      ? { part: "scopes" as const, diagnosis: diagnoseScope(refused, asker) }
      : await findConsentFailure(payment, granted, exchange));
  if (failure) return { failure };
  const { msn, clientId, merchant } = salesUnit;
  const request = { msn, clientId, grantedScopes: granted };
  const session = await beginSession(sandbox, { request, merchant, user, payment: true }, now);
  return { session };
}

/** The minimum age is for logins only: payments have rules of their own. */
function findStateFailure(
  { user, salesUnit }: Payment,
  { now }: Pick<Exchange, "now">,
): PaymentFailure | undefined {
  const inactive = checkActive(salesUnit);
  if (inactive) return { part: "salesUnit", diagnosis: inactive.diagnosis };
  const obstacle = obstacleFor(user, dateInOslo(now), 0);
  return obstacle && { part: "user", diagnosis: diagnoseObstacle(obstacle, user.id, 0) };
}

async function findConsentFailure(
  { user, salesUnit }: Payment,
  granted: readonly string[],
  { sandbox }: Pick<Exchange, "sandbox">,
): Promise<PaymentFailure | undefined> {
  if (user.consentAnswer === "accept") return undefined;
  const key = activeConsentKey(coveredBy(sandbox.switches, user, salesUnit));
  const active = await sandbox.store.consents.find("active", key);
  if (!mustAskConsent(granted, active?.scopes ?? [])) return undefined;
  return { part: "user", diagnosis: diagnoseDecline(user.id) };
}
