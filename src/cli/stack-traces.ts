import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, resolve } from "node:path";

/**
 * Stack traces that name the lines of src/, where what runs is the bundle made from it. Node can do
 * that too, but it has to be told before anything is loaded, and reads each source map at once; here
 * they are read when somebody looks at a stack trace.
 */

/** What is read of a frame. */
type Frame = Pick<NodeJS.CallSite, "getFileName" | "getLineNumber" | "getColumnNumber">;

/**
 * For `Error.prepareStackTrace`.
 *
 * @returns the stack trace as Node writes it, but for the places that a source map knows better
 */
export function withSources(error: Error, frames: readonly Frame[]): string {
  // What has a stack need be no error: Error.captureStackTrace gives one to any object.
  const head = Error.prototype.toString.call(error);
  return [head, ...frames.map(inSource)].join("\n    at ");
}

/** The source maps read so far, by file. */
const maps = new Map<string, SourceMap | undefined>();

function mapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) maps.set(file, readSourceMap(file));
  return maps.get(file);
}

function inSource(frame: Frame): string {
  const [file, line, column] = [
    frame.getFileName(),
    frame.getLineNumber(),
    frame.getColumnNumber(),
  ];
  if (!file || line === null || column === null) return frame.toString();
  const entry = mapOf(file)?.findEntry(line - 1, column - 1);
  if (!entry || !("originalSource" in entry)) return frame.toString();
  const source = resolve(dirname(file), entry.originalSource);
  const place = `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  return frame.toString().replace(`${file}:${line}:${column}`, () => place);
}

function readSourceMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")));
  } catch {
    return undefined; // Node's own modules have none, nor have those of a preloaded file.
  }
}
