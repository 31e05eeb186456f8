import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Options } from "../../src/cli/arguments.ts";
import { parseArguments } from "../../src/cli/arguments.ts";
import type { ServingIo } from "../../src/cli/io.ts";

/** What a subcommand is run with, and what it said. */
export interface Terminal {
  readonly io: ServingIo;
  /** Standard output so far. */
  out(): string;
  /** Standard error so far. */
  err(): string;
  /** As a signal does. */
  stop(): void;
  /** As a second one does. */
  hurry(): void;
}

export function terminalIn(directory: string, env: ServingIo["env"] = {}): Terminal {
  let [out, err] = ["", ""];
  let [stop, hurry] = [() => {}, () => {}];
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const hurried = new Promise<void>((resolve) => {
    hurry = resolve;
  });
  return {
    io: {
      directory,
      version: "1.2.3",
      env,
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      stopped,
      hurried,
    },
    out: () => out,
    err: () => err,
    stop: () => stop(),
    hurry: () => hurry(),
  };
}

/** The options of a command line; any free port unless it names one. */
export function optionsOf(...argv: string[]): Options {
  const command = parseArguments(["--port", "0", ...argv], {});
  if (!("options" in command)) throw new Error(`${argv.join(" ")} takes no options`);
  return command.options;
}

/** An empty directory of its own with these files in it, and how to get rid of it. */
export async function directoryWith(files: Readonly<Record<string, string>> = {}) {
  const path = await mkdtemp(join(tmpdir(), "vipps-login-mock-"));
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content);
  return { path, remove: () => rm(path, { recursive: true }) };
}
