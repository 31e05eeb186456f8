import { closest } from "../platform/closest.ts";
import { isUrl } from "../platform/url.ts";
import type { Seconds } from "../records/time.ts";
import { MINUTE } from "../records/time.ts";
import { findLengthProblems, parseDuration } from "./duration.ts";
import { readHost } from "./hosts.ts";
import { whyNotPathPrefix } from "./path-prefix.ts";
import { didYouMean, quoted } from "./problem.ts";

/** Where the state lies unless it is said: in this process. */
export const MEMORY = "memory";

/**
 * The options of the command line, each declared once: parsing, the environment and the help text
 * are all made from this table.
 */

/** Why a text is no value of an option. */
export class BadValue {
  readonly message: string;
  readonly closest: string | undefined;

  constructor(message: string, meant?: string) {
    this.message = message;
    this.closest = meant;
  }
}

/** The whole table; a key is the option's name in camelCase: `publicUrl` is `--public-url`. */
export const OPTIONS = {
  port: valued("N", wholeNumber(0, 65_535), "The port to listen on; 0 picks a free one", 4747),
  host: valued("HOST", text, "The host to listen on; localhost means both loopbacks", "localhost"),
  config: valued("FILE", text, "Users, sales units and switches, in YAML or JSON"),
  profile: valued(
    "YEAR",
    oneOf("2023", "2026"),
    "Behave as the service did in 2023 (the default) or 2026",
  ),
  autoLogin: valued("USER", text, "Log every browser in at once as this user (id or MSISDN)"),
  publicUrl: valued(
    "URL",
    publicAddress,
    "The address that browsers use, if it is not the one that backends use",
  ),
  issuer: valued("URL", address, "The issuer for every caller, also in the discovery document"),
  tls: flag("Serve https too, with a certificate of a local CA that is made once"),
  tlsPort: valued(
    "N",
    wholeNumber(0, 65_535),
    "The port for https; 0 picks a free one (the one after --port)",
  ),
  tlsHosts: valued("H,...", hosts, "More names in the certificate, such as api.vipps.no"),
  tlsCert: valued("FILE", text, "A certificate of your own, PEM, with those up to its CA"),
  tlsKey: valued("FILE", text, "The key of that certificate, PEM"),
  tlsDir: valued("DIR", text, "Where the CA is kept, to share it (below the user's data)"),
  controlToken: valued(
    "TOKEN",
    token,
    "Require this bearer token for /mock; without it only loopback may call",
  ),
  controlOpen: flag("Let anybody call /mock (for a closed network)"),
  signingKey: valued(
    "FILE",
    text,
    "PEM or JWK; else the package's public key on loopback, or a new one",
  ),
  signingKeyBits: valued(
    "BITS",
    keyBits,
    "The size of a generated signing key, 2048 or 4096",
    2048,
  ),
  seed: valued(
    "N",
    wholeNumber(0, Number.MAX_SAFE_INTEGER),
    "Make ids, codes and tokens the same in every run",
  ),
  store: valued(
    "URL",
    storeAddress,
    "redis:// or rediss://, where replicas share their state",
    MEMORY,
  ),
  storePrefix: valued("TEXT", text, "What each key in Redis begins with", "vipps-login-mock:"),
  storeTimeout: valued(
    "TIME",
    storeTimeout,
    "How long Redis may take to respond, as 700ms, in seconds",
    2,
  ),
  reseed: flag("Take a changed config although the store is filled; its state goes"),
  import: valued("FILE", text, "Start from this state, as GET /mock/api/state exported it"),
  exportOnExit: valued("FILE", text, "Write the state there on exit; it contains private keys"),
  watch: flag("Take a changed config file at once; a mistake in it changes nothing"),
  metrics: flag("Count and measure, for Prometheus at /mock/metrics"),
  trustProxy: flag("Trust X-Forwarded-Proto, -Host, -Port and -Prefix"),
  logLevel: valued(
    "LEVEL",
    oneOf("fatal", "error", "warn", "info", "debug", "trace", "silent"),
    "fatal, error, warn, info, debug, trace or silent",
    "info",
  ),
  logFormat: valued(
    "FORMAT",
    oneOf("pretty", "json"),
    "pretty, or json: a line for each entry, and no other text",
    "pretty",
  ),
  logSecrets: flag("Do not mask secrets in the request log"),
  json: flag("Print addresses, clients and users as one line of JSON"),
} as const;

export type OptionName = keyof typeof OPTIONS;

/** What an option's `read` gives, with undefined where it has no default. */
export type Options = {
  readonly [Name in OptionName]:
    | Exclude<ReturnType<(typeof OPTIONS)[Name]["read"]>, BadValue>
    | Extract<(typeof OPTIONS)[Name]["byDefault"], undefined>;
};

export const OPTION_NAMES = Object.keys(OPTIONS) as OptionName[];

/** How it is written on the command line: `--public-url`. */
export function flagOf(name: OptionName): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Whether it has a value, or is either there or not. */
export function takesValue(name: OptionName): boolean {
  return "placeholder" in OPTIONS[name];
}

/** How it is written with its value: `--port N`. */
export function synopsisOf(name: OptionName): string {
  const option = OPTIONS[name];
  return "placeholder" in option ? `${flagOf(name)} ${option.placeholder}` : flagOf(name);
}

/** Every environment variable of the program begins with this. */
export const ENVIRONMENT_PREFIX = "VIPPS_LOGIN_MOCK_";

/** Names a running mock to the fixtures of test runners. It is no option, and the command line ignores it. */
export const RUNNING_MOCK = `${ENVIRONMENT_PREFIX}URL`;

export function variableOf(name: OptionName): string {
  return ENVIRONMENT_PREFIX + flagOf(name).slice(2).replaceAll("-", "_").toUpperCase();
}

