import { setImmediate as turn } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import type { GenerationId, SandboxId } from "../../src/records/ids.ts";
import { DEFAULT_LIMITS } from "../../src/records/limits.ts";
import type { SandboxRecord } from "../../src/records/sandbox.ts";
import type { LoginUser } from "../../src/records/statistics.ts";
import { epochSeconds } from "../../src/records/time.ts";
import { readState } from "../../src/sandbox/state.ts";
import { findStateProblems } from "../../src/sandbox/state-problems.ts";
import { inBatches } from "../../src/store/batches.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { SandboxStore } from "../../src/store/store.ts";

const NOW = epochSeconds(1_700_000_000);
const RECORD: SandboxRecord = {
  id: "box" as SandboxId,
  generation: "one" as GenerationId,
  settings: {},
  clock: { offset: 0 },
  createdAt: NOW,
  revision: 1,
};
const BOUND = DEFAULT_LIMITS.loginUsers;

const loginUser = (n: number): LoginUser => ({
  id: String(n),
  msn: "100001",
  date: "2023-05-17",
  subject: `subject ${n}`,
});

describe("the state of a sandbox that is full", () => {
  let store: SandboxStore;
  beforeEach(async () => {
    store = createMemoryStore().records("one" as GenerationId);
    const all = Array.from({ length: BOUND }, (_, n) => loginUser(n));
    for (const batch of inBatches(all)) await store.loginUsers.insertMany(batch);
  });

  it("has no more than can be restored, though there are logins while it is read", async () => {
    let isRead = false;
    const reading = readState({
      store,
      settings: {},
      record: { known: RECORD, read: async () => RECORD },
    }).finally(() => {
      isRead = true;
    });
    let n = BOUND;
    while (!isRead) {
      await store.loginUsers.insert(loginUser(n++));
      // Who reads may let others have a turn, and then waits for one itself.
      if (n % 100 === 0) await turn();
    }
    const state = await reading;
    expect(n).toBeGreaterThan(BOUND);
    expect(await findStateProblems(state, NOW)).toStrictEqual([]);
    // What is left out is what made room.
    expect(state.loginUsers[0]?.id).not.toBe("0");
    expect(state.loginUsers).toHaveLength(BOUND);
  });
});
