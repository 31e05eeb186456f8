import type { SeedConfig } from "../records/config.ts";

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

  /**
   * Takes another one, after `leave` has done what the former one is still needed for. Where that fails, the
   * former one stays.
   */
  replace<Result>(
    config: SeedConfig,
    leave: (former: SeedConfig) => Promise<Result>,
  ): Promise<Result> {
    const exchange = this.#exchange.then(async () => {
      await Promise.allSettled(this.#atWork);
      const result = await leave(this.#current);
      this.#current = config;
      return result;
    });
    this.#exchange = exchange.catch(() => {});
    return exchange;
  }
}
