import type { Readability } from "../rules/retention.ts";
import type { AccessToken, Session } from "../store/store.ts";
import type { Sandbox } from "./sandbox.ts";

/**
 * @param sandbox where the token is
 * @param token an access token
 * @returns its session, and what rules/retention.ts needs to know to say how long it may be read;
 *   undefined when the session is gone, or its code was used twice: then it opens nothing
 */
export async function sessionOf(
  { store, switches }: Pick<Sandbox, "store" | "switches">,
  token: AccessToken,
): Promise<{ session: Session; readability: Readability } | undefined> {
  const session = await store.sessions.get(token.session);
  if (!session || session.replayedAt !== undefined) return undefined;
  const consent = session.consent && (await store.consents.get(session.consent));
  const readability = {
    tokenExpiresAt: token.expiresAt,
    sessionBeganAt: session.beganAt,
    consentRevokedAt: consent ? consent.revokedAt : undefined,
    tokens: switches.retention.tokens,
  };
  return { session, readability };
}
