import type { Delivery } from "../../src/records/delivery.ts";
import type { DeliveryId } from "../../src/records/ids.ts";
import { DEFAULT_SANDBOX } from "../../src/records/sandbox.ts";
import { epochSeconds } from "../../src/records/time.ts";
import type { Mock } from "./mock.ts";

import { until } from "./wait.ts";

/**
 * Waits until the courier has gone through the webhooks of the default sandbox once more: it has attended to a
 * delivery behind all others, so none of those is still to come.
 */
export async function courierWasHere({ sandboxes }: Pick<Mock, "sandboxes">): Promise<void> {
  const sandbox = await sandboxes.open(DEFAULT_SANDBOX);
  if (!sandbox) throw new Error("there is no default sandbox");
  const { store, wakeCourier } = sandbox;
  const id = `last-${++couriers}` as DeliveryId;
  const url = "https://the-courier-may-not-go.here/";
  const nothing = { kind: "consent-revoked", msn: "nobody", contentType: "text/plain", body: "" };
  const waiting = { queuedAt: epochSeconds(0), status: "waiting", attempts: [] };
  await store.deliveries.insert({ id, url, ...nothing, ...waiting } as Delivery);
  wakeCourier();
  await until(async () => {
    const { attempts = [] } = (await store.deliveries.get(id)) ?? {};
    return attempts.some(({ error }) => error !== undefined);
  });
  await store.deliveries.take(id);
}

let couriers = 0;
