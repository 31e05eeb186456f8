import { request as overHttp } from "node:http";
import { stopwatch } from "../platform/clock.ts";
import { deadline } from "../platform/timers.ts";
import type { Outcome, ReceiverResponse } from "../records/delivery.ts";
import type { Seconds } from "../records/time.ts";

/** One request on its way to a receiver. */

/** What is sent, to the letter. */
export interface Outgoing {
  readonly url: URL;
  /** Every header of the request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How many bytes of a response are kept; the courier does not wait for more. */
const KEPT_BYTES = 1000;

/**
 * Sends a POST and waits for the status of its response, and for as much of its body as comes in time.
 * It follows no redirect and uses no proxy: the request goes to the address that was checked, or
 * nowhere.
 */
export async function send(
  outgoing: Outgoing,
  limits: { readonly timeout: Seconds; readonly signal: AbortSignal },
): Promise<Outcome> {
  const elapsed = stopwatch();
  const { timeout } = limits;
  const time = deadline(timeout);
  try {
    const { request } = await protocolOf(outgoing.url);
    const response = await post(request, outgoing, AbortSignal.any([time.signal, limits.signal]));
    return { duration: elapsed(), headers: outgoing.headers, response };
  } catch (error) {
    const reason = limits.signal.aborted
      ? "the mock was shut down before there was a response"
      : time.signal.aborted
        ? `no response within ${timeout} seconds`
        : reasonOf(error);
    return { duration: elapsed(), headers: outgoing.headers, error: reason };
  } finally {
    time.clear();
  }
}

/** TLS takes long to load, and few webhooks need it. */
async function protocolOf({ protocol }: URL): Promise<{ readonly request: typeof overHttp }> {
  return protocol === "https:" ? import("node:https") : { request: overHttp };
}

function post(
  start: typeof overHttp,
  { url, headers, body }: Outgoing,
  signal: AbortSignal,
): Promise<ReceiverResponse> {
  return new Promise((resolve, reject) => {
    // Without an agent each request has a connection of its own, which ends with it.
    const request = start(url, { method: "POST", headers, agent: false, signal });
    request.once("error", reject);
    request.once("response", (response) => {
      const status = response.statusCode ?? 0;
      let kept = Buffer.alloc(0);
      // From here on there is a response: what breaks off, or takes too long, is only its body.
      const done = () => {
        resolve({ status, body: kept.subarray(0, KEPT_BYTES).toString() });
        request.destroy();
      };
      request.off("error", reject).on("error", done);
      response.on("data", (chunk: Buffer) => {
        kept = Buffer.concat([kept, chunk]);
        if (kept.length >= KEPT_BYTES) done();
      });
      response.once("end", done).on("error", done);
    });
    request.end(body);
  });
}

/** The message is empty when a name has several addresses and none of them can be reached. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { readonly code?: string; readonly message?: string };
  return message || code || String(error);
}
