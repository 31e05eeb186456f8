import { PlatformRefusal } from "../oidc/errors.ts";
import type { Webhook } from "../records/delivery.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { WebhookId } from "../records/ids.ts";
import type { Exchange } from "../request/exchange.ts";
import {
  checkWebhookAddress,
  diagnoseForeignEvents,
  diagnoseNoWebhook,
  diagnoseTooManyWebhooks,
  diagnoseUnresolvedHost,
  diagnoseUnsureHost,
} from "../rules/webhook.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { readGroup, updateAll } from "../store/batches.ts";
import type { AddressDeps } from "./addresses.ts";
import { allowedAddresses, resolve } from "./addresses.ts";
import type { WebhookOwner } from "./caller.ts";
import { giveUp } from "./delivery.ts";
import { badRequest, NOT_ALLOWED } from "./refusals.ts";
import { foreignEvents, readRegistration } from "./registration-body.ts";

/** The webhooks that merchants and partners register. */

/** How many registrations an owner can have for one event. */
const MOST_PER_EVENT = 25;

/**
 * @throws PlatformRefusal 400 when the body does not say what to register, for an address to which
 *   nothing may go or whose host cannot be found, and when there are too many already
 */
export async function registerWebhook(
  { sandbox, trace }: Pick<Exchange, "sandbox" | "trace">,
  owner: WebhookOwner,
  body: Uint8Array | undefined,
  addresses: AddressDeps,
): Promise<Webhook> {
  const { url, events } = readRegistration(body);
  const unsure = await checkAddress(url, sandbox, addresses);
  if (unsure) trace.notes.push(unsure);
  const { ids, store } = sandbox;
  const id = ids.uuid() as WebhookId;
  const webhook: Webhook = { id, ...ownerMember(owner), url, events, secret: makeSecret(sandbox) };
  await store.webhooks.insert(webhook);
  const full = await findFullEvent(sandbox, owner, webhook);
  if (full !== undefined) {
    await store.webhooks.take(id);
    const reason = `At most ${MOST_PER_EVENT} webhooks can be registered for ${full}.`;
    throw badRequest(diagnoseTooManyWebhooks(full, owner.id, MOST_PER_EVENT), [
      { name: "events", reason },
    ]);
  }
  const foreign = foreignEvents(events);
  if (foreign.length > 0) trace.notes.push(diagnoseForeignEvents(foreign));
  return webhook;
}

/**
 * A host that cannot be looked up at present is taken: the courier looks it up again with every attempt.
 *
 * @returns a note where nobody knows whether webhooks get there
 * @throws PlatformRefusal 400 for an address to which nothing may go or whose host has no address
 */
async function checkAddress(
  url: string,
  sandbox: Sandbox,
  { loopback, lookup }: AddressDeps,
): Promise<Diagnosis | undefined> {
  const diagnosis = checkWebhookAddress(url, await allowedAddresses(sandbox, loopback));
  if (diagnosis) throw notAllowed(diagnosis);
  const { hostname } = new URL(url);
  const resolution = await resolve(hostname, lookup);
  if (resolution === "unknown") throw notAllowed(diagnoseUnresolvedHost(hostname));
  return resolution === "known" ? undefined : diagnoseUnsureHost(hostname, resolution.unsure);
}

function notAllowed(diagnosis: Diagnosis): PlatformRefusal {
  return badRequest(diagnosis, [{ name: "url", reason: NOT_ALLOWED }]);
}

function ownerMember({ kind, id }: WebhookOwner): Pick<Webhook, "msn" | "partner"> {
  return kind === "partner" ? { partner: id } : { msn: id };
}

/** Either form is used as the text that it is, never decoded. */
function makeSecret({ ids, switches }: Pick<Sandbox, "ids" | "switches">): string {
  if (switches.webhookSecret === "uuid") return ids.uuid();
  const hex = Array.from({ length: 4 }, () => ids.challenge()).join("");
  return Buffer.from(hex, "hex").toString("base64");
}

/**
 * An event for which there are too many registrations. The new one is stored before they are counted,
 * so that of two at the same time only the later one is refused.
 */
async function findFullEvent(
  sandbox: Pick<Sandbox, "store">,
  owner: WebhookOwner,
  { id, events }: Webhook,
): Promise<string | undefined> {
  const own = await webhooksOf(sandbox, owner);
  return events.find((event) => {
    const those = own.filter((one) => one.events.includes(event));
    return those.findIndex((one) => one.id === id) >= MOST_PER_EVENT;
  });
}

export async function webhooksOf(
  { store }: Pick<Sandbox, "store">,
  { kind, id }: WebhookOwner,
): Promise<readonly Webhook[]> {
  return readGroup(store.webhooks, kind === "partner" ? "partner" : "msn", id);
}

/**
 * Deletes a registration; what waits to be delivered to it is given up.
 *
 * @throws PlatformRefusal 404 when the owner has no such registration
 */
export async function deleteWebhook(
  { sandbox }: Pick<Exchange, "sandbox">,
  owner: WebhookOwner,
  id: string,
): Promise<void> {
  const webhook = await sandbox.store.webhooks.get(id);
  const isOwn = webhook?.[owner.kind === "partner" ? "partner" : "msn"] === owner.id;
  if (isOwn && (await takeWebhook(sandbox, id))) return;
  const diagnosis = diagnoseNoWebhook(id, owner.id);
  throw new PlatformRefusal(404, "There is no such registration.", diagnosis);
}

/** Whether it was there to be taken; with it goes what waits to be delivered to it. */
export async function takeWebhook({ store }: Pick<Sandbox, "store">, id: string): Promise<boolean> {
  const taken = await store.webhooks.take(id);
  if (!taken) return false;
  await updateAll(store.deliveries, (delivery) =>
    delivery.webhook === id ? giveUp(delivery) : undefined,
  );
  return true;
}
