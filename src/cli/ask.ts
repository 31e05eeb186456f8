import { deadline } from "../platform/timers.ts";
import type { Seconds } from "../records/time.ts";

/** How the commands that look at a running mock ask it. */

/** So long a response may take until it has been read. */
const LONGEST_RESPONSE: Seconds = 10;

/**
 * Asks an address, and reads of the response what is wanted.
 *
 * @throws Error when there is no response, when it takes too long, and as `read` does
 */
export type Ask = <Result>(
  url: string,
  read: (response: Response) => Result | Promise<Result>,
  init?: Pick<RequestInit, "redirect"> & { readonly headers?: Readonly<Record<string, string>> },
) => Promise<Result>;

/**
 * @param reach carries the requests
 * @param own the headers that every request has
 */
export function askingBy(reach: typeof fetch, own: Readonly<Record<string, string>> = {}): Ask {
  return async (url, read, { headers, ...init } = {}) => {
    const { signal, clear } = deadline(LONGEST_RESPONSE);
    try {
      const response = await reach(url, { ...init, headers: { ...own, ...headers }, signal });
      const result = await read(response);
      if (!response.bodyUsed) await response.body?.cancel();
      return result;
    } catch (error) {
      if (signal.aborted) throw new Error(`no response within ${LONGEST_RESPONSE} seconds`);
      throw error;
    } finally {
      clear();
    }
  };
}

/** A response that is not what was asked for; the message says what it is instead. */
export class Unreadable extends Error {}

/**
 * The members of a JSON object.
 *
 * @throws Unreadable when it is none
 */
export async function readMembers<Members extends object>(
  response: Response,
): Promise<Partial<Members>> {
  const text = await response.text().catch(() => {
    throw new Unreadable("the response broke off");
  });
  const value = parse(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Partial<Members>;
  }
  const type = response.headers.get("content-type") ?? "without a type";
  throw new Unreadable(`the response is no JSON object, but ${type}`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** fetch hides what went wrong in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message ? error.cause.message : error.message;
}
