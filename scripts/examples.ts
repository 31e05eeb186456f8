import { spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { withTarball } from "./tarball.ts";

/**
 * Runs the example projects by the commands of docs/testing.md: each in a copy of its own, with the packed
 * package from the tarball and everything else from the registry. The last line is
 * "N passed, N failed"; `npm run build` comes first.
 *
 * With names (`npm run examples -- vitest`) it runs only those.
 */

const EXAMPLES = fileURLToPath(new URL("../examples/", import.meta.url));

/** Where Debian and others put a browser that Playwright has not brought itself. */
const CHROMIUMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const wanted = process.argv.slice(2);
const names = readdirSync(EXAMPLES).filter((name) => wanted.length === 0 || wanted.includes(name));
if (names.length === 0) throw new Error(`no example is called ${wanted.join(" or ")}`);

let [passed, failed] = [0, 0];
await withTarball(async (_tarball, directory) => {
  for (const name of names) {
    console.log(`== examples/${name}`);
    // The tarball lies two folders above, where the projects of the clone expect it.
    const project = join(directory, "examples", name);
    cpSync(join(EXAMPLES, name), project, { recursive: true });
    const installed = await run("npm", ["install", "--no-audit", "--no-fund"], project);
    const tested = installed.ok ? await run("npm", ["test"], project) : installed;
    const counts = countsIn(tested.output);
    passed += counts.passed;
    // What ends badly without a test that failed, as a type error does, is one failure.
    failed += tested.ok ? counts.failed : Math.max(counts.failed, 1);
    if (tested.ok && counts.passed === 0) throw new Error(`examples/${name} ran no test`);
  }
});
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;

/** Runs a program, shown while it runs, and hands over what it said. */
function run(command: string, argv: readonly string[], cwd: string) {
  const child = spawn(command, argv, {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, CHROMIUM: chromium(), PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1" },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
      process.stdout.write(chunk);
    });
  }
  return new Promise<{ readonly ok: boolean; readonly output: string }>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ ok: code === 0, output }));
  });
}

function chromium(): string {
  const named = process.env["CHROMIUM"] ?? process.env["VIPPS_LOGIN_MOCK_CHROMIUM"];
  return named ?? CHROMIUMS.find((path) => existsSync(path)) ?? "";
}

/**
 * The runners end with lines as "Tests  1 failed | 3 passed (4)", "Tests:  3 passed, 3 total",
 * "1 failed", "3 passed (2s)".
 */
function countsIn(output: string): { readonly passed: number; readonly failed: number } {
  const plain = stripVTControlCharacters(output);
  const count = (word: string) => {
    const found = [...plain.matchAll(new RegExp(`^ *(?:Tests\\b.*)?\\b(\\d+) ${word}\\b`, "gm"))];
    return found.reduce((sum, [, number]) => sum + Number(number), 0);
  };
  return { passed: count("passed"), failed: count("failed") };
}
