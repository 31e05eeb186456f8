import { readFileSync } from "node:fs";

/**
 * What comes with the package beside the program: fixtures, templates, its own description. They are
 * two directories up from here, and from the built file that has this module (dist/chunks/). They are
 * few and small, and read once, so nobody waits for the reading to come back.
 */
const ROOT = new URL("../../", import.meta.url);

/** @param path below the package's directory, such as `fixtures/users.json` */
export function ownFile(path: string): URL {
  return new URL(path, ROOT);
}

/** @param path below the package's directory, such as `views/style.css` */
export function readOwnFile(path: string): string {
  return readFileSync(ownFile(path), "utf8");
}

/** The version that the package's description says. */
export function ownVersion(): string {
  const { version }: { readonly version: string } = JSON.parse(readOwnFile("package.json"));
  return version;
}
