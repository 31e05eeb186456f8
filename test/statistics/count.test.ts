import { describe, expect, it } from "vitest";
import type { GenerationId } from "../../src/records/ids.ts";
import type { Session } from "../../src/records/session.ts";
import { epochSeconds } from "../../src/records/time.ts";
import type { Period } from "../../src/sessions/statistics.ts";
import { countLogin, keepStatistics, readStatistics } from "../../src/sessions/statistics.ts";
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

describe("reading the statistics", () => {
  const DAY = 24 * 60 * 60;

  /** Who logged in when, in seconds after noon; with nin where it says so. */
  async function storeWith(
    ...logins: [seconds: number, subject: string, more?: { msn?: string; nin?: true }][]
  ): Promise<SandboxStore> {
    const store = newStore();
    for (const [seconds, subject, { msn = "100001", nin } = {}] of logins) {
      const session = sessionAt(seconds, subject);
      const scopes = nin ? ["openid", "nin"] : ["openid"];
      await countLogin({ store }, { ...session, msn, scopes });
    }
    return store;
  }

  it("counts logins and users, each with and without nin, by day and in all", async () => {
    const store = await storeWith(
      [DAY, "ada", { nin: true }],
      [0, "ada"],
      [1, "ada", { nin: true }],
      [1, "liv", { nin: true }],
      [2, "liv", { msn: "100002" }],
    );
    expect(await figuresAt(store, 2 * DAY)).toEqual({
      logins: 4,
      uniqueUsers: 2,
      withNin: 3,
      withoutNin: 1,
      days: [
        { date: "2023-05-17", logins: 3, uniqueUsers: 2, withNin: 2, withoutNin: 1 },
        { date: "2023-05-18", logins: 1, uniqueUsers: 1, withNin: 1, withoutNin: 0 },
      ],
    });
    const nothing = { logins: 0, uniqueUsers: 0, withNin: 0, withoutNin: 0, days: [] };
    const counted = await readStatistics({ store }, {}, epochSeconds(NOON + 2 * DAY));
    expect(counted("100003")).toEqual(nothing);
    const one = await readStatistics({ store }, {}, epochSeconds(NOON + 2 * DAY), "100002");
    expect([one("100002").logins, one("100001").logins]).toEqual([1, 0]);
  });

  it.each([
    [{}, 3],
    [{ from: "2023-05-17" }, 3],
    [{ from: "2023-05-18" }, 2],
    [{ to: "2023-05-18" }, 2],
    [{ to: "2023-05-16" }, 0],
    [{ from: "2023-05-18", to: "2023-05-18" }, 1],
    [{ from: "2023-05-20" }, 0],
  ])("of the period %j has %i of three logins on three days", async (period, logins) => {
    const store = await storeWith([0, "ada"], [DAY, "ada"], [2 * DAY, "liv"]);
    const now = epochSeconds(NOON + 3 * DAY);
    const figures = (await readStatistics({ store }, period as Period, now))("100001");
    expect(figures).toMatchObject({
      logins,
      uniqueUsers: Math.min(logins, "to" in period ? 1 : 2),
    });
    expect(figures.days).toHaveLength(logins);
  });

  it("shows a login and its user ten minutes later, and no second earlier", async () => {
    const store = await storeWith([0, "ada"], [300, "ada"], [300, "liv", { nin: true }]);
    expect(await figuresAt(store, 599)).toMatchObject({ logins: 0, uniqueUsers: 0, days: [] });
    expect(await figuresAt(store, 600)).toMatchObject({ logins: 1, uniqueUsers: 1, withNin: 0 });
    expect(await figuresAt(store, 899)).toMatchObject({ logins: 1, uniqueUsers: 1 });
    expect(await figuresAt(store, 900)).toMatchObject({ logins: 3, uniqueUsers: 2, withNin: 1 });
  });

  it("adds up what appeared before a later login, and keeps what did not", async () => {
    const store = await storeWith([0, "ada", { nin: true }], [1, "liv"], [600, "ada"]);
    const [day] = await readAll(store.loginDays);
    expect(day).toMatchObject({
      appeared: { logins: 1, withNin: 1 },
      recent: { at: [NOON + 1, NOON + 600], logins: [1, 1], withNin: [0, 0] },
    });
  });

  it("takes the first login of a user's day, whichever was counted first", async () => {
    const store = await storeWith([300, "ada"], [0, "ada"], [400, "ada"]);
    expect(await readAll(store.loginUsers)).toMatchObject([{ firstAt: NOON }]);
  });

  it("keeps what has appeared when the clock is set back, and nothing else", async () => {
    const store = await storeWith([0, "ada"], [300, "liv"]);
    await keepStatistics({ store }, epochSeconds(NOON + 599));
    expect(await readAll(store.loginUsers)).toMatchObject([{ firstAt: NOON }, {}]);
    await keepStatistics({ store }, epochSeconds(NOON + 600));
    const users = await readAll(store.loginUsers);
    expect(users.map(({ firstAt }) => firstAt)).toEqual([undefined, NOON + 300]);
    expect(await figuresAt(store, 0)).toMatchObject({ logins: 1, uniqueUsers: 1 });
    // A later login of somebody whose first one has appeared changes nothing about that.
    await countLogin({ store }, sessionAt(10, "ada"));
    expect(await figuresAt(store, 0)).toMatchObject({ logins: 1, uniqueUsers: 1 });
  });
});
