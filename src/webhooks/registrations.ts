import { PlatformRefusal } from "../oidc/errors.ts";
import { closest } from "../platform/closest.ts";
import type { Webhook } from "../records/delivery.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { WebhookId } from "../records/ids.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import { LOGIN_PING } from "../records/vocabulary.ts";
import type { Exchange } from "../request/exchange.ts";
import {
  checkWebhookAddress,
  diagnoseNoWebhook,
  diagnoseRegistrationBody,
  diagnoseTooManyWebhooks,
} from "../rules/webhook.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { readGroup, updateAll } from "../store/batches.ts";
import { allowedAddresses } from "./addresses.ts";
import { giveUp } from "./delivery.ts";

/** The webhooks that merchants register (dossier §1.10). */

/** The events that there are. */
const EVENTS = [LOGIN_PING] as const;

/** How many registrations a sales unit can have for one event (dossier §1.10). */
const MOST_PER_EVENT = 25;

/**
 * @throws PlatformRefusal 400 when the body does not say what to register, or an address to which
 *   nothing may go; 409 when there are too many already
 */
export async function registerWebhook(
  { sandbox }: Pick<Exchange, "sandbox">,
  unit: SalesUnit,
  body: Uint8Array | undefined,
  loopback: boolean,
): Promise<Webhook> {
  const { url, events } = readRegistration(body);
  const diagnosis = checkWebhookAddress(url, await allowedAddresses(sandbox, loopback));
  if (diagnosis) throw badRequest("The url is not allowed.", diagnosis);
  const { ids, store } = sandbox;
  const secret = Buffer.from(`${ids.challenge()}${ids.challenge()}`, "hex").toString("base64");
  const webhook: Webhook = { id: ids.uuid() as WebhookId, msn: unit.msn, url, events, secret };
  await store.webhooks.insert(webhook);
  const full = await findFullEvent(sandbox, unit, webhook);
  if (full !== undefined) {
    await store.webhooks.take(webhook.id);
    throw new PlatformRefusal(
      409,
      `There are ${MOST_PER_EVENT} registrations for ${full} already.`,
      diagnoseTooManyWebhooks(full, unit.msn, MOST_PER_EVENT),
    );
  }
  return webhook;
}

/**
 * An event for which there are too many registrations. The new one is stored before they are counted,
 * so that of two at the same time only the later one is refused.
 */
async function findFullEvent(
  sandbox: Pick<Sandbox, "store">,
  unit: SalesUnit,
  { id, events }: Webhook,
): Promise<string | undefined> {
  const own = await webhooksOf(sandbox, unit);
  return events.find((event) => {
    const those = own.filter((one) => one.events.includes(event));
    return those.findIndex((one) => one.id === id) >= MOST_PER_EVENT;
  });
}

export async function webhooksOf(
  { store }: Pick<Sandbox, "store">,
  { msn }: Pick<SalesUnit, "msn">,
): Promise<readonly Webhook[]> {
  return readGroup(store.webhooks, "msn", msn);
}

/**
 * Deletes a registration; what waits to be delivered to it is given up.
 *
 * @throws PlatformRefusal 404 when the sales unit has no such registration
 */
export async function deleteWebhook(
  { sandbox }: Pick<Exchange, "sandbox">,
  unit: SalesUnit,
  id: string,
): Promise<void> {
  const { webhooks, deliveries } = sandbox.store;
  const webhook = await webhooks.get(id);
  const taken = webhook?.msn === unit.msn && (await webhooks.take(id));
  if (!taken) {
    const diagnosis = diagnoseNoWebhook(id, unit.msn);
    throw new PlatformRefusal(404, "There is no such registration.", diagnosis);
  }
  await updateAll(deliveries, (delivery) =>
    delivery.webhook === id ? giveUp(delivery) : undefined,
  );
}

function readRegistration(body: Uint8Array | undefined): Pick<Webhook, "url" | "events"> {
  const { url, events, ...others } = readJson(body);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw unreadable(`the body has an unknown member ${unknown}`, closest(unknown, MEMBERS));
  }
  if (typeof url !== "string") throw unreadable("url is missing, or is not a string");
  if (!isListOfStrings(events) || events.length === 0) {
    throw unreadable("events is missing, empty, or not a list of strings");
  }
  const wrong = events.find((event) => !(EVENTS as readonly string[]).includes(event));
  if (wrong !== undefined) throw unreadable(`there is no event ${wrong}`, closest(wrong, EVENTS));
  return { url, events: [...new Set(events)] };
}

const MEMBERS = ["url", "events"] as const;

function readJson(body: Uint8Array | undefined): Readonly<Record<string, unknown>> {
  const value = parsed(decoded(body));
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw unreadable("the body is not a JSON object");
}

function decoded(body: Uint8Array | undefined): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw unreadable("the body is not UTF-8");
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable("the body is not JSON");
  }
}

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function unreadable(what: string, closest?: string): PlatformRefusal {
  return badRequest("The body is not valid.", diagnoseRegistrationBody(what, closest));
}

function badRequest(detail: string, diagnosis: Diagnosis): PlatformRefusal {
  return new PlatformRefusal(400, detail, diagnosis);
}