interface Valued<Value, Default> {
  readonly placeholder: string;
  readonly help: string;
  readonly read: (text: string) => Value | BadValue;
  readonly byDefault: Default;
}

function valued<Value>(
  placeholder: string,
  read: (text: string) => Value | BadValue,
  help: string,
): Valued<Value, undefined>;
function valued<Value>(
  placeholder: string,
  read: (text: string) => Value | BadValue,
  help: string,
  byDefault: NoInfer<Value>,
): Valued<Value, Value>;
function valued(
  placeholder: string,
  read: (text: string) => unknown,
  help: string,
  byDefault?: unknown,
): Valued<unknown, unknown> {
  return { placeholder, read, help, byDefault };
}

function flag(help: string) {
  return { read: trueOrFalse, help, byDefault: false } as const;
}

function text(given: string): string | BadValue {
  return given === "" ? new BadValue("is empty; give a value") : given;
}

function token(given: string): string | BadValue {
  if (given === "" || /^[\x21-\x7E]+$/.test(given)) return text(given);
  return new BadValue(
    `${quoted(given)} has a character that no header can carry; use printable ASCII without spaces`,
  );
}

function trueOrFalse(given: string): boolean | BadValue {
  const values = new Map([
    ["true", true],
    ["1", true],
    ["false", false],
    ["0", false],
  ]);
  return values.get(given) ?? new BadValue(`expected true, false, 1 or 0, got ${quoted(given)}`);
}

function wholeNumber(lowest: number, highest: number) {
  return (given: string): number | BadValue => {
    const number = /^\d+$/.test(given) ? Number(given) : Number.NaN;
    return number >= lowest && number <= highest
      ? number
      : new BadValue(`expected a whole number from ${lowest} to ${highest}, got ${quoted(given)}`);
  };
}

function keyBits(given: string): 2048 | 4096 | BadValue {
  if (given === "2048") return 2048;
  return given === "4096" ? 4096 : new BadValue(`expected 2048 or 4096, got ${quoted(given)}`);
}

/** Separated by commas. */
function hosts(given: string): readonly string[] | BadValue {
  const read = given.split(",").map(readHost);
  const problems = read.flatMap((each) => ("problem" in each ? [each.problem] : []));
  if (problems.length > 0) return new BadValue(problems.join("; "));
  return read.flatMap((each) => ("host" in each ? [each.host] : []));
}

/** A problem with it must not show the password. */
function storeAddress(given: string): string | BadValue {
  if (given === MEMORY) return given;
  if (!/^rediss?:\/\/[^/]/.test(given) || !isUrl(given)) {
    const expected = `expected ${MEMORY}, redis://host:6379 or rediss://host:6379`;
    return new BadValue(`is no address of a store: ${expected}`);
  }
  const { username, password, pathname, search, hash } = new URL(given);
  if (!/^(?:\/\d*)?$/.test(pathname) || search !== "" || hash !== "") {
    return new BadValue(
      "has something else behind the host than the number of the database: redis://host:6379/0; in a user or a password / is written %2F, ? is %3F, and # is %23",
    );
  }
  if (!isDecodable(`${username}${password}`)) {
    return new BadValue(
      "has a % in the user or the password that stands for nothing: write it %25",
    );
  }
  return given;
}

/** An address of a store as it may be shown. */
export function maskedAddress(given: string): string {
  const url = new URL(given);
  if (url.password !== "") url.password = "***";
  return url.href;
}

function isDecodable(given: string): boolean {
  try {
    return decodeURIComponent(given) !== undefined;
  } catch {
    return false;
  }
}

function storeTimeout(given: string): Seconds | BadValue {
  const [problem] = findLengthProblems(given, "", { least: 0.01, most: MINUTE });
  return problem ? new BadValue(problem.message) : (parseDuration(given) ?? 0);
}

function oneOf<Value extends string>(...values: readonly Value[]) {
  return (given: string): Value | BadValue => {
    const meant = closest(given, values);
    const expected = `expected one of ${values.join(", ")}, got ${quoted(given)}`;
    return (
      values.find((value) => value === given) ??
      new BadValue(`${expected}${didYouMean(meant)}`, meant)
    );
  };
}

function address(given: string): string | BadValue {
  const reason = whyNotPublicAddress(given);
  return reason ? new BadValue(`${quoted(given)}: ${reason}`) : given;
}

/** The mock's own paths follow it, with a slash between or not. */
function publicAddress(given: string): string | BadValue {
  const read = address(given);
  if (read instanceof BadValue) return read;
  const reason = whyNotPathPrefix(read.replace(/^[^:]+:\/\/[^/]+/, ""));
  return reason ? new BadValue(`${quoted(given)}: ${reason}`) : read;
}

/** Why it cannot be an address of the mock; undefined when it can. */
export function whyNotPublicAddress(text: string): string | undefined {
  if (!/^https?:\/\/[^/?#\s]/i.test(text) || /[\s\\]/.test(text) || !isUrl(text)) {
    return "expected an absolute http or https URL, as https://vipps.example.com";
  }
  if (/[?#]/.test(text)) return "it has a query or a fragment; leave it out";
  if (text.includes("*")) return "it contains *, and is one address; write it whole";
  const { hostname, username, password } = new URL(text);
  if (username || password) return "it has a user name or password; leave them out";
  if (isVippsHost(hostname)) {
    return `a mock must not use the name of the real service (${hostname}); use a host of your own`;
  }
  return undefined;
}

/** Whether it belongs to the real service: vipps.no, vippsmobilepay.com, or a name below one. */
export function isVippsHost(hostname: string): boolean {
  return /(^|\.)(vipps\.no|vippsmobilepay\.com)\.?$/i.test(hostname);
}
