import type { ServerResponse } from "node:http";
import { every } from "../platform/timers.ts";
import type { SandboxId } from "../records/ids.ts";
import type { Seconds } from "../records/time.ts";
import type { Changes } from "../sandbox/changes.ts";

/**
 * The event streams of open pages (HTML, server-sent events). A stream only says that something has
 * changed; what it is, the page asks for itself.
 */

/** How often a stream says that it is there, so that one whose reader has gone is noticed. */
const BEAT: Seconds = 15;

/** So many bytes may wait for a reader who does not read; then its stream ends, and it opens another one. */
const MOST_UNREAD = 64 * 1024;

/** So many streams there can be; the pages of those who come later are as without a script. */
const MOST_STREAMS = 1000;

export class ChangeStreams {
  readonly #changes: Pick<Changes, "watch">;
  readonly #streams = new Set<ServerResponse>();

  constructor(changes: Pick<Changes, "watch">) {
    this.#changes = changes;
  }

  get isFull(): boolean {
    return this.#streams.size >= MOST_STREAMS;
  }

  /** @param since the version that the page shows */
  open(response: ServerResponse, id: SandboxId, since: string): void {
    const write = (text: string) => {
      response.write(text);
      if (response.writableLength > MOST_UNREAD) response.destroy();
    };
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      // nginx would keep the events back.
      "x-accel-buffering": "no",
    });
    write("retry: 2000\n\n");
    const stop = this.#changes.watch(id, since, (version) => write(`data: ${version}\n\n`));
    const beat = every(
      BEAT,
      () => write(":\n\n"),
      () => {},
    );
    this.#streams.add(response);
    response.once("close", () => {
      stop();
      beat.stop();
      this.#streams.delete(response);
    });
  }

  endAll(): void {
    for (const response of this.#streams) response.end();
  }
}
