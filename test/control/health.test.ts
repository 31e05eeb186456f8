import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { StoreUnavailableError } from "../../src/store/store.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { get } from "../support/wire.ts";

/** What the mock says of itself while its store is there, and while it is not. */

let store: Store;
let mock: Mock;
beforeEach(async () => {
  store = createMemoryStore();
  mock = await startMock({}, { store, sweeps: false });
  await call(mock, "POST", "/sandboxes", { body: { id: "mine" } });
});
afterEach(() => mock.close());

function breakStore(error: Error): void {
  vi.spyOn(store.sandboxes, "get").mockRejectedValue(error);
  vi.spyOn(store.sandboxes, "list").mockRejectedValue(error);
}

const OK = { status: "ok", version: "0.0.0-test" };

describe.each([undefined, "mine"])("in the sandbox %s", (sandbox) => {
  it("is well while its store is", async () => {
    const { status, body } = await call(mock, "GET", "/health", {}, sandbox);
    expect([status, body]).toEqual([200, { ...OK, store: { kind: "memory", status: "ok" } }]);
    expect((await call(mock, "GET", "/live", {}, sandbox)).body).toEqual(OK);
  });

  it("says how its store is and why, while that is away", async () => {
    breakStore(new StoreUnavailableError("gone for lunch"));
    const { status, body, headers } = await call(mock, "GET", "/health", {}, sandbox);
    expect([status, body.detail]).toEqual([
      503,
      "The mock's store is not available: gone for lunch",
    ]);
    expect(body.store).toEqual({ kind: "memory", status: "unavailable", reason: "gone for lunch" });
    expect(headers["retry-after"]).toBe("1");
  });
});

it.each([
  ["is away", new StoreUnavailableError("gone for lunch")],
  ["fails in a way that nobody foresaw", new Error("secret-host:6379 is broken")],
])("lives while its store %s", async (_, error) => {
  breakStore(error);
  const { status, body } = await call(mock, "GET", "/live");
  expect([status, body]).toEqual([200, OK]);
});

it("asks no store to say that it lives", async () => {
  const get = vi.spyOn(store.sandboxes, "get");
  const list = vi.spyOn(store.sandboxes, "list");
  await call(mock, "GET", "/live");
  const { statusCode } = await mock.app.inject({ method: "HEAD", url: "/mock/api/live" });
  expect([statusCode, get.mock.calls, list.mock.calls]).toEqual([200, [], []]);
});

it("does not live in a sandbox that is not there", async () => {
  const { statusCode, body } = await get(mock, "/s/nobody/mock/api/live");
  expect([statusCode, body]).toEqual([404, expect.stringContaining("No sandbox is called")]);
});
