import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { DEFAULT_SANDBOX } from "../../src/records/sandbox.ts";
import type { LoginUser } from "../../src/records/statistics.ts";
import { Changes } from "../../src/sandbox/changes.ts";
import { createRedisStore } from "../../src/store/redis/store.ts";
import type { Store } from "../../src/store/store.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import type { RedisServer } from "../support/redis.ts";
import { redisServer, startRedis } from "../support/redis.ts";
import { describeWith } from "../support/requirement.ts";

/** Two servers on one Redis, of which one waits for what the other writes. */

describeWith(redisServer, "a server that waits", () => {
  let redis: RedisServer;
  let here: Mock;
  let there: Mock;
  const stores: Store[] = [];

  async function start(): Promise<Mock> {
    const store = await createRedisStore({ url: redis.url, prefix: "test:", commandTimeout: 10 });
    stores.push(store);
    return startMock({}, { store, servers: 1, sweeps: false });
  }
  beforeEach(async () => {
    redis = await startRedis();
    here = await start();
    there = await start();
  });
  afterEach(async () => {
    vi.useRealTimers();
    for (const mock of [here, there]) await mock.app.close();
    for (const store of stores.splice(0)) await store.close();
    await redis.stop();
  });

  const channels = async () => redis.command("pubsub", "channels", "test:*");
  /** From here on nobody looks unasked. */
  const withoutLooks = () => vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const rename = (givenName: string) => call(there, "PATCH", "/users/ada", { body: { givenName } });

  it("hears of what another one writes, until nobody waits any more", async () => {
    withoutLooks();
    const changes = new Changes(here.sandboxes);
    const changed = vi.fn();
    const since = await changes.versionOf(DEFAULT_SANDBOX);
    const stop = changes.watch(DEFAULT_SANDBOX, since, changed);
    await vi.waitFor(async () => expect(await channels()).toHaveLength(1));
    await rename("Augusta");
    await vi.waitFor(() => expect(changed).toHaveBeenCalled());
    stop();
    await vi.waitFor(async () => expect(await channels()).toEqual([]));
  });

  it("gives a call that waits for a request what another one has logged", async () => {
    withoutLooks();
    const waiting = call(here, "GET", "/requests?wait=60&endpoint=token");
    await vi.waitFor(async () => expect(await channels()).toHaveLength(1));
    await there.app.inject({ method: "POST", url: "/access-management-1.0/access/oauth2/token" });
    expect((await waiting).body.items).toHaveLength(1);
  });

  it("follows a sandbox that another one resets", async () => {
    const changes = new Changes(here.sandboxes);
    const changed = vi.fn();
    const since = await changes.versionOf(DEFAULT_SANDBOX);
    const stop = changes.watch(DEFAULT_SANDBOX, since, changed);
    await vi.waitFor(async () => expect(await channels()).toHaveLength(1));
    const [first] = await channels();
    await call(there, "POST", "/state/reset");
    await vi.waitFor(async () =>
      expect(await channels()).toEqual([expect.not.stringMatching(first ?? "")]),
    );
    stop();
  });

  it("hears again after the connection that listens was cut", async () => {
    withoutLooks();
    const heard = vi.fn();
    const stop = here.sandbox.store.onOthersWrite(heard);
    await vi.waitFor(async () => expect(await channels()).toHaveLength(1));
    await redis.command("client", "kill", "type", "pubsub");
    await vi.waitFor(async () => {
      await rename("Augusta");
      expect(heard).toHaveBeenCalled();
    });
    stop();
  });

  it("is told once of writes that follow each other, and once more when they are over", async () => {
    const heard = vi.fn();
    const stop = here.sandbox.store.onOthersWrite(heard);
    await vi.waitFor(async () => expect(await channels()).toHaveLength(1));
    const revision = async () => Number(await here.sandbox.store.revision());
    const before = await revision();
    let seen = before;
    heard.mockImplementation(async () => {
      seen = await revision();
    });
    // One after the other: those of one turn would be one write.
    for (let n = 0; n < 200; n += 1) {
      await there.sandbox.store.loginUsers.insert({ id: `user-${n}` } as unknown as LoginUser);
    }
    const last = await revision();
    await vi.waitFor(() => expect(seen).toBe(last));
    expect(heard.mock.calls.length).toBeLessThan(last - before);
    stop();
  });

  it("waits on where it may not listen", async () => {
    const stop = here.sandbox.store.onOthersWrite(() => {});
    await vi.waitFor(async () => expect(await channels()).toHaveLength(1));
    // Redis cuts off whoever listens, and refuses it when it comes back.
    await redis.command("acl", "setuser", "default", "resetchannels");
    await vi.waitFor(async () => {
      const [log] = (await redis.command("acl", "log")).filter((line) => line === "channel");
      expect(log).toBe("channel");
    });
    expect(await channels()).toEqual([]);
    expect((await rename("Augusta")).status).toBe(200);
    stop();
  });
});
