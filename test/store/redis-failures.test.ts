import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { epochSeconds } from "../../src/records/time.ts";
import { openStore } from "../../src/store/redis/open.ts";
import { createRedisStore } from "../../src/store/redis/store.ts";
import type { Store } from "../../src/store/store.ts";
import { StoreUnavailableError } from "../../src/store/store.ts";
import { call } from "../support/control.ts";
import { page } from "../support/dashboard.ts";
import { valuesOf } from "../support/metrics.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import type { RedisServer } from "../support/redis.ts";
import { redisServer, startRedis } from "../support/redis.ts";
import { describeWith } from "../support/requirement.ts";
import { basic, PATH, post, SHOP, tokensFrom } from "../support/wire.ts";

/** What a mock does whose Redis is away, silent, full, or empty again. */

describeWith(redisServer, "a mock on Redis", () => {
  let redis: RedisServer;
  let store: Store;
  let mock: Mock;

  async function start(...options: readonly string[]): Promise<void> {
    redis = await startRedis(...options);
    store = await createRedisStore({ url: redis.url, prefix: "test:", commandTimeout: 0.5 });
    mock = await startMock({}, { store, servers: 1, sweeps: false });
  }
  afterEach(async () => {
    await mock.close();
    await redis.stop();
  });

  const health = () => call(mock, "GET", "/health");
  const isBack = () => vi.waitFor(async () => expect((await health()).status).toBe(200), 10_000);

  it("says 503 and why where Redis is away, to everybody, and goes on when it is there again", async () => {
    await start();
    redis.child.kill("SIGKILL");
    await vi.waitFor(async () => expect((await health()).status).toBe(503));
    const reason = expect.stringMatching(/^Redis is not connected: \S/);
    expect((await health()).body).toMatchObject({
      detail: expect.stringContaining(
        "The mock's store is not available: Redis is not connected: ",
      ),
      store: { kind: "redis", status: "unavailable", reason },
    });
    expect((await call(mock, "GET", "/live")).status).toBe(200);
    const token = await post(mock, PATH.token, { grant_type: "authorization_code" }, basic(SHOP));
    expect([token.statusCode, token.headers["retry-after"], token.body]).toEqual([
      503,
      "1",
      expect.stringContaining("The mock's store is not available: Redis is not connected"),
    ]);
    const shown = await page(mock, "/mock/log");
    expect([shown.status, shown.text("problem")]).toEqual([
      503,
      expect.stringContaining("store is not available"),
    ]);
    // Nothing was kept, so the default sandbox is made anew.
    await redis.restart();
    await isBack();
    expect((await health()).body.store).toEqual({ kind: "redis", status: "ok" });
    expect((await call(mock, "GET", "/users/ada")).status).toBe(200);
  });

  it("says why it is not connected where the password has changed meanwhile", async () => {
    const changes: string[] = [];
    redis = await startRedis("--requirepass", "first");
    const url = redis.url.replace("//", "//default:first@");
    const onChange = (state: string, reason: string) => changes.push(`${state} ${reason}`);
    store = await createRedisStore({ url, prefix: "test:", commandTimeout: 0.5, onChange });
    mock = await startMock({}, { store, servers: 1, sweeps: false });
    const as = (password: string, ...argv: string[]) =>
      redis.command("-a", password, "--no-auth-warning", ...argv);
    await as("first", "config", "set", "requirepass", "second");
    await as("second", "client", "kill", "type", "normal", "skipme", "yes");
    await vi.waitFor(async () => {
      expect((await health()).body.detail).toMatch(/Redis is not connected: WRONGPASS .*[^.]$/);
    }, 10_000);
    expect(changes.at(-1)).toMatch(/^lost WRONGPASS/);
    await as("second", "config", "set", "requirepass", "first");
    await isBack();
    expect(changes.at(-1)).toBe("back ");
  });

  it("says that it is read-only where Redis takes no writes", async () => {
    await start();
    const measured = await startMock({}, { store, servers: 1, sweeps: false, metrics: true });
    expect(await valuesOf(measured, "store_up")).not.toEqual({});
    await redis.command("replicaof", "127.0.0.1", "1");
    expect((await health()).body.store).toEqual({
      kind: "redis",
      status: "read-only",
      reason: expect.stringContaining("READONLY"),
    });
    await vi.waitFor(async () => {
      expect((await valuesOf(measured, "records", "collection"))["users"]).toBeGreaterThan(0);
    });
    expect(await valuesOf(measured, "store_up")).toEqual({});
    await measured.app.close();
    // Whoever is told so connects anew.
    await vi.waitFor(async () => {
      expect((await call(mock, "GET", "/users/ada")).status).toBe(200);
    });
    await redis.command("replicaof", "no", "one");
    await vi.waitFor(async () => expect((await health()).body.store?.status).toBe("ok"), 10_000);
  });

  it("is measured also while Redis is away", async () => {
    await start();
    const measured = await startMock({}, { store, servers: 1, sweeps: false, metrics: true });
    expect(await valuesOf(measured, "build_info", "store")).toEqual({ redis: 1 });
    const full = await valuesOf(measured, "records", "collection");
    expect(full["users"]).toBeGreaterThan(0);
    redis.child.kill("SIGKILL");
    await vi.waitFor(async () => expect(await valuesOf(measured, "store_up")).toEqual({}));
    expect((await call(measured, "GET", "/health")).status).toBe(503);
    const errors = await valuesOf(measured, "store_errors_total", "collection", "operation");
    expect(errors["sandboxes get"]).toBeGreaterThan(0);
    await measured.app.close();
  });

  it("says 503 within the time of a command where Redis is silent, and loses nothing", async () => {
    await start();
    await call(mock, "PATCH", "/users/ada", { body: { givenName: "Augusta" } });
    redis.child.kill("SIGSTOP");
    const refused = await health();
    expect([refused.status, refused.body.detail]).toEqual([
      503,
      "The mock's store is not available: Command timed out",
    ]);
    redis.child.kill("SIGCONT");
    await isBack();
    expect((await call(mock, "GET", "/users/ada")).body.givenName).toBe("Augusta");
  });

  it("has what it had said yes to when a Redis that writes everything down is started again", async () => {
    await start("--appendonly", "yes", "--appendfsync", "always");
    const created: string[] = [];
    const writing = (async () => {
      for (;;) {
        const { status, body } = await call(mock, "POST", "/users", { body: {} });
        if (status !== 201) return;
        created.push(body.id);
      }
    })();
    await vi.waitFor(() => expect(created.length).toBeGreaterThan(20));
    redis.child.kill("SIGKILL");
    await writing;
    await redis.restart();
    await isBack();
    for (const id of created) expect((await call(mock, "GET", `/users/${id}`)).status).toBe(200);
  });

  it("is one with another server also after Redis has lost everything", async () => {
    await start();
    const other = await startMock(
      {},
      {
        store: await createRedisStore({ url: redis.url, prefix: "test:", commandTimeout: 0.5 }),
        servers: 1,
      },
    );
    const names = async (one: Mock) => (await call(one, "GET", "/users/ada")).body.givenName;
    expect([await names(mock), await names(other)]).toEqual(["Ada", "Ada"]);
    await redis.command("flushall");
    // The other one makes the default sandbox anew, and nothing there is what it was here.
    expect([await names(other), await names(mock)]).toEqual(["Ada", "Ada"]);
    await call(other, "PATCH", "/users/ada", { body: { givenName: "Augusta" } });
    expect(await names(mock)).toBe("Augusta");
    await other.close();
  });

  it("refuses what would be written where Redis is full, reads on, and can be emptied", async () => {
    await start();
    for (const id of ["one", "two"]) await call(mock, "POST", "/sandboxes", { body: { id } });
    expect((await call(mock, "GET", "/users/ada", {}, "two")).status).toBe(200);
    await redis.command("config", "set", "maxmemory", "1mb");
    mock.wall.now = epochSeconds(mock.wall.now + 60);
    expect((await call(mock, "GET", "/users/ada", {}, "two")).status).toBe(200);
    expect((await call(mock, "DELETE", "/sandboxes/one")).status).toBe(204);
    mock.wall.now = epochSeconds(mock.wall.now + 2 * 3600);
    await mock.sandboxes.sweep();
    expect((await call(mock, "GET", "/sandboxes")).body.items).toHaveLength(1);
    const again = await createRedisStore({ url: redis.url, prefix: "test:", commandTimeout: 0.5 });
    await again.close();
    expect((await health()).body.store).toMatchObject({
      status: "read-only",
      reason: expect.stringContaining("OOM command not allowed"),
    });
    const refused = await call(mock, "POST", "/users", { body: {} });
    expect([refused.status, refused.body.detail]).toEqual([
      503,
      expect.stringContaining("OOM command not allowed when used memory > 'maxmemory'"),
    ]);
    expect((await call(mock, "GET", "/users/ada")).status).toBe(200);
    await redis.command("config", "set", "maxmemory", "0");
    expect((await call(mock, "POST", "/users", { body: {} })).status).toBe(201);
  });
});

