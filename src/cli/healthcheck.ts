import type { Options } from "../config/options.ts";
import { trustingFetch } from "../http/trusting-fetch.ts";
import { PATHS } from "../request/addresses.ts";
import type { TlsOptions } from "../tls/options.ts";
import { findKeptCa } from "../tls/options.ts";
import { askingBy, reasonOf } from "./ask.ts";
import type { CommandIo, ExitCode } from "./io.ts";

/**
 * `vipps-login-mock healthcheck [URL]`: asks a running mock whether it is healthy, for container
 * health checks without curl.
 */
export async function healthcheck(
  url: string | undefined,
  { port, tlsDir }: Pick<Options, "port"> & Pick<TlsOptions, "tlsDir">,
  io: CommandIo,
): Promise<ExitCode> {
  const base = (url ?? `http://127.0.0.1:${port}`).replace(/\/$/, "");
  const caFile = /^https:/i.test(base) ? findKeptCa({ tlsDir }) : undefined;
  const reach = caFile === undefined ? fetch : trustingFetch(caFile);
  try {
    const { status, isHealthy } = await askingBy(reach)(`${base}${PATHS.control}/health`, healthOf);
    if (isHealthy) return 0;
    io.err(`${base} responds with ${status} and is not a healthy vipps-login-mock.\n`);
  } catch (error) {
    io.err(`${base} does not respond: ${reasonOf(error)}\n`);
  }
  return 1;
}

async function healthOf(response: Response) {
  const { ok, status } = response;
  return { status, isHealthy: ok && saysOk(await response.text()) };
}

function saysOk(body: string): boolean {
  try {
    return (JSON.parse(body) as { status?: unknown } | null)?.status === "ok";
  } catch {
    return false;
  }
}
