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

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  // nginx would keep the events back.
  "x-accel-buffering": "no",
};

export class ChangeStreams {
  readonly #changes: Pick<Changes, "watch">;
  readonly #most: number;
  readonly #streams = new Set<ServerResponse>();

  constructor(changes: Pick<Changes, "watch">, most = MOST_STREAMS) {
    this.#changes = changes;
    this.#most = most;
  }

  /** Why there can be no stream, in a sentence. */
  whyNot({ socket }: ServerResponse): string | undefined {
    if (this.#streams.size >= this.#most) {
      return "Too many pages are open; reload this one to see more.";
    }
    // Node never tells a response whose turn has not come that its connection was closed.
    if (!socket)
      return "The connection is busy with another response; open one for the stream alone.";
    return undefined;
  }

  /** @param since the version that the page shows */
  open(response: ServerResponse, id: SandboxId, since: string): void {
    // Whoever has gone meanwhile is told of nothing, not even that the response is closed.
    if (response.destroyed || !response.socket || response.socket.destroyed) return;
    response.writeHead(200, HEADERS);
    if (response.req.method === "HEAD") {
      response.end();
      return;
    }
    const write = (text: string) => {
      response.write(text);
      if (response.writableLength > MOST_UNREAD) response.destroy();
    };
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
