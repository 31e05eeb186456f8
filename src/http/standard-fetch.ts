import type { Readable } from "node:stream";

/** What of the Fetch standard does not depend on how requests are carried. */

/** One request on the way, redirects included. */
interface Step {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Buffer | undefined;
}

/** As many as the Fetch standard follows. */
const MOST_REDIRECTS = 20;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Statuses whose responses have no body (Fetch standard, "null body status"). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * A `fetch` by the standard, redirects and abort signals included.
 *
 * @param send carries one request; what it throws keeps the response from coming
 */
export function createFetch(send: (step: Step, signal: AbortSignal) => Promise<Response>) {
  return async function fetch(
    input: string | URL | Request,
    init?: RequestInit,
  ): Promise<Response> {
    const request = new Request(input, init);
    const { signal, redirect } = request;
    signal.throwIfAborted();
    let step: Step = {
      url: new URL(request.url),
      method: request.method,
      headers: request.headers,
      body: request.body === null ? undefined : Buffer.from(await request.arrayBuffer()),
    };
    for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
      // One for each step: every one adds listeners, and twenty of them look like a leak.
      const end = AbortSignal.any([signal]);
      const response = await orAborted(send(step, end).catch(asNetworkError), end);
      const location = REDIRECTS.has(response.status) ? response.headers.get("location") : null;
      if (location === null || redirect === "manual") return placed(response, step.url, hops > 0);
      await response.body?.cancel();
      if (redirect === "error") return failWith(`${step.url} redirects, and redirect is "error"`);
      step = redirected(step, response.status, new URL(location, step.url));
    }
    return failWith(`more than ${MOST_REDIRECTS} redirects, the last to ${step.url}`);
  };
}

/** The standard's own class for whatever keeps a response from coming. */
export function failWith(reason: string): never {
  throw new TypeError(`fetch failed: ${reason}`);
}

function asNetworkError(error: unknown): never {
  if (error instanceof TypeError) throw error;
  throw new TypeError("fetch failed", { cause: error });
}

function orAborted<Result>(result: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    result.then(resolve, reject);
  });
}

/** What came back, as Node has it. */
interface Received {
  readonly statusCode: number;
  readonly statusMessage: string;
  readonly headers: Readonly<Record<string, string | number | readonly string[] | undefined>>;
  readonly stream: () => Readable;
}

export function responseOf(received: Received, method: string): Response {
  const { statusCode: status, statusMessage: statusText } = received;
  const headers = new Headers();
  for (const [name, values] of Object.entries(received.headers)) {
    for (const value of [values ?? []].flat()) headers.append(name, String(value));
  }
  const empty = method === "HEAD" || BODILESS.has(status);
  const body = empty ? null : webStreamOf(received.stream());
  return new Response(body, { status, statusText, headers });
}

/**
 * A stream of `Readable.toWeb` throws where nobody can catch it when a body is cancelled while it
 * arrives; this one reads a chunk only when it is asked for one.
 */
function webStreamOf(stream: Readable): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks: AsyncIterator<Buffer<ArrayBuffer>> = stream[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel() {
      stream.destroy();
    },
  });
}

/** The same request at the next address, as the standard rewrites it. */
function redirected({ url, method, headers, body }: Step, status: number, to: URL): Step {
  const kept = new Headers(headers);
  if (to.origin !== url.origin) {
    for (const name of ["authorization", "cookie"]) kept.delete(name);
  }
  const becomesGet = (status === 303 && method !== "HEAD") || (status < 303 && method === "POST");
  if (!becomesGet) return { url: to, method, headers: kept, body };
  for (const name of ["content-type", "content-length"]) kept.delete(name);
  return { url: to, method: "GET", headers: kept, body: undefined };
}

/** A response made by hand does not know where it comes from. */
function placed(response: Response, url: URL, redirected: boolean): Response {
  return Object.defineProperties(response, {
    url: { value: url.href },
    redirected: { value: redirected },
  });
}
