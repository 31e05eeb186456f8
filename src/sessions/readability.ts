import type { AccessToken, Session } from "../records/session.ts";
import type { Readability } from "../rules/retention.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/**
 * What rules/retention.ts needs to know to say how long the session may be read with it; undefined
 * when its code was used twice: then it opens nothing.
 */
export async function readabilityOf(
  { store, switches }: Pick<Sandbox, "store" | "switches">,
  token: AccessToken,
  session: Session,
): Promise<Readability | undefined> {
  if (session.replayedAt !== undefined) return undefined;
  const consent = session.consent && (await store.consents.get(session.consent));
  return {
    tokenExpiresAt: token.expiresAt,
    sessionBeganAt: session.beganAt,
    consentRevokedAt: consent ? consent.revokedAt : undefined,
    tokens: switches.retention.tokens,
  };
}
