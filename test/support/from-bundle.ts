import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vitest/config";

/**
 * Tests that run against the bundle: what they import from src/ comes from files that are made as
 * the published ones are, with the modules of src/ that tests ask for as entries.
 */

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Two levels below the project, as dist/chunks is. */
const FOLDER = join(ROOT, ".bundle/for-tests");

/** Makes the files; Vitest calls it once, before the tests. */
export async function setup(): Promise<() => void> {
  const tests = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" });
  const modules = tests
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => {
      const text = readFileSync(join(ROOT, "test", name), "utf8");
      const imports = text.matchAll(/(?:from|import\() ?"(?:\.\.\/)+src\/([^"]+)\.ts"/g);
      return [...imports].map(([, module = ""]) => module);
    });
  rmSync(FOLDER, { recursive: true, force: true });
  // The bundler takes long to load, and the config of every test run imports this file.
  const { bundleModules } = await import("../../scripts/bundle.ts");
  await bundleModules([...new Set(modules)], FOLDER);
  return () => rmSync(FOLDER, { recursive: true, force: true });
}

/** Has what tests import from src/ come from there. */
export function fromBundle(): Plugin {
  return {
    name: "from-bundle",
    enforce: "pre",
    resolveId(source, importer = "") {
      if (!source.startsWith(".") || !importer.startsWith(join(ROOT, "test/"))) return null;
      const path = relative(join(ROOT, "src"), resolve(importer, "..", source));
      // Vitest cannot be required, so what imports it comes from where it is.
      if (path.startsWith("..") || path === "vitest.ts") return null;
      return join(FOLDER, `${path.replace(/\.ts$/, "").replaceAll("/", "_")}.cjs`);
    },
  };
}
