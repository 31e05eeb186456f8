import { createHash } from "node:crypto";
import { Redis } from "ioredis";
import { nextTurn } from "../../platform/timers.ts";
import type { Seconds } from "../../records/time.ts";
import { StoreUnavailableError } from "../store.ts";
import { Channels } from "./channels.ts";
import type { Script } from "./scripts.ts";

/** What a reply of Redis is made of here. */
export type Reply = string | number | null | readonly Reply[];

export interface ConnectionOptions {
  /** `redis://` or `rediss://`, with user, password and database. */
  readonly url: string;
  /** How long a command may take, in seconds; then it has failed. */
  readonly commandTimeout: Seconds;
  /** Says that the connection was lost, or is there again. */
  readonly onChange?: (state: "lost" | "back", reason: string) => void;
}

/** How long to wait before the next attempt to connect, in milliseconds: at once, and then not for long. */
const [SHORTEST_WAIT, LONGEST_WAIT] = [50, 1000];

/** Why it was lost, where nothing else is known. */
const CLOSED = "the connection was closed";

/** A connection to Redis that comes back by itself. What is asked while it is away fails at once. */
export class Connection {
  readonly #redis: Redis;
  readonly #hashes = new Map<Script, string>();
  /** Why the connection is away, as far as that is known. */
  #reason = CLOSED;
  #channels: Channels | undefined;
  #isClosing = false;

  private constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** @throws StoreUnavailableError when there is no Redis at that address, or it does not let us in */
  static async open({ url, commandTimeout, onChange }: ConnectionOptions): Promise<Connection> {
    const redis = new Redis(url, {
      lazyConnect: true,
      commandTimeout: commandTimeout * 1000,
      connectTimeout: commandTimeout * 1000,
      // What was sent and not answered may have been done: whoever asked decides, and nothing is sent twice.
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      // Whoever is cut off without a word is found at another connection.
      socketTimeout: 2 * commandTimeout * 1000,
      // A Redis that has become a replica of another one takes no writes; a new connection may lead to that one.
      reconnectOnError: ({ message }) => message.startsWith("READONLY"),
      retryStrategy: (attempts) => Math.min(SHORTEST_WAIT * attempts, LONGEST_WAIT),
    });
    let reason = CLOSED;
    redis.on("error", (error: Error) => {
      reason = reasonOf(error);
    });
    try {
      await redis.connect();
      // A database that is not there is told by an event alone.
      if (reason !== CLOSED) throw new Error(reason);
    } catch (error) {
      redis.disconnect();
      throw new StoreUnavailableError(reason, { cause: error });
    }
    const connection = new Connection(redis);
    reason = CLOSED;
    let said: string | undefined;
    redis.on("close", () => {
      // Why it does not come back may be another reason than that for which it was lost.
      connection.#reason = reason;
      if (said !== reason && !connection.#isClosing) onChange?.("lost", reason);
      said = reason;
    });
    redis.on("ready", () => {
      if (said !== undefined) onChange?.("back", "");
      said = undefined;
      reason = CLOSED;
    });
    return connection;
  }

  /** @throws StoreUnavailableError when it was not answered in time; it may have been done all the same */
  async send(command: string, ...argv: readonly (string | number)[]): Promise<Reply> {
    try {
      return (await this.#redis.call(command, ...argv)) as Reply;
    } catch (error) {
      throw this.#unavailable(error);
    }
  }

  /** Runs a script, which Redis knows by its hash after the first time. */
  async run(
    script: Script,
    keys: readonly string[],
    argv: readonly (string | number)[],
  ): Promise<Reply> {
    const given = [keys.length, ...keys, ...argv];
    try {
      return (await this.#redis.call("EVALSHA", this.#hashOf(script), ...given)) as Reply;
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) {
        throw this.#unavailable(error);
      }
    }
    return this.send("EVAL", script.lua, ...given);
  }

  /**
   * Calls the listener for every message in a channel, until it is stopped. What comes while the connection is away
   * is lost.
   *
   * @returns stops it
   */
  listen(channel: string, listener: () => void): () => void {
    this.#channels ??= new Channels(this.#redis);
    return this.#channels.listen(channel, listener);
  }

  /** Ends when what was asked is answered, or cannot be any more. */
  async close(): Promise<void> {
    this.#isClosing = true;
    // What was asked in this turn goes out at its end.
    await nextTurn();
    this.#channels?.close();
    await this.#redis.quit().catch(() => this.#redis.disconnect());
  }

  #hashOf(script: Script): string {
    const known = this.#hashes.get(script);
    if (known !== undefined) return known;
    const hash = createHash("sha1").update(script.lua).digest("hex");
    this.#hashes.set(script, hash);
    return hash;
  }

  /** What Redis refuses is as bad as a Redis that is away: it is full, loading, or somebody else's. */
  #unavailable(error: unknown): StoreUnavailableError {
    const isConnected = this.#redis.status === "ready";
    const reason = isConnected ? reasonOf(error) : `Redis is not connected: ${this.#reason}`;
    return new StoreUnavailableError(reason, { cause: error });
  }
}

/** In words that stand inside a sentence. A name with several addresses, of which none answers, has a reason for each. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(", ");
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
