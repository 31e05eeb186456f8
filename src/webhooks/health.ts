import type { Webhook } from "../records/delivery.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { takeWebhook } from "./registrations.ts";

/** How a registration fares: since when nothing sent to it has been received, and when that is its end. */

/**
 * Writes down how an attempt for the registration went, at a moment of the sandbox's clock. Returns for
 * how long it has failed when that is too long, and it is gone; undefined otherwise.
 */
export async function noteHealth(
  sandbox: Pick<Sandbox, "store" | "switches">,
  { id }: Webhook,
  arrived: boolean,
  now: EpochSeconds,
): Promise<Seconds | undefined> {
  const { webhooks } = sandbox.store;
  const { failingSince } = (await webhooks.update(id, arrived ? recovered : failed(now))) ?? {};
  const limit = sandbox.switches.webhookRemovedAfter;
  if (failingSince === undefined || limit === null || now - failingSince < limit) return undefined;
  return (await takeWebhook(sandbox, id)) ? now - failingSince : undefined;
}

/** A change that returns undefined leaves the record, and nothing is written. */
function recovered({ failingSince, ...webhook }: Webhook): Webhook | undefined {
  return failingSince === undefined ? undefined : webhook;
}

function failed(now: EpochSeconds): (webhook: Webhook) => Webhook {
  return (webhook) => ({ failingSince: now, ...webhook });
}
