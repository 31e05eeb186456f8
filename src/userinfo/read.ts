import { corruptSubject } from "../faults/corrupt.ts";
import { readBearer } from "../oidc/client-auth.ts";
import { BearerRefusal } from "../oidc/errors.ts";
import type { Session } from "../records/session.ts";
import type { Exchange } from "../request/exchange.ts";
import { traceSession } from "../request/trace.ts";
import { diagnoseNoBearer, diagnoseUnknownToken } from "../rules/access-token.ts";
import { checkReadable } from "../rules/retention.ts";
import { readabilityOf } from "../sessions/consents.ts";

/** Who may read what with an access token. The two userinfo paths differ only in how they write it. */

/**
 * The session of the token, with the data that may be read; a fault may make its subject another's.
 *
 * @throws BearerRefusal for a missing, unknown, expired or revoked token
 */
export async function readByAccessToken(
  exchange: Exchange,
  authorization: string | undefined,
): Promise<Session> {
  const { sandbox, now } = exchange;
  const value = readBearer(authorization);
  if (value === undefined) throw new BearerRefusal(diagnoseNoBearer(authorization));
  const token = await sandbox.store.accessTokens.get(value);
  const session = token && (await sandbox.store.sessions.get(token.session));
  if (session) traceSession(exchange.trace, session);
  const readability = session && (await readabilityOf(sandbox, token, session));
  if (!readability) throw new BearerRefusal(diagnoseUnknownToken(value));
  const diagnosis = checkReadable(readability, now);
  if (diagnosis) throw new BearerRefusal(diagnosis);
  return { ...session, subject: corruptSubject(session.subject, exchange.fault?.corrupt) };
}
