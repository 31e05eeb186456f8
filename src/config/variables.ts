import { OperatorError } from "../platform/operator-error.ts";
import { defined } from "../records/defined.ts";
import type { Problem } from "./problem.ts";
import { pathTo, quoted } from "./problem.ts";

/**
 * Variables in a config file: in its texts, `${NAME}` and `${NAME:-default}` are replaced from the
 * environment, and `$${` stands for `${` itself. Keys stay as they are written.
 */

/** What a process was started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that a file names. */
interface Variable {
  readonly name: string;
  /** Whether the file's own default stands in its place. */
  readonly byDefault: boolean;
}

/** A step to a member, or to an entry of a list. */
type Key = string | number;

/** What became of the variables of a file. */
export interface Replacement {
  /** Each once, in the order of the file. */
  readonly variables: readonly Variable[];
  /** Where a text has another one in its place now. */
  readonly places: readonly (readonly Key[])[];
  /** The texts that came out, each with what stands in the file: no message may tell them. */
  readonly sources: ReadonlyMap<string, string>;
  /** The variables that are missing, and what is written like one and is none. */
  readonly problems: readonly Problem[];
  /** The variables that are set and empty, by the place where they stand. */
  readonly empty: ReadonlyMap<string, ReadonlySet<string>>;
  /** What is right and probably not meant, for a person to read. */
  readonly notes: readonly string[];
}

/** The escape, a variable with its default, or what is no variable. */
const WRITTEN = /\$\$\{|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}|\$\{[^}]*\}?/g;

/** A text that is nothing but what a shell takes for a variable. With more before or behind it may be a password. */
const UNBRACED = /^\$([A-Z_][A-Z0-9_]*)$/;

/** Replaces the variables in all texts of a value, which is changed by it. */
export function replaceVariables(
  value: unknown,
  env: Environment,
): Replacement & { readonly value: unknown } {
  const variables = new Map<string, Variable>();
  const places: (readonly Key[])[] = [];
  const sources = new Map<string, string>();
  const problems: Problem[] = [];
  const empty = new Map<string, Set<string>>();
  const notes: string[] = [];
  // What YAML names by an alias is there more than once, and may even be within itself.
  const seen = new Set<object>();

  function replaced(text: string, keys: readonly Key[]): string {
    const path = keys.reduce<string>(pathTo, "");
    const result = text.replace(WRITTEN, (written, name?: string, byDefault?: string) => {
      if (written === "$${") return "${";
      if (name === undefined) {
        problems.push({ path, message: noVariable(written) });
        return written;
      }
      const own = Object.hasOwn(env, name) ? env[name] : undefined;
      // As in a shell, the default stands for an empty one, too.
      const isDefault = byDefault !== undefined && !own;
      const found = isDefault ? byDefault : own;
      if (found === undefined) {
        problems.push({ path, message: missing(name) });
        return written;
      }
      variables.set(name, { name, byDefault: isDefault });
      if (own === "" && !isDefault) empty.set(path, (empty.get(path) ?? new Set()).add(name));
      return found;
    });
    if (result !== text) places.push(keys);
    // That a text is empty is no secret.
    if (result !== text && result !== "") sources.set(result, text);
    return result;
  }

  function noteUnbraced(text: string, keys: readonly Key[]): void {
    const [, name] = UNBRACED.exec(text) ?? [];
    if (name === undefined) return;
    const path = keys.reduce<string>(pathTo, "");
    // Where there is no variable of that name, it may be a password.
    notes.push(
      Object.hasOwn(env, name)
        ? `${path}: ${quoted(text)} is taken as it stands; for the variable write \${${name}}`
        : `${path}: it begins with $ and is taken as it stands; a variable is written \${NAME}`,
    );
  }

  function walk(one: unknown, keys: readonly Key[]): unknown {
    if (typeof one === "string") {
      if (one.includes("${")) return replaced(one, keys);
      noteUnbraced(one, keys);
      return one;
    }
    if (typeof one !== "object" || one === null || seen.has(one)) return one;
    seen.add(one);
    const members = one as Record<Key, unknown>;
    for (const key of Array.isArray(one) ? one.keys() : Object.keys(one)) {
      const [before, after] = [members[key], walk(members[key], [...keys, key])];
      if (after !== before) members[key] = after;
    }
    return one;
  }

  const result = walk(value, []);
  const used = [...variables.values()];
  return { value: result, variables: used, places, sources, problems, empty, notes };
}

function missing(name: string): string {
  return `the variable ${name} is not set; set it, or give a default: \${${name}:-…}`;
}

function noVariable(written: string): string {
  return `${quoted(written)} names no variable; write \${NAME} or \${NAME:-default}, and $\${ for \${ itself`;
}

/** So short a text may stand in a message by chance. */
const SHORTEST_TOLD = 4;

/**
 * What is wrong with a config whose variables are replaced. What is missing is told first, and nothing
 * else about its place; and no problem tells what came from the environment.
 */
export function problemsWithVariables(
  found: readonly Problem[],
  { problems, sources, empty }: Pick<Replacement, "problems" | "sources" | "empty">,
): Problem[] {
  const isUnknown = ({ path }: Problem) => problems.some((one) => one.path === path);
  const told = found.filter((one) => !isUnknown(one)).map(withSources(sources));
  return [...problems, ...told.map((one) => ({ ...one, message: withEmpty(one, empty) }))];
}

function withEmpty({ path, message }: Problem, empty: Replacement["empty"]): string {
  const names = [...(empty.get(path) ?? [])];
  return [message, ...names.map((name) => `the variable ${name} is empty`)].join("; ");
}

/** A text with what stands in the file in place of what came from the environment. */
export function tellingSources(sources: Replacement["sources"]): (text: string) => string {
  // Of two texts of which one is in the other, the longer one first.
  const longestFirst = [...sources].sort(([one], [other]) => other.length - one.length);
  return (text) =>
    longestFirst.reduce((told, [value, source]) => {
      const clean = told.replaceAll(quoted(value), () => JSON.stringify(source));
      return value.length < SHORTEST_TOLD ? clean : clean.replaceAll(value, () => source);
    }, text);
}

/** Throws an error again, and that of an operator with a message likewise, which its stack has too. */
export function throwTellingSources(sources: Replacement["sources"]): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof OperatorError)) throw error;
    const clean = tellingSources(sources);
    const { message, stack = "" } = error;
    throw Object.assign(error, { message: clean(message), stack: clean(stack) });
  };
}

/** A problem likewise. */
export function withSources(sources: Replacement["sources"]): (problem: Problem) => Problem {
  const inText = tellingSources(sources);
  return ({ path, message, value, closest }: Problem): Problem => ({
    path,
    message: inText(message),
    ...defined({
      value: typeof value === "string" ? (sources.get(value) ?? value) : value,
      closest: closest === undefined ? undefined : (sources.get(closest) ?? closest),
    }),
  });
}
