#!/usr/bin/env node
import type { Command, Options } from "./cli/arguments.ts";
import { parseArguments, UsageError, usage } from "./cli/arguments.ts";
import { reportFailure } from "./cli/failure.ts";
import type { CommandIo, ExitCode } from "./cli/io.ts";
import { withSources } from "./cli/stack-traces.ts";
import { flagOf } from "./config/options.ts";
import { systemWallClock } from "./platform/clock.ts";
import { ownVersion } from "./platform/own-files.ts";
import { findTlsProblems } from "./tls/own-files.ts";

/**
 * The process edge of the command line: it reads arguments, environment and signals, and sets the exit
 * code. Each subcommand is loaded when it is called.
 */

/**
 * How long a shutdown may take after a signal, in milliseconds: ten seconds for the requests in
 * flight, which are cut off then, and the rest to write the state.
 */
const GRACE = 15_000;

const terminal: Omit<CommandIo, "version"> = {
  directory: process.cwd(),
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  stopped: new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        setTimeout(() => process.exit(0), GRACE).unref();
        resolve();
      });
    }
  }),
};

async function run(command: Command): Promise<ExitCode> {
  const io: CommandIo = { ...terminal, version: ownVersion() };
  switch (command.name) {
    case "help":
      io.out(usage());
      return 0;
    case "version":
      io.out(`${io.version}\n`);
      return 0;
    case "start":
      return (await import("./cli/start.ts")).start(command.options, io);
    case "validate":
      return (await import("./cli/validate.ts")).validate(command.file, io);
    case "init":
      return (await import("./cli/init.ts")).init(io);
    case "healthcheck":
      return (await import("./cli/healthcheck.ts")).healthcheck(command.url, command.options, io);
    case "doctor":
      return (await import("./cli/doctor.ts")).doctor(command.url, command.options, io);
  }
}

// Somebody who has Node do it, as tsx does, has sources that run as they are.
if (!process.sourceMapsEnabled) Error.prepareStackTrace = withSources;

/** In a function, because what is published is CommonJS, which has no await at the top level. */
async function main(): Promise<void> {
  let format: Options["logFormat"] = "pretty";
  try {
    const command = parseArguments(process.argv.slice(2), process.env, (options) =>
      findTlsProblems(options, systemWallClock(), flagOf),
    );
    if ("options" in command) format = command.options.logFormat;
    process.exitCode = await run(command);
  } catch (error) {
    if (error instanceof UsageError) format = error.logFormat;
    process.exitCode = await reportFailure(error, format, terminal.err);
  }
}

void main();
