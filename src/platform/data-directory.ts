import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { env, platform } from "node:process";

/**
 * Where programs keep what belongs to a user and stays from one run to the next: by the XDG Base
 * Directory Specification, on Windows among the local application data. Undefined for a user who has no
 * home, as there are in containers.
 */
export function dataDirectory(
  variables: Readonly<Record<string, string | undefined>> = env,
  system: string = platform,
): string | undefined {
  const named = variables[system === "win32" ? "LOCALAPPDATA" : "XDG_DATA_HOME"];
  if (named !== undefined && isAbsolute(named)) return named;
  const home = variables["HOME"] || homeOfUser();
  return home === undefined ? undefined : join(home, ".local", "share");
}

function homeOfUser(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
