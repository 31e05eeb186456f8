import { readFile, writeFile } from "node:fs/promises";
import { ConfigSchema } from "../src/config/schema.ts";

/**
 * Writes the files that are made from the code. With `--check` it writes nothing and fails where a
 * file on the disk is not what the code would make.
 */

interface Output {
  /** Where it goes, from the root of the package. */
  readonly path: string;
  /** The whole file. */
  readonly content: string;
}

const outputs: readonly Output[] = [
  { path: "fixtures/config.schema.json", content: jsonSchema(ConfigSchema) },
];

/** Draft 7 is what editors understand best, and the schemas use nothing newer. */
function jsonSchema(schema: object): string {
  const dialect = { $schema: "http://json-schema.org/draft-07/schema#" };
  return `${JSON.stringify({ ...dialect, ...schema }, undefined, 2)}\n`;
}

async function isStale({ path, content }: Output): Promise<boolean> {
  const current = await readFile(fromRoot(path), "utf8").catch(() => undefined);
  return current !== content;
}

function fromRoot(path: string): URL {
  return new URL(`../${path}`, import.meta.url);
}

const checked = await Promise.all(outputs.map(async (one) => ((await isStale(one)) ? [one] : [])));
const stale = checked.flat();
if (process.argv.includes("--check")) {
  for (const { path } of stale) console.error(`${path} is stale; run: npm run docs`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  for (const { path, content } of stale) await writeFile(fromRoot(path), content);
  console.log(
    stale.length ? stale.map(({ path }) => `wrote ${path}`).join("\n") : "all up to date",
  );
}
