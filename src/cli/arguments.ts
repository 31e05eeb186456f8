import { parseArgs } from "node:util";
import type { OptionName, Options } from "../config/options.ts";
import {
  BadValue,
  ENVIRONMENT_PREFIX,
  flagOf,
  OPTION_NAMES,
  OPTIONS,
  RUNNING_MOCK,
  synopsisOf,
  takesValue,
  variableOf,
  whyNotPublicAddress,
} from "../config/options.ts";
import type { Problem } from "../config/problem.ts";
import { didYouMean, listed, quoted } from "../config/problem.ts";
import { closest } from "../platform/closest.ts";
import { OperatorError } from "../platform/operator-error.ts";
import { isUrl } from "../platform/url.ts";
import { whatNpmTook } from "./npm.ts";

/**
 * From the command line and the environment to one command. It is pure: who calls it prints, reads
 * files and exits. Every subcommand takes every option, so that one environment serves them all.
 */

export type { Options } from "../config/options.ts";

/** What the program was asked to do. */
export type Command =
  | { readonly name: "help" }
  | { readonly name: "version" }
  | { readonly name: "start"; readonly options: Options }
  | { readonly name: "init"; readonly options: Options }
  | { readonly name: "validate"; readonly file: string; readonly options: Options }
  | { readonly name: "doctor"; readonly url: string | undefined; readonly options: Options }
  | {
      readonly name: "check";
      readonly url: string;
      readonly text: string;
      readonly options: Options;
    }
  | { readonly name: "healthcheck"; readonly url: string | undefined; readonly options: Options };

/** A command line or environment that cannot be understood, with everything that is wrong. */
export class UsageError extends OperatorError {
  readonly problems: readonly Problem[];
  /** The format to report it in, as far as the command line could be understood. */
  readonly logFormat: Options["logFormat"];

  constructor(problems: readonly Problem[], logFormat: Options["logFormat"]) {
    super(`The command line cannot be used:\n${listed(problems)}\nSee vipps-login-mock --help.`);
    this.name = "UsageError";
    this.problems = problems;
    this.logFormat = logFormat;
  }
}

const SUBCOMMANDS = {
  start: { operand: undefined, help: "start the server (the default)" },
  validate: { operand: "FILE", help: "check a config file" },
  init: { operand: undefined, help: "write a commented starter config" },
  doctor: { operand: "[URL]", help: "show what a browser and a backend see" },
  check: { operand: "URL TEXT", help: "check whether an application is ready to go live" },
  healthcheck: { operand: "[URL]", help: "exit 0 if the mock responds, else 1" },
} as const;

type Subcommand = keyof typeof SUBCOMMANDS;

/** Finds what is wrong with the files that a start would read, so that it is told with all the rest. */
type Inspect = (options: Options) => readonly Problem[];

/**
 * A flag wins over its environment variable; an empty variable counts as not set. `--help` and
 * `--version` win over everything, mistakes included.
 *
 * @throws UsageError with everything that is wrong at once
 */
export function parseArguments(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  inspect: Inspect = () => [],
): Command {
  if (argv.includes("--help") || argv.includes("-h")) return { name: "help" };
  if (argv.includes("--version")) return { name: "version" };
  const problems: Problem[] = [];
  const { flags, operands } = split(argv, problems);
  const given = new Map([...variables(env, problems), ...flags]);
  const options = readOptions(given, problems);
  const misplaced: Problem[] = [];
  const command = commandFor(operands, options, misplaced);
  const byNpm = misplaced.length === 0 ? undefined : problemWithNpm(env, options, operands);
  problems.push(...(byNpm ? [byNpm] : misplaced));
  if (command?.name === "start") problems.push(...inspect(options));
  if (!command || problems.length > 0) throw new UsageError(problems, options.logFormat);
  return command;
}

/** The text given for an option, and where: the flag or the variable. */
interface Given {
  readonly text: string;
  readonly source: string;
}

/** The options of the command line, and the words that are not options. */
function split(
  argv: readonly string[],
  problems: Problem[],
): { flags: ReadonlyMap<OptionName, Given>; operands: readonly string[] } {
  const flags = new Map<OptionName, Given>();
  const operands: string[] = [];
  // Node would take any word for a value: here `--port --json` is a port that was forgotten.
  const { tokens } = parseArgs({ args: [...argv], strict: false, tokens: true });
  let next = 0;
  for (const token of tokens) {
    // An earlier word was a value, or is several tokens because it begins with a single hyphen.
    if (token.index < next) continue;
    next = token.index + 1;
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const word = argv[token.index] ?? "";
    const [source = word] = word.split("=", 1);
    const attached = word === source ? undefined : word.slice(source.length + 1);
    if (attached !== undefined && ["--help", "-h", "--version"].includes(source)) {
      problems.push({ path: source, message: `takes no value; leave =${attached} out` });
      continue;
    }
    const name = OPTION_NAMES.find((one) => flagOf(one) === source);
    const meant = name ?? closest(source, OPTION_NAMES);
    // The value of a misspelt option would pass for a subcommand and be reported a second time.
    const following =
      attached === undefined && meant && takesValue(meant) && !argv[next]?.startsWith("--")
        ? argv[next++]
        : undefined;
    if (name === undefined) {
      problems.push(unknown("option", source, meant && flagOf(meant)));
      continue;
    }
    const text = attached ?? (takesValue(name) ? following : "true");
    if (flags.has(name)) {
      problems.push({ path: source, message: "is given twice; give it once", value: text });
    } else if (text === undefined) {
      problems.push({ path: source, message: `needs a value: ${synopsisOf(name)}` });
    } else {
      flags.set(name, { text, source });
    }
  }
  return { flags, operands };
}

