import type { FastifyBaseLogger } from "fastify";
import { LineLog } from "../platform/log.ts";

/**
 * The log of one request, whose lines name it. Most requests have nothing to say, so it is made with
 * the first line.
 */
export class RequestLogger extends LineLog implements FastifyBaseLogger {
  readonly #server: FastifyBaseLogger;
  readonly #bindings: Record<string, unknown>;
  #made: FastifyBaseLogger | undefined;

  constructor(server: FastifyBaseLogger, bindings: Record<string, unknown>) {
    super();
    this.#server = server;
    this.#bindings = bindings;
  }

  get level(): string {
    return this.#server.level;
  }

  child(bindings: Record<string, unknown>): FastifyBaseLogger {
    return new RequestLogger(this.#server, { ...this.#bindings, ...bindings });
  }

  protected log(...[level, line]: Parameters<LineLog["log"]>): void {
    this.#made ??= this.#server.child(this.#bindings);
    this.#made[level](...line);
  }
}
