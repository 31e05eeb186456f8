import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Response } from "./connection.ts";
import { Connection } from "./connection.ts";
import { nextMessage } from "./message.ts";

/** Servers under measurement: each in a process of its own. */

/** How a server is started, on which port it shall listen, and how it says that it is there. */
export interface Program {
  readonly argv: (port: number) => readonly string[];
  readonly env?: (port: number) => Readonly<Record<string, string>>;
  /** The path of its discovery document. */
  readonly discovery: string;
}

/** What a process has used since it began: microseconds of CPU; bytes of memory. */
export interface Usage {
  readonly cpu: number;
  readonly rss: number;
  /** What is in use on the heap; after a collection, if one was asked for. */
  readonly heap: number;
}

const PROBE = fileURLToPath(new URL("probe.cjs", import.meta.url));
const PATIENCE = 120_000;

/** A server that runs. */
export class Running {
  readonly port: number;
  /** From just before it was spawned to its first discovery response, in milliseconds. */
  readonly startTime: number;
  /** Its first response, and the connection that it came over. */
  readonly discovery: Response;
  readonly connection: Connection;
  readonly #child: ChildProcess;

  private constructor(
    child: ChildProcess,
    port: number,
    started: { startTime: number; discovery: Response; connection: Connection },
  ) {
    this.#child = child;
    this.port = port;
    this.startTime = started.startTime;
    this.discovery = started.discovery;
    this.connection = started.connection;
  }

  /**
   * @param probed Whether its CPU and memory shall be measured; a cold start is measured without
   * @throws Error when it does not come up
   */
  static async start(
    node: string,
    program: Program,
    { probed = true }: { readonly probed?: boolean } = {},
  ): Promise<Running> {
    const port = await freePort();
    const spawnedAt = performance.now();
    const child = spawn(node, [...(probed ? ["--require", PROBE] : []), ...program.argv(port)], {
      stdio: ["ignore", "ignore", "pipe", ...(probed ? (["ipc"] as const) : [])],
      env: { ...process.env, ...program.env?.(port) },
    });
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-2000);
    });
    try {
      const { connection, discovery } = await firstResponse(port, child, program.discovery);
      const startTime = performance.now() - spawnedAt;
      return new Running(child, port, { startTime, discovery, connection });
    } catch (error) {
      child.kill("SIGKILL");
      throw new Error(`${program.argv(port).join(" ")}: ${String(error)}\n${said}`);
    }
  }

  /** Only of a server that was started to be probed. */
  async usage({ collectGarbage = false } = {}): Promise<Usage> {
    this.#child.send({ collectGarbage });
    return nextMessage(this.#child);
  }

  async stop(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    this.connection.close();
    const exited = once(this.#child, "exit");
    this.#child.kill(signal);
    await exited;
  }
}

/** Tries until somebody listens and responds: a port may be taken before anything serves there. */
async function firstResponse(port: number, child: ChildProcess, path: string) {
  for (const giveUp = performance.now() + PATIENCE; ; ) {
    try {
      const connection = await Connection.open(port);
      return { connection, discovery: await connection.request({ path }) };
    } catch (error) {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
      if (performance.now() > giveUp) throw error;
      await setTimeout(1);
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
