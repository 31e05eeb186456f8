import { spawnSync } from "node:child_process";
import { withTarball } from "./tarball.ts";

/** Holds the packed package against what bundlers, Node and TypeScript make of its entries. */

await withTarball((tarball) => {
  for (const [linter, ...argv] of [
    ["publint", "--strict", tarball],
    ["attw", "--profile", "node16", "--exclude-entrypoints", "vitest", "--no-emoji", tarball],
    // Vitest itself cannot be required.
    ["attw", "--profile", "esm-only", "--entrypoints", "vitest", "--no-emoji", tarball],
  ] as const) {
    const { status } = spawnSync("npx", ["--no-install", linter, ...argv], { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  }
});
