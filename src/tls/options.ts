import { existsSync } from "node:fs";
import { join } from "node:path";
import { readHost } from "../config/hosts.ts";
import type { Options } from "../config/options.ts";
import { dataDirectory } from "../platform/data-directory.ts";

/** What the options say of https. */

/** The options of the command line that are about https. */
export type TlsOptions = Partial<
  Pick<Options, "tls" | "tlsPort" | "tlsHosts" | "tlsCert" | "tlsKey" | "tlsDir">
>;

/** What tells, beside them, by which names the server is called. */
export interface Names extends Pick<TlsOptions, "tlsHosts"> {
  readonly host: string;
  readonly publicUrl?: string | undefined;
}

/** Whoever says how https is served wants it served. The directory alone says only where something lies. */
export function servesTls({ tls, tlsPort, tlsHosts, tlsCert, tlsKey }: TlsOptions): boolean {
  return tls === true || [tlsPort, tlsHosts, tlsCert, tlsKey].some((given) => given !== undefined);
}

/** The port beside that for http: any free one where that is any free one. */
export function tlsPortOf({
  port,
  tlsPort,
}: Pick<TlsOptions, "tlsPort"> & { readonly port: number }): number {
  if (tlsPort !== undefined || port === 0) return tlsPort ?? 0;
  return port < 65_535 ? port + 1 : port - 1;
}

const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/** The names and addresses by which clients call. */
export function hostsOf({ host, publicUrl, tlsHosts = [] }: Names): string[] {
  const listening = readHost(host);
  const others = publicUrl === undefined ? undefined : readHost(new URL(publicUrl).hostname);
  const named = [listening, others].flatMap((each) => (each && "host" in each ? [each.host] : []));
  return [...new Set([...LOOPBACK, ...named, ...tlsHosts])];
}

/** Where CA and certificate are kept; undefined where none is named and the user has no home. */
export function directoryOf({ tlsDir }: Pick<TlsOptions, "tlsDir">): string | undefined {
  if (tlsDir !== undefined) return tlsDir;
  const data = dataDirectory();
  return data && join(data, "vipps-login-mock", "tls");
}

/** The CA's certificate in that directory. */
export function caFileIn(directory: string): string {
  return join(directory, "ca.pem");
}

/** The CA's certificate where a start with this option has kept one. */
export function findKeptCa(options: Pick<TlsOptions, "tlsDir">): string | undefined {
  const directory = directoryOf(options);
  const file = directory && caFileIn(directory);
  return file !== undefined && existsSync(file) ? file : undefined;
}
