import type { Environment } from "../config/variables.ts";

/** What a subcommand uses of the process, so that tests need none; main.ts gives it the real one. */
export interface CommandIo {
  /** Where relative paths begin. */
  readonly directory: string;
  readonly version: string;
  /** What the variables in a config file are taken from. */
  readonly env: Environment;
  /** Writes to standard output, as it is. */
  readonly out: (text: string) => void;
  /** Writes to standard error, as it is. */
  readonly err: (text: string) => void;
  /** Resolves when the operator wants the program to end. */
  readonly stopped: Promise<void>;
}

/** How a program ends: 0 done, 1 failed, 2 wrongly called. */
export type ExitCode = 0 | 1 | 2;
