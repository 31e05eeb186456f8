import { describe, expect, it } from "vitest";
import type { GenerationId, RequestId } from "../../src/records/ids.ts";
import type { KeptRequest } from "../../src/records/logged-request.ts";
import {
  batches,
  findFitting,
  inBatches,
  insertAll,
  readAll,
  readMany,
  readSome,
  takeAll,
  updateAll,
} from "../../src/store/batches.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { PageRequest } from "../../src/store/store.ts";
import { MOST_RECORDS } from "../../src/store/store.ts";
import { replaced } from "../support/store.ts";

type Requests = ReturnType<typeof newRequests>;

function newRequests() {
  return createMemoryStore().records("one" as GenerationId).requests;
}

/** So many requests called 0, 1, 2, … */
async function requestsOf(count: number): Promise<Requests> {
  const requests = newRequests();
  await insertAll(requests, some(count));
  return requests;
}

function some(count: number): KeptRequest[] {
  return Array.from({ length: count }, (_, index) => {
    return { id: `${index}` as RequestId, duration: index } as KeptRequest;
  });
}

/** The same, and how many records each call of a method had. */
function watched(requests: Requests, method: "takeMany" | "updateMany" | "getMany") {
  const sizes: number[] = [];
  const watching = replaced(requests, {
    [method]: (keys: readonly string[], ...rest: never[]) => {
      sizes.push(keys.length);
      return (requests[method] as (...given: unknown[]) => unknown)(keys, ...rest);
    },
  } as Partial<Requests>);
  return { requests: watching, sizes };
}

describe("batches", () => {
  it.each([
    [0, []],
    [1, [1]],
    [MOST_RECORDS, [MOST_RECORDS]],
    [MOST_RECORDS + 1, [MOST_RECORDS, 1]],
    [2 * MOST_RECORDS, [MOST_RECORDS, MOST_RECORDS]],
  ])("of %i records are read and written in %j", async (count, sizes) => {
    const requests = await requestsOf(count);
    const read: number[] = [];
    for await (const items of batches((page) => requests.list(page))) read.push(items.length);
    expect(read).toEqual(sizes);
    expect(inBatches(some(count)).map((items) => items.length)).toEqual(sizes);
    expect((await readAll(requests)).map(({ duration }) => duration)).toEqual(
      some(count).map(({ duration }) => duration),
    );
    expect(await readSome(requests)).toHaveLength(Math.min(count, MOST_RECORDS));
  });

  it("are read from where and as large as it is said, and never empty", async () => {
    const requests = await requestsOf(5);
    const after = await requests.cursorAt("1");
    const asked: PageRequest[] = [];
    const read: string[][] = [];
    const list = (page: PageRequest) => {
      asked.push(page);
      return requests.list(page);
    };
    for await (const items of batches(list, { after, limit: 2 })) {
      read.push(items.map(({ id }) => id));
    }
    expect(read).toEqual([["2", "3"], ["4"]]);
    expect(asked.map(({ limit }) => limit)).toEqual([2, 2]);
    await takeAll(requests, (page) => requests.list(page));
    for await (const items of batches(list)) read.push(items.map(({ id }) => id));
    expect(read).toHaveLength(2);
  });
});

describe("findFitting", () => {
  it("finds the first that fits, in any batch, and reads no further", async () => {
    const requests = await requestsOf(MOST_RECORDS + 10);
    const found = (least: number) => findFitting(requests, ({ duration }) => duration >= least);
    expect((await found(3))?.id).toBe("3");
    expect((await found(MOST_RECORDS + 3))?.id).toBe(`${MOST_RECORDS + 3}`);
    expect(await found(MOST_RECORDS + 10)).toBeUndefined();
  });
});

describe("readMany", () => {
  it("brings what there is by its key, each read once", async () => {
    const { requests, sizes } = watched(await requestsOf(3), "getMany");
    const read = await readMany(requests, ["2", "none", "0", "2"]);
    expect([...read].map(([key, { id }]) => [key, id])).toEqual([
      ["2", "2"],
      ["0", "0"],
    ]);
    expect(sizes).toEqual([3]);
  });

  it("asks for nothing where there is no key", async () => {
    const { requests, sizes } = watched(await requestsOf(3), "getMany");
    expect([...(await readMany(requests, []))]).toEqual([]);
    expect(sizes).toEqual([]);
  });
});

describe("takeAll", () => {
  it("removes every record, or those that fit, and no empty batch", async () => {
    const { requests, sizes } = watched(await requestsOf(MOST_RECORDS + 3), "takeMany");
    const list = (page: PageRequest) => requests.list(page);
    await takeAll(requests, list, ({ duration }) => duration >= MOST_RECORDS);
    expect(await readAll(requests)).toHaveLength(MOST_RECORDS);
    expect(sizes).toEqual([3]);
    await takeAll(requests, list);
    expect(await readAll(requests)).toEqual([]);
  });
});

describe("updateAll", () => {
  it("writes those that change, and no others", async () => {
    const { requests, sizes } = watched(await requestsOf(MOST_RECORDS + 3), "updateMany");
    await updateAll(requests, (request) =>
      request.duration > 1 && request.duration < 5 ? { ...request, duration: -1 } : undefined,
    );
    expect(sizes).toEqual([3]);
    const changed = (await readAll(requests)).filter(({ duration }) => duration === -1);
    expect(changed.map(({ id }) => id)).toEqual(["2", "3", "4"]);
  });
});
