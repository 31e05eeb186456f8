import { afterEach, beforeEach, expect, it } from "vitest";
import { freePort } from "../support/free-port.ts";
import type { Program } from "../support/program.ts";
import { runMock, runProgram } from "../support/program.ts";
import type { RedisServer } from "../support/redis.ts";
import { redisServer, startRedis } from "../support/redis.ts";
import { describeWith } from "../support/requirement.ts";
import { PATH } from "../support/wire.ts";
import { block } from "./pages.ts";

/** What docs/operations.md says to do, done as it stands there, but for ports. */

const TOKEN = "control-token-of-the-test";

describeWith(redisServer, "docs/operations.md", () => {
  let redis: RedisServer;
  let url: string;
  let replica: Program;
  const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" };
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { headers, ...init });
  beforeEach(async () => {
    redis = await startRedis();
    const port = await freePort("127.0.0.1");
    url = `http://localhost:${port}`;
    const [, ...argv] = block("example: replica.sh")
      .replace("4747", String(port))
      .replaceAll("redis://localhost:6379", redis.url)
      .replace('"$TOKEN"', TOKEN)
      .trim()
      .split(/[\s\\]+/);
    replica = runMock([...argv, "--json"], { cwd: "/" });
    await replica.firstLine;
  });
  afterEach(async () => {
    replica.child.kill("SIGKILL");
    await redis.stop();
  });

  it("starts a replica that keeps everything in Redis", async () => {
    expect(await (await fetch(`${url}/mock/api/health`)).json()).toMatchObject({
      store: { kind: "redis", status: "ok" },
    });
    expect((await fetch(`${url}/mock/api/users/ada`)).status).toBe(401);
    expect((await ask("/mock/api/users/ada")).status).toBe(200);
  });

  it("makes room in a Redis that the default sandbox has filled", async () => {
    const add = async (id: string) => {
      const body = JSON.stringify({ id });
      return (await ask("/mock/api/users", { method: "POST", body })).status;
    };
    expect(await add("before")).toBe(201);
    const body = "a".repeat(8000);
    for (let n = 0; n < 300; n += 1) await fetch(`${url}${PATH.token}`, { method: "POST", body });
    const memory = (await redis.command("info", "memory")).join("\n");
    const used = Number(/^used_memory:(\d+)/m.exec(memory)?.[1]);
    await redis.command("config", "set", "maxmemory", String(used - 256 * 1024));
    expect(await add("after")).toBe(503);
    const script = block("example: make-room.sh").replaceAll("http://localhost:4747", url);
    const { code, err } = await runProgram("sh", ["-ec", `TOKEN=${TOKEN}\n${script}`]).ended;
    expect(code, err).toBe(0);
    expect((await ask("/mock/api/users/before")).status).toBe(404);
    expect(await add("after")).toBe(201);
  });
});
