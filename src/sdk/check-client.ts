import { inspect } from "node:util";
import type { Check, CheckInput, CheckNext, CheckOutcome, User } from "../control/types.ts";
import { pause } from "../platform/timers.ts";
import { defined } from "../records/defined.ts";
import type { OpenedPage } from "./browse.ts";
import { messageOf, PlainBrowser } from "./browse.ts";
import type { Checks } from "./checks.ts";
import type { Fetch } from "./control-api.ts";
import { checkOptions } from "./options.ts";

/** An application is checked by login after login, each of which the caller drives. */

/** One login of the application. */
export interface CheckLogin {
  /** Who is going to confirm it. A login from phone number has to be begun for this user's number. */
  readonly user: User;
  /** What is not as usual, by its name; undefined in an ordinary login. */
  readonly probe: string | undefined;
  /** Which of the logins it is, from 1 on. */
  readonly number: number;
  /** How many there are, if none has to be tried again. */
  readonly of: number;
  /** Aborts when the time of this login is over. */
  readonly signal: AbortSignal;
  /**
   * Opens an address in a browser without any cookie before, and follows its redirects: to the mock, where the user
   * confirms at once, and back to the application. For an application whose login needs no JavaScript.
   *
   * @param url where a login of the application begins
   * @returns the page that it has come to; its status is 0 where it cannot be opened
   * @throws TypeError when that is no URL
   */
  readonly open: (url: string | URL) => Promise<OpenedPage>;
}

/** How a login has ended. */
export interface LoginOutcome {
  /** Whether somebody is logged in to the application now. */
  readonly loggedIn: boolean;
  /** Who it is, if that can be seen: id, phone number, e-mail address, name or `sub`. */
  readonly user?: string | undefined;
}

/**
 * Drives one login of the application, from its beginning until the application shows whether anybody is logged in.
 * Each login has to begin without cookies. It says whether anybody is, not only whether it is who confirmed: give the
 * name as `user`, and it is noticed that it is somebody else.
 */
export type LoginDriver = (
  login: CheckLogin,
) => boolean | LoginOutcome | Promise<boolean | LoginOutcome>;

/** Which client is checked, and how. */
export interface CheckOptions {
  /** The sales unit, by its msn, client id or name; the one that has called when left out. */
  readonly salesUnit?: string;
  /** Only these probes; all when left out. */
  readonly probes?: CheckInput["probes"];
  /** All probes but these. */
  readonly without?: CheckInput["without"];
  /** Who logs in, by id or MSISDN; somebody who is made for it, and removed afterwards, when left out. */
  readonly user?: string;
  /** The users that are made are the same for the same seed; 1 when left out. */
  readonly seed?: number;
  /** How many seconds of the real time one login may take; 30 when left out. */
  readonly timeout?: number;
  /** Ends the run, and leaves the sandbox as it was before; `checkClient()` rejects with the reason. */
  readonly signal?: AbortSignal;
}

const LIST = {
  named: "a list of names",
  is: (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === "string"),
};

const OPTIONS = {
  salesUnit: "string",
  probes: LIST,
  without: LIST,
  user: "string",
  seed: "number",
  timeout: "number",
  signal: { named: "an AbortSignal", is: (value: unknown) => value instanceof AbortSignal },
} as const;

/** What came of the check of an application. */
export interface CheckReport extends Check {
  /** For a terminal: what failed first, with the requests and what to do. */
  readonly text: string;
  readonly markdown: string;
  /** JUnit XML, for CI. */
  readonly junit: string;
  /** @throws CheckError with the text, when a probe has failed or the run did not come to its end */
  assertPassed(): void;
}

/** An application did not pass. The message is the report. */
export class CheckError extends Error {
  override readonly name = "CheckError";
}

/** Where an application is checked. */
interface CheckPlace {
  /** The sandbox's address. */
  readonly url: string;
  readonly checks: Checks;
  /** What carries requests to the mock. */
  readonly fetch: Fetch;
  /** The client id of a sales unit, by its msn, client id or name. */
  readonly clientIdOf: (salesUnit: string) => Promise<string>;
}

