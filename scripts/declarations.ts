import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { writePublicTypes } from "./public-types.ts";

/**
 * The declarations of what is published. They need no package that the library stands on: the types
 * that are made from schemas are written out, and the rest is as the compiler writes it.
 */

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** `npm run typecheck` says what is wrong with types; without that, one checker writes faster than four. */
const EMIT = ["--project", "tsconfig.build.json", "--noCheck", "--checkers", "1"];

/** What is made from schemas. */
const MADE_FROM_SCHEMAS = "control/types.d.ts";

/**
 * @param dist where the declarations go
 * @param entries the modules of src/ that can be imported, such as `index`, with the ending of their
 *   declarations
 * @param runners the packages that may be named in them
 */
export function writeDeclarations(
  dist: string,
  entries: Readonly<Record<string, ".d.ts" | ".d.mts">>,
  runners: readonly string[],
): void {
  const all = mkdtempSync(join(tmpdir(), "vipps-login-mock-declarations-"));
  try {
    const compiler = fileURLToPath(import.meta.resolve("typescript/package.json"));
    const tsc = join(dirname(compiler), "bin/tsc");
    execFileSync(process.execPath, [tsc, ...EMIT, "--outDir", all], {
      cwd: ROOT,
      stdio: "inherit",
    });
    writePublicTypes("src/control/types.ts", join(all, MADE_FROM_SCHEMAS));
    for (const file of reached(all, Object.keys(entries), runners)) {
      const entry = file.slice(0, -".d.ts".length);
      const target = join(dist, entry + (entries[entry] ?? ".d.ts"));
      mkdirSync(dirname(target), { recursive: true });
      // The sources name each other as they are, which only newer compilers understand in here.
      const text = readFileSync(join(all, file), "utf8");
      writeFileSync(target, text.replaceAll(/(from "\..*)\.ts"/g, '$1.js"'));
    }
  } finally {
    rmSync(all, { recursive: true, force: true });
  }
}

/** The declarations that the entries lead to. */
function reached(folder: string, entries: readonly string[], runners: readonly string[]) {
  const files = new Set<string>();
  const visit = (file: string) => {
    if (files.has(file)) return;
    files.add(file);
    for (const [, name = ""] of readFileSync(join(folder, file), "utf8").matchAll(IMPORT)) {
      if (name.startsWith(".")) visit(join(dirname(file), name.replace(/\.ts$/, ".d.ts")));
      else if (!runners.includes(name)) {
        throw new Error(
          `${file} is published and needs "${name}": import from control/types.ts there`,
        );
      }
    }
  };
  for (const entry of entries) visit(`${entry}.d.ts`);
  return files;
}

const IMPORT = /(?:from |import\(|import )"([^"]+)"/g;
