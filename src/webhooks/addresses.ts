import { isIP } from "node:net";
import { deadline } from "../platform/timers.ts";
import { isUrl } from "../platform/url.ts";
import type { Seconds } from "../records/time.ts";
import { isLoopbackHost } from "../rules/redirect-uri.ts";
import type { AllowedAddresses } from "../rules/webhook.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { readAll } from "../store/batches.ts";

/** What is asked about the machines to which webhooks go. */
export interface AddressDeps {
  /** Whether every port of this machine may be called. */
  readonly loopback: boolean;
  /**
   * Looks up the name of a host, and throws an error with a code as Node does where it finds no address. The
   * system is asked when this is left out.
   */
  readonly lookup?: ((hostname: string) => Promise<unknown>) | undefined;
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
  const origins = named.filter((one) => /^https?:/i.test(one) && isUrl(one));
  return {
    loopback,
    origins: [...new Set(origins.map((one) => new URL(one).origin))],
    hosts: webhookHosts,
  };
}

/** Whether there is an address for a host; or the reason why nobody can say so at present. */
export type Resolution = "known" | "unknown" | { readonly unsure: string };

/** A DNS that does not respond would hold up the registration for longer than its client waits. */
const LOOKUP_TIMEOUT: Seconds = 5;

/** An address of its own and the names of this machine are known without asking. */
export async function resolve(
  hostname: string,
  lookup: AddressDeps["lookup"] = lookupBySystem,
): Promise<Resolution> {
  const isAddress = hostname.startsWith("[") || isIP(hostname) !== 0;
  if (isAddress || isLoopbackHost(hostname)) return "known";
  const time = deadline(LOOKUP_TIMEOUT);
  const late = new Promise<never>((_, reject) => {
    const reason = new Error(`no result within ${LOOKUP_TIMEOUT} seconds`);
    time.signal.addEventListener("abort", () => reject(reason));
  });
  try {
    await Promise.race([lookup(hostname), late]);
    return "known";
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // Every other error says something about the DNS, and nothing about the name.
    return code === "ENOTFOUND" ? "unknown" : { unsure: code ?? message };
  } finally {
    time.clear();
  }
}

/** Asks as the courier's connection does: the hosts file counts too. */
async function lookupBySystem(hostname: string): Promise<unknown> {
  const { lookup } = await import("node:dns/promises");
  return lookup(hostname);
}
