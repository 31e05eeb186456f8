import { mkdir, writeFile } from "node:fs/promises";
import { findStale, fromRoot } from "./outputs.ts";

/**
 * Writes the files that are made from the code. With `--check` it writes nothing and fails where a
 * file on the disk is not what the code would make.
 */

try {
  const stale = await findStale();
  if (process.argv.includes("--check")) {
    for (const { path } of stale) console.error(`${path} is stale; run: npm run docs`);
    if (stale.length > 0) process.exitCode = 1;
  } else {
    for (const { path, content } of stale) {
      await mkdir(new URL(".", fromRoot(path)), { recursive: true });
      await writeFile(fromRoot(path), content);
    }
    console.log(stale.map(({ path }) => `wrote ${path}`).join("\n") || "all up to date");
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
