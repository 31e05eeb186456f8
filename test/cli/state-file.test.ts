import { once } from "node:events";
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { start } from "../../src/cli/start.ts";
import { OperatorError } from "../../src/platform/operator-error.ts";
import { STATE_VERSION } from "../../src/sandbox/state-format.ts";
import { directoryWith, optionsOf, terminalIn } from "../support/command.ts";
import type { Program } from "../support/program.ts";
import { runMock } from "../support/program.ts";
import { until } from "../support/wait.ts";

/** `--import` and `--export-on-exit`: a sandbox's state from one run to the next. */

/** What a test opened; closed after it in any case. */
const open: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of open.splice(0).reverse()) await close();
});

async function directory(files?: Readonly<Record<string, string>>): Promise<string> {
  const { path, remove } = await directoryWith(files);
  open.push(remove);
  return path;
}

/** Starts as the command line does and waits until it has said where it is. */
async function started(path: string, ...argv: string[]) {
  const terminal = terminalIn(path);
  const ended = start(optionsOf("--json", ...argv), terminal.io);
  open.push(() => ended.catch(() => undefined));
  open.push(() => terminal.stop());
  await Promise.race([ended, until(() => terminal.out() !== "")]);
  const { controlUrl, salesUnits } = JSON.parse(terminal.out());
  const api = async (method: string, below: string, body?: object) => {
    const response = await fetch(`${controlUrl}${below}`, {
      method,
      ...(body && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
    return response.status === 204 ? undefined : await response.json();
  };
  const mint = () =>
    api("POST", "/tokens", { user: "ada", clientId: salesUnits[0].clientId, scope: "openid name" });
  return { ...terminal, ended, api, mint };
}

const readJson = async (path: string, name: string) =>
  JSON.parse(await readFile(join(path, name), "utf8"));

describe("--export-on-exit and --import", () => {
  it("carry a sandbox from one run to the next, what the last request did included", async () => {
    const path = await directory();
    const first = await started(path, "--export-on-exit", "state.json");
    await first.api("POST", "/users", { id: "eve" });
    await first.api("POST", "/state/reset");
    await first.api("POST", "/users", { id: "mallory" });
    await first.api("PATCH", "/settings", { profile: "2026" });
    await first.mint();
    const before = await first.api("GET", "/state");
    first.stop();
    expect(await first.ended).toBe(0);
    expect(await readJson(path, "state.json")).toEqual(before);
    expect(await readdir(path)).toEqual(["state.json"]);
    expect((await stat(join(path, "state.json"))).mode & 0o777).toBe(0o600);

    const second = await started(path, "--import", "state.json");
    expect(await second.api("GET", "/state")).toEqual(before);
    expect(JSON.parse(second.out()).users.at(-1).id).toBe("mallory");
  });

  it("write in the place of the file that was there", async () => {
    const path = await directory({ "state.json": "what was there" });
    const { stop, ended } = await started(path, "--export-on-exit", "state.json");
    expect(await readFile(join(path, "state.json"), "utf8")).toBe("what was there");
    stop();
    expect(await ended).toBe(0);
    expect((await readJson(path, "state.json")).version).toBe(STATE_VERSION);
  });

  it("go together with a seed: no name is given twice", async () => {
    const path = await directory();
    const argv = ["--seed", "7", "--export-on-exit", "state.json"];
    const first = await started(path, ...argv);
    const codes = [(await first.mint()).code];
    first.stop();
    await first.ended;
    for (const _ of [1, 2]) {
      const next = await started(path, ...argv, "--import", "state.json");
      codes.push((await next.mint()).code);
      next.stop();
      await next.ended;
    }
    expect(new Set(codes).size).toBe(3);
    expect((await readJson(path, "state.json")).codes).toHaveLength(3);
  });

  it("let flags win over the state, as they do over a config", async () => {
    const path = await directory();
    const first = await started(path, "--export-on-exit", "state.json", "--profile", "2026");
    first.stop();
    await first.ended;
    const flags = ["--profile", "2023", "--auto-login", "ada"];
    const second = await started(path, "--import", "state.json", ...flags);
    const { profile, autoLogin } = (await second.api("GET", "/settings")) as {
      profile: string;
      autoLogin: string;
    };
    expect([profile, autoLogin]).toEqual(["2023", "ada"]);
  });

  it("name the rules that a state overrides among the laxness", async () => {
    const path = await directory();
    const first = await started(path, "--export-on-exit", "state.json");
    await first.api("PATCH", "/settings", { rules: { minimumAge: 0 } });
    first.stop();
    await first.ended;
    const { err } = await started(path, "--import", "state.json");
    expect(err()).toContain("rules.minimumAge is overridden: 0");
  });

  it("finish a request that is under way, and cut off one that takes over ten seconds", async () => {
    const path = await directory();
    const { out, stop, ended } = await started(path, "--export-on-exit", "state.json");
    const { port } = new URL(JSON.parse(out()).url);
    const socket = connect(Number(port), "127.0.0.1");
    const cut = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.on("error", () => undefined);
    socket.write(
      "POST /mock/api/users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n" +
        "Expect: 100-continue\r\n\r\n{",
    );
    // The server says "100 Continue" once it has the head of the request.
    await once(socket, "data");
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    stop();
    await until(() => vi.getTimerCount() > 0);
    vi.advanceTimersByTime(9_999);
    expect(await Promise.race([ended, Promise.resolve("waits")])).toBe("waits");
    vi.advanceTimersByTime(1);
    await cut;
    expect(await ended).toBe(0);
    expect((await readJson(path, "state.json")).version).toBe(STATE_VERSION);
  });

  it.each<[string, string[], RegExp]>([
    ["pretty", [], /^The state is lost, state\.json cannot be written: /m],
    [
      "json, whatever its level",
      ["--log-format", "json", "--log-level", "silent"],
      /"level":60,.*"msg":"The state is lost, state\.json cannot be written: /,
    ],
  ])("tell what was lost when the file cannot be written at the end: %s", async (...row) => {
    const [, options, told] = row;
    const path = await directory();
    const { stop, ended, err } = await started(path, "--export-on-exit", "state.json", ...options);
    await mkdir(join(path, "state.json", "in-the-way"), { recursive: true });
    stop();
    expect(await ended).toBe(1);
    expect(err()).toMatch(told);
    expect(await readdir(path)).toEqual(["state.json"]);
  });

  it.each([
    [["--import", "nowhere.json"], "there is no such file"],
    [["--export-on-exit", "nowhere/state.json"], "make it first"],
    [["--export-on-exit", "."], "it is a directory; name a file in it"],
    [["--export-on-exit", "file/state.json"], "(ENOTDIR); choose another place"],
  ])("does not start with %j", async (argv, told) => {
    const path = await directory({ file: "" });
    await expect(started(path, ...argv)).rejects.toThrow(told);
    await expect(started(path, ...argv)).rejects.toBeInstanceOf(OperatorError);
    expect(await readdir(path)).toEqual(["file"]);
  });
});

describe("the program", () => {
  const running: Program[] = [];
  afterEach(() => {
    for (const { child } of running.splice(0)) child.kill("SIGKILL");
  });

  function run(path: string, ...argv: string[]): Program {
    const program = runMock(["--port", "0", "--json", ...argv], { cwd: path });
    running.push(program);
    return program;
  }

  it("exports after SIGTERM, and imports before it listens", async () => {
    const path = await directory();
    const first = run(path, "--export-on-exit", "state.json");
    const { controlUrl } = JSON.parse(await first.firstLine);
    const response = await fetch(`${controlUrl}/users`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"id":"eve"}',
    });
    expect(response.status).toBe(201);
    first.child.kill("SIGTERM");
    expect(await first.ended).toMatchObject({ code: 0 });
    const { users } = JSON.parse(await run(path, "--import", "state.json").firstLine);
    expect(users.at(-1).id).toBe("eve");
  });

  it("tells everything that is wrong with a state, and exits 2", async () => {
    const path = await directory({
      "state.json": '{"version":1,"clok":{},"settings":{"profile":"2024"},"users":[]}',
      "half.json": '{"version":1,',
    });
    const { code, out, err } = await run(path, "--import", "state.json").ended;
    expect([code, out]).toEqual([2, ""]);
    const lines = err.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^state\.json has \d+ problems:$/);
    expect(err).toContain('clok: unknown key "clok"; did you mean "clock"?');
    expect(err).toContain("salesUnits: missing: expected a list");
    expect(err).toContain("settings.profile: expected one of");
    expect(err).not.toContain("at ");
    const half = await run(path, "--import", "half.json").ended;
    expect(half).toMatchObject({ code: 2, err: expect.stringContaining("line 1, column 14") });
  });
});
