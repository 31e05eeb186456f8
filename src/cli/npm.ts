import { readFileSync } from "node:fs";
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
