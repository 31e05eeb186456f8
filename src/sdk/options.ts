import type { OptionName, Options } from "../config/options.ts";
import { OPTIONS } from "../config/options.ts";
import type { Problem } from "../config/problem.ts";
import { listed, named } from "../config/problem.ts";
import type { Config } from "../control/types.ts";
import { OperatorError } from "../platform/operator-error.ts";
import { defined } from "../records/defined.ts";
import type { TlsOptions } from "../tls/options.ts";
import { findValueProblems, unknownOption } from "./option-problems.ts";
import type { TlsStartOptions } from "./tls-options.ts";
import { readTls } from "./tls-options.ts";

/**
 * The options of the library: those of the command line, read by the same table, with values in place
 * of texts.
 */

/** The options of the command line that make sense inside another program. */
const SHARED = [
  "port",
  "host",
  "profile",
  "autoLogin",
  "publicUrl",
  "issuer",
  "controlToken",
  "controlOpen",
  "signingKey",
  "signingKeyBits",
  "seed",
  "store",
  "storePrefix",
  "storeTimeout",
  "reseed",
  "metrics",
  "trustProxy",
  "logLevel",
  "logSecrets",
] as const satisfies readonly OptionName[];

type Shared = (typeof SHARED)[number];

const NAMES = [...SHARED, "listen", "config", "tls"] as const;

/** What a mock in this process is started with. Every one has a default. */
export interface StartOptions {
  /** Where to listen; 0, the default, picks a free port. */
  readonly port?: number | undefined;
  /** The host to listen on; `localhost`, the default, means both loopback addresses. */
  readonly host?: string | undefined;
  /** `false` opens no socket: only `mock.fetch` reaches the mock then. */
  readonly listen?: boolean | undefined;
  /**
   * What a config file says, or the path of one. Left out, it is
   * `vipps-login-mock.{yaml,yml,json}` of the working directory if there is one, else the built-in
   * fixtures. Only in a file `${NAME}` is taken from the environment.
   */
  readonly config?: Config | string | undefined;
  /** Dated behaviour: `2023`, the default, or `2026`. */
  readonly profile?: "2023" | "2026" | undefined;
  /** Every browser login completes at once as this user (id or MSISDN). */
  readonly autoLogin?: string | undefined;
  /** The address that browsers use, when it is not the one that is asked. */
  readonly publicUrl?: string | undefined;
  /** Pins the issuer. */
  readonly issuer?: string | undefined;
  /**
   * Serves https too, at `mock.tls.url`: `true` with a certificate of a local CA, which is made once and lies
   * at `mock.tls.caFile`; or how.
   */
  readonly tls?: boolean | TlsStartOptions | undefined;
  /** Makes ids, codes and tokens the same in every run. */
  readonly seed?: number | undefined;
  /**
   * Where state is: `memory`, the default, or the address of a Redis that several mocks share, as
   * `redis://user:password@host:6379/0`, or `rediss://` for TLS.
   */
  readonly store?: string | undefined;
  /** What each key in Redis begins with: `vipps-login-mock:`, or another one for mocks that share nothing. */
  readonly storePrefix?: string | undefined;
  /** How long Redis may take to respond, in seconds: 2 where it is left out. */
  readonly storeTimeout?: number | undefined;
  /** Takes a config that has changed although the Redis is filled; the state of its default sandbox goes. */
  readonly reseed?: boolean | undefined;
  /** The file of the signing key, PEM or JWK. */
  readonly signingKey?: string | undefined;
  /** The size of a generated signing key in bits: 2048, the default, or 4096. */
  readonly signingKeyBits?: 2048 | 4096 | undefined;
  /** The bearer token that the control API asks others for; without one only loopback gets in. */
  readonly controlToken?: string | undefined;
  /** Lets everybody into the control API. */
  readonly controlOpen?: boolean | undefined;
  /** Counts and measures, for Prometheus at `/mock/metrics`. */
  readonly metrics?: boolean | undefined;
  /** Trusts the headers `X-Forwarded-Proto`, `-Host`, `-Port` and `-Prefix`. */
  readonly trustProxy?: boolean | undefined;
  /** What is logged on standard error; nothing by default (`silent`). */
  readonly logLevel?: Options["logLevel"] | undefined;
  /** Keeps secrets in clear in the request log. */
  readonly logSecrets?: boolean | undefined;
}

