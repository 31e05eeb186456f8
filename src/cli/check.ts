import type { Options } from "../config/options.ts";
import { isVippsHost } from "../config/options.ts";
import { OperatorError } from "../platform/operator-error.ts";
import { PATHS } from "../request/addresses.ts";
import type { OpenedPage } from "../sdk/browse.ts";
import type { CheckReport, LoginDriver } from "../sdk/check-client.ts";
import { ControlError } from "../sdk/control-api.ts";
import { CookieJar } from "../sdk/cookie-jar.ts";
import type { Sandbox } from "../sdk/sandbox.ts";
import { connect } from "../sdk/vipps-login-mock.ts";
import type { TlsOptions } from "../tls/options.ts";
import { findKeptCa } from "../tls/options.ts";
import { askingBy, reasonOf } from "./ask.ts";
import type { ExitCode, ServingIo } from "./io.ts";

/**
 * `vipps-login-mock check URL TEXT`: plays every probe to an application whose login begins at the URL, and whose
 * page has the text when somebody is logged in. The mock and the client are those to which the application sends.
 */

/** The login cannot be begun, or leads to no mock. */
class CheckRefused extends OperatorError {}

/** What a login of the application asks for, and where. */
interface Destination {
  /** The sandbox's address, without a trailing slash. */
  readonly base: string;
  /** Left out for the default sandbox. */
  readonly sandbox: string | undefined;
  readonly clientId: string;
}

/** An application may redirect a few times before it sends its user to Vipps. */
const MOST_REDIRECTS = 10;

/** 0 when nothing has failed, 1 when something has. */
export async function check(
  { url, text }: { readonly url: string; readonly text: string },
  { controlToken, tlsDir }: Pick<Options, "controlToken"> & Pick<TlsOptions, "tlsDir">,
  io: Pick<ServingIo, "out" | "err" | "stopped">,
): Promise<ExitCode> {
  const destination = await destinationOf(url);
  const box = await openSandbox(destination, controlToken, tlsDir);
  const { clientId } = destination;
  io.err(`Checking ${url}, which logs in at ${box.url} with client_id ${clientId}.\n`);
  let last: OpenedPage | undefined;
  const login: LoginDriver = async ({ open, number, of, probe }) => {
    if (probe !== undefined) io.err(`  ${number} of ${of}: ${probe}\n`);
    last = await open(url);
    return last.text.includes(text);
  };
  const report = await checked(box, login, clientId, io.stopped);
  io.out(report.text);
  if (report.status === "stopped" && last && !last.text.includes(text)) {
    io.err(
      `The last page, ${last.url} (status ${last.status}), does not have ${JSON.stringify(text)}.\n`,
    );
  }
  const { summary } = await box.checklist.read({ clientId });
  io.err(`The checklist is ${summary}.\n`);
  io.err(`See ${box.url}/mock/checklist?clientId=${clientId}\n`);
  io.err(`The same for CI: ${box.controlUrl}/checks/${report.id}/report?format=junit\n`);
  return report.passed ? 0 : 1;
}

/** Ends with the program, in words where it cannot go on. */
async function checked(
  box: Sandbox,
  login: LoginDriver,
  salesUnit: string,
  stopped: Promise<void>,
): Promise<CheckReport> {
  const over = new AbortController();
  const ended = new CheckRefused("The check was ended.");
  void stopped.then(() => over.abort(ended));
  try {
    return await box.checkClient(login, { salesUnit, signal: over.signal });
  } catch (error) {
    if (error instanceof ControlError && error.status === 409) {
      const running = (await box.checks.list()).find(({ status }) => status === "running");
      const remedy = running && ` To end it: curl -X DELETE ${box.controlUrl}/checks/${running.id}`;
      throw new CheckRefused(`${error.message}${remedy ?? ""}`);
    }
    // What the library says of a server that is away, or of a client that is not there, is an Error of its own.
    const isPlain = error instanceof Error && error.constructor === Error;
    throw error instanceof ControlError || isPlain ? new CheckRefused(error.message) : error;
  }
}

async function openSandbox(
  { base, sandbox }: Destination,
  controlToken: string | undefined,
  tlsDir: string | undefined,
): Promise<Sandbox> {
  const caFile = /^https:/i.test(base) ? findKeptCa({ tlsDir }) : undefined;
  const mock = connect(base, { token: controlToken, caFile });
  try {
    return sandbox === undefined ? await mock.refresh() : await mock.sandbox(sandbox);
  } catch (error) {
    throw new CheckRefused(`The mock at ${base} cannot be asked. ${(error as Error).message}`);
  }
}

/** Follows the redirects of the application until one leads to an authorization request. */
async function destinationOf(url: string): Promise<Destination> {
  const jar = new CookieJar();
  let at = new URL(url);
  for (let hops = 0; hops < MOST_REDIRECTS; hops += 1) {
    const { location, status } = await redirectOf(at, jar);
    if (location === undefined) {
      const where = hops === 0 ? "It" : `It leads to ${at.href}, which`;
      const isBroken = status >= 500 ? " Does the application work, and does the mock run?" : "";
      throw new CheckRefused(
        `No login begins at ${url}. ${where} responds with ${status} and does not redirect to Vipps: give the address that the login button leads to.${isBroken}`,
      );
    }
    at = location;
    const found = destinationIn(at);
    if (found) return found;
  }
  throw new CheckRefused(`The redirects of ${url} do not end; the last one leads to ${at.href}.`);
}

async function redirectOf(
  at: URL,
  jar: CookieJar,
): Promise<{ readonly location: URL | undefined; readonly status: number }> {
  const cookie = jar.header;
  try {
    return await askingBy(fetch)(
      at.href,
      (response) => {
        jar.take(response);
        const { status } = response;
        const location = response.headers.get("location");
        const leads = status >= 300 && status < 400 && location !== null;
        return { status, location: leads ? new URL(location, at) : undefined };
      },
      { redirect: "manual", headers: cookie === "" ? {} : { cookie } },
    );
  } catch (error) {
    const reason = reasonOf(error);
    const isPlain = at.protocol === "https:" && /wrong version number|packet length/.test(reason);
    const why = isPlain ? "it does not speak https there; try http://" : reason;
    throw new CheckRefused(`${at.href} does not respond: ${why}`);
  }
}

function destinationIn(at: URL): Destination | undefined {
  const clientId = at.searchParams.get("client_id");
  if (!at.pathname.endsWith(PATHS.authorize) || clientId === null) return undefined;
  const before = at.pathname.slice(0, -PATHS.authorize.length);
  const named = /\/s\/([^/]+)$/.exec(before);
  const path = named ? before.slice(0, named.index) : before;
  if (isVippsHost(at.hostname)) {
    throw new CheckRefused(
      `The application logs in at the real service, ${at.hostname}. Point it at the mock first: nothing of this may ` +
        "be played there.",
    );
  }
  return { base: `${at.origin}${path}`, sandbox: named?.[1], clientId };
}
