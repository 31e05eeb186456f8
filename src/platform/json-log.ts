import type { Logger } from "pino";
import { pino } from "pino";
import type { LogOptions } from "./log.ts";

/** The log for programs: one JSON object a line. */
export function createJsonLog({ level, write }: LogOptions): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
}

/** How many characters may wait that could not be written. */
const MOST_WAITING = 64 * 1024;

/**
 * What writes a line to standard error at once, so that none is lost when the process ends. What cannot be
 * written is dropped: no test fails because its log cannot be kept.
 */
export function standardError(): (line: string) => void {
  const destination = pino.destination({ dest: 2, sync: true, maxLength: MOST_WAITING });
  destination.on("error", () => {});
  return (line) => destination.write(line);
}
