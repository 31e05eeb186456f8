import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Files that servers are started with, in one folder that is removed when measuring is over. */

let folder: string | undefined;

export function scratchFolder(): string {
  folder ??= mkdtempSync(join(tmpdir(), "vipps-login-mock-bench-"));
  return folder;
}

export function scratchFile(name: string, text: string): string {
  const path = join(scratchFolder(), name);
  writeFileSync(path, text);
  return path;
}

export function removeScratch(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  folder = undefined;
}
