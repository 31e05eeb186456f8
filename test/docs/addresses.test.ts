import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseArguments } from "../../src/cli/arguments.ts";
import { doctor } from "../../src/cli/doctor.ts";
import { start } from "../../src/cli/start.ts";
import { validate } from "../../src/cli/validate.ts";
import { directoryWith, optionsOf, terminalIn } from "../support/command.ts";
import { freePort } from "../support/free-port.ts";
import { until } from "../support/wait.ts";

/** What docs/addresses.md shows beside the set-ups with nginx, which proxies/nginx.test.ts runs. */

const PAGE = readFileSync(new URL("../../docs/addresses.md", import.meta.url), "utf8");

/** The blocks of code behind markers of a kind, by their names. */
function blocks(kind: string): (readonly [string, string])[] {
  const found = PAGE.matchAll(
    new RegExp(`^<!-- ${kind}: ([\\w-]+) -->\\n\`\`\`\\w+\\n(.*?)\`\`\``, "gms"),
  );
  return [...found].map(([, name = "", code = ""]) => [name, code]);
}

/** What a test opened; closed after it in any case. */
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

describe("docs/addresses.md", () => {
  it.each(blocks("compose"))("starts the mock with options that exist: %s", (_, code) => {
    const { command } = parse(code).services.vipps;
    expect(parseArguments(command, {})).toMatchObject({ name: "start" });
  });

  it("has a start for each nginx", () => {
    const names = blocks("nginx").map(([name]) => name);
    expect(blocks("start").map(([name]) => name)).toEqual(names);
    expect(names.length).toBeGreaterThan(3);
  });

  it.each(blocks("config"))("shows a config that is valid: %s", async (_, code) => {
    const { path, remove } = await directoryWith({ "a.yaml": code });
    open.push(remove);
    const { io, out } = terminalIn(path);
    expect(await validate("a.yaml", io)).toBe(0);
    expect(out()).toBe("a.yaml is valid: 20 users, 1 sales unit\n");
  });

  it("shows what doctor says", async () => {
    const [, shown = ""] = blocks("doctor")[0] ?? [];
    const port = String(await freePort("127.0.0.1"));
    const here = (text: string) => text.replaceAll("4747", port);
    const mock = terminalIn("/");
    const argv = ["start", "--port", port, "--public-url", here("http://localhost:4747")];
    const command = parseArguments(argv, {});
    if (command.name !== "start") throw new Error("the command is start");
    const ended = start(command.options, mock.io);
    open.push(() => ended);
    open.push(() => mock.stop());
    await until(() => mock.out() !== "");
    const [line = "", ...lines] = here(shown).split("\n");
    const url = line.replace("$ vipps-login-mock doctor ", "");
    const terminal = terminalIn("/");
    expect(await doctor(url, optionsOf(), terminal.io)).toBe(0);
    expect(terminal.out()).toBe(lines.join("\n"));
  });
});
