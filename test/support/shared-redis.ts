import type { TestProject } from "vitest/node";
import type { RedisServer } from "./redis.ts";
import { redisServer, startRedis } from "./redis.ts";

/** One Redis for all tests of a project. Without it they share memory, but in CI it has to be there. */

declare module "vitest" {
  interface ProvidedContext {
    /** Where it is; undefined where there is none. */
    readonly redis: string | undefined;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  let redis: RedisServer | undefined;
  if (redisServer.isInstalled) redis = await startRedis();
  else if (process.env["CI"] === "true") throw new Error(`No Redis found: ${redisServer.install}`);
  project.provide("redis", redis?.url);
  return async () => redis?.stop();
}
