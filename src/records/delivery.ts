import type { Static } from "typebox";
import Type from "typebox";
import type { ConsentId, DeliveryId, WebhookId } from "./ids.ts";
import type { ReadonlyDeep } from "./schema-parts.ts";
import { closed, Id, Moment, Text, Texts } from "./schema-parts.ts";
import type { EpochSeconds } from "./time.ts";
import type { DELIVERY_STATUSES, DeliveryKind } from "./vocabulary.ts";

/**
 * What a delivery is, and what an attempt makes of it. A delivery is in the store before anything is
 * sent, and an attempt is in it before it is made: whatever happens to the process, nothing is lost,
 * and nothing goes out a second time under the number of the first.
 */

type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** A registration for events, as `POST /webhooks/v1/webhooks` makes it: with `msn` or with `partner`. */
export const WebhookSchema = Type.Object(
  {
    id: Id<WebhookId>(),
    /** The sales unit whose events it is for. */
    msn: Type.Optional(Text),
    /** The partner for the events of whose sales units it is, now and later. */
    partner: Type.Optional(Text),
    url: Text,
    events: Texts,
    /** Signs what is sent; shown once, when it is made. */
    secret: Text,
    /** Since when nothing has been received, by the sandbox's clock; left out while all is well. */
    failingSince: Type.Optional(Moment),
  },
  closed,
);

export type Webhook = ReadonlyDeep<Static<typeof WebhookSchema>>;

/** A webhook to be sent to a merchant, with the attempts so far. */
export interface Delivery {
  readonly id: DeliveryId;
  readonly kind: DeliveryKind;
  /** The sales unit that it is sent to. */
  readonly msn: string;
  readonly url: string;
  readonly contentType: string;
  /** The same bytes in every attempt. */
  readonly body: string;
  /** The consent that was revoked. */
  readonly consent?: ConsentId;
  /** The registration that asked for it. */
  readonly webhook?: WebhookId;
  /** By the sandbox's clock, as the other times here. */
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
  /** Whether somebody asked for it, ahead of the schedule. */
  readonly asked: boolean;
  readonly at: EpochSeconds;
  /** Until when it can be under way, by the real clock: it may be another process that makes it. */
  readonly leasedUntil: EpochSeconds;
}

/** How an attempt went. */
export interface Outcome {
  /** In milliseconds of the real time. */
  readonly duration: number;
  /** The headers as they were sent; left out where nothing was. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly response?: ReceiverResponse;
  /** Why there is no response. */
  readonly error?: string;
}

/** What the receiver responded. */
export interface ReceiverResponse {
  readonly status: number;
  /** How its body begins. */
  readonly body: string;
}
