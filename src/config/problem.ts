import { closest } from "../platform/closest.ts";
import { OperatorError } from "../platform/operator-error.ts";
import { printable } from "../platform/printable.ts";
import { takeTurns } from "../platform/timers.ts";

/**
 * What is wrong with something a person wrote: a config file, a request to the control API, a
 * command line. The start of the program loads this file, and the library publishes its types, so it
 * knows nothing of schemas; schema-problems.ts does.
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

/** The problem of a part, as one of the whole; `path` is where the part is. */
export function within(path: string, problem: Problem): Problem {
  const inner =
    problem.path === "" || problem.path.startsWith("[") ? problem.path : `.${problem.path}`;
  return { ...problem, path: `${path}${inner}` };
}

/** What is found in each entry of a list, which may be long: others have their turn meanwhile. */
export async function findInEach<Item>(
  items: readonly Item[],
  find: (item: Item, index: number) => readonly Problem[],
): Promise<Problem[]> {
  const turn = takeTurns();
  const found: Problem[] = [];
  for (const [index, item] of items.entries()) {
    found.push(...find(item, index));
    await turn();
  }
  return found;
}

/** How a sentence names a value: `the string "5"`, `the number 5`, `a list`. */
export function named(value: unknown): string {
  if (typeof value === "string") return `the string ${quoted(value)}`;
  if (typeof value === "number") return `the number ${value}`;
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

/** The text in quotes, escaped so that it stays on one line, and cut where it is very long. */
export function quoted(text: string): string {
  const limit = 100;
  return printable(JSON.stringify(text.length > limit ? `${text.slice(0, limit)}…` : text));
}

/** The question at the end of a sentence; empty when there is nothing to suggest. */
export function didYouMean(closest: string | undefined): string {
  return closest === undefined ? "" : `; did you mean ${quoted(closest)}?`;
}

/** A line for each, beginning with where it is. */
export function listed(problems: readonly Problem[]): string {
  return problems
    .map(({ path, message }) => (path === "" ? `  ${message}` : `  ${path}: ${message}`))
    .join("\n");
}

/** The properties for which no value may be left, or none that fits the others. */
export type MadeUpProperty = "id" | "birthDate" | "nin" | "phoneNumber" | "msn";

/**
 * A record that is right in itself cannot be completed: every value for what it leaves out is taken,
 * or none exists that fits the rest. Whoever wrote it can write something else, so the control API
 * responds with 422, and the command line reports it without a stack trace.
 */
export class CompletionError extends OperatorError {
  /** The property to give, or to change. */
  readonly path: MadeUpProperty;

  constructor(path: MadeUpProperty, problem: string) {
    super(problem);
    this.path = path;
  }
}

/** Whether another part of the config, or of the sandbox, has a user of that id or phone number. */
export function findUnknownUser(
  name: string,
  users: readonly { readonly id?: string; readonly phoneNumber?: string }[],
  path: string,
): Problem[] {
  if (users.some(({ id, phoneNumber }) => id === name || phoneNumber === name)) return [];
  const known = users.flatMap(({ id, phoneNumber }) => [id, phoneNumber]).filter(isGiven);
  const meant = closest(name, known);
  const message = `no user has the id or phone number ${quoted(name)}`;
  return [
    {
      path,
      message: `${message}${didYouMean(meant) || "; name one of the users"}`,
      value: name,
      ...(meant && { closest: meant }),
    },
  ];
}

export function findUnknownClient(
  clientId: string,
  salesUnits: readonly { readonly clientId?: string }[],
  path: string,
): Problem[] {
  const known = salesUnits.map((unit) => unit.clientId);
  return findUnknownUnit("client id", clientId, known, path);
}

export function findUnknownMsn(
  msn: string,
  salesUnits: readonly { readonly msn?: string }[],
  path: string,
): Problem[] {
  const known = salesUnits.map((unit) => unit.msn);
  return findUnknownUnit("msn", msn, known, path);
}

function findUnknownUnit(
  what: "client id" | "msn",
  value: string,
  names: readonly (string | undefined)[],
  path: string,
): Problem[] {
  const known = names.filter(isGiven);
  if (known.includes(value)) return [];
  const meant = closest(value, known);
  const remedy = didYouMean(meant) || `; ${whatThereIs(what, names)}`;
  return [
    {
      path,
      message: `no sales unit has the ${what} ${quoted(value)}${remedy}`,
      value,
      ...(meant && { closest: meant }),
    },
  ];
}

function isGiven(name: string | undefined): name is string {
  return name !== undefined;
}

/** A name that is left out is made up at the start, and can be named nowhere. */
function whatThereIs(what: string, names: readonly (string | undefined)[]): string {
  const known = names.filter(isGiven);
  if (known.length > 0) return `there are ${known.join(", ")}`;
  if (names.length === 0) return "there are none";
  return `none of them says its ${what}: give it to the one that you mean`;
}
