import type { Delivery } from "../../src/records/delivery.ts";
import type { DeliveryId } from "../../src/records/ids.ts";
import { DEFAULT_SANDBOX } from "../../src/records/sandbox.ts";
import { epochSeconds } from "../../src/records/time.ts";
import type { Mock } from "./mock.ts";

/** Waiting for a state, however slow the machine is. No test sleeps, and none is held to a time. */

/** In milliseconds; a little less than the time limit of a test, so that it says what did not come. */
const LIMIT = 50_000;
const INTERVAL = 5;

/** The real one, also in a test that moves the timers itself. */
const { setTimeout: later } = globalThis;

/** Waits until there is something. */
export function until<Found>(look: () => Found | Promise<Found>): Promise<Found> {
  return eventually(async () => {
    const found = await look();
    if (!found) throw new Error("What the test waits for did not come.");
    return found;
  });
}

/** Waits until a check passes. */
export async function eventually<Result>(check: () => Result | Promise<Result>): Promise<Result> {
  const began = performance.now();
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() - began > LIMIT) throw error;
    }
    await new Promise((resolve) => later(resolve, INTERVAL));
  }
}

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
