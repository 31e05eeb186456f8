import type { ConsentId, DeliveryId, WebhookId } from "./ids.ts";
import type { EpochSeconds } from "./time.ts";

/**
 * What a delivery is, and what an attempt makes of it. A delivery is in the store before anything is
 * sent, and an attempt is in it before it is made: whatever happens to the process, nothing is lost,
 * and nothing goes out a second time under the number of the first.
 */

/** What webhooks there are. */
export const DELIVERY_KINDS = ["consent-revoked", "login-ping"] as const;

type DeliveryKind = (typeof DELIVERY_KINDS)[number];

/** What can become of a delivery: it waits for its next attempt, has arrived, or was given up. */
export const DELIVERY_STATUSES = ["waiting", "delivered", "failed"] as const;

type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** The one event that a merchant can register for (dossier §1.10). */
export const LOGIN_PING = "login.merchant-initiated.ping.v1";

/** A merchant's wish to be told of something, as `POST /webhooks/v1/webhooks` makes it. */
export interface Webhook {
  readonly id: WebhookId;
  readonly msn: string;
  readonly url: string;
  readonly events: readonly string[];
  /** Signs what is sent; told once, when it is made. */
  readonly secret: string;
}

/** Something that a merchant is to be told, and how far that went. */
export interface Delivery {
  readonly id: DeliveryId;
  readonly kind: DeliveryKind;
  /** The sales unit that is told. */
  readonly msn: string;
  readonly url: string;
  readonly contentType: string;
  /** The same bytes in every attempt. */
  readonly body: string;
  /** The consent that was revoked. */
  readonly consent?: ConsentId;
  /** The registration that asked for it. */
  readonly webhook?: WebhookId;
  /** By the sandbox's clock; the times of attempts are those of the real one. */
  readonly queuedAt: EpochSeconds;
  readonly status: DeliveryStatus;
  /** While it waits: not before this moment; left out before the first attempt, which is due at once. */
  readonly nextAttemptAt?: EpochSeconds;
  readonly attempts: readonly Attempt[];
}

/** One request to the receiver. It has no outcome while it is under way. */
export interface Attempt extends Partial<Outcome> {
  /** 1, and one more for each retry: the mark by which a receiver tells them apart. */
  readonly number: number;
  /** Whether somebody asked for it, and it was not its turn. */
  readonly asked: boolean;
  readonly at: EpochSeconds;
}

/** How an attempt went. */
export interface Outcome {
  /** In milliseconds of the real time. */
  readonly duration: number;
  /** The headers as they were sent; left out where nothing was. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly response?: ReceiverResponse;
  /** Why there is no answer. */
  readonly error?: string;
}

/** What the receiver said. */
export interface ReceiverResponse {
  readonly status: number;
  /** How its body begins. */
  readonly body: string;
}
