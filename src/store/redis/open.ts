import { MEMORY, maskedAddress } from "../../config/options.ts";
import type { Log } from "../../platform/log.ts";
import { OperatorError } from "../../platform/operator-error.ts";
import type { Seconds } from "../../records/time.ts";
import type { Store } from "../store.ts";
import { StoreUnavailableError } from "../store.ts";

/** From the options to a store. The client of Redis is loaded by those who ask for it. */

export interface StoreOptions {
  /** `memory`, or `redis://` or `rediss://`. */
  readonly store: string;
  readonly storePrefix: string;
  readonly storeTimeout: Seconds;
}

/**
 * The store that others share; undefined for one that a server has to itself.
 *
 * @throws OperatorError when it does not answer
 */
export async function openStore(
  { store: url, storePrefix: prefix, storeTimeout: commandTimeout }: StoreOptions,
  log: Pick<Log, "warn"> | undefined,
): Promise<Store | undefined> {
  if (url === MEMORY) return undefined;
  const shown = maskedAddress(url);
  const { createRedisStore } = await import("./store.ts");
  try {
    return await createRedisStore({
      ...{ url, prefix, commandTimeout },
      onChange: (state, reason) =>
        log?.warn(
          state === "lost"
            ? `the store at ${shown} is away: ${reason}; requests get 503 until it is there again`
            : `the store at ${shown} is there again`,
        ),
      onEviction: (policy) =>
        log?.warn(
          `the store at ${shown} drops records by ${policy} when it is full, and logins break; set its maxmemory-policy to noeviction`,
        ),
    });
  } catch (error) {
    throw asOperators(error, { store: url });
  }
}

/** What a store says that the operator has to look after. */
export function asOperators(error: unknown, { store }: Pick<StoreOptions, "store">): unknown {
  if (!(error instanceof StoreUnavailableError)) return error;
  return new OperatorError(
    `The store at ${maskedAddress(store)} cannot be used: ${error.message}. Look after Redis there, or correct --store.`,
  );
}
