import { beforeEach, describe, expect, it, vi } from "vitest";
import type { GenerationId, SandboxId } from "../../src/records/ids.ts";
import type { SandboxRecord } from "../../src/records/sandbox.ts";
import type { EpochSeconds, Seconds } from "../../src/records/time.ts";
import { after, epochSeconds, HOUR, MINUTE } from "../../src/records/time.ts";
import type { Draft } from "../../src/sandbox/generations.ts";
import { Generations } from "../../src/sandbox/generations.ts";
import { readAll } from "../../src/store/batches.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { slowStore } from "../support/slow-store.ts";
import { eventually } from "../support/wait.ts";

const START = epochSeconds(1_700_000_000);
const ID = "shop" as SandboxId;
const DRAFT: Draft = { id: ID, settings: {}, clock: { offset: 0 }, createdAt: START, revision: 1 };

let now: EpochSeconds;
let store: Store;
/** Two servers. */
let here: Generations;
let there: Generations;
beforeEach(() => {
  now = START;
  store = slowStore(createMemoryStore());
  here = new Generations(store, () => now);
  there = new Generations(store, () => now);
});

/** Writes ten records of one name, which is how one sees who filled a generation, and how far. */
function fillWith(name: string, happen: (n: number) => unknown = () => undefined) {
  return async ({ generation }: SandboxRecord) => {
    for (let n = 0; n < 10; n++) {
      await happen(n);
      await store.records(generation).loginUsers.insert({
        id: `${name} ${n}`,
        msn: "100001",
        date: "2023-05-17",
        subject: name,
        firstAt: START,
      });
    }
  };
}

/** The names in a generation. */
async function namesIn(generation: GenerationId | undefined): Promise<string[]> {
  if (generation === undefined) return [];
  const items = await readAll(store.records(generation).loginUsers);
  return items.map(({ subject }) => subject);
}

const ten = (name: string) => Array.from({ length: 10 }, () => name);
const entry = () => store.sandboxes.get(ID);
const present = async () => namesIn((await entry())?.sandbox?.generation);
const asItWas = (current: SandboxRecord): Draft => current;
const never = () => new Promise<never>(() => {});

/** A server that dies while it makes the sandbox: it does nothing any more. */
async function dieMaking(): Promise<void> {
  await new Promise<void>((resolve) => {
    const fill = fillWith("a", async (n) => {
      if (n !== 5) return;
      resolve();
      await never();
    });
    void here.make(DRAFT, fill);
  });
}

function pass(seconds: Seconds): void {
  now = after(now, seconds);
}

/** The other server clears away what it can. */
async function tidy(): Promise<void> {
  for (const each of await readAll(store.sandboxes)) await there.tidy(each);
}

describe("a sandbox that is made", () => {
  it("is not there before it is full", async () => {
    const seen: unknown[] = [];
    const look = async () => seen.push((await entry())?.sandbox);
    const record = await here.make(DRAFT, fillWith("a", look));
    expect(seen).toStrictEqual(Array.from({ length: 10 }, () => undefined));
    expect((await entry())?.sandbox).toStrictEqual(record);
    expect(await present()).toStrictEqual(ten("a"));
    expect(await entry()).toStrictEqual({ id: ID, sandbox: record, filling: [], retired: [] });
  });

  it("is made by one of two, whole, and the other learns of it", async () => {
    const [first, second] = await Promise.all([
      here.make(DRAFT, fillWith("a")),
      there.make(DRAFT, fillWith("b")),
    ]);
    expect([first, second].filter((made) => made !== undefined)).toHaveLength(1);
    expect(await present()).toStrictEqual(ten(first ? "a" : "b"));
    expect(await entry()).toMatchObject({ filling: [], retired: [] });
  });

  it("does not wait for somebody who died of it", async () => {
    await dieMaking();
    expect(await there.make(DRAFT, fillWith("b"))).toBeDefined();
    expect(await present()).toStrictEqual(ten("b"));
  });

  it("leaves nothing of what could not be filled", async () => {
    const fill = fillWith("a", (n) => {
      if (n === 5) throw new RangeError("no");
    });
    await expect(here.make(DRAFT, fill)).rejects.toThrow(RangeError);
    expect(await entry()).toBeUndefined();
    expect(await here.make(DRAFT, fillWith("b"))).toBeDefined();
    expect(await present()).toStrictEqual(ten("b"));
  });
});

describe("a lease", () => {
  it("keeps a generation from being dropped while it is filled", async () => {
    await dieMaking();
    const [lease] = (await entry())?.filling ?? [];
    pass(MINUTE);
    await tidy();
    expect(await namesIn(lease?.generation)).toHaveLength(5);
    expect((await entry())?.filling).toStrictEqual([lease]);
  });

  it("ends, and with it what somebody who died has left, also the name", async () => {
    await dieMaking();
    const [lease] = (await entry())?.filling ?? [];
    pass(HOUR);
    await tidy();
    expect(await namesIn(lease?.generation)).toStrictEqual([]);
    expect(await entry()).toBeUndefined();
  });

  it("that has ended lets nobody finish who was only slow", async () => {
    await here.make(DRAFT, fillWith("a"));
    const slow = here.replace(
      ID,
      asItWas,
      fillWith("b", async (n) => {
        if (n !== 5) return;
        pass(HOUR);
        await tidy();
      }),
    );
    expect(await slow).toBeUndefined();
    expect(await present()).toStrictEqual(ten("a"));
    expect(await entry()).toMatchObject({ filling: [], retired: [] });
  });
});

