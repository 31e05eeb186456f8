import type { ClientHeaders } from "../client-auth/authenticate.ts";
import { checkActive, findSalesUnitByToken } from "../client-auth/authenticate.ts";
import { corruptSubject } from "../faults/corrupt.ts";
import { catchUp } from "../login/phone-login.ts";
import { readBearer } from "../oidc/client-auth.ts";
import { BearerRefusal, UserinfoRefusal } from "../oidc/errors.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { Session } from "../records/session.ts";
import type { User } from "../records/user.ts";
import type { Exchange } from "../request/exchange.ts";
import { traceSession } from "../request/trace.ts";
import { maskPath } from "../request-log/mask.ts";
import { diagnoseNoBearer, diagnoseUnknownToken } from "../rules/access-token.ts";
import { diagnoseRemoved } from "../rules/protocol.ts";
import { checkReadable, checkShared, diagnoseUnknownSubject } from "../rules/retention.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { sharedSessionOf, subjectAt } from "../sandbox/users.ts";
import { readabilityOf } from "../sessions/consents.ts";
import { findFitting } from "../store/batches.ts";

/** Who may read which data at userinfo. How they are written is for routes.ts. */

/** What may be read: the scopes are the session's, the data is the user's as it is now. */
export interface Readable {
  readonly session: Session;
  readonly user: User;
}

/**
 * What an access token opens; a fault may make its subject another's.
 *
 * @throws BearerRefusal for a missing, unknown, expired or revoked token
 */
export async function readByAccessToken(
  exchange: Exchange,
  authorization: string | undefined,
): Promise<Readable> {
  const { sandbox, now, trace } = exchange;
  const value = readBearer(authorization);
  if (value === undefined) throw new BearerRefusal(diagnoseNoBearer(authorization));
  const token = await sandbox.store.accessTokens.get(value);
  const session = token && (await sandbox.store.sessions.get(token.session));
  if (session) traceSession(trace, session);
  const consent = session?.consent && (await sandbox.store.consents.get(session.consent));
  const readability =
    session && readabilityOf(sandbox.switches, token, session, consent || undefined);
  if (!readability) throw new BearerRefusal(diagnoseUnknownToken(value));
  const diagnosis = checkReadable(readability, now);
  if (diagnosis) throw new BearerRefusal(diagnosis);
  return readableOf(exchange, session);
}

/**
 * Userinfo of a payment, which leaves a merchant no access token, and of a login where the sandbox
 * counts every session: by the user's `sub`, with a platform token, for 168 hours, whether the consent
 * has been revoked or not.
 *
 * @throws BearerRefusal without a valid platform token, and when the 168 hours are over
 * @throws UserinfoRefusal for a sales unit that the token is not for, and for a `sub` of nobody
 */
export async function readBySubject(
  exchange: Exchange,
  headers: ClientHeaders,
  subject: string,
): Promise<Readable> {
  const { sandbox, now, trace } = exchange;
  const salesUnit = await callerOf(exchange, headers);
  await catchUp(exchange);
  const shared = await sharedSessionOf(sandbox, subject, salesUnit.msn, now);
  if (shared) traceSession(trace, shared);
  const { retention } = sandbox.switches;
  const diagnosis = checkShared(shared?.beganAt, now, retention, await keptSessions(sandbox));
  if (shared && !diagnosis) return readableOf(exchange, shared);
  const hasSubject = (user: User) => subjectAt(sandbox, user, salesUnit) === subject;
  const isKnown = shared ?? (await findFitting(sandbox.store.users, hasSubject));
  if (diagnosis && isKnown) throw new BearerRefusal(diagnosis);
  throw new UserinfoRefusal(404, diagnoseUnknownSubject(maskPath(subject), salesUnit.msn));
}

/** @throws BearerRefusal for a user who was removed in the meantime */
async function readableOf({ sandbox, fault }: Exchange, session: Session): Promise<Readable> {
  const user = await sandbox.store.users.get(session.user);
  if (!user) throw new BearerRefusal(diagnoseRemoved("user"));
  const subject = corruptSubject(session.subject, fault?.corrupt);
  return { session: { ...session, subject }, user };
}

/** How many sessions are kept, where there are as many: an older one may have made room. */
async function keptSessions({
  store,
  limits,
}: Pick<Sandbox, "store" | "limits">): Promise<number | undefined> {
  return (await store.sessions.count()) < limits.sessions ? undefined : limits.sessions;
}

async function callerOf(exchange: Exchange, headers: ClientHeaders): Promise<SalesUnit> {
  const { holder, ...found } = await findSalesUnitByToken(exchange, headers);
  if ("failure" in found) {
    if (!holder) throw new BearerRefusal(found.failure);
    throw new UserinfoRefusal(headers.msn === undefined ? 400 : 403, found.failure);
  }
  const inactive = checkActive(found.salesUnit);
  if (inactive) throw new UserinfoRefusal(403, inactive.diagnosis);
  return found.salesUnit;
}
