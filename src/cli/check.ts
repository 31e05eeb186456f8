import type { Options } from "../config/options.ts";
import { isVippsHost } from "../config/options.ts";
import { OperatorError } from "../platform/operator-error.ts";
import { PATHS } from "../request/addresses.ts";
import { ControlError } from "../sdk/control-api.ts";
import type { Sandbox } from "../sdk/sandbox.ts";
import { connect } from "../sdk/vipps-login-mock.ts";
import type { TlsOptions } from "../tls/options.ts";
import { findKeptCa } from "../tls/options.ts";
import { askingBy, reasonOf } from "./ask.ts";
import type { CommandIo, ExitCode } from "./io.ts";

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

/** 0 when every probe has passed, else 1. */
export async function check(
  { url, text }: { readonly url: string; readonly text: string },
  { controlToken, tlsDir }: Pick<Options, "controlToken"> & Pick<TlsOptions, "tlsDir">,
  io: CommandIo,
): Promise<ExitCode> {
  const destination = await destinationOf(url);
  const box = await openSandbox(destination, controlToken, tlsDir);
  const { clientId } = destination;
  io.err(`Checking ${url}, which logs in at ${box.url} with client_id ${clientId}.\n`);
  const report = await box
    .checkClient(
      async ({ open, number, of, probe = "an ordinary login" }) => {
        io.err(`  ${number} of ${of}: ${probe}\n`);
        return (await open(url)).text.includes(text);
      },
      { salesUnit: clientId },
    )
    .catch((error: unknown) => {
      throw error instanceof ControlError ? new CheckRefused(error.message) : error;
    });
  io.out(report.text);
  io.err(`The same for CI: ${box.controlUrl}/checks/${report.id}/report?format=junit\n`);
  return report.passed ? 0 : 1;
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
    throw new CheckRefused(`The mock at ${base} cannot be asked: ${reasonOf(error)}`);
  }
}

/** Follows the redirects of the application until one leads to an authorization request. */
async function destinationOf(url: string): Promise<Destination> {
  const cookies = new Map<string, string>();
  let at = new URL(url);
  for (let hops = 0; hops < MOST_REDIRECTS; hops += 1) {
    const location = await redirectOf(at, cookies);
    if (location === undefined) {
      const what = hops === 0 ? "It does" : `It leads to ${at.href}, which does`;
      throw new CheckRefused(
        `No login begins at ${url}. ${what} not redirect to Vipps: give the address that the login button leads to.`,
      );
    }
    at = location;
    const found = destinationIn(at);
    if (found) return found;
  }
  throw new CheckRefused(`The redirects of ${url} do not end; the last one leads to ${at.href}.`);
}

async function redirectOf(at: URL, cookies: Map<string, string>): Promise<URL | undefined> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  try {
    return await askingBy(fetch)(
      at.href,
      ({ status, headers }) => {
        for (const line of headers.getSetCookie()) {
          const [, name = "", value = ""] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
          cookies.set(name, value);
        }
        const location = headers.get("location");
        return status >= 300 && status < 400 && location !== null
          ? new URL(location, at)
          : undefined;
      },
      { redirect: "manual", headers: cookie === "" ? {} : { cookie } },
    );
  } catch (error) {
    throw new CheckRefused(`${at.href} does not respond: ${reasonOf(error)}`);
  }
}

function destinationIn(at: URL): Destination | undefined {
  const clientId = at.searchParams.get("client_id");
  if (!at.pathname.endsWith(PATHS.authorize) || clientId === null) return undefined;
  const before = at.pathname.slice(0, -PATHS.authorize.length);
  const [, path = "", sandbox] = /^(.*?)(?:\/s\/([^/]+))?$/.exec(before) ?? [];
  if (isVippsHost(at.hostname)) {
    throw new CheckRefused(
      `The application logs in at the real service, ${at.hostname}. Point it at the mock first: nothing of this may ` +
        "be played there.",
    );
  }
  return { base: `${at.origin}${path}`, sandbox, clientId };
}
