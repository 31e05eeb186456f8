import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The package as it is published: what is built, with a description of its own. The checkout's names
 * the packages that the program is built with; they are in the bundle, so whoever installs the
 * tarball has nothing to resolve and nothing to run.
 *
 * `npm run tarball` writes it into the working directory; `npm run build` comes first.
 */

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Members of package.json that are about the checkout. */
const OF_THE_CHECKOUT = ["scripts", "dependencies", "devDependencies", "overrides", "files"];

/** A tarball in a temporary directory, for whatever looks at it from outside. */
export async function withTarball(
  use: (tarball: string, directory: string) => void | Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "vipps-login-mock-package-"));
  try {
    await use(pack(directory), directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * @param directory where the tarball goes
 * @returns the tarball
 */
function pack(directory: string): string {
  const stage = mkdtempSync(join(tmpdir(), "vipps-login-mock-stage-"));
  try {
    const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    for (const name of manifest.files)
      cpSync(join(ROOT, name), join(stage, name), { recursive: true });
    for (const name of OF_THE_CHECKOUT) delete manifest[name];
    writeFileSync(join(stage, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
    mkdirSync(directory, { recursive: true });
    const argv = ["pack", "--json", "--pack-destination", directory];
    const [packed] = JSON.parse(execFileSync("npm", argv, { cwd: stage, encoding: "utf8" }));
    return join(directory, packed.filename);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) console.log(pack(process.cwd()));
