import type { Consent } from "../records/consent.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { queueConsentRevoked } from "../webhooks/queue.ts";

/**
 * Withdraws a consent, as the user does in the app: the next login asks again, and what the merchant
 * may still read is for rules/retention.ts to say. A consent that is withdrawn already stays as it is.
 * The merchant's webhooks are queued, and not waited for; those that could not be queued when it was
 * withdrawn are queued now.
 */
export async function revokeConsent(
  sandbox: Pick<Sandbox, "store" | "switches" | "wakeCourier">,
  id: string,
  now: EpochSeconds,
): Promise<Consent | undefined> {
  const { consents } = sandbox.store;
  const revoked = await consents.update(id, (consent) =>
    consent.revokedAt === undefined ? { ...consent, revokedAt: now, untold: true } : undefined,
  );
  const consent = revoked ?? (await consents.get(id));
  if (!consent?.untold) return consent;
  await queueConsentRevoked(sandbox, consent, now);
  // Only now: until every webhook is in the store, whoever revokes it next has to see to that.
  await consents.update(id, ({ untold: _, ...told }) => told);
  return consents.get(id);
}

/** Whether there is anything left to do for {@link revokeConsent}. */
export function canBeRevoked({ revokedAt, untold }: Consent): boolean {
  return revokedAt === undefined || untold === true;
}
