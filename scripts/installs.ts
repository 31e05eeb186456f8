import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withTarball } from "./tarball.ts";

/**
 * Installs the packed package as its users do, and uses it in every way that they have: on each Node,
 * alone, and in the project test/installed with the test runners and the compiler. The last line is
 * "N passed, N failed"; `npm run build` comes first.
 *
 * With versions (`npm run installs -- 22`) it runs on those Nodes only.
 */

/** The oldest Node that is supported, and the newer lines. */
const NODES = ["20.19", "22", "24"];

const PROJECT = fileURLToPath(new URL("../test/installed/", import.meta.url));

const PACKAGE = "node_modules/vipps-login-mock";

/** What the project does with the package; a program that ends with 0 is content. */
const USES: Readonly<Record<string, readonly string[]>> = {
  require: ["require.cjs"],
  import: ["import.mjs"],
  "node:test": ["--test", "login.node.mjs"],
  Jest: ["node_modules/jest/bin/jest.js"],
  Vitest: ["node_modules/vitest/vitest.mjs", "run"],
  Playwright: ["node_modules/@playwright/test/cli.js", "test"],
};

/** Each way in which the compiler finds a package, with the modules that go with it. */
const RESOLUTIONS = { node16: "node16", nodenext: "nodenext", bundler: "esnext" };

const wanted = process.argv.slice(2);
const versions = NODES.filter((version) => wanted.length === 0 || wanted.includes(version));
if (versions.length === 0) throw new Error(`there are ${NODES.join(", ")}`);

let [passed, failed] = [0, 0];
await withTarball((tarball, directory) => {
  const project = join(directory, "project");
  cpSync(PROJECT, project, { recursive: true });
  for (const version of versions) {
    const env = environmentWith(version);
    console.log(`== Node ${run(env, project, "node", ["--version"]).output.trim()}`);
    const alone = join(directory, `alone-${version}`);
    check("npm install", install(env, alone, [tarball]));
    check("nothing else is installed", nothingElse(env, alone));
    // The tools are the same for every Node, and take longest to install.
    if (version === versions[0]) check("npm install with tools", install(env, project, [tarball]));
    for (const [name, argv] of Object.entries(USES)) check(name, run(env, project, "node", argv));
    check("a stack trace", stackTrace(env, project));
    if (version === versions[0]) checkTypes(env, project);
  }
});
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;

/** An environment in which `node`, and so npm, is of that version. */
function environmentWith(version: string): NodeJS.ProcessEnv {
  const print = ["--", "node", "-p", "process.execPath"];
  const argv = ["--yes", "--package", `node@${version}`, ...print];
  const path = execFileSync("npx", argv, { encoding: "utf8" }).trim();
  return { ...process.env, PATH: `${dirname(path)}${delimiter}${process.env["PATH"]}` };
}

interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

function check(name: string, { ok, output }: Outcome): void {
  console.log(`${ok ? "ok  " : "FAIL"}  ${name}`);
  if (!ok) console.log(output);
  if (ok) passed += 1;
  else failed += 1;
}

function run(
  env: NodeJS.ProcessEnv,
  cwd: string,
  command: string,
  argv: readonly string[],
): Outcome {
  // A process that something keeps alive does not end by itself.
  const options = { env, cwd, encoding: "utf8", timeout: 300_000 } as const;
  const { status, stdout, stderr } = spawnSync(command, argv, options);
  return { ok: status === 0, output: `${stdout}${stderr}` };
}

function install(env: NodeJS.ProcessEnv, directory: string, packages: readonly string[]): Outcome {
  mkdirSync(directory, { recursive: true });
  const manifest = join(directory, "package.json");
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true }\n');
  const argv = ["install", "--engine-strict", "--ignore-scripts", "--no-audit", "--no-fund"];
  return run(env, directory, "npm", [...argv, ...packages]);
}

/** Nothing has to be resolved: of the package alone there is nothing below the package. */
function nothingElse(env: NodeJS.ProcessEnv, directory: string): Outcome {
  const { output } = run(env, directory, "npm", ["ls", "--all", "--parseable"]);
  const { dependencies, scripts } = JSON.parse(
    readFileSync(join(directory, PACKAGE, "package.json"), "utf8"),
  );
  const lines = output
    .trim()
    .split("\n")
    .filter((line) => line.includes("node_modules"));
  return { ok: lines.length === 1 && !dependencies && !scripts, output };
}

/** An error that nobody has foreseen names a line of a source that the package contains. */
function stackTrace(env: NodeJS.ProcessEnv, directory: string): Outcome {
  const argv = ["--require", "./broken.cjs", `${PACKAGE}/dist/main.js`, "--port", "0"];
  const { output } = run(env, directory, "node", argv);
  const [, file = "", line = ""] = /\((\S+\/src\/\S+\.ts):(\d+):\d+\)/.exec(output) ?? [];
  const isThere = file.includes(`${PACKAGE}/src/`) && lineOf(file, Number(line)) !== undefined;
  return { ok: isThere && output.includes("no network today"), output };
}

function lineOf(file: string, line: number): string | undefined {
  return readFileSync(file, "utf8").split("\n")[line - 1];
}

/** As CommonJS modules and as ES modules, with the declarations of the package checked as well. */
function checkTypes(env: NodeJS.ProcessEnv, project: string): void {
  for (const name of ["types", "runner-types"]) {
    copyFileSync(join(project, `${name}.ts`), join(project, `${name}.mts`));
  }
  const files = [
    "types.ts",
    "types.mts",
    "runner-types.ts",
    "runner-types.mts",
    "vitest-types.mts",
  ];
  for (const [resolution, modules] of Object.entries(RESOLUTIONS)) {
    const how = ["--moduleResolution", resolution, "--module", modules];
    const strict = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--types", "node"];
    const argv = ["tsc", ...strict, ...how, ...files];
    check(`TypeScript, ${resolution}`, run(env, project, "npx", ["--no-install", ...argv]));
  }
}
