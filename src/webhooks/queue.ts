import type { Consent } from "../records/consent.ts";
import type { Delivery, Webhook } from "../records/delivery.ts";
import type { DeliveryId } from "../records/ids.ts";
import type { EpochSeconds } from "../records/time.ts";
import { LOGIN_PING } from "../records/vocabulary.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { subjectAt } from "../sandbox/users.ts";
import { readAll } from "../store/batches.ts";
import { insertOnce } from "../store/store.ts";
import { consentRevoked, loginPing } from "./messages.ts";

/**
 * Webhooks are put into the store, and the courier is woken (courier.ts): no request waits for a
 * receiver.
 */

/**
 * A webhook to every sales unit that the consent was for and that has a `consentWebhookUrl` (FAQ, "How can we detect
 * users' consent removal?").
 */
export async function queueConsentRevoked(
  sandbox: Pick<Sandbox, "store" | "wakeCourier" | "switches">,
  consent: Consent,
  now: EpochSeconds,
): Promise<void> {
  const user = await sandbox.store.users.get(consent.user);
  const items = await readAll(sandbox.store.salesUnits);
  for (const unit of items) {
    const { merchant, msn, consentWebhookUrl: url } = unit;
    const isCovered = merchant === consent.merchant && (consent.msn ?? msn) === msn;
    if (!user || !isCovered || url === null) continue;
    const body = consentRevoked(subjectAt(sandbox, user, unit), now);
    // The id is made of consent and sales unit, so that the store takes only one such webhook.
    await queue(sandbox, now, {
      id: `${consent.id}-${msn}` as DeliveryId,
      kind: "consent-revoked",
      msn,
      url,
      contentType: "text/plain",
      body,
      consent: consent.id,
    });
  }
}

/**
 * A webhook to everybody who registered for `login.merchant-initiated.ping.v1` at the sales unit, or as a
 * partner that acts for it: the login from phone number is over, one way or the other, and the next poll
 * will end it. Not for the redirect variant, whose merchant learns it by the redirect.
 */
export async function pingLogin(
  sandbox: Pick<Sandbox, "store" | "wakeCourier" | "clock">,
  login: { readonly id: string; readonly msn: string; readonly authReqId: string },
): Promise<void> {
  const { msn, authReqId } = login;
  const now = await sandbox.clock.now();
  const items = await readAll(sandbox.store.webhooks);
  for (const webhook of items) {
    if (!webhook.events.includes(LOGIN_PING) || !(await isAbout(sandbox, webhook, msn))) continue;
    await queue(sandbox, now, {
      id: `${login.id}-${webhook.id}` as DeliveryId,
      kind: "login-ping",
      msn,
      url: webhook.url,
      contentType: "application/json",
      body: loginPing(authReqId),
      webhook: webhook.id,
    });
  }
}

/** A partner's registration is about the sales units that it acts for when something happens there. */
async function isAbout(
  { store }: Pick<Sandbox, "store">,
  { msn, partner }: Webhook,
  at: string,
): Promise<boolean> {
  if (partner === undefined) return msn === at;
  return (await store.partners.get(partner))?.salesUnits.includes(at) ?? false;
}

async function queue(
  { store, wakeCourier }: Pick<Sandbox, "store" | "wakeCourier">,
  queuedAt: EpochSeconds,
  message: Omit<Delivery, "queuedAt" | "status" | "attempts">,
): Promise<void> {
  const delivery: Delivery = { ...message, queuedAt, status: "waiting", attempts: [] };
  const inserted = await insertOnce(store.deliveries, delivery);
  wakeCourier(inserted?.dropped);
}