/** Options that cannot be used, with everything that is wrong. */
export class OptionsError extends OperatorError {
  override readonly name = "OptionsError";
  readonly problems: readonly Problem[];

  /**
   * @param problems what is wrong; a path is the option's name
   * @param what cannot be done with them
   */
  constructor(problems: readonly Problem[], what = "The mock cannot be started") {
    super(`${what} with these options:\n${listed(problems)}`);
    this.problems = problems;
  }
}

/** What values an option of a method has: of that type, or with words for what a check takes. */
type Kind =
  | "string"
  | "number"
  | "function"
  | { readonly named: string; is(value: unknown): boolean };

/**
 * Holds the options of a method against what it takes.
 *
 * @param what what cannot be done with options that are wrong
 * @param given the options; undefined members count as left out
 * @param kinds every option there is
 * @param required those that may not be left out
 * @throws OptionsError with everything that is wrong
 */
export function checkOptions(
  what: string,
  given: unknown,
  kinds: Readonly<Record<string, Kind>>,
  required: readonly string[] = [],
): void {
  if (typeof given !== "object" || given === null) {
    const message = `expected an object, got ${named(given)}`;
    throw new OptionsError([{ path: "", message, value: given }], what);
  }
  const there = Object.entries(defined(given));
  const problems = there.flatMap(([path, value]): Problem[] => {
    const kind = Object.hasOwn(kinds, path) ? kinds[path] : undefined;
    if (kind === undefined) return [unknownOption(path, value, Object.keys(kinds))];
    const fits = typeof kind === "string" ? typeof value === kind : kind.is(value);
    const expected = typeof kind === "string" ? `a ${kind}` : kind.named;
    return fits ? [] : [{ path, message: `expected ${expected}, got ${named(value)}`, value }];
  });
  const missing = required.filter((name) => !there.some(([path]) => path === name));
  problems.push(...missing.map((path) => ({ path, message: "is missing; give it" })));
  if (problems.length > 0) throw new OptionsError(problems, what);
}

/** Every option with its value. */
export type ReadOptions = Pick<Options, Shared> &
  TlsOptions & {
    readonly listen: boolean;
    readonly config: Config | string | undefined;
  };

/**
 * @param given the options as they were given; undefined counts as left out
 * @param inspect finds what is wrong with the files that a start would read
 * @returns every option, with its default where it was left out
 * @throws OptionsError with everything that is wrong at once; the config is looked at later
 */
export function readOptions(
  given: StartOptions,
  inspect: (options: TlsOptions) => readonly Problem[] = () => [],
): ReadOptions {
  const there = Object.entries(defined(given));
  const problems = there.flatMap(([name, value]) => problemOf(name, value));
  const tls = readTls(given.tls);
  problems.push(...tls.problems, ...inspect(tls.options));
  if (given.tls && given.listen === false) {
    const message = "https needs a socket; leave one of tls and listen: false out";
    problems.push({ path: "tls", message, value: given.tls });
  }
  if (problems.length > 0) throw new OptionsError(problems);
  const shared = SHARED.map((name) => [name, OPTIONS[name].byDefault] as const);
  // Each value is what its own option's `read` gives, or a problem has stopped it.
  return {
    listen: true,
    config: undefined,
    ...Object.fromEntries(shared),
    port: 0,
    logLevel: "silent",
    ...Object.fromEntries(there),
    ...tls.options,
  } as unknown as ReadOptions;
}

function problemOf(path: string, value: unknown): Problem[] {
  if (!isOneOf(NAMES, path)) return [unknownOption(path, value, NAMES)];
  if (path === "tls") return [];
  if (path === "listen") {
    if (typeof value === "boolean") return [];
    return [{ path, message: `expected true or false, got ${named(value)}`, value }];
  }
  if (path !== "config") return findValueProblems(path, path, value);
  return isConfig(value) ? [] : [{ path, message: configExpected(value), value }];
}

function isConfig(value: unknown): boolean {
  if (typeof value === "string") return value !== "";
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function configExpected(value: unknown): string {
  return `expected an object as in a config file, or the path of one, got ${named(value)}`;
}

function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return (names as readonly string[]).includes(name);
}
