import type { FastifyBaseLogger } from "fastify";
import { LineLog } from "../platform/log.ts";
import { defined } from "../records/defined.ts";
import type { Trace } from "../request/exchange.ts";

type Entry = Parameters<LineLog["log"]>;

/**
 * The log of one request, whose lines name it, its sandbox where that is not the default one, and the login that it
 * turned out to be about as the request log does. Most requests have nothing to say, so it is made with the first line.
 */
export class RequestLogger extends LineLog implements FastifyBaseLogger {
  readonly #server: FastifyBaseLogger;
  readonly #bindings: Record<string, unknown>;
  #trace: Pick<Trace, "login"> | undefined;
  #sandbox: string | undefined;
  #made: { readonly login: string | undefined; readonly log: FastifyBaseLogger } | undefined;
  #waiting: Entry[] = [];

  constructor(server: FastifyBaseLogger, bindings: Record<string, unknown>) {
    super();
    this.#server = server;
    this.#bindings = bindings;
  }

  get level(): string {
    return this.#server.level;
  }

  child(bindings: Record<string, unknown>): FastifyBaseLogger {
    const made = new RequestLogger(this.#server, { ...this.#bindings, ...bindings });
    made.#trace = this.#trace;
    made.#sandbox = this.#sandbox;
    return made;
  }

  /** From now on the lines say what is in there, and which sandbox the request names. */
  follow(trace: Pick<Trace, "login">, sandbox: string | undefined): void {
    this.#trace = trace;
    this.#sandbox = sandbox;
  }

  /** Writes a line with the next one, or with the response: until then its login may become known. */
  later(...entry: Entry): void {
    this.#waiting.push(entry);
  }

  /** Writes the lines that wait. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const entry of waiting) this.#write(...entry);
  }

  protected log(...entry: Entry): void {
    this.flush();
    this.#write(...entry);
  }

  #write(...[level, line]: Entry): void {
    const login = this.#trace?.login;
    if (this.#made === undefined || this.#made.login !== login) {
      const bindings = { ...this.#bindings, ...defined({ sandbox: this.#sandbox, login }) };
      this.#made = { login, log: this.#server.child(bindings) };
    }
    this.#made.log[level](...line);
  }
}
