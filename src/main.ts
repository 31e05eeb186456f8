#!/usr/bin/env node
import type { Command, Options } from "./cli/arguments.ts";
import { parseArguments, UsageError, usage } from "./cli/arguments.ts";
import { watchEndings } from "./cli/endings.ts";
import { reportFailure } from "./cli/failure.ts";
import type { CommandIo, ExitCode, ServingIo } from "./cli/io.ts";
import { lazily, linesIn, lossLine, Output, sinkOf } from "./cli/output.ts";
import { withSources } from "./cli/stack-traces.ts";
import { flagOf } from "./config/options.ts";
import { systemWallClock } from "./platform/clock.ts";
import { ownVersion } from "./platform/own-files.ts";
import { printableLines } from "./platform/printable.ts";
import { deadline } from "./platform/timers.ts";
import type { Seconds } from "./records/time.ts";
import { findTlsProblems } from "./tls/own-files.ts";

/**
 * The process edge of the command line: it reads arguments, environment and signals, and sets the exit
 * code. Each subcommand is loaded when it is called.
 */

/**
 * How long the end may take after a signal: the requests in flight have ten seconds, and a large state
 * takes some more to be written. What hangs after that will not come.
 */
const LONGEST_END: Seconds = 60;

/** How the log is to be read; known as soon as the command line is. */
let format: Options["logFormat"] = "pretty";

const standardError = new Output(
  lazily(() => sinkOf(process.stderr)),
  (loss) => lossLine(loss, "standard error", format, systemWallClock),
);
const standardOutput = lazily(() => sinkOf(process.stdout));

/** Whatever was sent may stand in what is told, and none of it may steer the terminal. */
const terminal: Omit<CommandIo, "version"> = {
  directory: process.cwd(),
  env: process.env,
  out: (text) =>
    standardOutput(printableLines(text), (failure) => {
      if (!failure) return;
      const loss = { lines: linesIn(text), reason: failure.reason };
      standardError.write(lossLine(loss, "standard output", format, systemWallClock));
    }),
  err: (text) => standardError.write(printableLines(text)),
};

function servingTerminal(io: CommandIo): ServingIo {
  const endings = watchEndings(process);
  void endings.stopped.then(() => {
    deadline(LONGEST_END).signal.addEventListener("abort", () => {
      io.err(`The mock did not end within ${LONGEST_END} seconds, and is ended as it is.\n`);
      process.exit(1);
    });
  });
  return { ...io, ...endings };
}

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
      return (await import("./cli/start.ts")).start(command.options, servingTerminal(io));
    case "validate":
      return (await import("./cli/validate.ts")).validate(command.file, io);
    case "init":
      return (await import("./cli/init.ts")).init(io);
    case "healthcheck":
      return (await import("./cli/healthcheck.ts")).healthcheck(command.url, command.options, io);
    case "check":
      return (await import("./cli/check.ts")).check(command, command.options, {
        ...io,
        ...watchEndings(process),
      });
    case "doctor":
      return (await import("./cli/doctor.ts")).doctor(command.url, command.options, io);
  }
}

// Somebody who has Node do it, as tsx does, has sources that run as they are.
if (!process.sourceMapsEnabled) Error.prepareStackTrace = withSources;

/** In a function, because what is published is CommonJS, which has no await at the top level. */
async function main(): Promise<void> {
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
