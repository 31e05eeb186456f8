import { readHost } from "../config/hosts.ts";
import type { OptionName } from "../config/options.ts";
import type { Problem } from "../config/problem.ts";
import { named, within } from "../config/problem.ts";
import { defined } from "../records/defined.ts";
import type { TlsOptions } from "../tls/options.ts";
import { findValueProblems, unknownOption } from "./option-problems.ts";

/** How the library is told to serve https: the `--tls-…` options as one object. */

/** How https is served. Every member has a default. */
export interface TlsStartOptions {
  /**
   * Names and addresses for the certificate, beside localhost, the loopback addresses and the host of
   * `publicUrl`; `api.vipps.no` for a client that calls no other.
   */
  readonly hosts?: readonly string[] | undefined;
  /** The port for https; the one after `port` when left out, and any free one where that is any free one. */
  readonly port?: number | undefined;
  /** The directory in which the CA is kept; one below the user's data when left out. */
  readonly dir?: string | undefined;
  /** The file of a certificate of your own, as PEM, with those that it needs up to its CA. */
  readonly cert?: string | undefined;
  /** The file of that certificate's key, as PEM. */
  readonly key?: string | undefined;
}

/** What the command line calls them. */
const NAMES = {
  hosts: "tlsHosts",
  port: "tlsPort",
  dir: "tlsDir",
  cert: "tlsCert",
  key: "tlsKey",
} as const satisfies Record<keyof TlsStartOptions, OptionName>;

/** @returns what the library calls an option of the command line */
export function tlsNameOf(option: OptionName): string {
  const [name] = Object.entries(NAMES).find(([, one]) => one === option) ?? [];
  return name === undefined ? option : `tls.${name}`;
}

/**
 * @param given the option `tls`
 * @returns the same as the command line says it, and what is wrong with it
 */
export function readTls(given: unknown): { options: TlsOptions; problems: readonly Problem[] } {
  if (given === undefined || typeof given === "boolean") {
    return { options: { tls: given ?? false }, problems: [] };
  }
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    const message = `expected true, false or an object, got ${named(given)}`;
    return { options: {}, problems: [{ path: "tls", message, value: given }] };
  }
  const there = Object.entries(defined(given));
  const problems = there.flatMap(([name, value]) => findProblems(name, value));
  const known = there.filter(([name, value]) => findProblems(name, value).length === 0);
  const options = known.map(([name, value]) => {
    return [NAMES[name as keyof TlsStartOptions], name === "hosts" ? hostsIn(value) : value];
  });
  return {
    options: { tls: true, ...Object.fromEntries(options) },
    problems: problems.map((problem) => within("tls", problem)),
  };
}

function findProblems(name: string, value: unknown): Problem[] {
  if (!Object.hasOwn(NAMES, name)) return [unknownOption(name, value, Object.keys(NAMES))];
  if (name !== "hosts") return findValueProblems(name, NAMES[name as keyof TlsStartOptions], value);
  if (!Array.isArray(value)) {
    return [{ path: name, message: `expected a list of hosts, got ${named(value)}`, value }];
  }
  return value.flatMap((host: unknown, index): Problem[] => {
    const path = `hosts[${index}]`;
    if (typeof host !== "string") {
      return [{ path, message: `expected a host, got ${named(host)}`, value: host }];
    }
    const read = readHost(host);
    return "problem" in read ? [{ path, message: read.problem, value: host }] : [];
  });
}

function hostsIn(value: unknown): string[] {
  return (value as string[]).flatMap((host) => {
    const read = readHost(host);
    return "host" in read ? [read.host] : [];
  });
}
