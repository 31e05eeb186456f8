import { fstatSync, writeSync } from "node:fs";
import type { Writable } from "node:stream";
import { toIso } from "../platform/calendar.ts";
import type { WallClock } from "../platform/capabilities.ts";

/**
 * Standard output and standard error of a server. A disk that is full, or a reader that went away, must
 * not end it: what cannot be written is dropped and counted, and the number is told with the next line
 * that can be.
 */

/** Why a text was not written whole. */
interface Failure {
  /** The system's code, as ENOSPC or EPIPE. */
  readonly reason: string;
  /** Whether a part of it was: then the next line begins anew. */
  readonly isTorn: boolean;
}

/** Writes a text, and says at the end whether that failed. */
export type Sink = (text: string, done: (failure?: Failure) => void) => void;

/** What of a stream could not be written. */
export interface Loss {
  readonly lines: number;
  readonly reason: string;
}

export class Output {
  readonly #sink: Sink;
  readonly #tell: (loss: Loss) => string;
  #lost = 0;
  #reason = "";
  #isTorn = false;

  /**
   * @param sink where it goes
   * @param tell the line that tells of a loss, its line break included
   */
  constructor(sink: Sink, tell: (loss: Loss) => string) {
    this.#sink = sink;
    this.#tell = tell;
  }

  /** Writes whole lines, or counts them as lost. */
  write(text: string): void {
    const [lost, begin] = [this.#lost, this.#isTorn ? "\n" : ""];
    const notice = lost === 0 ? "" : this.#tell({ lines: lost, reason: this.#reason });
    // A line that comes before this one is done must not tell of the same loss.
    this.#lost = 0;
    this.#isTorn = false;
    this.#sink(`${begin}${notice}${text}`, (failure) => {
      if (!failure) return;
      this.#lost += lost + linesIn(text);
      this.#reason = failure.reason;
      this.#isTorn = failure.isTorn || begin !== "";
    });
  }
}

export function linesIn(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

/** The line that tells of a loss, in the format of the log. */
export function lossLine(
  { lines, reason }: Loss,
  where: string,
  format: "pretty" | "json",
  now: WallClock,
): string {
  const count = lines === 1 ? "1 line" : `${lines} lines`;
  const text = `${count} could not be written to ${where} (${reason})`;
  const time = toIso(now());
  if (format === "json") return `${JSON.stringify({ level: 40, time, msg: text })}\n`;
  return `${time.slice(11, 19)} WARN  ${text}\n`;
}

/** A sink that is made with the first text: to open a stream takes time, which a start has not. */
export function lazily(make: () => Sink): Sink {
  let sink: Sink | undefined;
  return (text, done) => {
    sink ??= make();
    sink(text, done);
  };
}

/** A stream of the process. Files are written by hand: a stream would not say what was written by half. */
export function sinkOf(stream: Writable & { readonly fd: number; readonly isTTY?: boolean }): Sink {
  // Without a listener the error of a write would end the process.
  stream.on("error", () => {});
  return isFile(stream) ? fileSink(stream.fd) : streamSink(stream);
}

/** A file, or a device like /dev/full; a terminal is a device, too, but can be slow. */
function isFile({ fd, isTTY = false }: Parameters<typeof sinkOf>[0]): boolean {
  const found = fstatSync(fd);
  return found.isFile() || (found.isCharacterDevice() && !isTTY);
}

export function fileSink(fd: number, write: typeof writeSync = writeSync): Sink {
  return (text, done) => {
    const bytes = Buffer.from(text);
    let written = 0;
    try {
      while (written < bytes.length) written += write(fd, bytes, written);
    } catch (error) {
      return done({ reason: codeOf(error), isTorn: written > 0 });
    }
    done();
  };
}

/** So many bytes may wait for a reader who does not read; the server must not grow by its log. */
const MOST_WAITING = 1024 * 1024;

export function streamSink(stream: Writable): Sink {
  return (text, done) => {
    if (stream.writableLength > MOST_WAITING) {
      return done({ reason: "nobody reads it", isTorn: false });
    }
    stream.write(text, (error) => {
      done(error ? { reason: codeOf(error), isTorn: false } : undefined);
    });
  };
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
