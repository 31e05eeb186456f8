import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { SeedConfig } from "../../src/records/config.ts";
import type { SandboxId } from "../../src/records/ids.ts";
import { epochSeconds } from "../../src/records/time.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { readAll } from "../../src/store/batches.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import type { Count } from "../support/store.ts";
import { countingStore } from "../support/store.ts";

let mock: Mock;
let count: Count;
beforeEach(async () => {
  const counting = countingStore(createMemoryStore());
  ({ count } = counting);
  mock = await startMock({}, { sweeps: false, servers: 1, store: counting.store });
  for (let n = 0; n < 20; n += 1) {
    const ttl = n % 2 === 0 ? undefined : 10;
    await mock.sandboxes.create({ id: `box-${n}` as SandboxId, ttl });
  }
});
afterEach(() => mock.close());

const page = async (limit: number, after?: string) => {
  count.operations.length = 0;
  count.most = 0;
  const { items, next } = await mock.sandboxes.list({ limit, after });
  return { ids: items.map(({ id }) => String(id)), next };
};

describe("a page of the sandboxes", () => {
  it("is read by itself, however many there are", async () => {
    const first = await page(4);
    expect(first.ids).toEqual(["default", "box-0", "box-1", "box-2"]);
    expect([count.operations, count.most]).toEqual([["sandboxes.list"], 4]);
    expect((await page(4, first.next)).ids).toEqual(["box-3", "box-4", "box-5", "box-6"]);
    expect((await page(500)).ids).toHaveLength(21);
  });

  it("is full without those that were idle for too long, which are gone then", async () => {
    mock.wall.now = epochSeconds(mock.wall.now + 10);
    const first = await page(4);
    expect(first.ids).toEqual(["default", "box-0", "box-2", "box-4"]);
    expect((await page(4, first.next)).ids).toEqual(["box-6", "box-8", "box-10", "box-12"]);
    expect(await page(500)).toEqual({
      ids: ["default", ...Array.from({ length: 10 }, (_, n) => `box-${2 * n}`)],
      next: undefined,
    });
    expect(await mock.sandboxes.open("box-3" as SandboxId)).toBeUndefined();
  });
});

describe("another config for the server", () => {
  it("leaves each sandbox what it was made from, also one that is made at that moment", async () => {
    const slow = await startMock(configWith("first"), { sweeps: false, servers: 1, slow: true });
    onTestFinished(() => slow.close());
    const made: Promise<Sandbox>[] = [];
    for (const user of ["second", "third"]) {
      for (let n = 0; n < 10; n += 1) {
        made.push(slow.sandboxes.create({ id: `${user}-${n}` as SandboxId }));
        if (n === 5) {
          const steps = { change: async () => slow.sandbox, takeBack: () => expect.fail() };
          made.push(slow.sandboxes.adopt(configWith(user), steps));
        }
        await sleep(1);
      }
    }
    for (const box of await Promise.all(made)) {
      if (box.id === slow.sandbox.id) continue;
      const reset = await slow.sandboxes.reset(box.id);
      expect([box.id, ...(await usersOf(reset))]).toEqual([box.id, ...(await usersOf(box))]);
    }
  });
});

function configWith(user: string) {
  const birthDate = "1985-06-21";
  return {
    users: [{ id: user, givenName: user, familyName: "Nordmann", birthDate }],
    salesUnits: [],
  } satisfies SeedConfig;
}

async function usersOf(sandbox: Sandbox | undefined): Promise<string[]> {
  return sandbox ? (await readAll(sandbox.store.users)).map(({ id }) => String(id)) : [];
}
