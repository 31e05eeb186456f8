import { flagOf } from "../config/options.ts";
import type { ListenError } from "../platform/operator-error.ts";
import { OperatorError, whyNotListening } from "../platform/operator-error.ts";
import type { CommandIo, ExitCode } from "./io.ts";

/**
 * Says why the program ends: a mistake of the operator by its message, anything else by its stack. It is
 * said whatever the level of the log, and as a line of JSON where the log is for programs.
 */
export async function reportFailure(
  error: unknown,
  format: "json" | "pretty",
  write: CommandIo["err"],
): Promise<ExitCode> {
  const isMistake = error instanceof OperatorError;
  const reason = isMistake ? error.message : whyNotListening(error as ListenError, flagOf);
  if (format === "json") {
    const { createJsonLog } = await import("../platform/json-log.ts");
    const log = createJsonLog({ level: "fatal", write });
    if (reason === undefined) log.fatal({ err: error }, "the mock failed");
    else log.fatal(reason);
  } else {
    write(`${reason ?? (error instanceof Error ? error.stack : String(error))}\n`);
  }
  return isMistake ? 2 : 1;
}
