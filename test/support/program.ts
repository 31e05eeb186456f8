import type { ChildProcess, SpawnOptions } from "node:child_process";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Programs as processes: ours as it was built, and those that the documentation shows. */

/** What was built, and what `npx vipps-login-mock` links to. */
export const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** What a process left when it ended. */
interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A process that runs. */
export interface Program {
  readonly child: ChildProcess;
  /** Standard error so far. */
  err(): string;
  readonly ended: Promise<Outcome>;
  /** The first line on standard output; rejects when the process ends without one. */
  readonly firstLine: Promise<string>;
}

export function runProgram(
  command: string,
  argv: readonly string[],
  options: SpawnOptions = {},
): Program {
  const child = spawn(command, argv, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stderr?.on("data", (chunk) => {
    err += chunk;
  });
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, out, err }));
  });
  const firstLine = new Promise<string>((resolve, reject) => {
    child.stdout?.on("data", (chunk) => {
      out += chunk;
      if (out.includes("\n")) resolve(out.slice(0, out.indexOf("\n")));
    });
    ended.then(
      () => reject(new Error(`${command} ended without a line: ${err}`)),
      (error) => reject(error),
    );
  });
  // Who only waits for the end does not look at the first line.
  firstLine.catch(() => undefined);
  return { child, err: () => err, ended, firstLine };
}

export function runMock(argv: readonly string[], options: SpawnOptions = {}): Program {
  if (!existsSync(MAIN)) throw new Error("dist/ is missing: run npm run build first");
  return runProgram(process.execPath, [MAIN, ...argv], options);
}
