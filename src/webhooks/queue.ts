import { sectorOf, subjectFor } from "../rules/subject.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Consent, DeliveryId } from "../store/store.ts";
import type { EpochSeconds } from "../time.ts";
import type { Delivery } from "./delivery.ts";
import { LOGIN_PING } from "./delivery.ts";
import { consentRevoked, loginPing } from "./messages.ts";

/**
 * What merchants are told, as it is put into the store. Nobody waits here for a receiver: the courier
 * is woken and does the rest (courier.ts).
 */

/** What queueing needs of its sandbox. */
type Place = Pick<Sandbox, "store" | "ids" | "wakeCourier">;

/**
 * Tells every sales unit of the merchant that has a `consentWebhookUrl` (FAQ, "How can we detect
 * users' consent removal?").
 *
 * @param sandbox where the consent is
 * @param consent the consent, just revoked
 * @param now the moment by the sandbox's clock
 */
export async function queueConsentRevoked(
  sandbox: Place & Pick<Sandbox, "switches">,
  consent: Consent,
  now: EpochSeconds,
): Promise<void> {
  const user = await sandbox.store.users.get(consent.user);
  const { items } = await sandbox.store.salesUnits.list();
  for (const unit of items) {
    const { merchant, msn, consentWebhookUrl: url } = unit;
    if (!user || merchant !== consent.merchant || url === null) continue;
    const subject = subjectFor(user.nin, sectorOf(unit, sandbox.switches.subjectPer));
    const body = consentRevoked(subject, now);
    await queue(sandbox, now, {
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
 * Tells a merchant that a login from phone number is over, one way or the other, so that its next
 * poll ends: everybody who registered for `login.merchant-initiated.ping.v1` at that sales unit. Not
 * for the redirect variant, whose merchant is told by the redirect (dossier §1.10).
 *
 * @param sandbox where the login was
 * @param login the sales unit that began it, and its `auth_req_id`
 */
export async function pingLogin(
  sandbox: Place & Pick<Sandbox, "clock">,
  { msn, authReqId }: { readonly msn: string; readonly authReqId: string },
): Promise<void> {
  const now = await sandbox.clock.now();
  const { items } = await sandbox.store.webhooks.list();
  for (const webhook of items) {
    if (webhook.msn !== msn || !webhook.events.includes(LOGIN_PING)) continue;
    await queue(sandbox, now, {
      kind: "login-ping",
      msn,
      url: webhook.url,
      contentType: "application/json",
      body: loginPing(authReqId),
      webhook: webhook.id,
    });
  }
}

async function queue(
  { store, ids, wakeCourier }: Place,
  queuedAt: EpochSeconds,
  message: Omit<Delivery, "id" | "queuedAt" | "status" | "attempts">,
): Promise<void> {
  const id = ids.id() as DeliveryId;
  await store.deliveries.insert({ id, ...message, queuedAt, status: "waiting", attempts: [] });
  wakeCourier();
}
