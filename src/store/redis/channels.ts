import type { Redis } from "ioredis";
import { pause } from "../../platform/timers.ts";
import type { Seconds } from "../../records/time.ts";
import { TELLING_INTERVAL } from "./scripts.ts";

/** So soon after a message everything is written that it was the only message for. */
const AFTERWARDS: Seconds = (2 * TELLING_INTERVAL) / 1000;

/** Messages, on a connection of their own: one that listens does nothing else. It comes back by itself. */
export class Channels {
  readonly #redis: Redis;
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(like: Redis) {
    this.#redis = like.duplicate({
      lazyConnect: true,
      // Nobody may say anything for a long time.
      socketTimeout: undefined,
      // Here, where what is refused keeps nobody from going on.
      autoResubscribe: false,
    });
    // The connection for all else says that Redis is away.
    this.#redis.on("error", () => {});
    this.#redis.on("ready", () => {
      for (const channel of this.#listeners.keys()) this.#ask("subscribe", channel);
    });
    this.#redis.on("message", (channel: string) => void this.#tell(channel));
  }

  listen(channel: string, listener: () => void): () => void {
    const there = this.#listeners.get(channel);
    const listeners = there ?? new Set();
    listeners.add(listener);
    if (!there) {
      this.#listeners.set(channel, listeners);
      this.#ask("subscribe", channel);
    }
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      this.#listeners.delete(channel);
      this.#ask("unsubscribe", channel);
    };
  }

  close(): void {
    this.#listeners.clear();
    this.#redis.disconnect();
  }

  /** Where it fails, whoever listens looks now and then; where there is no connection, it is asked with the next one. */
  #ask(what: "subscribe" | "unsubscribe", channel: string): void {
    if (this.#redis.status === "wait") this.#redis.connect().catch(() => {});
    else if (this.#redis.status === "ready") this.#redis[what](channel).catch(() => {});
  }

  async #tell(channel: string): Promise<void> {
    this.#callAll(channel);
    await pause(AFTERWARDS);
    this.#callAll(channel);
  }

  #callAll(channel: string): void {
    for (const listener of this.#listeners.get(channel) ?? []) listener();
  }
}
