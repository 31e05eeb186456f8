import { findGaps, loadConfig } from "../config/load.ts";
import type { CommandIo, ExitCode } from "./io.ts";

/**
 * `vipps-login-mock validate FILE`: says whether a config file can be used.
 *
 * @throws ConfigError with everything that is wrong
 */
export async function validate(file: string, io: CommandIo): Promise<ExitCode> {
  const { config } = await loadConfig({ file, directory: io.directory });
  const { users, salesUnits } = config;
  const content = [counted(users.length, "user"), counted(salesUnits.length, "sales unit")];
  io.out(`${file} is valid: ${content.join(", ")}\n`);
  for (const gap of findGaps(config)) io.out(`  ${gap}\n`);
  return 0;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
