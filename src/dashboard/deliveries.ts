import type { WebhookDelivery } from "../control/types.ts";
import { apiPath } from "./api.ts";
import type { Moment } from "./format.ts";
import { moment } from "./format.ts";
import type { Done, Visit } from "./page.ts";

/** Webhooks to merchants, as the pages show them. */

export interface DeliveryView {
  readonly id: string;
  readonly kind: string;
  readonly unit: string;
  readonly unitHref: string;
  readonly url: string;
  readonly at: Moment;
  readonly status: string;
  readonly isFailed: boolean;
  /** How the last attempt went, in a few words. */
  readonly outcome: string;
  /** When the next attempt is made; null where there is none to come. */
  readonly next: Moment | null;
  readonly attempts: readonly AttemptView[];
  /** Where its form goes. */
  readonly action: string;
  readonly isOpen: boolean;
}

interface AttemptView {
  readonly number: number;
  readonly isAsked: boolean;
  readonly at: Moment;
  readonly outcome: string;
  readonly request: { readonly headers: readonly Header[]; readonly body: string } | null;
  /** What the receiver responded; empty for nothing. */
  readonly body: string;
  readonly hasResponse: boolean;
}

interface Header {
  readonly name: string;
  readonly value: string;
}

/** @param action the page that sends it again, below the dashboard's folder */
export function deliveryView(
  delivery: WebhookDelivery,
  { exchange, root, form }: Visit,
  names: ReadonlyMap<string, string>,
  action: string,
): DeliveryView {
  const { id, kind, msn, url, queuedAt, status, nextAttemptAt } = delivery;
  const attempts = delivery.attempts.map((attempt) => ({
    number: attempt.number,
    isAsked: attempt.asked,
    at: moment(attempt.at, exchange.now),
    outcome: outcomeOf(attempt),
    request: attempt.request
      ? {
          headers: Object.entries(attempt.request.headers).map(([name, value]) => ({
            ...{ name, value },
          })),
          body: attempt.request.body,
        }
      : null,
    body: attempt.response?.body ?? "",
    hasResponse: attempt.response !== undefined,
  }));
  return {
    ...{ id, kind, url, status, attempts },
    unit: names.get(msn) ?? msn,
    unitHref: `${root}portal/units/${msn}`,
    at: moment(queuedAt, exchange.now),
    isFailed: status === "failed",
    outcome: attempts.at(-1)?.outcome ?? "no attempt yet",
    next:
      status === "waiting" && nextAttemptAt !== undefined
        ? moment(nextAttemptAt, exchange.now)
        : null,
    action: `${root}${action}`,
    isOpen: form.get("id") === id,
  };
}

function outcomeOf({ response, error, duration }: WebhookDelivery["attempts"][number]): string {
  const took = duration === undefined ? "" : ` after ${duration} ms`;
  if (response) return `${response.status}${took}`;
  return error === undefined ? "under way" : `${error}${took}`;
}

/** Makes an attempt now. */
export async function sendAgain({ api, form }: Visit, to: string): Promise<Done> {
  const path = apiPath(["webhook-deliveries", form.get("id") ?? "", "redeliver"]);
  const call = { method: "POST", path } as const;
  const { attempts } = await api.send<WebhookDelivery>(call);
  const last = attempts.at(-1);
  const outcome = last ? outcomeOf(last) : "no attempt was made";
  return { to, message: `The webhook was sent again: ${outcome}.`, calls: [call] };
}
