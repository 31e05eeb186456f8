import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle, RUNNERS } from "./bundle.ts";
import { writeDeclarations } from "./declarations.ts";
import { licencesOf } from "./licences.ts";

/** `npm run build`: makes dist/, all that is published but what lies in the checkout as it is. */

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));

/** The modules that can be imported. A test runner that takes ES modules only has those alone. */
const ENTRIES = { index: ".d.ts", jest: ".d.ts", playwright: ".d.ts", vitest: ".d.mts" } as const;

// A build starts empty, so that a file deleted from src/ cannot live on in dist/.
rmSync(DIST, { recursive: true, force: true });
const chunks = await bundle(DIST);
const modules = new Set(chunks.flatMap(({ moduleIds }) => moduleIds));
writeFileSync(`${DIST}third-party-licences.txt`, licencesOf(modules));
writeDeclarations(DIST, ENTRIES, RUNNERS);
