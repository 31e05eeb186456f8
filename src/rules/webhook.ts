import { closest } from "../platform/closest.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import { LONGEST_ADDRESS } from "../records/vocabulary.ts";
import { isLoopbackHost } from "./redirect-uri.ts";
import type { ProtocolCheck } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** Why the webhooks endpoint refuses, and where webhooks may go at all. The FAQ is silent about both. */

const check = (id: string, source: string): ProtocolCheck => ({ id, source });

const addressCheck = check("webhook-address", "the mock's own");
const bodyCheck = check("webhook-registration", "dossier §1.10");

/** Where the operator lets webhooks go. */
export interface AllowedAddresses {
  /** Whether every port of this machine is among them. */
  readonly loopback: boolean;
  /** The origins of the addresses that the config names: `https://shop.example.com`. */
  readonly origins: readonly string[];
  /** The setting `webhookHosts`: `shop` for any port, `shop:3000` for one. */
  readonly hosts: readonly string[];
}

/** The ports that an address means when it names none. */
const DEFAULT_PORTS: ReadonlyMap<string, string> = new Map([
  ["http:", "80"],
  ["https:", "443"],
]);

/** Why no webhook can go there, whoever names it; undefined when one can. */
export function whyNotWebhookAddress(address: string): string | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !DEFAULT_PORTS.has(url.protocol)) {
    return "it is no address on the web: write it whole, from http:// or https:// on";
  }
  if (address.length > LONGEST_ADDRESS) {
    return `it has ${address.length} characters, and ${LONGEST_ADDRESS} are the most`;
  }
  if (url.username === "" && url.password === "") return undefined;
  return "it contains a user name or password: leave them out";
}

/**
 * A webhook's address comes from whoever can register one, so it goes only where the operator said
 * that something of the merchant's is.
 */
export function checkWebhookAddress(
  address: string,
  allowed: AllowedAddresses,
): Diagnosis | undefined {
  const reason = whyNotWebhookAddress(address);
  if (reason !== undefined) {
    const remedy = "Register a whole URL without credentials; the signature says who sends.";
    return diagnose(bodyCheck, `url cannot be called: ${reason}`, remedy);
  }
  const url = new URL(address);
  const { hostname, origin } = url;
  const port = url.port || DEFAULT_PORTS.get(url.protocol);
  const isNamed = [hostname, `${hostname}:${port}`].some((host) =>
    allowed.hosts.some((one) => one.toLowerCase() === host),
  );
  const isLocal = allowed.loopback && isLoopbackHost(hostname);
  if (isLocal || isNamed || allowed.origins.includes(origin)) return undefined;
  return diagnose(
    addressCheck,
    `webhooks may not go to ${url.host}: the operator of the mock has not named it`,
    `Put ${JSON.stringify(url.host)} into webhookHosts, in the config or by PATCH /mock/api/settings. ` +
      "Hosts of registered redirect URIs and of consentWebhookUrl are allowed without, and so is this " +
      "machine while nobody else can call the mock.",
    closest(origin, allowed.origins),
  );
}

/** The diagnosis of a registration that cannot be read. */
export function diagnoseRegistrationBody(what: string, closest?: string): Diagnosis {
  return diagnose(
    bodyCheck,
    what,
    'Send JSON: {"url":"https://…","events":["login.merchant-initiated.ping.v1"]}.',
    closest,
  );
}

/** The diagnosis of one registration too many. */
export function diagnoseTooManyWebhooks(event: string, msn: string, most: number): Diagnosis {
  return diagnose(
    bodyCheck,
    `${msn} has ${most} registrations for ${event} already, and there can be no more`,
    "Delete those that are not used any more: GET /webhooks/v1/webhooks lists them.",
  );
}

/** The diagnosis of a registration that is not there. */
export function diagnoseNoWebhook(id: string, msn: string): Diagnosis {
  return diagnose(
    bodyCheck,
    `${msn} has no registration ${id}`,
    "Use the id that POST /webhooks/v1/webhooks returned, with the same Merchant-Serial-Number.",
  );
}
