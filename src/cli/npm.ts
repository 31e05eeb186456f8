import { readFileSync } from "node:fs";
import type { OptionName, Options } from "../config/options.ts";
import { flagOf, OPTION_NAMES, OPTIONS, synopsisOf, takesValue } from "../config/options.ts";
import { quoted } from "../config/problem.ts";
import { every } from "../platform/timers.ts";
import type { Seconds } from "../records/time.ts";

/**
 * npm runs a script in a shell and passes SIGTERM to the shell alone. The shell ends and does not pass it on to
 * the program that it started. So the mock looks by itself whether the npm that runs it is still there. A SIGINT
 * needs no such watch: a terminal sends it to all of these processes. Where somebody sends it to npm alone, the
 * shell waits for its program, so npm, the shell and the mock all go on.
 */

/** How often that is looked at. */
const INTERVAL: Seconds = 0.25;

/** What the program is called in a script. */
const NAMES = ["vipps-login-mock", "main.js"];

/**
 * Whether npm runs the program itself, in the foreground. A script that leaves it behind, as
 * `vipps-login-mock &` or `nohup vipps-login-mock`, wants it to live on; and where npm runs a test runner
 * that starts a mock, that is the runner's to end.
 *
 * @param script what npm runs, as it says in `npm_lifecycle_script`
 */
export function isRunByNpm(script: string | undefined): boolean {
  if (script === undefined) return false;
  // In `2>&1` and `&&` nothing is left behind.
  const commands = script.replace(/[<>]&|&[<>]|&&/g, " ");
  if (commands.includes("&") || /\b(nohup|setsid|disown|daemonize)\b/.test(commands)) return false;
  const words = commands.split(/[\s;|()/\\"']+/);
  return NAMES.some((name) => words.includes(name));
}

/** npm has an option of that name, too, and may have been meant. */
const OPTIONS_OF_NPM: readonly OptionName[] = ["json"];

/**
 * What npm took of a command line: an option before its `--` is npm's own, known or not, and a value after a
 * space goes to the program without it. npm hands its options on as variables.
 *
 * @param options what the program has been given; what npm took is not among it
 * @param words the words that are no options
 * @returns what is wrong and the line to write; nothing where npm took no option of ours
 */
export function whatNpmTook(
  env: Readonly<Record<string, string | undefined>>,
  options: Options,
  words: { readonly commands: readonly string[]; readonly values: readonly string[] } = NO_WORDS,
): string | undefined {
  const { npm_lifecycle_event: event, npm_lifecycle_script: script } = env;
  // Below npx the variables are those of another npm, around it.
  if (event === undefined || event === "npx" || !isRunByNpm(script)) return undefined;
  const taken = OPTION_NAMES.flatMap((name) => {
    const value = env[`npm_config_${flagOf(name).slice(2).replaceAll("-", "_")}`];
    const isGiven = options[name] !== OPTIONS[name].byDefault;
    return value && !isGiven && !OPTIONS_OF_NPM.includes(name) ? [{ name, value }] : [];
  });
  if (taken.length === 0) return undefined;
  // To which of several options a value belongs nobody can tell.
  const lacking = taken.filter(({ name, value }) => takesValue(name) && value === "true");
  const lost = lacking.length === 1 && words.values.length === 1 ? words.values[0] : undefined;
  const written = taken.map(({ name, value }) => {
    if (!takesValue(name)) return flagOf(name);
    if (value !== "true") return `${flagOf(name)} ${inShell(value)}`;
    return lost === undefined ? synopsisOf(name) : `${flagOf(name)} ${inShell(lost)}`;
  });
  const flags = taken.map(({ name }) => flagOf(name)).join(", ");
  const run = event === "start" ? "npm start" : `npm run ${event}`;
  const line = [run, "--", ...words.commands, ...written].join(" ");
  return `took ${flags} for its own, because no -- stands before; write ${line}`;
}

const NO_WORDS = { commands: [], values: [] };

function inShell(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : quoted(value);
}

/** Calls back once, when a process above `own` is gone that npm consists of. */
export function whenNpmGoes(own: { readonly ppid: number }, goes: () => void): void {
  const parent = own.ppid;
  const above = isShell(parent) ? parentOf(parent) : undefined;
  const watch = every(
    INTERVAL,
    () => {
      if (own.ppid === parent && (above === undefined || parentOf(parent) === above)) return;
      watch.stop();
      goes();
    },
    () => {},
  );
}

function isShell(pid: number): boolean {
  return /^(a|ba|da|k|z)?sh$/.test(procFile(pid, "comm").trim());
}

/** Known on Linux only; elsewhere it is enough that a signal reaches npm, whose shell ends by it. */
function parentOf(pid: number): number | undefined {
  // The name of the command, in brackets, may have spaces.
  const [, parent] = /^.*\) \S (\d+)/s.exec(procFile(pid, "stat")) ?? [];
  return parent === undefined ? undefined : Number(parent);
}

function procFile(pid: number, name: "comm" | "stat"): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}
