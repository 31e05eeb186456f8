import { spawnSync } from "node:child_process";
import { lstat, readdir, readFile, readlink, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { checkWritable, StateNotSaved, saveState } from "../../src/cli/state-file.ts";
import type { SandboxState } from "../../src/sandbox/state.ts";
import { STATE_COLLECTIONS } from "../../src/sandbox/state.ts";
import { STATE_VERSION } from "../../src/sandbox/state-format.ts";
import { directoryWith } from "../support/command.ts";
import { runProgram } from "../support/program.ts";
import { until } from "../support/wait.ts";

/** `--export-on-exit`: what is a file and can be replaced, and what is something else. */

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function directory(files?: Readonly<Record<string, string>>): Promise<string> {
  const { path, remove } = await directoryWith(files);
  open.push(remove);
  return path;
}

const STATE = {
  settings: {},
  clock: { offset: 0 },
  keys: [],
  ...Object.fromEntries(STATE_COLLECTIONS.map((name) => [name, []])),
} as unknown as SandboxState;

/** Whether what stands there is a whole state. */
async function expectState(path: string): Promise<void> {
  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({
    version: STATE_VERSION,
    users: [],
  });
}

function mount(...args: string[]): boolean {
  return spawnSync("mount", args).status === 0;
}

describe("--export-on-exit", () => {
  it("leaves its neighbours alone, whatever they are called", async () => {
    const path = await directory({ "state.json.part": "somebody else's" });
    await checkWritable("state.json", path);
    await saveState("state.json", path, STATE);
    expect(await readFile(join(path, "state.json.part"), "utf8")).toBe("somebody else's");
    expect((await readdir(path)).sort()).toEqual(["state.json", "state.json.part"]);
  });

  it("writes through a symbolic link, and through a chain of them", async () => {
    const path = await directory({ "real.json": "what was there" });
    await symlink("real.json", join(path, "one"));
    await symlink(join(path, "one"), join(path, "two"));
    await checkWritable("two", path);
    await saveState("two", path, STATE);
    expect(await readlink(join(path, "two"))).toBe(join(path, "one"));
    expect((await lstat(join(path, "one"))).isSymbolicLink()).toBe(true);
    await expectState(join(path, "real.json"));
    expect((await stat(join(path, "real.json"))).mode & 0o777).toBe(0o600);
  });

  it("makes the file that a link leads to", async () => {
    const path = await directory();
    await symlink("not-there-yet.json", join(path, "link"));
    await checkWritable("link", path);
    await saveState("link", path, STATE);
    await expectState(join(path, "not-there-yet.json"));
  });

  it("says at the start that links lead nowhere", async () => {
    const path = await directory();
    await symlink("b", join(path, "a"));
    await symlink("a", join(path, "b"));
    await expect(checkWritable("a", path)).rejects.toThrow("lead round in a circle");
    await symlink("nowhere/state.json", join(path, "c"));
    await expect(checkWritable("c", path)).rejects.toThrow("make it first");
    await symlink(".", join(path, "d"));
    await expect(checkWritable("d", path)).rejects.toThrow("it is a directory");
  });

  it.each([
    ["a file", "> out.txt"],
    ["a pipe", "| cat > out.txt"],
  ])("writes to /dev/stdout behind what was written there: %s", async (_name, rest) => {
    const path = await directory({ "c.yaml": "users: []\n" });
    // The shell names its process, and becomes the mock.
    const mock = `sh -c 'echo $$ > pid; exec "$NODE" "$MAIN" $ARGS'`;
    const env = {
      ...process.env,
      NODE: process.execPath,
      MAIN,
      ARGS: "--port 0 --json --export-on-exit /dev/stdout --config c.yaml",
    };
    const shell = runProgram("sh", ["-c", `${mock} ${rest}`], { cwd: path, env });
    const out = join(path, "out.txt");
    await until(async () => (await readFile(out, "utf8").catch(() => "")).includes("\n"));
    process.kill(Number(await readFile(join(path, "pid"), "utf8")), "SIGTERM");
    expect((await shell.ended).code).toBe(0);
    const lines = (await readFile(out, "utf8")).trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? "")).toHaveProperty("issuer");
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({ version: STATE_VERSION, users: [] });
  });

  it("leaves a device what it is", async () => {
    await checkWritable("/dev/null", "/");
    await saveState("/dev/null", "/", STATE);
    expect((await lstat("/dev/null")).isCharacterDevice()).toBe(true);
    await expect(saveState("/dev/full", "/", STATE)).rejects.toThrow(StateNotSaved);
    expect((await lstat("/dev/full")).isCharacterDevice()).toBe(true);
  });

  it("writes a file in its place that is mounted by itself", async (context) => {
    const path = await directory({ "outside.json": "", "state.json": "what was there" });
    const inside = join(path, "state.json");
    if (!mount("--bind", join(path, "outside.json"), inside)) {
      return context.skip("a bind mount needs root");
    }
    open.push(() => spawnSync("umount", [inside]));
    await checkWritable("state.json", path);
    await saveState("state.json", path, STATE);
    await expectState(join(path, "outside.json"));
    await expectState(inside);
  });

  it("writes a file in its place beside which none can be made", async (context) => {
    const path = await directory({
      "state.json": "what was there, and was longer than a state".repeat(99),
    });
    const real = join(path, "state.json");
    const readOnly = await directory();
    // A directory in which nothing can be made, with one file that can be written.
    if (!mount("-t", "tmpfs", "tmpfs", readOnly)) return context.skip("a mount needs root");
    open.push(() => spawnSync("umount", ["-l", readOnly]));
    await writeFile(join(readOnly, "state.json"), "");
    mount("--bind", real, join(readOnly, "state.json"));
    open.push(() => spawnSync("umount", [join(readOnly, "state.json")]));
    mount("-o", "remount,ro", readOnly);
    await checkWritable("state.json", readOnly);
    await saveState("state.json", readOnly, STATE);
    await expectState(real);
    await expect(checkWritable("new.json", readOnly)).rejects.toThrow(
      "(EROFS); choose another place",
    );
  });
});
