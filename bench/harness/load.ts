import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Target } from "./login.ts";
import { nextMessage } from "./message.ts";

/** The load generator, as whoever measures sees it. */

/** Logins for some seconds, or so many of them. */
export interface Run {
  readonly target: Target;
  readonly concurrency: number;
  readonly seconds?: number;
  readonly most?: number;
}

/** What came of a run; times in milliseconds, CPU in microseconds a login. */
export interface Logins {
  readonly logins: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly generatorCpu: number;
}

/** One request again and again. */
export interface Hold {
  readonly port: number;
  readonly path: string;
}

export type Command =
  | ({ readonly kind: "logins" } & Run)
  | ({ readonly kind: "hold" } & Hold)
  | { readonly kind: "enough" };

export class Load {
  readonly #process: ChildProcess = fork(fileURLToPath(new URL("generator.ts", import.meta.url)));

  /** @throws Error when a login fails */
  logins(run: Run): Promise<Logins> {
    return this.#ask({ kind: "logins", ...run });
  }

  /** The longest time, in milliseconds, that a small request had to wait while `work` went on. */
  async longestWait(hold: Hold, work: () => Promise<unknown>): Promise<number> {
    const longest = this.#ask<number>({ kind: "hold", ...hold });
    // It may fail before anybody waits for it.
    longest.catch(() => {});
    try {
      await work();
    } finally {
      this.#process.send({ kind: "enough" });
    }
    return longest;
  }

  close(): void {
    this.#process.disconnect();
  }

  async #ask<Answer>(command: Command): Promise<Answer> {
    this.#process.send(command);
    const { result, error } = await nextMessage<{ result: Answer; error?: string }>(this.#process);
    if (error !== undefined) throw new Error(error);
    return result;
  }
}
