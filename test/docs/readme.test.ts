import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { validate } from "../../src/cli/validate.ts";
import { directoryWith, terminalIn } from "../support/command.ts";
import type { Program } from "../support/program.ts";
import { runMock, runProgram } from "../support/program.ts";
import { serverForFile } from "../support/server.ts";
import { until } from "../support/wait.ts";

/**
 * The examples of the README, run as they are printed; only the port is another, so that the suite
 * runs beside a mock that is in use.
 */

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const README = readFileSync(`${ROOT}README.md`, "utf8");

/** What the README says to write in place of the call that starts a mock. */
const REMOTE = /`const vipps = (await connect\([^`]*)` in place/.exec(README)?.[1] ?? "";

const running: Program[] = [];
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill("SIGKILL");
});

/** The block of code behind a marker. */
function block(marker: string): string {
  const start = README.indexOf(`<!-- ${marker} -->\n\`\`\``);
  if (start < 0) throw new Error(`the README has no ${marker}`);
  return /```\w+\n(.*?)```/s.exec(README.slice(start))?.[1] ?? "";
}

/** A mock, and how an example that speaks of port 4747 reaches it. */
async function mock(...argv: string[]) {
  const program = runMock(["--port", "0", "--json", ...argv], { cwd: "/" });
  running.push(program);
  const { url } = JSON.parse(await program.firstLine);
  return { program, here: (text: string) => text.replaceAll("http://localhost:4747", url) };
}

/** Shell examples need curl, which npm cannot bring. */
const hasCurl =
  (await runProgram("curl", ["--version"]).ended.catch(() => ({ code: 1 }))).code === 0;
const withCurl = hasCurl || process.env["CI"] === "true" ? it : it.skip;
const needsCurl = hasCurl ? "" : " (needs curl: apt-get install curl)";

describe("the README", () => {
  it("logs somebody in with its first example", async () => {
    const { here } = await mock("--auto-login", "ada");
    const script = here(block("example: login.mjs"));
    const { code, out, err } = await runProgram(
      process.execPath,
      ["--input-type=module", "--eval", script],
      { cwd: ROOT },
    ).ended;
    expect({ code, out, err }).toEqual({ code: 0, out: block("output: login.mjs"), err: "" });
  });

  withCurl(`shows what the log says of a refusal${needsCurl}`, async () => {
    const { program, here } = await mock("--log-format", "pretty");
    await runProgram("sh", ["-ec", here(block("example: refused.sh"))]).ended;
    const told = await until(() => /WARN .*\n.*\n.*\n/.exec(program.err())?.[0]);
    expect(told).toBe(here(block("log: refused.sh")));
  });

  withCurl(`waits until it is up as it shows${needsCurl}`, async () => {
    const { here } = await mock();
    const script = here(block("example: wait.sh"));
    expect(await runProgram("sh", ["-ec", script]).ended).toEqual({ code: 0, out: "", err: "" });
  });

  withCurl(`changes the world as it shows${needsCurl}`, async () => {
    const { here } = await mock();
    const script = here(block("example: control.sh"));
    const { code, out, err } = await runProgram("sh", ["-ec", script]).ended;
    const answers = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect([code, err]).toEqual([0, ""]);
    expect(answers).toEqual([
      expect.objectContaining({ id: "kari", givenName: "Kari" }),
      expect.objectContaining({ name: "My Shop", clientId: "my-shop" }),
      expect.objectContaining({ id: "ada", status: "outdated_app" }),
      { items: [] },
      expect.objectContaining({ offset: 604_800, expired: [] }),
      expect.objectContaining({ offset: 0, expired: [] }),
    ]);
  });

  it.each([
    ["in this process", (text: string) => text],
    [
      "against a mock elsewhere",
      (text: string) =>
        text
          .replace("{ startVippsLoginMock }", "{ connect }")
          .replace("await startVippsLoginMock()", REMOTE),
    ],
  ])("uses the library as it shows, %s", async (_where, adapted) => {
    const { here } = await mock();
    const script = here(adapted(block("example: library.mjs")));
    const { code, out, err } = await runProgram(
      process.execPath,
      ["--input-type=module", "--eval", script],
      { cwd: ROOT },
    ).ended;
    expect({ code, out, err }).toEqual({ code: 0, out: block("output: library.mjs"), err: "" });
  });

  withCurl(`plays a session as it shows, from curl alone${needsCurl}`, async () => {
    const { here } = await mock();
    const { path, remove } = await directoryWith({});
    const script = here(block("example: session.sh"));
    const { code, out, err } = await runProgram("sh", ["-ec", script], { cwd: path }).ended;
    expect({ code, out, err }).toEqual({
      code: 0,
      out: here(block("output: session.sh")),
      err: "",
    });
    const state = JSON.parse(readFileSync(join(path, "checkout-7.json"), "utf8"));
    expect(state.consents).toMatchObject([{ user: "ada" }]);
    await remove();
  });

  it("hears of a withdrawn consent as it shows", async () => {
    const { code, out, err } = await runProgram(
      process.execPath,
      ["--input-type=module", "--eval", block("example: webhook.mjs")],
      { cwd: ROOT },
    ).ended;
    expect({ code, out, err }).toEqual({ code: 0, out: block("output: webhook.mjs"), err: "" });
  });

  it("shows a config that is valid", async () => {
    const { path, remove } = await directoryWith({
      "a.yaml": block("example: vipps-login-mock.yaml"),
    });
    const { io, out } = terminalIn(path);
    expect(await validate("a.yaml", io)).toBe(0);
    expect(out()).toBe("a.yaml is valid: 2 users, 1 sales unit\n");
    await remove();
  });

  it("shows a Compose file whose options exist", async () => {
    const compose = parse(/```yaml\n(services:.*?)```/s.exec(README)?.[1] ?? "");
    const program = runMock(["--port", "0", "--json", ...compose.services.vipps.command], {
      cwd: "/",
    });
    running.push(program);
    expect(JSON.parse(await program.firstLine)).toMatchObject({ url: "http://localhost:4747" });
  });

  it("links to nothing that is missing", () => {
    const targets = [...README.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target]) => target);
    expect(targets.length).toBeGreaterThan(2);
    for (const target of targets) expect(() => readFileSync(`${ROOT}${target}`)).not.toThrow();
    const { files } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));
    for (const target of targets) expect(files).toContain(target?.split("/", 1)[0]);
  });
});

/** What belongs together: the recipes share a server and a sandbox, as for somebody who tries them all. */
describe("a recipe of the README", async () => {
  // Nothing is swept away in the moment that a recipe takes, as in a mock that somebody has just started.
  const server = await serverForFile({}, { sweeps: false });
  const recipes = [...README.matchAll(/^<!-- recipe: (.+) -->$/gm)].map(([, name = ""]) => name);

  it("has its place there", () => {
    expect(recipes).toContain("till.sh");
    expect(new Set(recipes).size).toBe(recipes.length);
  });

  for (const recipe of recipes) {
    withCurl(`prints what the README says: ${recipe}${needsCurl}`, async () => {
      const here = (text: string) => text.replaceAll("http://localhost:4747", server.url);
      const { path, remove } = await directoryWith();
      const script = here(`${block("setup: recipes")}\n${block(`recipe: ${recipe}`)}`);
      const { code, out, err } = await runProgram("sh", ["-ec", script], { cwd: path }).ended;
      const output = here(block(`output: ${recipe}`));
      expect({ code, out, err }).toEqual({ code: 0, out: output, err: "" });
      await remove();
    });
  }
});