describe("a generation that is replaced", () => {
  beforeEach(async () => {
    await here.make(DRAFT, fillWith("a"));
  });

  it("is the sandbox's until the next one is full", async () => {
    const seen: string[][] = [];
    await here.replace(
      ID,
      (current) => ({ ...current, restored: "b" }),
      fillWith("b", async () => seen.push(await present())),
    );
    expect(new Set(seen.map(String))).toStrictEqual(new Set([String(ten("a"))]));
    expect(await present()).toStrictEqual(ten("b"));
    expect((await entry())?.sandbox).toMatchObject({ restored: "b" });
  });

  it("serves those who opened it before, and goes some seconds later", async () => {
    const before = (await entry())?.sandbox?.generation;
    await here.replace(ID, asItWas, fillWith("b"));
    pass(9);
    await tidy();
    expect(await namesIn(before)).toStrictEqual(ten("a"));
    pass(1);
    await tidy();
    expect(await namesIn(before)).toStrictEqual([]);
    expect(await present()).toStrictEqual(ten("b"));
    expect((await entry())?.retired).toStrictEqual([]);
  });

  it("is dropped by the next replacement too, so that many of them leave no heap", async () => {
    for (let n = 0; n < 30; n++) {
      pass(1);
      await here.replace(ID, asItWas, fillWith(String(n)));
    }
    expect((await entry())?.retired).toHaveLength(10);
  });

  it("is replaced by each of two, one after the other, never by a mix", async () => {
    const both = [
      here.replace(ID, (one) => ({ ...one, restored: "b" }), fillWith("b")),
      there.replace(ID, (one) => ({ ...one, restored: "c" }), fillWith("c")),
    ];
    expect(await Promise.all(both)).not.toContain(undefined);
    const last = String((await entry())?.sandbox?.restored);
    expect(await present()).toStrictEqual(ten(last));
  });

  it("keeps what is changed of the sandbox meanwhile", async () => {
    const fill = fillWith("b", (n) =>
      n === 5
        ? store.sandboxes.update(ID, ({ sandbox, ...rest }) =>
            sandbox ? { ...rest, sandbox: { ...sandbox, usedAt: now } } : undefined,
          )
        : undefined,
    );
    await here.replace(ID, asItWas, fill);
    expect((await entry())?.sandbox).toMatchObject({ usedAt: now });
  });

  it("is none of a sandbox that is not there", async () => {
    const fill = vi.fn();
    expect(await here.replace("nobody" as SandboxId, asItWas, fill)).toBeUndefined();
    expect(fill).not.toHaveBeenCalled();
    expect(await store.sandboxes.get("nobody")).toBeUndefined();
  });
});

describe("a sandbox that is removed", () => {
  beforeEach(async () => {
    await here.make(DRAFT, fillWith("a"));
  });

  it("goes with everything in it, once", async () => {
    const before = (await entry())?.sandbox?.generation;
    const both = [here.remove(ID, () => true), there.remove(ID, () => true)];
    const removed = (await Promise.all(both)).filter((record) => record !== undefined);
    expect(removed).toMatchObject([{ id: ID, generation: before }]);
    expect(await entry()).toBeUndefined();
    expect(await namesIn(before)).toStrictEqual([]);
  });

  it("stays where it is not the one that is meant", async () => {
    expect(await here.remove(ID, ({ revision }) => revision === 2)).toBeUndefined();
    expect(await present()).toStrictEqual(ten("a"));
  });

  it("does not come back by a replacement under way, nor goes that to the next of its name", async () => {
    const slow = here.replace(
      ID,
      asItWas,
      fillWith("b", async (n) => {
        if (n !== 5) return;
        await there.remove(ID, () => true);
        await there.make(DRAFT, fillWith("c"));
      }),
    );
    expect(await slow).toBeUndefined();
    expect(await present()).toStrictEqual(ten("c"));
    expect(await entry()).toMatchObject({ filling: [], retired: [] });
  });

  it("leaves, where a server dies of removing it, what the next one clears away", async () => {
    const before = (await entry())?.sandbox?.generation;
    const drop = vi.fn(never);
    const dying = new Generations({ ...store, drop }, () => now);
    void dying.remove(ID, () => true);
    await eventually(() => expect(drop).toHaveBeenCalled());
    expect((await entry())?.sandbox).toBeUndefined();
    expect(await namesIn(before)).toStrictEqual(ten("a"));
    await tidy();
    expect(await entry()).toBeUndefined();
    expect(await namesIn(before)).toStrictEqual([]);
  });
});
