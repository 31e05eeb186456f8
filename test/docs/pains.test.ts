import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { directoryWith } from "../support/command.ts";
import { runProgram } from "../support/program.ts";
import { serverForFile } from "../support/server.ts";

/**
 * The steps of docs/pains.md, run as they are printed, each in a sandbox of its own; only the address
 * is another. The page is the table: what stands there is what is tested.
 */

const PAGE = readFileSync(fileURLToPath(new URL("../../docs/pains.md", import.meta.url)), "utf8");

/** How many of them are counted. */
const PAINS = 27;

/** One pain: its number and title, the step, and what that prints. */
interface Pain {
  readonly number: string;
  readonly title: string;
  readonly step: string;
  readonly output: string;
}

const SETUP = /<!-- setup -->\n```sh\n(.*?)```\n/s.exec(PAGE)?.[1] ?? "";

const pains: readonly Pain[] = PAGE.split(/^## /m)
  .slice(1)
  .map((part) => {
    const [, number = "", title = ""] = /^(\d+)\. ([^\n]+)\n/.exec(part) ?? [];
    const [, step = "", output = ""] = /```sh\n(.*?)```\n```text\n(.*?)```\n/s.exec(part) ?? [];
    return { number, title, step, output };
  });

const server = await serverForFile();

/** Steps need curl, which npm cannot bring. */
const hasCurl =
  (await runProgram("curl", ["--version"]).ended.catch(() => ({ code: 1 }))).code === 0;
const withCurl = hasCurl || process.env["CI"] === "true" ? it : it.skip;
const needsCurl = hasCurl ? "" : " (needs curl: apt-get install curl)";

describe("docs/pains.md", () => {
  it("has every pain, in order, each with a step and what it prints", () => {
    expect(pains.map(({ number }) => number)).toEqual(
      Array.from({ length: PAINS }, (_, index) => String(index + 1)),
    );
    for (const { title, step, output } of pains) {
      for (const part of [title, step, output]) expect(part.trim()).not.toBe("");
    }
    // Nothing that is printed as a step or an output is overlooked.
    expect(PAGE.match(/^```\w+$/gm)).toHaveLength(1 + 2 * PAINS);
  });
});

describe("a step of docs/pains.md", () => {
  beforeAll(async () => {
    for (const { number } of pains) {
      const { status } = await fetch(`${server.url}/mock/api/sandboxes`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ id: `pain-${number}` }),
      });
      expect(status).toBe(201);
    }
  });

  for (const { number, title, step, output } of pains) {
    withCurl(`prints what the page says: ${number}. ${title}${needsCurl}`, async () => {
      const here = (text: string) =>
        text.replaceAll("http://localhost:4747", `${server.url}/s/pain-${number}`);
      const { path, remove } = await directoryWith();
      const script = here(`${SETUP}\n${step}`);
      const { code, out, err } = await runProgram("sh", ["-ec", script], { cwd: path }).ended;
      expect({ code, out, err }).toEqual({ code: 0, out: here(output), err: "" });
      await remove();
    });
  }
});
