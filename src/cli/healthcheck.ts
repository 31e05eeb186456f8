import type { Options } from "../config/options.ts";
import { trustingFetch } from "../http/trusting-fetch.ts";
import { PATHS } from "../request/addresses.ts";
import type { TlsOptions } from "../tls/options.ts";
import { findKeptCa } from "../tls/options.ts";
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
    const response = await reach(`${base}${PATHS.control}/health`);
    if (response.ok && isHealthy(await response.text())) return 0;
    io.err(`${base} responds with ${response.status} and is not a healthy vipps-login-mock.\n`);
  } catch (error) {
    io.err(`${base} does not respond: ${reasonOf(error)}\n`);
  }
  return 1;
}

function isHealthy(body: string): boolean {
  try {
    return (JSON.parse(body) as { status?: unknown } | null)?.status === "ok";
  } catch {
    return false;
  }
}

/** fetch hides what went wrong in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message ? error.cause.message : error.message;
}
