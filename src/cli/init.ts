import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { ownFile, readOwnFile } from "../platform/own-files.ts";
import type { CommandIo, ExitCode } from "./io.ts";

/** The name under which the server looks for it. */
const NAME = "vipps-login-mock.yaml";

const SCHEMA = "fixtures/config.schema.json";

/** Where a project has the schema that has installed the package. The starter config names it. */
const INSTALLED = `./node_modules/vipps-login-mock/${SCHEMA}`;

/**
 * `vipps-login-mock init`: writes a commented config to start from, never over one that is there.
 */
export async function init(io: CommandIo): Promise<ExitCode> {
  const starter = readOwnFile("fixtures/starter.yaml");
  const config = starter.replace(INSTALLED, () => schemaSeenFrom(io.directory));
  try {
    await writeFile(join(io.directory, NAME), config, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    io.err(`${NAME} already exists. Edit it, or move it away first.\n`);
    return 1;
  }
  io.out(`Wrote ${NAME}. Edit it, check it with "vipps-login-mock validate ${NAME}", and start.\n`);
  return 0;
}

/** In a clone, say, nothing is installed; then the schema is that of the program which runs. */
function schemaSeenFrom(directory: string): string {
  if (existsSync(join(directory, INSTALLED))) return INSTALLED;
  const path = relative(directory, fileURLToPath(ownFile(SCHEMA))).replaceAll(sep, "/");
  return path.startsWith("../") ? path : `./${path}`;
}
