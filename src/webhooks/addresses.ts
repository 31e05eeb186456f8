import type { AllowedAddresses } from "../rules/webhook.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { readAll } from "../store/batches.ts";

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
