import { afterAll, beforeAll } from "vitest";
import { createRedisStore } from "../../src/store/redis/store.ts";
import type { RedisServer } from "../support/redis.ts";
import { redisServer, startRedis } from "../support/redis.ts";
import { describeWith } from "../support/requirement.ts";
import { describeStore } from "./store.ts";

describeWith(redisServer, "on a real Redis", () => {
  let redis: RedisServer;
  let stores = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  describeStore("redis", () =>
    createRedisStore({ url: redis.url, commandTimeout: 10, prefix: `test${stores++}:` }),
  );
});
