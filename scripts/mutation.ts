import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

/**
 * Mutation testing, by hand: `npm run mutation -- src/rules [src/oidc ...]` (docs/mutation-testing.md).
 * Stryker is installed on first use, in a folder of its own: nothing else here needs its 160 packages.
 */

const STRYKER = "9.6.1";
const HOME = resolve("node_modules/.cache/mutation");
const OUTPUT = "coverage/mutation";

/** What can be mutated, each with the tests whose task it is to notice. */
const AREAS: Readonly<Record<string, readonly string[]>> = {
  "src/rules": ["test/rules/*.test.ts"],
  "src/oidc": ["test/oidc/*.test.ts"],
  "src/store": ["test/conformance/*.test.ts", "test/store/{frozen,ranking}.test.ts"],
  "src/token": [
    "test/wire/{token,bad-input,meanwhile,faq}.test.ts",
    "test/wire/phone/{poll,redirect}.test.ts",
  ],
  "src/sessions": ["test/{sessions,statistics}/*.test.ts", "test/control/payment-sessions.test.ts"],
  "src/faults": ["test/faults/*.test.ts"],
};

function run(command: string, argv: readonly string[]): void {
  const { status } = spawnSync(command, argv, { stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${argv.join(" ")} ended with ${status}`);
}

function install(): void {
  if (existsSync(`${HOME}/node_modules/@stryker-mutator/vitest-runner`)) return;
  mkdirSync(HOME, { recursive: true });
  writeFileSync(`${HOME}/package.json`, '{ "private": true }');
  const packages = ["core", "vitest-runner"].map((name) => `@stryker-mutator/${name}@${STRYKER}`);
  // Vitest itself is found in this project, above the folder.
  run("npm", [
    "install",
    "--prefix",
    HOME,
    "--no-audit",
    "--no-fund",
    "--legacy-peer-deps",
    ...packages,
  ]);
}

function mutate(area: string, constants: boolean): void {
  const testFiles = Object.entries(AREAS).find(([name]) => area.startsWith(name))?.[1];
  if (!testFiles) throw new Error(`${area} is in none of ${Object.keys(AREAS).join(", ")}`);
  const name = area.replaceAll(/\W+/g, "-");
  mkdirSync(OUTPUT, { recursive: true });
  // Mutants in functions are switched on in a module that is loaded already: fast, with one worker.
  const vitest = { test: { isolate: constants, include: testFiles, testTimeout: 30_000 } };
  const vitestConfig = resolve(OUTPUT, `${name}.vitest.js`);
  writeFileSync(vitestConfig, `export default ${JSON.stringify(vitest)};`);
  const settings = {
    mutate: [/\.ts\b/.test(area) ? area : `${area}/**/*.ts`],
    testRunner: "vitest",
    vitest: { related: false, configFile: vitestConfig },
    plugins: [
      `${HOME}/node_modules/@stryker-mutator/vitest-runner/dist/src/index.js`,
      resolve("scripts/mutation-prose.js"),
    ],
    ignorers: ["prose"],
    ignoreStatic: !constants,
    coverageAnalysis: "perTest",
    // On a busy machine, the first run after a restart of the worker takes long. A mutant that never ends is rare.
    timeoutMS: 60_000,
    concurrency: 1,
    // The copy of the project; packages are found in the folders above it.
    tempDirName: `${OUTPUT}/${name}.copy`,
    symlinkNodeModules: false,
    ignorePatterns: ["coverage", "dist"],
    // To read one it would need an API that TypeScript 7 does not have.
    tsconfigFile: "none",
    reporters: ["clear-text", "progress-append-only", "json"],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    jsonReporter: { fileName: `${OUTPUT}/${name}.json` },
  };
  const config = `${OUTPUT}/${name}.config.json`;
  writeFileSync(config, JSON.stringify(settings, undefined, 2));
  run(process.execPath, [
    `${HOME}/node_modules/@stryker-mutator/core/bin/stryker.js`,
    "run",
    config,
  ]);
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { constants: { type: "boolean", default: false } },
});
install();
for (const area of positionals.length > 0 ? positionals : Object.keys(AREAS)) {
  mutate(area, values.constants);
}
