import { afterEach, expect, it, vi } from "vitest";
import type { ConfigInput } from "../../src/records/config.ts";
import { DEFAULT_SANDBOX } from "../../src/records/sandbox.ts";
import { readState } from "../../src/sandbox/state.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { call } from "../support/control.ts";
import type { Mock, MockOptions } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";

/** A server that comes to a store which another one has filled. */

const stores: Store[] = [];
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

/** One that outlives its servers, as Redis does. */
function shared(): Store {
  const store = { ...createMemoryStore(), isShared: true };
  stores.push(store);
  return store;
}

async function start(store: Store, config: ConfigInput, options: MockOptions = {}) {
  const onStay = vi.fn();
  const mock = await startMock(config, {
    ...{ store, servers: 1, ...options },
    filled: { reseed: false, onStay, ...options.filled },
  });
  return { mock, told: onStay.mock.calls.flat() };
}
const settings = async (mock: Mock) => (await call(mock, "GET", "/settings")).body;
const change = (mock: Mock) =>
  call(mock, "PATCH", "/users/ada", { body: { givenName: "Augusta" } });
const name = async (mock: Mock) => (await call(mock, "GET", "/users/ada")).body.givenName;
const reseeding = { filled: { reseed: true, onStay: () => {} } };

it("says nothing where it has the same config, and takes nothing away", async () => {
  const store = shared();
  const first = await start(store, { profile: "2026" });
  await change(first.mock);
  for (const options of [{}, reseeding]) {
    const again = await start(store, { profile: "2026" }, options);
    expect([again.told, await name(again.mock)]).toEqual([[], "Augusta"]);
  }
});

it("says that another config is not taken", async () => {
  const store = shared();
  const first = await start(store, {});
  await change(first.mock);
  const second = await start(store, { profile: "2026" });
  expect([second.told, await name(second.mock), (await settings(second.mock)).profile]).toEqual([
    ["config"],
    "Augusta",
    "2023",
  ]);
});

it("takes another config where it is told to, once of several servers", async () => {
  const store = shared();
  await change((await start(store, {})).mock);
  const next = await Promise.all([1, 2].map(() => start(store, { profile: "2026" }, reseeding)));
  const [one] = next;
  expect([await name(one?.mock as Mock), (await settings(one?.mock as Mock)).profile]).toEqual([
    "Ada",
    "2026",
  ]);
  await change(one?.mock as Mock);
  const later = await start(store, { profile: "2026" }, reseeding);
  expect([later.told, await name(later.mock)]).toEqual([[], "Augusta"]);
});

it("knows what it was reset to, and what a config has become that was changed while it ran", async () => {
  const store = shared();
  await start(store, {});
  const second = await start(store, { profile: "2026" });
  await call(second.mock, "POST", "/state/reset");
  expect((await start(store, { profile: "2026" })).told).toEqual([]);
  const { config } = (await start(shared(), {})).mock.sandboxes;
  const steps = { change: async () => {}, takeBack: async () => {} };
  await second.mock.sandboxes.adopt(config, steps);
  expect((await start(store, {})).told).toEqual([]);
});

it("takes a state likewise", async () => {
  const other = await start(shared(), {});
  await change(other.mock);
  const sandbox = await other.mock.sandboxes.open(DEFAULT_SANDBOX);
  if (!sandbox) throw new Error("there is no default sandbox");
  const state = await readState(sandbox);
  const store = shared();
  await start(store, {});
  expect((await start(store, {}, { state })).told).toEqual(["state"]);
  const taken = await start(store, {}, { state, ...reseeding });
  expect([await name(taken.mock), taken.told]).toEqual(["Augusta", []]);
  expect((await start(store, {}, { state })).told).toEqual([]);
});

it("says that another seed is not taken", async () => {
  const store = shared();
  await start(store, {}, { seed: 1 });
  expect((await start(store, {}, { seed: 1 })).told).toEqual([]);
  expect((await start(store, {}, { seed: 2 })).told).toEqual(["seed"]);
});

it("does not ask where its store ends with it", async () => {
  const store = createMemoryStore();
  stores.push(store);
  await start(store, {});
  expect((await start(store, { profile: "2026" })).told).toEqual([]);
  expect((await store.sandboxes.get(DEFAULT_SANDBOX))?.sandbox).not.toHaveProperty("madeFrom");
});
