import type { ServerResponse } from "node:http";
import { pause } from "../platform/timers.ts";
import type { Seconds } from "../records/time.ts";

/** Who called went away while the answer was waited for: nothing is written, and nobody is answered. */
export class ClientGone extends Error {
  constructor() {
    super("the client went away before it was answered");
  }
}

/** The requests of this process that wait. None of them holds up the end of the server. */
export class Waits {
  readonly #open = new Set<AbortController>();

  /**
   * When the time is over or the server ends.
   *
   * @throws ClientGone as soon as nobody is there any more to be answered
   */
  async wait(seconds: Seconds, response: ServerResponse): Promise<void> {
    const end = new AbortController();
    const gone = () => end.abort();
    this.#open.add(end);
    response.once("close", gone);
    await pause(seconds, end.signal);
    response.off("close", gone);
    this.#open.delete(end);
    if (response.destroyed) throw new ClientGone();
  }

  endAll(): void {
    for (const end of this.#open) end.abort();
  }
}