describeWith(redisServer, "a store that is asked for", () => {
  let redis: RedisServer;
  beforeEach(async () => {
    redis = await startRedis("--requirepass", "secret-of-redis");
  });
  afterEach(() => redis.stop());
  const options = (store: string) => ({ store, storePrefix: "test:", storeTimeout: 1 });
  const log = { warn: vi.fn() };

  it("is in memory, or opened with its user and its password", async () => {
    expect(await openStore(options("memory"), log)).toBeUndefined();
    const store = await openStore(
      options(redis.url.replace("//", "//default:secret-of-redis@")),
      log,
    );
    expect(await store?.sandboxes.count()).toBe(0);
    await store?.close();
  });

  it.each([
    ["allkeys-lru", "1gb", 1],
    ["noeviction", "1gb", 0],
    ["allkeys-lru", "0", 0],
  ])("warns of a Redis that drops what it likes: %s with %s", async (policy, most, warnings) => {
    const as = (...argv: string[]) =>
      redis.command("-a", "secret-of-redis", "--no-auth-warning", ...argv);
    await as("config", "set", "maxmemory-policy", policy);
    await as("config", "set", "maxmemory", most);
    const warn = vi.fn();
    const url = redis.url.replace("//", "//default:secret-of-redis@");
    await (await openStore(options(url), { warn }))?.close();
    expect(warn).toHaveBeenCalledTimes(warnings);
    for (const [text] of warn.mock.calls) {
      expect(text).toContain(`drops records by ${policy} when it is full`);
    }
  });

  it("needs of a user of Redis no more than what docs/operations.md names", async () => {
    const operations = await readFile("docs/operations.md", "utf8");
    const rights = /`(\+@all [^`]+)`/.exec(operations)?.[1]?.split(" ") ?? [];
    const as = (...argv: string[]) =>
      redis.command("-a", "secret-of-redis", "--no-auth-warning", ...argv);
    const rules = ["on", ">other-secret", "~test:*", "&test:*", ...rights];
    expect(await as("acl", "setuser", "mock", ...rules)).toEqual(["OK"]);
    const url = redis.url.replace("//", "//mock:other-secret@");
    const warn = vi.fn();
    const store = (await openStore(options(url), { warn })) ?? expect.fail();
    const mock = await startMock({}, { store, servers: 1 });
    expect((await call(mock, "POST", "/sandboxes", { body: { id: "one" } })).status).toBe(201);
    expect((await call(mock, "GET", "/health")).status).toBe(200);
    const waits = call(mock, "POST", "/requests/take", { body: { wait: "30s" } });
    expect((await tokensFrom(mock)).access_token).toBeDefined();
    expect((await waits).status).toBe(200);
    expect((await call(mock, "DELETE", "/sandboxes/one")).status).toBe(204);
    await mock.sandboxes.sweep();
    await mock.close();
    expect(warn).not.toHaveBeenCalled();
    expect(await as("acl", "log")).toEqual([]);
  });

  it.each([
    ["with a wrong password", "//default:wrong-password@", "WRONGPASS"],
    ["without one", "//", "NOAUTH"],
  ])("says why it is not let in, %s, and shows no password", async (_, start, reason) => {
    const refused = openStore(options(redis.url.replace("//", start)), log);
    await expect(refused).rejects.toThrow(reason);
    await expect(refused).rejects.toThrow("Look after Redis there, or correct --store.");
    await expect(refused).rejects.not.toThrow("wrong-password");
  });

  it("says that nobody is there", async () => {
    await redis.stop();
    // A name that has two addresses has two reasons.
    for (const url of [redis.url, redis.url.replace("127.0.0.1", "localhost")]) {
      await expect(openStore(options(url), log)).rejects.toThrow("ECONNREFUSED");
    }
  });

  it("says that its database is not there, and writes into no other", async () => {
    const url = `${redis.url.replace("//", "//default:secret-of-redis@")}/99`;
    await expect(openStore(options(url), log)).rejects.toThrow("DB index is out of range");
  });

  it("throws one error, whatever Redis says", async () => {
    const refused = createRedisStore({ url: redis.url, prefix: "", commandTimeout: 1 });
    await expect(refused).rejects.toThrow(StoreUnavailableError);
  });
});
