import { once } from "node:events";
import type { Socket } from "node:net";
import { connect } from "node:net";

/**
 * One keep-alive connection to a server on this machine, one request at a time. It is written on plain
 * sockets, because Node's own client takes several times as much CPU a request: on two cores it would
 * take from the server what is measured.
 */

/** A response, with all its headers as one text. */
export interface Response {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

export interface Request {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  /** Whole lines, each with its line break. */
  readonly headers?: string;
  /** A character is a byte, as in a response. */
  readonly body?: string;
}

export class Connection {
  readonly #host: string;
  readonly #socket: Socket;
  #received = "";
  /** Its last characters: looking at them is cheap, however long the rest has become. */
  #tail = "";
  #expected: number | undefined;
  #waiting: Waiting | undefined;

  private constructor(port: number, socket: Socket) {
    this.#host = `127.0.0.1:${port}`;
    this.#socket = socket;
    // As latin1 a text has as many characters as it has bytes.
    socket.setEncoding("latin1").setNoDelay(true);
    socket.on("data", (text: string) => this.#receive(text));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
  }

  /** @throws the system's error, such as ECONNREFUSED */
  static async open(port: number): Promise<Connection> {
    const socket = connect({ port, host: "127.0.0.1" });
    await once(socket, "connect");
    return new Connection(port, socket);
  }

  /** @throws Error when the server hangs up before it has answered */
  request({ method = "GET", path, headers = "", body }: Request): Promise<Response> {
    const length = body === undefined ? "" : `Content-Length: ${body.length}\r\n`;
    const text = `${method} ${path} HTTP/1.1\r\nHost: ${this.#host}\r\n${headers}${length}\r\n`;
    if (this.#socket.destroyed) return Promise.reject(new Error("the connection is closed"));
    this.#socket.write(body === undefined ? text : text + body, "latin1");
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(text: string): void {
    this.#received += text;
    this.#tail = (this.#tail + text).slice(-LAST_CHUNK.length);
    this.#expected ??= lengthOf(this.#received);
    const received = this.#received;
    const chunked = this.#expected === CHUNKED;
    const complete = chunked
      ? this.#tail === LAST_CHUNK
      : received.length >= (this.#expected ?? Number.POSITIVE_INFINITY);
    if (!complete) return;
    this.#received = "";
    this.#expected = undefined;
    const end = received.indexOf("\r\n\r\n");
    const body = received.slice(end + 4);
    const response = {
      status: Number(received.slice(9, 12)),
      head: received.slice(0, end),
      body: chunked ? joined(body) : body,
    };
    this.#waiting?.resolve(response);
    this.#waiting = undefined;
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}

/** The value of a header, or nothing. */
export function header({ head }: Response, name: string): string | undefined {
  return new RegExp(`\r\n${name}: ([^\r]*)`, "i").exec(head)?.[1];
}

interface Waiting {
  resolve(response: Response): void;
  reject(error: Error): void;
}

const CHUNKED = -1;
const LAST_CHUNK = "\r\n0\r\n\r\n";

/** How many characters a response has; unknown while its headers are not there. */
function lengthOf(received: string): number | undefined {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = received.slice(0, end);
  if (/\r\ntransfer-encoding: chunked/i.test(head)) return CHUNKED;
  return end + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
}

/** The chunks of a body, without the lines that say how long each is. */
function joined(body: string): string {
  let text = "";
  for (let at = 0; ; ) {
    const begin = body.indexOf("\r\n", at) + 2;
    const length = Number.parseInt(body.slice(at, begin), 16);
    if (length === 0) return text;
    text += body.slice(begin, begin + length);
    at = begin + length + 2;
  }
}
