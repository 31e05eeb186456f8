import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { runProgram } from "./program.ts";
import { debian } from "./requirement.ts";

/** A real Redis for tests, as Debian has it. */
export const redisServer = debian("Redis", "redis-server", "/usr/bin/redis-server");

export interface RedisServer {
  readonly url: string;
  /** The process that runs now. */
  readonly child: ChildProcess;
  /** Has it do something, as an operator does; gives what it says, a line an item. */
  command(...argv: readonly string[]): Promise<string[]>;
  /** Starts it again after its end, with what it has written down. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts one that keeps nothing on the disk, unless it is told to. */
export async function startRedis(...options: readonly string[]): Promise<RedisServer> {
  const port = String(await freePort("127.0.0.1"));
  const directory = mkdtempSync(join(tmpdir(), "vipps-login-mock-redis-"));
  const own = ["--port", port, "--bind", "127.0.0.1", "--dir", directory, "--save", ""];
  const start = () => startProcess([...own, ...options]);
  let current = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    get child() {
      return current.child;
    },
    async command(...argv) {
      const { out } = await runProgram("redis-cli", ["-p", port, ...argv]).ended;
      return out.split("\n").filter((line) => line !== "");
    },
    async restart() {
      await current.ended;
      current = await start();
    },
    async stop() {
      current.child.kill("SIGKILL");
      await current.ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** @returns it when it takes connections */
async function startProcess(argv: readonly string[]) {
  const child = spawn("redis-server", argv, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      said += chunk;
      if (said.includes("Ready to accept connections")) resolve();
    });
    void ended.then(() => reject(new Error(`redis-server ended: ${said}`)));
  });
  return { child, ended };
}
