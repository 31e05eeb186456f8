import { loadConfig } from "../config/load.ts";
import type { CommandIo, ExitCode } from "./io.ts";

/**
 * `vipps-login-mock validate FILE`: says whether a config file can be used.
 *
 * @param file the file, relative to the working directory
 * @param io what it may touch
 * @returns the exit code
 * @throws ConfigError with everything that is wrong
 */
export async function validate(file: string, io: CommandIo): Promise<ExitCode> {
  const { config } = await loadConfig({ file, directory: io.directory });
  const { users, salesUnits } = config;
  io.out(`${file} is valid: ${users.length} users, ${salesUnits.length} sales units\n`);
  return 0;
}
