import type { Environment } from "../config/variables.ts";

/** What a subcommand uses of the process, so that tests need none; main.ts gives it the real one. */
export interface CommandIo {
  /** Where relative paths begin. */
  readonly directory: string;
  readonly version: string;
  /** What the variables in a config file are taken from. */
  readonly env: Environment;
  /** Writes whole lines to standard output, as they are. The log says how many could not be written. */
  readonly out: (text: string) => void;
  /**
   * Writes whole lines to standard error, as they are. When lines could not be written, a line says how many as
   * soon as writing works again.
   */
  readonly err: (text: string) => void;
}

/** The same of a program that serves until it is told to end. */
export interface ServingIo extends CommandIo {
  /** Resolves when the operator wants the program to end. */
  readonly stopped: Promise<void>;
  /** Resolves when the operator does not want to wait for what is in flight. */
  readonly hurried: Promise<void>;
}

/** How a program ends: 0 done, 1 failed, 2 wrongly called. */
export type ExitCode = 0 | 1 | 2;
