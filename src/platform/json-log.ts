import type { Logger } from "pino";
import { pino } from "pino";
import type { LogOptions } from "./log.ts";

/** The log for programs: one JSON object a line. */
export function createJsonLog({ level, write }: LogOptions): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
}

/** What writes a line to standard error at once, so that none is lost when the process ends. */
export function standardError(): (line: string) => void {
  const destination = pino.destination({ dest: 2, sync: true });
  return (line) => destination.write(line);
}
