import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { directoryWith } from "../support/command.ts";
import { runProgram } from "../support/program.ts";
import { serverForFile } from "../support/server.ts";

/** The steps of docs/curl.md, run as they are printed, one after the other; only the address is another. */

const PAGE = readFileSync(fileURLToPath(new URL("../../docs/curl.md", import.meta.url)), "utf8");

const server = await serverForFile();

/** The steps need curl, which npm cannot bring. */
const hasCurl =
  (await runProgram("curl", ["--version"]).ended.catch(() => ({ code: 1 }))).code === 0;
const withCurl = hasCurl || process.env["CI"] === "true" ? it : it.skip;
const needsCurl = hasCurl ? "" : " (needs curl: apt-get install curl)";

function blocks(language: string): string {
  return [...PAGE.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, one]) => one === language)
    .map(([, , text = ""]) => text)
    .join("");
}

describe("docs/curl.md", () => {
  it("has what each step prints", () => {
    const steps = PAGE.split(/^## /m).slice(1);
    expect(steps).toHaveLength(6);
    for (const step of steps) expect(step).toMatch(/```sh\n.*```\n```text\n.*```\n/s);
  });

  withCurl(`logs somebody in from start to end${needsCurl}`, async () => {
    const here = (text: string) => text.replaceAll("http://localhost:4747", server.url);
    const { path, remove } = await directoryWith();
    const { code, out, err } = await runProgram("sh", ["-ec", here(blocks("sh"))], { cwd: path })
      .ended;
    expect({ code, out, err }).toEqual({ code: 0, out: here(blocks("text")), err: "" });
    await remove();
  });
});
