import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { until } from "./wait.ts";

/** A merchant's server on a real socket, to which webhooks go. */
export interface Receiver {
  /** Without a trailing slash: `http://127.0.0.1:41234`. */
  readonly url: string;
  /** Host and port. */
  readonly host: string;
  /** What came, in order. */
  readonly received: readonly Received[];
  /** What is answered to the next requests; 200 when there is nothing left. */
  answers(...next: readonly Reply[]): void;
  /** Waits until nobody is connected any more. */
  isLeft(): Promise<void>;
  close(): Promise<void>;
}

/** One request as it came, its bytes unread. */
interface Received {
  readonly method: string;
  readonly path: string;
  /** Names as they were written. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A status, a redirect, a hang without any answer, or something longer. */
type Reply =
  | number
  | "hang"
  | "reset"
  | {
      readonly status: number;
      readonly location?: string;
      readonly body?: string;
      /** What comes of the connection behind the body, where it does not end as it should. */
      readonly ending?: "hang" | "reset";
    };

/** A receiver that listens on a free port. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const replies: Reply[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { rawHeaders } = request;
      const names = rawHeaders.filter((_, index) => index % 2 === 0);
      const headers = names.map((name, index) => [name, rawHeaders[index * 2 + 1] ?? ""] as const);
      received.push({
        method: String(request.method),
        path: String(request.url),
        headers: Object.fromEntries(headers),
        body: Buffer.concat(chunks).toString("latin1"),
      });
      const reply = replies.shift() ?? 200;
      if (reply === "hang") return;
      if (reply === "reset") {
        request.socket.resetAndDestroy();
        return;
      }
      const {
        status,
        location,
        body = "thank you",
        ending,
      } = typeof reply === "number"
        ? { status: reply, location: undefined, ending: undefined }
        : reply;
      response.writeHead(status, location === undefined ? {} : { location });
      if (ending === undefined) {
        response.end(body);
        return;
      }
      response.write(body, () => {
        if (ending === "reset") request.socket.resetAndDestroy();
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    received,
    answers: (...next) => replies.push(...next),
    async isLeft() {
      await until(
        () => new Promise((resolve) => server.getConnections((_, count) => resolve(count === 0))),
      );
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An address at which nobody listens. */
export async function deadAddress(): Promise<string> {
  const { url, close } = await startReceiver();
  await close();
  return url;
}
