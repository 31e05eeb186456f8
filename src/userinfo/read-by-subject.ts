import type { ClientHeaders } from "../client-auth/authenticate.ts";
import { checkActive } from "../client-auth/lookup.ts";
import { findActedFor, findPlatformToken } from "../client-auth/platform-token.ts";
import { corruptSubject } from "../faults/corrupt.ts";
import { catchUp } from "../login/phone-login.ts";
import { readBearer } from "../oidc/client-auth.ts";
import { BearerRefusal, UserinfoRefusal } from "../oidc/errors.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { Session } from "../records/session.ts";
import type { Exchange } from "../request/exchange.ts";
import { traceSession } from "../request/trace.ts";
import { maskPath } from "../request-log/mask.ts";
import { diagnoseNoPlatformToken } from "../rules/partner-keys.ts";
import { checkShared, diagnoseUnknownSubject } from "../rules/retention.ts";
import { sharedSessionOf, subjectAt } from "../sandbox/subjects.ts";

/**
 * Userinfo of a payment, which leaves a merchant no access token: by the user's `sub`, with a platform
 * token, for 168 hours, whether the consent still stands or not.
 *
 * @throws BearerRefusal without a living platform token, and when the 168 hours are over
 * @throws UserinfoRefusal for a sales unit that the token is not for, and for a `sub` of nobody
 */
export async function readBySubject(
  exchange: Exchange,
  headers: ClientHeaders,
  subject: string,
): Promise<Session> {
  const { sandbox, now, trace } = exchange;
  const salesUnit = await salesUnitOf(exchange, headers);
  await catchUp(exchange);
  const shared = await sharedSessionOf(sandbox, subject, salesUnit.msn, now);
  if (shared) traceSession(trace, shared);
  const diagnosis = checkShared(shared?.beganAt, now);
  if (shared && !diagnosis) {
    return { ...shared, subject: corruptSubject(subject, exchange.fault?.corrupt) };
  }
  const { items: users } = await sandbox.store.users.list();
  const isKnown = shared || users.some((user) => subjectAt(sandbox, user, salesUnit) === subject);
  if (diagnosis && isKnown) throw new BearerRefusal(diagnosis);
  throw new UserinfoRefusal(404, diagnoseUnknownSubject(maskPath(subject), salesUnit.msn));
}

/** The sales unit that the caller acts for. */
async function salesUnitOf(exchange: Exchange, headers: ClientHeaders): Promise<SalesUnit> {
  const value = readBearer(headers.authorization);
  if (value === undefined) {
    throw new BearerRefusal(diagnoseNoPlatformToken(headers.authorization !== undefined));
  }
  const found = await findPlatformToken(exchange, value);
  if ("failure" in found) throw new BearerRefusal(found.failure);
  const { holder } = found.token;
  const acted = await findActedFor(exchange.sandbox, holder, headers.msn);
  if ("failure" in acted) {
    throw new UserinfoRefusal(headers.msn === undefined ? 400 : 403, acted.failure);
  }
  exchange.trace.clientId = acted.salesUnit.clientId;
  const inactive = checkActive(acted.salesUnit);
  if (inactive) throw new UserinfoRefusal(403, inactive.diagnosis);
  return acted.salesUnit;
}
