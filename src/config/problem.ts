/**
 * What is wrong with something a person wrote: a config file, a request to the control API, a
 * command line. No library is needed to talk about problems, so that the way to a clean start does
 * not load the one that finds them.
 */

/** One thing that is wrong. */
export interface Problem {
  /** Where: `salesUnits[0].redirectUris[1]`, `--port`; empty for the whole. */
  readonly path: string;
  /** What is wrong, with the value, and what to do. */
  readonly message: string;
  /** The value that is wrong; left out when it is missing. */
  readonly value?: unknown;
  /** The nearest valid name or value, when one is near; the message names it too. */
  readonly closest?: string;
}

/** Where the member is: `users[0]`, `users[0].email`, `["a b"]`. */
export function pathTo(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

/** How a sentence speaks of it: `the string "5"`, `the number 5`, `a list`. */
export function named(value: unknown): string {
  if (typeof value === "string") return `the string ${quoted(value)}`;
  if (typeof value === "number") return `the number ${value}`;
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

/** It in quotes, escaped so that it stays on one line, and cut where it is very long. */
export function quoted(text: string): string {
  const limit = 100;
  return JSON.stringify(text.length > limit ? `${text.slice(0, limit)}…` : text);
}

/** The end of a sentence that asks so; empty when there is nothing to ask. */
export function didYouMean(closest: string | undefined): string {
  return closest === undefined ? "" : `; did you mean ${quoted(closest)}?`;
}

/** A line for each, beginning with where it is. */
export function listed(problems: readonly Problem[]): string {
  return problems
    .map(({ path, message }) => (path === "" ? `  ${message}` : `  ${path}: ${message}`))
    .join("\n");
}
