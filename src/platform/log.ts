import type { Logger } from "pino";
import { pino } from "pino";
import type { Diagnosis } from "../records/diagnosis.ts";

/** How the server talks to whoever runs it. */
export interface LogOptions {
  readonly level: string;
  /** `pretty` for people, `json` (one object a line) for programs. */
  readonly format: "pretty" | "json";
  /** Takes each line, its line break included. */
  readonly write: (line: string) => void;
}

export function createLogger({ level, format, write }: LogOptions): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return pino(options, { write: format === "json" ? write : (line) => write(pretty(line)) });
}

/** What writes a line to standard error at once, so that none is lost when the process ends. */
export function standardError(): (line: string) => void {
  const destination = pino.destination({ dest: 2, sync: true });
  return (line) => destination.write(line);
}

interface Entry {
  readonly level: number;
  readonly time: string;
  readonly msg?: string;
  readonly diagnosis?: Diagnosis;
  readonly err?: { readonly stack?: string };
}

/** A line to read, and under it what to do about it. */
function pretty(line: string): string {
  const { level, time, msg, diagnosis, err }: Entry = JSON.parse(line);
  const name = (pino.levels.labels[level] ?? "").toUpperCase().padEnd(5);
  const lines = [`${time.slice(11, 19)} ${name} ${printable(msg ?? "")}`];
  if (diagnosis) {
    const { detail, faq, source } = diagnosis;
    lines.push(`  what to do: ${printable(detail)}`, faq ? `  FAQ: ${faq}` : `  see: ${source}`);
  }
  if (err?.stack) lines.push(err.stack);
  return `${lines.join("\n")}\n`;
}

/** What was sent may stand in a line; it must not be able to end it or to steer the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) =>
    char < " "
      ? JSON.stringify(char).slice(1, -1)
      : `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
