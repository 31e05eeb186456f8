import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The package as npm would publish it, for whatever looks at it from outside. */

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Packs what is built: `npm run build` comes first. */
export async function withTarball(
  use: (tarball: string, directory: string) => void | Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "vipps-login-mock-package-"));
  try {
    const argv = ["pack", "--ignore-scripts", "--json", "--pack-destination", directory];
    const [packed] = JSON.parse(execFileSync("npm", argv, { cwd: ROOT, encoding: "utf8" }));
    await use(join(directory, packed.filename), directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
