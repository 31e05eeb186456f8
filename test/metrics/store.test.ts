import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { ConflictError, FullError, StoreUnavailableError } from "../../src/store/store.ts";
import { call } from "../support/control.ts";
import { scrape, valuesOf } from "../support/metrics.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { get, tokensFrom } from "../support/wire.ts";

/** What the metrics say of the store: its operations, what fails, and how full it is. */

let store: Store;
let mock: Mock;
beforeEach(async () => {
  store = createMemoryStore();
  mock = await startMock({}, { store, metrics: true, sweeps: false });
});
afterEach(() => mock.close());

const DURATION = "store_operation_duration_seconds";
const counts = () => valuesOf(mock, `${DURATION}_count`, "collection", "operation");
const errors = () => valuesOf(mock, "store_errors_total", "collection", "operation");

describe("operations of the store", () => {
  it("are counted by collection and operation", async () => {
    const before = await counts();
    await call(mock, "GET", "/users/ada");
    const after = await counts();
    expect(after["users get"]).toBe((before["users get"] ?? 0) + 1);
  });

  it("take their time", async () => {
    // Each takes a millisecond.
    const slow = await startMock({}, { slow: true, metrics: true, servers: 1 });
    const sum = await valuesOf(slow, `${DURATION}_sum`, "collection", "operation");
    const count = await valuesOf(slow, `${DURATION}_count`, "collection", "operation");
    expect(sum["users insertMany"]).toBeGreaterThan(0.0009 * (count["users insertMany"] ?? 0));
    await slow.close();
  });

  it("are not changed by being measured", async () => {
    const { users } = mock.sandbox.store;
    const ada = await users.get("ada");
    expect(ada).toMatchObject({ id: "ada" });
    expect(ada && users.keyOf(ada)).toBe("ada");
    await expect(users.insert(ada as never)).rejects.toThrow(ConflictError);
  });

  it("include those of all collections at once, and of single values", async () => {
    await mock.sandboxes.sweep();
    await tokensFrom(mock);
    expect(await counts()).toMatchObject({
      "all sweep": expect.any(Number),
      "openPhones get": expect.any(Number),
      "sandboxes get": expect.any(Number),
      "signingKey get": expect.any(Number),
    });
  });

  it("are not those that a scrape makes", async () => {
    const before = await counts();
    expect(await counts()).toEqual(before);
  });
});

describe("errors of the store", () => {
  it.each([
    ["is away", new StoreUnavailableError("gone for lunch"), 1],
    ["fails in another way", new Error("broken"), 1],
    ["has one of that name", new ConflictError("key", "x"), 0],
    ["has as many as may be", new FullError("users", 1, 1), 0],
  ])("are counted where it %s", async (_, error, count) => {
    const { users } = store.records(await generation());
    vi.spyOn(users, "get").mockRejectedValueOnce(error);
    await expect(mock.sandbox.store.users.get("ada")).rejects.toBe(error);
    expect(await errors()).toEqual(count === 0 ? {} : { "users get": count });
  });

  it("keep nobody from the metrics while the store is away, and what it knows is not there", async () => {
    vi.spyOn(store.sandboxes, "get").mockRejectedValue(new StoreUnavailableError("gone"));
    expect((await get(mock, "/mock/api/health")).statusCode).toBe(503);
    const samples = await scrape(mock);
    const named = (name: string) => samples.filter((one) => one.name === name);
    expect(named("store_up")).toMatchObject([{ value: 0 }]);
    for (const name of ["records", "records_limit", "sandboxes", "sandboxes_limit"]) {
      expect(named(name), name).toEqual([]);
    }
    expect(named("webhooks_waiting")).toEqual([]);
    const [failed] = named("store_errors_total");
    expect(failed?.labels).toEqual({ collection: "sandboxes", operation: "get" });
    expect(failed?.value).toBeGreaterThan(0);
    vi.restoreAllMocks();
    expect(await valuesOf(mock, "store_up")).toEqual({ "": 1 });
    expect(await valuesOf(mock, "sandboxes")).toEqual({ "": 1 });
  });

  it("are unexpected where they come from the scrape itself", async () => {
    vi.spyOn(store.sandboxes, "count").mockRejectedValue(new Error("secret-host is broken"));
    const { statusCode, body } = await get(mock, "/mock/metrics");
    expect([statusCode, body]).toEqual([500, expect.not.stringContaining("secret")]);
  });
});

describe("how full the store is", () => {
  it("is told of the default sandbox, with its limits", async () => {
    await call(mock, "PATCH", "/settings", { body: { limits: { users: 25, sandboxes: 7 } } });
    await call(mock, "POST", "/users", { body: { id: "one-more" } });
    await call(mock, "POST", "/sandboxes", { body: { id: "other" } });
    const users = (await call(mock, "GET", "/counts")).body.users;
    expect((await valuesOf(mock, "records", "collection"))["users"]).toBe(users);
    expect((await valuesOf(mock, "records_limit", "collection"))["users"]).toBe(25);
    expect(await valuesOf(mock, "sandboxes")).toEqual({ "": 2 });
    expect(await valuesOf(mock, "sandboxes_limit")).toEqual({ "": 7 });
  });

  it("is not known where there is no default sandbox", async () => {
    const entry = await store.sandboxes.take("default");
    expect(entry).toBeDefined();
    expect(await valuesOf(mock, "sandboxes")).toEqual({});
    expect(await valuesOf(mock, "store_up")).toEqual({ "": 1 });
  });
});

async function generation() {
  const entry = await store.sandboxes.get("default");
  if (!entry?.sandbox) throw new Error("there is no default sandbox");
  return entry.sandbox.generation;
}
