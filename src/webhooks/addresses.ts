import { isIP } from "node:net";
import { isLoopbackHost } from "../rules/redirect-uri.ts";
import type { AllowedAddresses } from "../rules/webhook.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { readAll } from "../store/batches.ts";

/** What is asked about the machines to which webhooks go. */
export interface AddressDeps {
  /** Whether every port of this machine may be called. */
  readonly loopback: boolean;
  /** Whether an address can be found for the name of a host; the DNS is asked when this is left out. */
  readonly resolves?: ((hostname: string) => Promise<boolean>) | undefined;
}

/**
 * Where the webhooks of a sandbox may go: rules/webhook.ts decides by it, when somebody registers a
 * webhook and again before each attempt.
 */
export async function allowedAddresses(
  { store, webhookHosts }: Pick<Sandbox, "store" | "webhookHosts">,
  loopback: boolean,
): Promise<AllowedAddresses> {
  const items = await readAll(store.salesUnits);
  const named = items.flatMap(({ redirectUris, consentWebhookUrl }) => [
    ...redirectUris,
    ...(consentWebhookUrl === null ? [] : [consentWebhookUrl]),
  ]);
  const origins = named.filter((one) => /^https?:/i.test(one) && URL.canParse(one));
  return {
    loopback,
    origins: [...new Set(origins.map((one) => new URL(one).origin))],
    hosts: webhookHosts,
  };
}

/** Whether an address is known for a host: it is one, it is this machine, or it has a name that is known. */
export async function isResolved(
  hostname: string,
  resolves: AddressDeps["resolves"] = resolvesByDns,
): Promise<boolean> {
  const isAddress = hostname.startsWith("[") || isIP(hostname) !== 0;
  return isAddress || isLoopbackHost(hostname) || resolves(hostname);
}

/** Asks as the courier's connection does: the hosts file counts too. */
async function resolvesByDns(hostname: string): Promise<boolean> {
  const { lookup } = await import("node:dns/promises");
  return lookup(hostname).then(
    () => true,
    () => false,
  );
}
