import { mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { directoryWith } from "./command.ts";
import { runProgram } from "./program.ts";

/** Projects of people who use the package, as it was built: `npm run build` comes first. */

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export interface Project {
  readonly path: string;
  /** Runs a program of its packages, and hands over all that it said. */
  run(
    argv: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<{ readonly code: number | null; readonly output: string }>;
  remove(): Promise<void>;
}

/** A project with these files, and with ours among the packages of this checkout that it has. */
export async function makeProject(
  packages: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<Project> {
  const { path, remove } = await directoryWith(files);
  const links = packages.map((name) => [name, `node_modules/${name}`] as const);
  for (const [name, target] of [...links, ["vipps-login-mock", ""] as const]) {
    const link = join(path, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(ROOT, target), link);
  }
  return {
    path,
    remove,
    async run(argv, env = {}) {
      const options = { cwd: path, env: { ...process.env, ...env } };
      const { code, out, err } = await runProgram(process.execPath, argv, options).ended;
      return { code, output: stripVTControlCharacters(out + err) };
    },
  };
}
