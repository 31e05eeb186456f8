import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { Redis } from "ioredis";
import { Connection } from "./connection.ts";
import { freePort } from "./program.ts";
import { scratchFile, scratchFolder } from "./scratch.ts";

/** What replicas work with: a Redis that they share, and an nginx in front of them. Both have to be installed. */

interface Service {
  readonly port: number;
  stop(): Promise<void>;
}

export interface RedisService extends Service {
  readonly url: string;
  readonly client: Redis;
}

/** A Redis that keeps nothing on the disk. */
export async function startRedis(): Promise<RedisService> {
  const port = await freePort();
  const options = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--dir"];
  const service = await start("redis-server", [...options, scratchFolder()], port);
  const client = new Redis(port, "127.0.0.1");
  return {
    ...service,
    url: `redis://127.0.0.1:${port}`,
    client,
    async stop() {
      await client.quit();
      await service.stop();
    },
  };
}

const CONFIGURATION = new URL("../../deploy/replicas/nginx.conf", import.meta.url);

/** An nginx in front of two servers, as deploy/replicas has it. */
export async function startNginx([one, other]: readonly [number, number]): Promise<Service> {
  const port = await freePort();
  const folder = scratchFolder();
  const configuration = readFileSync(CONFIGURATION, "utf8")
    .replace("listen 8080", `listen 127.0.0.1:${port}`)
    .replace("vipps-1:4747", `127.0.0.1:${one}`)
    .replace("vipps-2:4747", `127.0.0.1:${other}`)
    .replace("access_log /dev/stdout upstream", "access_log off")
    .replaceAll("/tmp/", `${folder}/`);
  const file = scratchFile("nginx.conf", configuration);
  const options = ["-e", "stderr", "-g", "daemon off; master_process off;", "-p", folder, "-c"];
  return start("nginx", [...options, file], port);
}

/** @throws Error when it does not come up */
async function start(command: string, argv: readonly string[], port: number): Promise<Service> {
  const child = spawn(command, argv, {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin` },
  });
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code) => resolve(`it ended with ${code}`));
  });
  const listening = (async () => {
    for (;;) {
      const connection = await Connection.open(port).catch(() => undefined);
      if (connection) return connection.close();
      await setTimeout(10);
    }
  })();
  const reason = await Promise.race([listening, ended]);
  if (reason !== undefined) throw new Error(`${command} does not start: ${reason}`);
  return {
    port,
    async stop() {
      child.kill("SIGKILL");
      if (child.exitCode === null) await once(child, "exit");
    },
  };
}
