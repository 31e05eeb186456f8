import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync, readFileSync, truncateSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { directoryWith } from "../support/command.ts";
import type { Program } from "../support/program.ts";
import { runMock, runProgram } from "../support/program.ts";
import { until } from "../support/wait.ts";

/** How the program ends, and what does not end it. */

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** What a test started and opened; ended after it in any case. */
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function directory(files?: Readonly<Record<string, string>>): Promise<string> {
  const { path, remove } = await directoryWith(files);
  open.push(remove);
  return path;
}

function run(cwd: string, ...argv: string[]): Program {
  const program = runMock(["--port", "0", "--json", ...argv], { cwd });
  open.push(() => program.child.kill("SIGKILL"));
  return program;
}

/** The mock with its standard error there; resolves with its address. */
async function runWithErr(cwd: string, err: number | "pipe", ...argv: string[]) {
  const child = spawn(process.execPath, [MAIN, "--port", "0", "--json", ...argv], {
    cwd,
    stdio: ["ignore", "pipe", err],
  });
  open.push(() => child.kill("SIGKILL"));
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const [line] = await once(child.stdout as NonNullable<typeof child.stdout>, "data");
  return { child, ended, url: JSON.parse(String(line)).url as string };
}

/** Each such request is a line of the log, or two. */
async function makeItLog(url: string, times = 1): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    expect((await fetch(`${url}/nothing-there`)).status).toBe(404);
  }
}

/** Whether a whole state is there. */
const exportedIn = async (path: string) =>
  Array.isArray(JSON.parse(await readFile(join(path, "state.json"), "utf8")).users);

/** Whether nobody listens there any more. */
async function isGone(url: string): Promise<boolean> {
  return fetch(`${url}/mock/api/live`).then(
    () => false,
    () => true,
  );
}

describe("a log that cannot be written does not end the server", () => {
  it("on a disk that is full", async () => {
    const path = await directory();
    const full = openSync("/dev/full", "w");
    open.push(() => closeSync(full));
    const { child, ended, url } = await runWithErr(path, full, "--export-on-exit", "state.json");
    await makeItLog(url, 20);
    child.kill("SIGTERM");
    expect([await ended, await exportedIn(path)]).toEqual([0, true]);
  });

  it("when its reader goes away", async () => {
    const path = await directory();
    const { child, ended, url } = await runWithErr(path, "pipe", "--export-on-exit", "state.json");
    child.stderr?.destroy();
    await makeItLog(url, 20);
    child.kill("SIGTERM");
    expect([await ended, await exportedIn(path)]).toEqual([0, true]);
  });

  it.for(["pretty", "json"] as const)(
    "and it tells how many lines were lost, once there is room again: %s",
    async (format, context) => {
      const path = await directory();
      const mount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4k", "tmpfs", path]);
      if (mount.status !== 0) return context.skip("a file system of its own needs root");
      open.push(() => spawnSync("umount", ["-l", path]));
      const file = join(path, "err.log");
      const log = openSync(file, "a");
      open.push(() => closeSync(log));
      const { child, ended, url } = await runWithErr("/", log, "--log-format", format);
      await makeItLog(url, 60);
      expect(readFileSync(file)).toHaveLength(4096);
      truncateSync(file);
      await makeItLog(url);
      const lines = readFileSync(file, "utf8").trimEnd().split("\n").filter(Boolean);
      const [first = "", ...rest] = lines;
      const told = format === "json" ? JSON.parse(first).msg : first;
      expect(told).toMatch(/\d+ lines could not be written to standard error \(ENOSPC\)$/);
      expect(rest.join()).toContain("nothing-there");
      expect(Number(/(\d+) lines/.exec(told)?.[1])).toBeGreaterThan(20);
      child.kill("SIGTERM");
      expect(await ended).toBe(0);
    },
  );

  it("nor a test, in which the library has started it", async () => {
    const path = await directory();
    const full = openSync("/dev/full", "w");
    open.push(() => closeSync(full));
    const script = `
      const { startVippsLoginMock } = require(${JSON.stringify(join(MAIN, "../index.js"))});
      startVippsLoginMock({ port: 0, logLevel: "info" }).then(async (mock) => {
        for (let n = 0; n < 20; n += 1) await fetch(mock.url + "/nothing-there");
        await mock.close();
        console.log("passed");
      });`;
    const child = spawn(process.execPath, ["-e", script], {
      cwd: path,
      stdio: ["ignore", "pipe", full],
    });
    open.push(() => child.kill("SIGKILL"));
    const [out] = await once(child.stdout as NonNullable<typeof child.stdout>, "data");
    expect(String(out)).toBe("passed\n");
    expect((await once(child, "exit"))[0]).toBe(0);
  });

  it("nor a banner that nobody can read, nor a line of facts", async () => {
    const path = await directory({ "v.yaml": "users: []\n" });
    for (const argv of [[], ["--json"]]) {
      const full = openSync("/dev/full", "w");
      const all = [...argv, "--port", "0", "--export-on-exit", "state.json", "--config", "v.yaml"];
      const child = spawn(process.execPath, [MAIN, ...all], {
        cwd: path,
        stdio: ["ignore", full, "pipe"],
      });
      open.push(() => child.kill("SIGKILL"));
      closeSync(full);
      let err = "";
      child.stderr?.on("data", (chunk) => {
        err += chunk;
      });
      await until(() => /lines? could not be written to standard output \(ENOSPC\)/.test(err));
      child.kill("SIGTERM");
      expect((await once(child, "exit"))[0]).toBe(0);
      expect(await exportedIn(path)).toBe(true);
    }
  });
});

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

