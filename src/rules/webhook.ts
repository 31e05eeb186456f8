import { closest } from "../platform/closest.ts";
import { isUrl } from "../platform/url.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { Seconds } from "../records/time.ts";
import { DAY } from "../records/time.ts";
import { LONGEST_ADDRESS } from "../records/vocabulary.ts";
import { isLoopbackHost, whyNotUri } from "./redirect-uri.ts";
import type { Correction, ProtocolCheck } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** Why the webhooks endpoint refuses, and where webhooks may go at all. The FAQ is silent about both. */

const check = (id: string, source: string): ProtocolCheck => ({ id, source });

const addressCheck = check("webhook-address", "the mock's own");
const callerCheck = check("webhook-caller", "Webhooks API 2023");
const bodyCheck = check("webhook-registration", "Webhooks API 2023");
const reachableCheck = check("webhook-reachable", "Webhooks API 2023; stottemedlem");

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

/**
 * Why no webhook can go there, whoever names it, and what to do; undefined when one can. It is asked of
 * every address: in a registration, in a config, in a request to the control API.
 */
export function whyNotWebhookAddress(address: string): string | undefined {
  if (address.length > LONGEST_ADDRESS) {
    return `it has ${address.length} characters, and ${LONGEST_ADDRESS} are the most`;
  }
  const authority = /^https?:\/\/([^/?#]+)/i.exec(address)?.[1];
  if (authority === undefined || !isUrl(address)) {
    return "it is no address on the web: write it whole, from http:// or https:// on";
  }
  if (authority.includes("@")) return "it contains a user name or password: leave them out";
  return whyNotUri(address);
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
    { sent: origin, closest: closest(origin, allowed.origins) },
  );
}

/** The diagnosis of an address whose host cannot be found. */
export function diagnoseUnresolvedHost(hostname: string): Diagnosis {
  return diagnose(
    reachableCheck,
    `webhooks cannot go to ${hostname}: the mock's machine finds no address for that name`,
    "Start what answers to that name, or wait until it is in the DNS, and register again: the real " +
      "service refuses names that it cannot resolve likewise.",
  );
}

/** The note on a registration whose host could not be looked up. */
export function diagnoseUnsureHost(hostname: string, reason: string): Diagnosis {
  return diagnose(
    reachableCheck,
    `the mock's machine could not look up ${hostname} (${reason}), and nobody knows whether webhooks get there`,
    "The registration was taken, and each attempt to deliver looks the name up again. If attempts fail, look at " +
      "the DNS of the mock's machine.",
  );
}

/** The diagnosis of a registration that cannot be read. */
export function diagnoseRegistrationBody(what: string, correction?: Correction): Diagnosis {
  return diagnose(
    bodyCheck,
    what,
    'Send JSON: {"url":"https://…","events":["login.merchant-initiated.ping.v1"]}.',
    correction,
  );
}

/** The note on a registration for events that nothing here sends. */
export function diagnoseForeignEvents(events: readonly string[]): Diagnosis {
  return diagnose(
    bodyCheck,
    `the mock has nothing but login, so it never sends ${events.join(", ")}`,
    "Leave it as it is where the application needs it with the real service.",
  );
}

/** The diagnosis of one registration too many. */
export function diagnoseTooManyWebhooks(event: string, owner: string, most: number): Diagnosis {
  return diagnose(
    bodyCheck,
    `${owner} has ${most} registrations for ${event} already, and there can be no more`,
    "Delete those that are not used any more: GET /webhooks/v1/webhooks lists them.",
  );
}

/** The diagnosis of a registration that is not there. */
export function diagnoseNoWebhook(id: string, owner: string): Diagnosis {
  return diagnose(
    bodyCheck,
    `${owner} has no registration ${id}`,
    "Use the id that POST /webhooks/v1/webhooks returned, with the same Merchant-Serial-Number, or with " +
      "none where a partner registered without. One that has failed for two weeks is removed in profile 2026.",
  );
}

const HEADERS =
  "Send Authorization: Bearer <token of POST /accesstoken/get>, the Ocp-Apim-Subscription-Key of the same " +
  "keys, and the sales unit's msn as Merchant-Serial-Number, as the Webhooks API asks.";

/** The diagnosis of a call without a subscription key. */
export function diagnoseNoSubscriptionKey(): Diagnosis {
  return diagnose(callerCheck, "the header Ocp-Apim-Subscription-Key is missing", HEADERS);
}

/** The diagnosis of a call with a subscription key that is not the partner's; the key is not repeated. */
export function diagnoseOtherSubscriptionKey(partner: string): Diagnosis {
  return diagnose(
    callerCheck,
    `the Ocp-Apim-Subscription-Key is not that of the partner ${partner}, whose platform token was sent`,
    HEADERS,
  );
}

/** The diagnosis of a merchant that does not say for which sales unit it comes. */
export function diagnoseMerchantWithoutMsn(msn: string): Diagnosis {
  return diagnose(
    callerCheck,
    "the header Merchant-Serial-Number is missing; only a partner may leave it out, for all its sales units",
    `Send Merchant-Serial-Number: ${msn}, the sales unit whose keys got the platform token.`,
    { sent: undefined, closest: msn },
  );
}

/** What the log says of a registration that is removed. */
export function whyRemoved(url: string, failing: Seconds): string {
  return (
    `the registration for ${url} is removed: nothing has been received there for ` +
    `${Math.floor(failing / DAY)} days (rules.webhookRemovedAfter)`
  );
}
