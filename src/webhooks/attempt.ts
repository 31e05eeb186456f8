import type { Delivery, Outcome, Webhook } from "../records/delivery.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import type { AttemptEnd, DeliveryKind } from "../records/vocabulary.ts";
import { addressOf } from "../request-log/mask.ts";
import { checkWebhookAddress, whyRemoved } from "../rules/webhook.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { allowedAddresses } from "./addresses.ts";
import { beginAttempt, endAttempt, hasArrived } from "./delivery.ts";
import { noteHealth } from "./health.ts";
import { signatureHeaders } from "./messages.ts";
import type { Outgoing } from "./send.ts";
import { send } from "./send.ts";

/**
 * One attempt to deliver a webhook: claimed in the store before it is made, so that of several
 * processes one makes it, and written down with its outcome. When to make it is for courier.ts.
 */

/** Where failed attempts are reported. */
export interface Log {
  warn(message: string): void;
  error(context: { readonly err: unknown }, message: string): void;
}

/** Counts what comes of attempts, for whoever looks after the server. */
export interface AttemptCounts {
  /** An attempt is over, or a delivery was given up without one. */
  attempted(kind: DeliveryKind, end: AttemptEnd): void;
}

/** What an attempt is made with. */
interface AttemptDeps {
  readonly wall: () => EpochSeconds;
  /** Whether every port of this machine may be called. */
  readonly loopback: boolean;
  readonly version: string;
  readonly log: Pick<Log, "warn">;
  /** How long one may take, in seconds. */
  readonly timeout: Seconds;
  /** After how many seconds another process takes one for lost. */
  readonly lease: Seconds;
  readonly counts?: AttemptCounts | undefined;
  /** Ends those under way. */
  readonly signal: AbortSignal;
}

/**
 * Makes one attempt, because it is due or because somebody asked for it. Returns the delivery afterwards;
 * undefined when there is none, or when another process makes the attempt.
 */
export function attempts(
  deps: AttemptDeps,
): (sandbox: Sandbox, id: string, asked: boolean) => Promise<Delivery | undefined> {
  const { wall, lease, timeout, signal } = deps;
  return async (sandbox, id, asked) => {
    const { deliveries } = sandbox.store;
    const clocks = { sandbox: await sandbox.clock.read(), wall: wall() };
    const begun = await deliveries.update(id, (delivery) =>
      beginAttempt(delivery, { clocks, lease, asked }),
    );
    const number = begun?.attempts.length;
    if (!begun || number === undefined) return undefined;
    const prepared = await prepare(sandbox, begun, number, deps);
    const outcome =
      "url" in prepared
        ? await send(prepared, { timeout, signal })
        : { duration: 0, error: prepared.refusal };
    const final = "final" in prepared && prepared.final;
    const at = await sandbox.clock.now();
    const arrived = hasArrived(outcome);
    const registration = "url" in prepared && !signal.aborted && prepared.registration;
    if (registration) await followHealth(sandbox, registration, arrived, at, deps);
    const ended = await deliveries.update(id, (delivery) =>
      endAttempt(delivery, number, outcome, { at, final }),
    );
    deps.counts?.attempted(begun.kind, arrived ? "delivered" : missedEnd(ended));
    if (!arrived) warn(begun, number, outcome, { ended, at }, deps);
    return ended;
  };
}

function missedEnd(ended: Delivery | undefined): AttemptEnd {
  return ended?.nextAttemptAt === undefined ? "failed" : "retry";
}

/** What to send, and to whose registration; or why nothing is sent, and whether that is the end of it. */
async function prepare(
  sandbox: Sandbox,
  { id, url: address, contentType, body, webhook }: Delivery,
  number: number,
  { loopback, version }: AttemptDeps,
): Promise<
  | (Outgoing & { readonly registration: Webhook | undefined })
  | { readonly refusal: string; readonly final: boolean }
> {
  const diagnosis = checkWebhookAddress(address, await allowedAddresses(sandbox, loopback));
  if (diagnosis) return { refusal: `${diagnosis.message}. ${diagnosis.detail}`, final: false };
  const registration =
    webhook === undefined ? undefined : await sandbox.store.webhooks.get(webhook);
  if (webhook !== undefined && !registration) {
    return { refusal: "the registration was deleted meanwhile", final: true };
  }
  const url = new URL(address);
  const headers = {
    Host: url.host,
    "User-Agent": `vipps-login-mock/${version}`,
    "Content-Type": contentType,
    "Content-Length": String(Buffer.byteLength(body)),
    ...(registration &&
      signatureHeaders(url, body, registration.secret, await sandbox.clock.now())),
    "X-Vipps-Login-Mock-Delivery": id,
    "X-Vipps-Login-Mock-Attempt": String(number),
    Connection: "close",
  };
  return { url, headers, body, registration };
}

/** The registration goes with its failures, where the profile says so. */
async function followHealth(
  sandbox: Sandbox,
  registration: Webhook,
  arrived: boolean,
  now: EpochSeconds,
  { log }: AttemptDeps,
): Promise<void> {
  const failing = await noteHealth(sandbox, registration, arrived, now);
  if (failing !== undefined) log.warn(whyRemoved(addressOf(registration.url), failing));
}

function warn(
  { kind, url }: Delivery,
  number: number,
  { response, error }: Outcome,
  { ended, at }: { readonly ended: Delivery | undefined; readonly at: EpochSeconds },
  { log }: AttemptDeps,
): void {
  const why = error ?? `the response was ${response?.status}`;
  const next = ended?.nextAttemptAt;
  const then = next === undefined ? "" : `; the next attempt is in ${Math.max(0, next - at)} s`;
  log.warn(`attempt ${number} to deliver ${kind} to ${addressOf(url)} failed: ${why}${then}`);
}
