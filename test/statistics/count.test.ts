import { describe, expect, it } from "vitest";
import type { GenerationId } from "../../src/records/ids.ts";
import type { Session } from "../../src/records/session.ts";
import { epochSeconds } from "../../src/records/time.ts";
import { countLogin, readStatistics } from "../../src/sessions/statistics.ts";
import { readAll } from "../../src/store/batches.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { SandboxStore } from "../../src/store/store.ts";
import { replaced } from "../support/store.ts";

const NOON = 1_684_317_600;

function newStore(): SandboxStore {
  return createMemoryStore().records("one" as GenerationId);
}

/** As much of a session as is counted. */
function sessionAt(seconds: number, subject = "subject-of-ada"): Session {
  const counted = { msn: "100001", subject, scopes: ["openid"] };
  return { ...counted, beganAt: epochSeconds(NOON + seconds) } as unknown as Session;
}

async function figuresAt(store: SandboxStore, seconds: number) {
  return (await readStatistics({ store }, {}, epochSeconds(NOON + seconds)))("100001");
}

describe("counting logins", () => {
  it("loses none of many at once", async () => {
    const store = newStore();
    const logins = Array.from({ length: 100 }, (_, index) =>
      countLogin({ store }, sessionAt(0, `subject-${index % 10}`)),
    );
    await Promise.all(logins);
    expect(await figuresAt(store, 600)).toMatchObject({ logins: 100, uniqueUsers: 10 });
  });

  it("takes no more room for many logins than for a few", async () => {
    const store = newStore();
    for (let login = 0; login < 3_000; login += 1) {
      await countLogin({ store }, sessionAt(Math.floor(login / 3)));
    }
    const [day, ...others] = await readAll(store.loginDays);
    expect(others).toEqual([]);
    expect(day?.recent.at.length).toBe(600);
    expect(await readAll(store.loginUsers)).toHaveLength(1);
    expect(await figuresAt(store, 5000)).toMatchObject({ logins: 3_000, uniqueUsers: 1 });
  });

  it("begins a record anew that went between the look and the change", async () => {
    const store = newStore();
    let conflicts = 0;
    // Another replica is faster: the record is there when it is to be inserted.
    const raced: SandboxStore = {
      ...store,
      loginDays: replaced(store.loginDays, {
        async insert(day) {
          conflicts += 1;
          if (conflicts === 1) await store.loginDays.insert(day);
          return store.loginDays.insert(day);
        },
      }),
    };
    await countLogin({ store: raced }, sessionAt(0));
    expect(conflicts).toBe(1);
    expect(await figuresAt(store, 600)).toMatchObject({ logins: 2 });
  });

  it("tells any other error", async () => {
    const store = newStore();
    const broken: SandboxStore = {
      ...store,
      loginDays: replaced(store.loginDays, { insert: () => Promise.reject(new Error("broken")) }),
    };
    await expect(countLogin({ store: broken }, sessionAt(0))).rejects.toThrow("broken");
  });
});
