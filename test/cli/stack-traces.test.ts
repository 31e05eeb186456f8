import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withSources } from "../../src/cli/stack-traces.ts";
import { directoryWith } from "../support/command.ts";
import { runMock } from "../support/program.ts";

/** A frame of a file with a place in it. */
const frame = (file: string | null, line: number | null, column: number | null) => ({
  getFileName: () => file,
  getLineNumber: () => line,
  getColumnNumber: () => column,
  toString: () => `run (${file}:${line}:${column})`,
});

it("names the place in the source where a source map knows it", async () => {
  // Line 2, column 5 of the built file is line 11, column 3 of the source.
  const map = { version: 3, sources: ["../src/a b.ts"], names: [], mappings: ";IAUE" };
  const { path, remove } = await directoryWith({ "built.js.map": JSON.stringify(map) });
  const built = join(path, "built.js");
  expect(
    withSources(new TypeError("wrong"), [
      frame(built, 2, 5),
      frame(built, 1, 1),
      frame("node:net", 3, 1),
      frame(null, 3, 1),
      frame(built, null, null),
    ]).split("\n    at "),
  ).toEqual([
    "TypeError: wrong",
    `run (${join(path, "../src/a b.ts")}:11:3)`,
    `run (${built}:1:1)`,
    "run (node:net:3:1)",
    "run (null:3:1)",
    `run (${built}:null:null)`,
  ]);
  await remove();
});

it.each([
  [new TypeError("wrong"), "TypeError: wrong"],
  [{ name: "x" }, "x"],
  [Object.assign(Object.create(null), { message: "y" }), "Error: y"],
])("begins as Node does, also for what is no error", (error, head) => {
  expect(withSources(error as Error, [])).toBe(head);
});

it("is what the command line prints", async () => {
  const { path, remove } = await directoryWith();
  await writeFile(
    join(path, "broken.cjs"),
    'require("node:net").Server.prototype.listen = () => { throw new Error("no network today"); };',
  );
  const env = { ...process.env, NODE_OPTIONS: `--require ${join(path, "broken.cjs")}` };
  const { code, err } = await runMock(["--port", "0"], { cwd: path, env }).ended;
  expect(code).toBe(1);
  expect(err).toContain("Error: no network today");
  const [, file = "", line = ""] = /\((\/\S+\/src\/http\/ports\.ts):(\d+):\d+\)/.exec(err) ?? [];
  expect(execFileSync("sed", ["-n", `${line}p`, file], { encoding: "utf8" })).toContain("listen(");
  await remove();
});
