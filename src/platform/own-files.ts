import { readFile } from "node:fs/promises";

/**
 * What comes with the package beside the program: fixtures, templates, its own description. They are
 * two directories up from here, and from the built file that has this module (dist/chunks/).
 */
const ROOT = new URL("../../", import.meta.url);

/** @param path below the package's directory, such as `fixtures/users.json` */
export function ownFile(path: string): URL {
  return new URL(path, ROOT);
}

/** @param path below the package's directory, such as `views/style.css` */
export function readOwnFile(path: string): Promise<string> {
  return readFile(ownFile(path), "utf8");
}

/** The version that the package's description says. */
export async function ownVersion(): Promise<string> {
  const { version }: { readonly version: string } = JSON.parse(await readOwnFile("package.json"));
  return version;
}
