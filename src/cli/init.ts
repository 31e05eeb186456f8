import { constants } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { ownFile } from "../platform/own-files.ts";
import type { CommandIo, ExitCode } from "./io.ts";

/** The name under which the server looks for it. */
const NAME = "vipps-login-mock.yaml";

/**
 * `vipps-login-mock init`: writes a commented config to start from, never over one that is there.
 */
export async function init(io: CommandIo): Promise<ExitCode> {
  try {
    await copyFile(
      ownFile("fixtures/starter.yaml"),
      join(io.directory, NAME),
      constants.COPYFILE_EXCL,
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    io.err(`${NAME} already exists. Edit it, or move it away first.\n`);
    return 1;
  }
  io.out(`Wrote ${NAME}. Edit it, check it with "vipps-login-mock validate ${NAME}", and start.\n`);
  return 0;
}
