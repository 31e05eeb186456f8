import { findGaps, loadConfig } from "../config/load.ts";
import { tellingSources } from "../config/variables.ts";
import type { CommandIo, ExitCode } from "./io.ts";

/**
 * `vipps-login-mock validate FILE`: says whether a config file can be used.
 *
 * @throws ConfigError with everything that is wrong
 */
export async function validate(file: string, io: CommandIo): Promise<ExitCode> {
  const { directory, env } = io;
  const { config, replaced } = await loadConfig({ file, directory, env });
  const { users, salesUnits } = config;
  const content = [counted(users.length, "user"), counted(salesUnits.length, "sales unit")];
  io.out(`${file} is valid: ${content.join(", ")}\n`);
  if (replaced.variables.length > 0) {
    const names = replaced.variables.map(({ name, byDefault }) =>
      byDefault ? `${name} (by default)` : name,
    );
    io.out(`  from the environment: ${names.join(", ")}\n`);
  }
  for (const note of replaced.notes) io.out(`  ${note}\n`);
  for (const gap of findGaps(config).map(tellingSources(replaced.sources))) io.out(`  ${gap}\n`);
  return 0;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
