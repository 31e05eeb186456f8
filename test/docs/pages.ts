import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The pages for whoever uses the mock: the README and docs/, with the code that they show. */

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A page as it is printed. */
export interface Page {
  /** Where it is, from the root of the package. */
  readonly path: string;
  readonly text: string;
}

export const PAGES: readonly Page[] = [
  "README.md",
  ...readdirSync(`${ROOT}docs`)
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
].map((path) => ({ path, text: readFileSync(`${ROOT}${path}`, "utf8") }));

/** Code behind a marker: `<!-- example: login.mjs -->`. */
export interface Block {
  /** The path of its page. */
  readonly page: string;
  /** What it is there for: `example`, `output`, … */
  readonly kind: string;
  readonly name: string;
  readonly code: string;
}

export const BLOCKS: readonly Block[] = PAGES.flatMap(({ path, text }) =>
  [...text.matchAll(/^<!-- (\w+): (\S+) -->\n```\w+\n(.*?)^```$/gms)].map(
    ([, kind = "", name = "", code = ""]) => ({ page: path, kind, name, code }),
  ),
);

/**
 * The code behind a marker, wherever it stands.
 *
 * @param marker as in `example: login.mjs`
 */
export function block(marker: string): string {
  const [found, ...others] = BLOCKS.filter(({ kind, name }) => `${kind}: ${name}` === marker);
  if (found === undefined) throw new Error(`no page has ${marker}`);
  if (others.length > 0) throw new Error(`${marker} stands in two places`);
  return found.code;
}
