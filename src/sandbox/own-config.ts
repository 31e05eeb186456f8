import type { SeedConfig } from "../records/config.ts";

/** What is done in an exchange, while nobody else works with the config. */
export interface Steps<Result> {
  /** What the former one is still needed for. */
  change(former: SeedConfig): Promise<Result>;
  /** Undoes it where it has failed. */
  takeBack(): Promise<void>;
}

/**
 * The server's own config, which may be exchanged while the server runs. Whoever works with it has the
 * same one from beginning to end: the exchange waits for those who are at work, and others for it.
 */
export class OwnConfig {
  #current: SeedConfig;
  readonly #atWork = new Set<Promise<unknown>>();
  #exchange: Promise<unknown> = Promise.resolve();

  constructor(config: SeedConfig) {
    this.#current = config;
  }

  get current(): SeedConfig {
    return this.#current;
  }

  async use<Result>(work: (config: SeedConfig) => Promise<Result>): Promise<Result> {
    await this.#exchange;
    const result = work(this.#current);
    this.#atWork.add(result);
    return result.finally(() => this.#atWork.delete(result));
  }

  /** Takes another one. Where `change` fails, the former one stays. */
  replace<Result>(config: SeedConfig, { change, takeBack }: Steps<Result>): Promise<Result> {
    const exchange = this.#exchange.then(async () => {
      await Promise.allSettled(this.#atWork);
      try {
        const result = await change(this.#current);
        this.#current = config;
        return result;
      } catch (error) {
        await takeBack();
        throw error;
      }
    });
    this.#exchange = exchange.catch(() => {});
    return exchange;
  }
}
