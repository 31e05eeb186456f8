import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";

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

/**
 * @param path of a file in a package that browsers load, such as `idiomorph/dist/idiomorph.min.js`
 * @returns its text: from the package's own copy, or, in a checkout, from where npm has put it
 */
export function readBrowserFile(path: string): string {
  const packed = ownFile(`dist/browser/${basename(path)}`);
  return readFileSync(existsSync(packed) ? packed : ownFile(`node_modules/${path}`), "utf8");
}
