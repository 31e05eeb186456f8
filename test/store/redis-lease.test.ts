import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { GenerationId } from "../../src/records/ids.ts";
import { epochSeconds } from "../../src/records/time.ts";
import type { User } from "../../src/records/user.ts";
import { createRedisStore } from "../../src/store/redis/store.ts";
import type { Store } from "../../src/store/store.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import type { RedisServer } from "../support/redis.ts";
import { redisServer, startRedis } from "../support/redis.ts";
import { describeWith } from "../support/requirement.ts";

/** How long records stay in Redis that no server looks after any more. */

const HOUR = 3600;
const user = (id: string) => ({ id, phoneNumber: id, nin: id }) as unknown as User;

describeWith(redisServer, "what no server looks after", () => {
  let redis: RedisServer;
  let store: Store;
  beforeEach(async () => {
    redis = await startRedis();
    store = await createRedisStore({ url: redis.url, prefix: "test:", commandTimeout: 10 });
  });
  afterEach(async () => {
    await store.close();
    await redis.stop();
  });

  const id = "one" as GenerationId;
  const keysOf = (generation: string) => redis.command("keys", `test:{of ${generation}}:*`);
  /** In seconds; -1 of what never goes. */
  async function livesOf(generation: string): Promise<number[]> {
    const lives: number[] = [];
    for (const key of await keysOf(generation)) {
      // It is there for a moment after each write, to tell others of it once.
      if (!key.endsWith(":told")) lives.push(Number((await redis.command("ttl", key))[0]));
    }
    return lives;
  }

  it("goes when its lease is over, with what was written to it later", async () => {
    const records = store.records(id);
    await records.users.insert(user("first"));
    await store.lease(id, 0.2);
    await records.users.insert(user("second"));
    await records.sequences.update(() => 1);
    await records.undos.set([]);
    await vi.waitFor(async () => expect(await keysOf("one")).toEqual([]));
    expect(await records.users.count()).toBe(0);
  });

  it("stays when it is said to stay", async () => {
    const records = store.records(id);
    await store.lease(id, HOUR);
    await records.users.insert(user("first"));
    await records.undos.set([]);
    const lives = await livesOf("one");
    expect(lives.length).toBeGreaterThan(5);
    for (const life of lives) expect(life).toBeGreaterThan(HOUR - 60);
    await store.lease(id);
    for (const life of await livesOf("one")) expect(life).toBe(-1);
  });

  it("goes soon where it was written to a generation that was dropped", async () => {
    const records = store.records(id);
    await records.users.insert(user("first"));
    await store.drop(id);
    await records.users.insert(user("late"));
    const lives = await livesOf("one");
    expect(lives.length).toBeGreaterThan(3);
    for (const life of lives) expect(life).toBeGreaterThan(0);
    for (const life of lives) expect(life).toBeLessThanOrEqual(600);
  });

  describe("of a mock", () => {
    let mock: Mock;
    beforeEach(async () => {
      mock = await startMock({}, { store, servers: 1, sweeps: false });
    });
    afterEach(() => mock.app.close());

    const generationOf = async (name: string) =>
      (await store.sandboxes.get(name))?.sandbox?.generation ?? "";

    it("goes an hour after a sandbox has ended, and each sweep says that somebody is there", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "brief", ttl: "10m" } });
      const generation = await generationOf("brief");
      for (const life of await livesOf(generation)) {
        expect(life).toBeGreaterThan(HOUR + 500);
        expect(life).toBeLessThanOrEqual(HOUR + 600);
      }
      await store.lease(generation as GenerationId, 10);
      await mock.sandboxes.sweep();
      for (const life of await livesOf(generation)) expect(life).toBeGreaterThan(HOUR + 500);
    });

    it("is said again by a sweep when the sandbox was used or changed, and not before", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "brief", ttl: "10m" } });
      const said = vi.spyOn(store, "lease");
      for (const _ of [1, 2, 3]) await mock.sandboxes.sweep();
      expect(said).toHaveBeenCalledTimes(1);
      mock.wall.now = epochSeconds(mock.wall.now + 120);
      await call(mock, "GET", "/users/ada", {}, "brief");
      for (const _ of [1, 2]) await mock.sandboxes.sweep();
      expect(said).toHaveBeenCalledTimes(2);
    });

    it("stays where it is the default sandbox's, or that of one without an end, by a clock that stands", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "lasting", ttl: null } });
      await call(mock, "POST", "/state/reset");
      await mock.sandboxes.sweep();
      for (const name of ["default", "lasting"]) {
        const lives = await livesOf(await generationOf(name));
        expect(lives.length).toBeGreaterThan(10);
        for (const life of lives) expect(life).toBe(-1);
      }
    });

    it("goes an hour after a reset where it is the generation from before", async () => {
      const before = await generationOf("default");
      await call(mock, "POST", "/state/reset");
      const lives = await livesOf(before);
      expect(lives.length).toBeGreaterThan(10);
      for (const life of lives) expect(life).toBeGreaterThan(HOUR - 60);
    });

    it("is a counter alone after a sandbox was removed, for ten minutes", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "gone" } });
      const generation = await generationOf("gone");
      await call(mock, "DELETE", "/sandboxes/gone");
      expect(await livesOf(generation)).toEqual([
        expect.toSatisfy((life) => life > 0 && life <= 600),
      ]);
    });
  });
});
