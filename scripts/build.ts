import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, RUNNERS } from "./bundle.ts";
import { writeDeclarations } from "./declarations.ts";
import { licencesOf } from "./licences.ts";

/** `npm run build`: makes dist/, all that is published but what lies in the checkout as it is. */

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));

/** What browsers load of the packages that we use: see platform/own-files.ts. */
const BROWSER_FILES = ["idiomorph/dist/idiomorph.min.js"];

/** The modules that can be imported. A test runner that takes ES modules only has those alone. */
const ENTRIES = { index: ".d.ts", jest: ".d.ts", playwright: ".d.ts", vitest: ".d.mts" } as const;

// A build starts empty, so that a file deleted from src/ cannot live on in dist/.
rmSync(DIST, { recursive: true, force: true });
const chunks = await bundle(DIST);
const modules = new Set(chunks.flatMap(({ moduleIds }) => moduleIds));
writeFileSync(`${DIST}third-party-licences.txt`, licencesOf(modules));
copyBrowserFiles(DIST);
writeDeclarations(DIST, ENTRIES, RUNNERS);
// npx and npm link to it, and what they link to is run as it is.
chmodSync(`${DIST}main.js`, 0o755);

function copyBrowserFiles(dist: string): void {
  mkdirSync(`${dist}browser`);
  for (const path of BROWSER_FILES) {
    const source = fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));
    copyFileSync(source, `${dist}browser/${basename(path)}`);
  }
}
