import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { FAQ } from "../../src/records/faq.ts";

/** The titles of tests and of groups of tests, read from their files without running them. */

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** A title is the first argument of `it`, `test` and `describe`, behind a table too, or of a function made of them. */
const TITLE =
  /(?:^\s*(?:it|test|describe|at|with[A-Z]\w*|describe[A-Z]\w*)(?:\.\w+(?:\(.*\))?)*|^.*\))\(\s*("(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`),/gm;

/**
 * Two files have a test for each key of a table: the entries of the FAQ, in files of their own, and
 * the switches of the profiles.
 */
const TABLES: Readonly<Record<string, () => readonly string[]>> = {
  "wire/faq.test.ts": () =>
    readdirSync(`${ROOT}wire/faq`)
      .flatMap((name) => keysIn(`wire/faq/${name}`, /^ {2}(\w+)\(\) \{$/gm))
      .map((key) => FAQ[key as keyof typeof FAQ]),
  "wire/profiles.test.ts": () => keysIn("wire/profiles.test.ts", /^ {2}(\w+): \{$/gm),
};

/** The titles in a file of test/. */
export function titlesIn(file: string): ReadonlySet<string> {
  const written = keysIn(file, TITLE).map((literal) =>
    literal.slice(1, -1).replace(/\\(["`\\])/g, "$1"),
  );
  return new Set([...written, ...(TABLES[file]?.() ?? [])]);
}

function keysIn(file: string, pattern: RegExp): string[] {
  return [...readFileSync(`${ROOT}${file}`, "utf8").matchAll(pattern)].map(([, key = ""]) => key);
}