describe("a signal", () => {
  it("that comes again and again cuts off what is in flight, and the state is exported all the same", async () => {
    const path = await directory();
    const { child, firstLine, err, ended } = run(path, "--export-on-exit", "state.json");
    const { port } = new URL(JSON.parse(await firstLine).url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.on("error", () => {});
    const cut = once(socket, "close");
    socket.write(
      "POST /mock/api/users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n" +
        "Expect: 100-continue\r\n\r\n{",
    );
    await once(socket, "data");
    const began = performance.now();
    child.kill("SIGTERM");
    await until(() => err().includes("stops:"));
    // What comes within a second is the first signal once more. And one that comes when the program is about to
    // be gone kills it as it would any: so there is one of each.
    child.kill("SIGTERM");
    const heard = performance.now();
    await until(() => performance.now() - heard > 1100);
    child.kill("SIGTERM");
    await cut;
    expect((await ended).code).toBe(0);
    // Not by the end of the ten seconds that one signal gives.
    expect(performance.now() - began).toBeLessThan(9000);
    expect(await exportedIn(path)).toBe(true);
  });

  it("resets no connection on which one request follows the other", async () => {
    const { child, firstLine, ended } = run(await directory());
    const { port } = new URL(JSON.parse(await firstLine).url);
    const clients = Array.from({ length: 8 }, () => keepAsking(Number(port)));
    await until(() => clients.every(({ count }) => count() > 3));
    child.kill("SIGTERM");
    const ends = await Promise.all(clients.map(({ end }) => end));
    expect(ends).toEqual(clients.map(() => "told"));
    expect((await ended).code).toBe(0);
  });
});

/** A client that asks again as soon as it has its response, and how it learns that it must not. */
function keepAsking(port: number) {
  const socket = connect(port, "127.0.0.1");
  let [count, received] = [0, ""];
  const ask = () =>
    socket.write(
      "GET /access-management-1.0/access/.well-known/jwks.json HTTP/1.1\r\nHost: localhost\r\n\r\n",
    );
  const end = new Promise<"told" | "reset">((resolve) => {
    socket.on("connect", ask);
    socket.on("data", (chunk) => {
      received += chunk;
      const [head = "", body] = received.split("\r\n\r\n");
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      if (body === undefined || Buffer.byteLength(body) < length) return;
      count += 1;
      received = "";
      if (/^HTTP\/1\.1 200 /.test(head) && /connection: close/i.test(head)) resolve("told");
      else ask();
    });
    socket.on("error", () => resolve("reset"));
    socket.on("close", () => resolve("reset"));
  });
  return { end, count: () => count };
}

describe("npm", () => {
  /** A project whose script is that; npm runs it in a group of its own. */
  async function start(script: string) {
    const path = await directory({
      "package.json": JSON.stringify({
        name: "shop",
        version: "1.0.0",
        scripts: { start: script },
      }),
    });
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)),
    );
    const npm = runProgram("npm", ["start", "--silent"], { cwd: path, env, detached: true });
    open.push(() => npm.child.pid && killGroup(npm.child.pid));
    return { path, npm, facts: async () => JSON.parse(await npm.firstLine) };
  }

  const mock = `"${process.execPath}" "${MAIN}" --port 0 --json --export-on-exit state.json`;

  /** Waits until the mock is gone, and has left its state. */
  async function expectExport(path: string, url: string): Promise<void> {
    await until(async () => existsSync(join(path, "state.json")) && (await isGone(url)));
    expect(await exportedIn(path)).toBe(true);
  }

  it("hands SIGTERM on to nobody but its shell: the mock notices, and exports its state", async () => {
    const { path, npm, facts } = await start(mock);
    const { url } = await facts();
    npm.child.kill("SIGTERM");
    await expectExport(path, url);
  });

  it("and the mock both get what a terminal sends, which counts once", async () => {
    const { path, npm, facts } = await start(mock);
    const { url } = await facts();
    process.kill(-(npm.child.pid ?? expect.fail()), "SIGINT");
    await expectExport(path, url);
  });

  it("may be killed: the mock notices, and exports its state", async () => {
    const { path, npm, facts } = await start(mock);
    const { url } = await facts();
    npm.child.kill("SIGKILL");
    await expectExport(path, url);
  });

  it("may go where its script leaves the mock behind", async () => {
    const { npm } = await start(`${mock} > facts.json 2>&1 & echo "$!"; sleep 1`);
    const pid = Number(await npm.firstLine);
    open.push(() => process.kill(pid, "SIGKILL"));
    expect((await npm.ended).code).toBe(0);
    // Longer than it takes to notice.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(process.kill(pid, 0)).toBe(true);
  });
});
