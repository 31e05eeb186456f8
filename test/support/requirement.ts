import { existsSync } from "node:fs";
import { describe, test } from "vitest";

/** What tests need that npm cannot bring: programs and libraries of the system. */
export interface Requirement {
  readonly name: string;
  /** The command that installs it on Debian. */
  readonly install: string;
  readonly isInstalled: boolean;
}

/** Packages of Debian, which are there when these files of theirs are. */
export function debian(name: string, packages: string, ...files: readonly string[]): Requirement {
  return {
    name,
    install: `apt-get install ${packages}`,
    isInstalled: files.every((file) => existsSync(file)),
  };
}

/**
 * A group of tests that need it. Without it they are skipped, under a name that says how to install it;
 * with `CI=true`, where it has to be, they fail.
 */
export function describeWith(
  { name, install, isInstalled }: Requirement,
  title: string,
  tests: () => void,
): void {
  if (isInstalled) {
    describe(title, tests);
    return;
  }
  const missing = `${title}: needs ${name} (${install})`;
  if (process.env["CI"] !== "true") {
    describe.skip(missing, tests);
    return;
  }
  test(missing, () => {
    throw new Error(`No ${name} found: ${install}`);
  });
}