/**
 * @param place where it is checked
 * @param login drives one login
 * @param options which client and which probes
 * @returns what came of each probe, and the report
 */
export async function checkClient(
  { url, checks, fetch, clientIdOf }: CheckPlace,
  login: LoginDriver,
  options: CheckOptions,
): Promise<CheckReport> {
  checkOptions("checkClient() cannot be called", options, OPTIONS, []);
  const { salesUnit, signal, ...rest } = options;
  const clientId = salesUnit && (await clientIdOf(salesUnit));
  const { id } = await checks.begin(defined({ ...rest, clientId }) as CheckInput);
  const carry = carrierFor(url, fetch);
  try {
    for (;;) {
      const next = await checks.next(id);
      signal?.throwIfAborted();
      if (next.do === "stop") break;
      if (next.do === "wait") await pause(Number(next.seconds), signal);
      else await checks.end(id, await drive(login, next, carry, signal));
    }
  } catch (error) {
    // What the run has made must not stay; the error counts.
    await checks.remove(id).catch(() => undefined);
    throw error;
  }
  const [run, text, markdown, junit] = await Promise.all([
    checks.get(id),
    checks.report(id),
    checks.report(id, "markdown"),
    checks.report(id, "junit"),
  ]);
  return {
    ...run,
    ...{ text, markdown, junit },
    assertPassed() {
      if (!run.passed) throw new CheckError(text);
    },
  };
}

/** One login, which ends in time whatever its driver does. */
async function drive(
  login: LoginDriver,
  { login: number = 0, of = 0, probe, user, timeout = 0 }: CheckNext,
  fetch: Fetch,
  signal: AbortSignal | undefined,
): Promise<CheckOutcome> {
  const over = new AbortController();
  const abort = () => over.abort(signal?.reason);
  signal?.addEventListener("abort", abort);
  const browser = new PlainBrowser(fetch, over.signal);
  try {
    const driven = async () =>
      login({
        user: user as User,
        probe,
        number,
        of,
        signal: over.signal,
        open: (url) => browser.open(url),
      });
    const late = pause(timeout, over.signal).then(
      (): CheckOutcome => ({ login: number, timedOut: true }),
    );
    const ended = driven().then(
      (given): CheckOutcome => ({ login: number, ...outcomeOf(given), ...pageOf(browser) }),
    );
    return await Promise.race([ended, late]);
  } catch (error) {
    return { login: number, failure: messageOf(error).slice(0, 1000) };
  } finally {
    signal?.removeEventListener("abort", abort);
    over.abort();
  }
}

/** Where the browser is, if the driver has used it. */
function pageOf({ page }: PlainBrowser): Pick<CheckOutcome, "page"> {
  return page ? { page: { url: page.url.slice(0, LONGEST_URL), status: page.status } } : {};
}

const LONGEST_URL = 10_000;

/** More than that is no name, but a page. */
const LONGEST_USER = 1000;

function outcomeOf(ended: unknown): Omit<CheckOutcome, "login"> {
  if (typeof ended === "boolean") return { loggedIn: ended };
  const { loggedIn, user } = (ended ?? {}) as {
    readonly loggedIn?: unknown;
    readonly user?: unknown;
  };
  if (typeof loggedIn !== "boolean") {
    const given = inspect(ended, { depth: 1, breakLength: Number.POSITIVE_INFINITY }).slice(0, 200);
    return { failure: `it gave ${given}; expected true or false, or an object with loggedIn` };
  }
  return { loggedIn, ...(typeof user === "string" && { user: user.slice(0, LONGEST_USER) }) };
}

/** To the mock by the way on which it is reached, to the application by the network. */
function carrierFor(mock: string, fetch: Fetch): Fetch {
  const { origin } = new URL(mock);
  return (url, init) =>
    new URL(url).origin === origin ? fetch(url, init) : globalThis.fetch(url, init);
}