function unknown(what: string, given: string, meant: string | undefined): Problem {
  const message = `unknown ${what}${didYouMean(meant)}`;
  return { path: given, message, ...(meant && { closest: meant }) };
}

/** The options that the environment sets. */
function variables(
  env: Readonly<Record<string, string | undefined>>,
  problems: Problem[],
): [OptionName, Given][] {
  return Object.entries(env).flatMap(([source, text]): [OptionName, Given][] => {
    if (!source.startsWith(ENVIRONMENT_PREFIX) || source === RUNNING_MOCK) return [];
    if (text === undefined) return [];
    const name = OPTION_NAMES.find((one) => variableOf(one) === source);
    if (name !== undefined) return text === "" ? [] : [[name, { text, source }]];
    const meant = closest(source.slice(ENVIRONMENT_PREFIX.length), OPTION_NAMES);
    problems.push(unknown("variable", source, meant && variableOf(meant)));
    return [];
  });
}

/** Every option with its value; what cannot be read goes to the problems. */
function readOptions(given: ReadonlyMap<OptionName, Given>, problems: Problem[]): Options {
  const values = OPTION_NAMES.map((name) => {
    const { read, byDefault } = OPTIONS[name];
    const found = given.get(name);
    if (!found) return [name, byDefault] as const;
    const value = read(found.text);
    if (!(value instanceof BadValue)) return [name, value] as const;
    const { message, closest: meant } = value;
    const problem = { path: found.source, message, value: found.text };
    problems.push(meant === undefined ? problem : { ...problem, closest: meant });
    return [name, byDefault] as const;
  });
  // Each value comes from its own option's `read`, or is its default.
  return Object.fromEntries(values) as unknown as Options;
}

function commandFor(
  words: readonly string[],
  options: Options,
  problems: Problem[],
): Command | undefined {
  const [word = "start", operand, text] = words;
  if (!isSubcommand(word)) {
    problems.push(unknown("command", word, closest(word, Object.keys(SUBCOMMANDS))));
    return undefined;
  }
  const most = SUBCOMMANDS[word].operand?.split(" ").length ?? 0;
  const surplus = words.slice(1 + most);
  for (const extra of surplus) {
    problems.push({ path: word, message: `takes no ${quoted(extra)}; leave it out`, value: extra });
  }
  if (word === "start" || word === "init") return { name: word, options };
  if (word === "check") {
    const reason = whyNotCheckable(operand, text);
    if (reason === undefined) return { name: word, url: operand ?? "", text: text ?? "", options };
    problems.push({ path: word, message: reason, value: operand });
    return undefined;
  }
  if (word !== "validate") {
    const reason = operand === undefined ? undefined : whyNotPublicAddress(operand);
    if (reason)
      problems.push({ path: word, message: `${quoted(operand ?? "")}: ${reason}`, value: operand });
    return { name: word, url: operand, options };
  }
  if (operand !== undefined) return { name: word, file: operand, options };
  problems.push({ path: word, message: "needs the FILE to check" });
  return undefined;
}

const CHECK_EXAMPLE = 'check http://localhost:3000/login "Log out"';

function whyNotCheckable(url: string | undefined, text: string | undefined): string | undefined {
  if (url === undefined || text === undefined || text.trim() === "") {
    return `needs the URL where a login of the application begins, and the TEXT that its page has only when somebody is logged in: ${CHECK_EXAMPLE}`;
  }
  const isAddress = /^https?:\/\//i.test(url) && isUrl(url);
  return isAddress
    ? undefined
    : `${quoted(url)} is no URL with http:// or https://: ${CHECK_EXAMPLE}`;
}

/** A value that npm has parted from its option stands where a command does. */
function problemWithNpm(
  env: Readonly<Record<string, string | undefined>>,
  options: Options,
  words: readonly string[],
): Problem | undefined {
  const commands = words.filter(isSubcommand);
  const values = words.filter((word) => !isSubcommand(word));
  const what = whatNpmTook(env, options, { commands, values });
  return what === undefined ? undefined : { path: "npm", message: `it ${what}` };
}

function isSubcommand(word: string): word is Subcommand {
  return Object.hasOwn(SUBCOMMANDS, word);
}

/** The help text, made from the tables of subcommands and options. */
export function usage(): string {
  const commands = Object.entries(SUBCOMMANDS).map(
    ([name, { operand, help }]) => [operand ? `${name} ${operand}` : name, help] as const,
  );
  const options = OPTION_NAMES.map((name) => {
    const { help, byDefault } = OPTIONS[name];
    const addition = byDefault === undefined || byDefault === false ? "" : ` (${byDefault})`;
    return [synopsisOf(name), `${help}${addition}`] as const;
  });
  return [
    "vipps-login-mock: a local stand-in for Vipps Login, for tests and development",
    "",
    "Usage: vipps-login-mock [command] [options]",
    "",
    "Commands:",
    ...columns(commands),
    "",
    "Options:",
    ...columns([...options, ["--help", "Print this text"], ["--version", "Print the version"]]),
    "",
    `Every option is also a variable: --public-url is ${variableOf("publicUrl")}.`,
    "A flag wins over its variable, and either over what the config file says (profile, autoLogin).",
    "",
  ].join("\n");
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
