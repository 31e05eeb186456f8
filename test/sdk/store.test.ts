import { afterEach, beforeEach, expect, it } from "vitest";
import type { StartOptions, VippsLoginMock } from "../../src/index.ts";
import { startVippsLoginMock } from "../../src/index.ts";
import type { RedisServer } from "../support/redis.ts";
import { redisServer, startRedis } from "../support/redis.ts";
import { describeWith } from "../support/requirement.ts";

describeWith(redisServer, "mocks in this process that share a Redis", () => {
  let redis: RedisServer;
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(() => redis.stop());

  const ask = async (mock: VippsLoginMock, path: string) => {
    const response = await mock.fetch(`${mock.controlUrl}${path}`);
    return { status: response.status, body: (await response.json()) as object };
  };
  const start = (options: StartOptions = {}) =>
    startVippsLoginMock({ store: redis.url, listen: false, config: {}, ...options });

  it("have the same users, and a later one finds them", async () => {
    const one = await start();
    const other = await start();
    const { id } = await one.addUser({ givenName: "Kari" });
    expect((await ask(other, `/users/${id}`)).body).toMatchObject({ givenName: "Kari" });
    await Promise.all([one.close(), other.close()]);
    const later = await start({ storeTimeout: 1 });
    expect((await ask(later, `/users/${id}`)).body).toMatchObject({ givenName: "Kari" });
    await later.close();
    // Nobody holds a connection any more but the one who asks.
    expect(await redis.command("client", "list", "type", "normal")).toHaveLength(1);
  });

  it("take another config where they are told to", async () => {
    await (await start()).close();
    const kept = await start({ profile: "2026" });
    expect((await ask(kept, "/settings")).body).toMatchObject({ profile: "2023" });
    await kept.close();
    const taken = await start({ profile: "2026", reseed: true });
    expect((await ask(taken, "/settings")).body).toMatchObject({ profile: "2026" });
    await taken.close();
  });

  it("share nothing where their prefixes differ", async () => {
    const one = await start();
    const other = await start({ storePrefix: "other:" });
    const { id } = await one.addUser({});
    expect((await ask(other, `/users/${id}`)).status).toBe(404);
    await Promise.all([one.close(), other.close()]);
  });
});

it("is not started with a store that is not there, and says so without the password", async () => {
  const refused = startVippsLoginMock({ store: "redis://:secret@127.0.0.1:1", listen: false });
  await expect(refused).rejects.toThrow(
    "The store at redis://:***@127.0.0.1:1 cannot be used: connect ECONNREFUSED 127.0.0.1:1",
  );
  await expect(startVippsLoginMock({ store: "redis", storeTimeout: 0 })).rejects.toMatchObject({
    problems: [
      { path: "store", message: expect.stringContaining("is no address of a store") },
      { path: "storeTimeout" },
    ],
  });
});
