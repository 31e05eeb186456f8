import type { OptionName } from "../config/options.ts";
import { BadValue, OPTIONS } from "../config/options.ts";
import type { Problem } from "../config/problem.ts";
import { didYouMean, named } from "../config/problem.ts";
import { closest } from "../platform/closest.ts";
import { defined } from "../records/defined.ts";

/** What is wrong with options of the library. */

/**
 * @param path the option, as it was given
 * @param value its value
 * @param names those that there are
 * @returns that there is no such option, and which was probably meant
 */
export function unknownOption(path: string, value: unknown, names: readonly string[]): Problem {
  const meant = closest(path, names);
  const remedy = didYouMean(meant) || `; there are ${names.join(", ")}`;
  return { path, message: `unknown option${remedy}`, value, ...defined({ closest: meant }) };
}

/**
 * @param path the option, as it was given
 * @param name what the command line calls it
 * @param value its value
 * @returns what is wrong with it, or nothing
 */
export function findValueProblems(path: string, name: OptionName, value: unknown): Problem[] {
  const complain = (message: string, meant?: string): Problem[] => [
    { path, message, value, ...defined({ closest: meant }) },
  ];
  if (!["string", "number", "boolean"].includes(typeof value)) {
    return complain(`expected a single value, got ${named(value)}`);
  }
  // The text of a value, read as on the command line, gives the value back if it is of that type.
  const read = OPTIONS[name].read(String(value));
  if (read instanceof BadValue) return complain(read.message, read.closest);
  return read === value ? [] : complain(`expected ${named(read)}, got ${named(value)}`);
}
