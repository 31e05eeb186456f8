import type { FastifyBaseLogger } from "fastify";

/** What a line is made of: an object with what belongs to it, and a text; or a text alone. */
type Line = Parameters<FastifyBaseLogger["info"]>;

/**
 * The log of one request, whose lines name it. Most requests have nothing to say, so it is made with
 * the first line.
 */
export class RequestLogger implements FastifyBaseLogger {
  readonly #server: FastifyBaseLogger;
  readonly #bindings: Record<string, unknown>;
  #made: FastifyBaseLogger | undefined;

  constructor(server: FastifyBaseLogger, bindings: Record<string, unknown>) {
    this.#server = server;
    this.#bindings = bindings;
  }

  get level(): string {
    return this.#server.level;
  }

  fatal(...line: Line): void {
    this.#log("fatal", line);
  }

  error(...line: Line): void {
    this.#log("error", line);
  }

  warn(...line: Line): void {
    this.#log("warn", line);
  }

  info(...line: Line): void {
    this.#log("info", line);
  }

  debug(...line: Line): void {
    this.#log("debug", line);
  }

  trace(...line: Line): void {
    this.#log("trace", line);
  }

  silent(): void {}

  child(bindings: Record<string, unknown>): FastifyBaseLogger {
    return new RequestLogger(this.#server, { ...this.#bindings, ...bindings });
  }

  #log(level: "fatal" | "error" | "warn" | "info" | "debug" | "trace", line: Line): void {
    this.#made ??= this.#server.child(this.#bindings);
    this.#made[level](...line);
  }
}
