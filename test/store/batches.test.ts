import { beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "../../src/records/fault.ts";
import type { GenerationId } from "../../src/records/ids.ts";
import { changedIn, insertAll, insertedIn } from "../../src/store/batches.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Collection } from "../../src/store/store.ts";
import { MOST_RECORDS } from "../../src/store/store.ts";

let faults: Collection<Fault>;
beforeEach(() => {
  ({ faults } = createMemoryStore().records("g" as GenerationId));
});

const fault = (id: string) => ({ id, hits: 0 }) as unknown as Fault;
const add = (...ids: string[]) => insertAll(faults, ids.map(fault));
const idsOf = async (read: () => Promise<readonly Fault[]>) =>
  (await read()).map(({ id }) => String(id));

describe("what was inserted", () => {
  it("is all at first, and then only what came since", async () => {
    await add("a", "b");
    const read = insertedIn(faults);
    expect(await idsOf(read)).toEqual(["a", "b"]);
    expect(await idsOf(read)).toEqual([]);
    await add("c");
    await faults.update("a", (one) => ({ ...one, hits: 1 }));
    expect(await idsOf(read)).toEqual(["c"]);
  });

  it("is found from nothing on", async () => {
    const read = insertedIn(faults);
    expect(await idsOf(read)).toEqual([]);
    await add("a");
    expect(await idsOf(read)).toEqual(["a"]);
  });

  it("is found behind what is gone, the last one or all", async () => {
    await add("a", "b");
    const read = insertedIn(faults);
    await read();
    await faults.take("b");
    await add("c");
    expect(await idsOf(read)).toEqual(["c"]);
    await faults.clear();
    await add("d");
    expect(await idsOf(read)).toEqual(["d"]);
  });

  it("is not missed where the last one goes while it is read", async () => {
    const read = insertedIn<Fault>({
      keyOf: (item) => faults.keyOf(item),
      list: (page) => faults.list(page),
      cursorAt: async (key) => {
        await faults.take(key);
        return faults.cursorAt(key);
      },
    });
    await add("a", "b");
    expect(await idsOf(read)).toEqual(["a", "b"]);
    await add("c");
    expect(await idsOf(read)).toEqual(["a", "c"]);
  });

  it("is read in batches where it is much", async () => {
    const read = insertedIn(faults);
    const ids = Array.from({ length: MOST_RECORDS + 1 }, (_, n) => `${n}`);
    await add(...ids);
    expect(await idsOf(read)).toEqual(ids);
    expect(await idsOf(read)).toEqual([]);
  });
});

describe("what was changed", () => {
  it("is all at first, and then what is new or another", async () => {
    await add("a", "b");
    const read = changedIn<Fault>(faults);
    expect(await idsOf(read)).toEqual(["a", "b"]);
    expect(await idsOf(read)).toEqual([]);
    await add("c");
    await faults.update("a", (one) => ({ ...one, hits: 1 }));
    await faults.take("b");
    expect(await idsOf(read)).toEqual(["a", "c"]);
    expect(await idsOf(read)).toEqual([]);
  });
});
