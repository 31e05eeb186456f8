import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Consent } from "../store/store.ts";
import type { EpochSeconds } from "../time.ts";
import { queueConsentRevoked } from "../webhooks/queue.ts";

/**
 * Withdraws a consent, as the user does in the app: the next login asks again, and what the merchant
 * may still read is for rules/retention.ts to say. A consent that is withdrawn already stays as it is.
 * The merchant's webhooks are queued, and not waited for.
 *
 * @param sandbox where it is
 * @param id the consent
 * @param now the moment by the sandbox's clock
 * @returns the consent as it stands then; undefined when there is none
 */
export async function revokeConsent(
  sandbox: Pick<Sandbox, "store" | "ids" | "switches" | "wakeCourier">,
  id: string,
  now: EpochSeconds,
): Promise<Consent | undefined> {
  const { consents } = sandbox.store;
  const revoked = await consents.update(id, (consent) =>
    consent.revokedAt === undefined ? { ...consent, revokedAt: now } : undefined,
  );
  if (!revoked) return consents.get(id);
  await queueConsentRevoked(sandbox, revoked, now);
  return revoked;
}
