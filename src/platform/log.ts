import type { BaseLogger } from "pino";
import type { Diagnosis } from "../records/diagnosis.ts";
import { toIso } from "./calendar.ts";
import type { WallClock } from "./capabilities.ts";
import { printable, printableLines } from "./printable.ts";

/**
 * How the server talks to whoever runs it: in lines for people, here, or for programs, in json-log.ts.
 * These are written without pino, which would be a tenth of every start.
 */

const LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

type Level = Exclude<(typeof LEVELS)[number], "silent">;

/** What a line is made of: an object with what belongs to it, and a text; or a text alone. */
type Line = Parameters<BaseLogger["info"]>;

/** A log, as Fastify and pino have it. */
export interface Log extends Pick<BaseLogger, Level | "level" | "silent"> {
  child(bindings: Record<string, unknown>): Log;
}

/** A log for which all levels are alike. */
export abstract class LineLog {
  protected abstract log(level: Level, line: Line): void;

  fatal(...line: Line): void {
    this.log("fatal", line);
  }

  error(...line: Line): void {
    this.log("error", line);
  }

  warn(...line: Line): void {
    this.log("warn", line);
  }

  info(...line: Line): void {
    this.log("info", line);
  }

  debug(...line: Line): void {
    this.log("debug", line);
  }

  trace(...line: Line): void {
    this.log("trace", line);
  }

  silent(): void {}
}

/** How a log is written. */
export interface LogOptions {
  readonly level: string;
  /** Takes each line, its line break included. */
  readonly write: (line: string) => void;
}

/** Lines to read, each with what to do about it below. */
export class PrettyLog extends LineLog implements Log {
  readonly level: string;
  readonly #write: LogOptions["write"];
  readonly #now: WallClock;

  constructor({ level, write }: LogOptions, now: WallClock) {
    super();
    this.level = level;
    this.#write = write;
    this.#now = now;
  }

  /** What a program would need to tell one request from another is left out. */
  child(): Log {
    return this;
  }

  protected log(level: Level, line: Line): void {
    const place = (name: string) => (LEVELS as readonly string[]).indexOf(name);
    if (place(level) < place(this.level)) return;
    const { diagnosis, err, text } = partsOf(line);
    const name = level.toUpperCase().padEnd(5);
    const time = toIso(this.#now()).slice(11, 19);
    const lines = [`${time} ${name} ${printable(text)}`];
    if (diagnosis) {
      const { detail, faq, source } = diagnosis;
      lines.push(`  what to do: ${printable(detail)}`, faq ? `  FAQ: ${faq}` : `  see: ${source}`);
    }
    if (isError(err)) lines.push(stackOf(err));
    this.#write(`${lines.join("\n")}\n`);
  }
}

interface Parts {
  readonly diagnosis?: Diagnosis;
  readonly err?: unknown;
  readonly text: string;
}

/** An error may stand alone, and without a text: then its message is the text. */
function partsOf([first, text]: Line): Parts {
  if (typeof first === "string") return { text: first };
  const about: Partial<Parts> = isError(first) ? { err: first } : Object(first);
  const { diagnosis, err } = about;
  const fallback = isError(err) ? err.message : "";
  return { ...(diagnosis && { diagnosis }), err, text: text ?? fallback };
}

/** By its looks: inside Jest the errors of Node itself are no `instanceof Error`. */
function isError(value: unknown): value is Error {
  return typeof (value as Partial<Error> | null | undefined)?.stack === "string";
}

/** Its stack, and those of what it came from; each once, should they go round in a circle. */
function stackOf(error: Error): string {
  const chain = new Set<Error>();
  for (let at: unknown = error; isError(at) && !chain.has(at); at = at.cause) chain.add(at);
  return printableLines([...chain].map(({ stack = "" }) => stack).join("\ncaused by: "));
}
