import type { User } from "../config/schema.ts";
import { corruptSubject } from "../faults/corrupt.ts";
import type { Exchange } from "../http/exchange.ts";
import { traceSession } from "../journal/trace.ts";
import { readBearer } from "../oidc/client-auth.ts";
import { BearerRefusal } from "../oidc/errors.ts";
import { diagnoseNoBearer, diagnoseUnknownToken } from "../rules/access-token.ts";
import { checkReadable } from "../rules/retention.ts";
import type { Session } from "../store/store.ts";

/** Who may read what with an access token. The two userinfo paths differ only in how they write it. */

/** What an access token opens. */
export interface Readable {
  readonly session: Session;
  readonly user: User;
  /** The `sub` to give: the session's, unless a fault makes it another's. */
  readonly subject: string;
}

/**
 * @param exchange the request's surroundings
 * @param authorization the Authorization header
 * @returns the session of the token, its user and their subject
 * @throws BearerRefusal for a missing, unknown, expired or revoked token
 */
export async function readByAccessToken(
  exchange: Exchange,
  authorization: string | undefined,
): Promise<Readable> {
  const { sandbox, now } = exchange;
  const { store, switches } = sandbox;
  const value = readBearer(authorization);
  if (value === undefined) throw new BearerRefusal(diagnoseNoBearer(authorization));
  const token = await store.accessTokens.get(value);
  const session = token && (await store.sessions.get(token.session));
  if (session) traceSession(exchange.trace, session);
  if (!token || !session || session.replayedAt !== undefined) {
    throw new BearerRefusal(diagnoseUnknownToken(value));
  }
  const consent =
    session.consent === undefined ? undefined : await store.consents.get(session.consent);
  const diagnosis = checkReadable(
    {
      tokenExpiresAt: token.expiresAt,
      sessionBeganAt: session.beganAt,
      consentRevokedAt: consent?.revokedAt,
      tokens: switches.retention.tokens,
    },
    now,
  );
  if (diagnosis) throw new BearerRefusal(diagnosis);
  const user = await store.users.get(session.user);
  if (!user) throw new BearerRefusal(diagnoseUnknownToken(value));
  return { session, user, subject: corruptSubject(session.subject, exchange.fault?.corrupt) };
}
