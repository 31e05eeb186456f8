import type { ServerResponse } from "node:http";
import { pause } from "../platform/timers.ts";
import type { Seconds } from "../records/time.ts";

/** The client went away while the request waited: no response is sent, and nothing is stored. */
export class ClientGone extends Error {
  constructor() {
    super("the client went away before it got a response");
  }
}

/** The requests of this process that wait on purpose. None of them holds up the end of the server. */
export class Waits {
  readonly #open = new Set<AbortController>();
  #isOver = false;

  /**
   * Waits until the time is over or the server ends. Whoever comes after that does not wait.
   *
   * @throws ClientGone as soon as the client has closed the connection
   */
  async wait(seconds: Seconds, response: ServerResponse): Promise<void> {
    if (this.#isOver) return;
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
    this.#isOver = true;
    for (const end of this.#open) end.abort();
  }
}
