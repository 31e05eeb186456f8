import { describe, expect, it } from "vitest";
import { nextFault } from "../../src/faults/next-fault.ts";
import type { Party } from "../../src/faults/party.ts";
import type { Fault, FaultMatch } from "../../src/records/fault.ts";
import type { FaultId, GenerationId } from "../../src/records/ids.ts";
import { epochSeconds } from "../../src/records/time.ts";
import { readAll } from "../../src/store/batches.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { SandboxStore } from "../../src/store/store.ts";

const NOON = epochSeconds(1_684_317_600);

function fault(id: string, over: Partial<Fault> = {}): Fault {
  const counts = { after: 0, probability: 1, seen: 0, hits: 0 };
  return { id: id as FaultId, match: { endpoint: "token" }, ...counts, ...over } as Fault;
}

async function storeWith(...faults: Fault[]): Promise<SandboxStore> {
  const store = createMemoryStore().records("one" as GenerationId);
  await store.faults.insertMany(faults);
  return store;
}

interface Exchanged {
  readonly now?: number;
  readonly drawn?: number;
  readonly draw?: () => number;
  readonly party?: Party;
}

/** Which fault hits an exchange with the token endpoint; a draw is `drawn`. */
async function hitIn(
  store: SandboxStore,
  { now = NOON, drawn = 0, draw = () => drawn, party = {} }: Exchanged = {},
): Promise<string | undefined> {
  const ids = { integer: draw } as unknown as Parameters<typeof nextFault>[0]["sandbox"]["ids"];
  const exchange = { sandbox: { store, ids }, now: epochSeconds(now) };
  return (await nextFault(exchange, "token", async () => party))?.id;
}

async function countsIn(store: SandboxStore): Promise<[seen: number, hits: number][]> {
  return (await readAll(store.faults)).map(({ seen, hits }) => [seen, hits]);
}

describe("the next fault", () => {
  it.each<[string, FaultMatch, Party, boolean]>([
    ["this endpoint", { endpoint: "token" }, {}, true],
    ["another endpoint", { endpoint: "userinfo" }, {}, false],
    ["this client", { endpoint: "token", clientId: "a" }, { clientId: "a" }, true],
    ["another client", { endpoint: "token", clientId: "a" }, { clientId: "b" }, false],
    ["a client, where none is known", { endpoint: "token", clientId: "a" }, {}, false],
    [
      "this client, whoever the user is",
      { endpoint: "token", clientId: "a" },
      { clientId: "a", user: "ada" },
      true,
    ],
    ["this user", { endpoint: "token", user: "ada" }, { user: "ada" }, true],
    [
      "this user, whoever the client is",
      { endpoint: "token", user: "ada" },
      { clientId: "a", user: "ada" },
      true,
    ],
    ["another user", { endpoint: "token", user: "ada" }, { user: "liv" }, false],
    [
      "client and user",
      { endpoint: "token", clientId: "a", user: "ada" },
      { clientId: "a", user: "ada" },
      true,
    ],
    [
      "this client and another user",
      { endpoint: "token", clientId: "a", user: "ada" },
      { clientId: "a", user: "liv" },
      false,
    ],
    [
      "another client and this user",
      { endpoint: "token", clientId: "a", user: "ada" },
      { clientId: "b", user: "ada" },
      false,
    ],
  ])("for %s", async (_, match, party, hits) => {
    const store = await storeWith(fault("one", { match }));
    expect(await hitIn(store, { party })).toBe(hits ? "one" : undefined);
    expect(await countsIn(store)).toEqual([hits ? [1, 1] : [0, 0]]);
  });

  it("is the first that is due, and the others see the exchange", async () => {
    const store = await storeWith(fault("late", { after: 1 }), fault("one"), fault("two"));
    expect(await hitIn(store)).toBe("one");
    expect(await countsIn(store)).toEqual([
      [1, 0],
      [1, 1],
      [1, 0],
    ]);
    expect(await hitIn(store)).toBe("late");
  });

  it("lets as many pass as it says, and hits as many as it says", async () => {
    const store = await storeWith(fault("one", { after: 2, times: 2 }));
    const hits = [];
    for (let exchange = 0; exchange < 6; exchange++) hits.push(await hitIn(store));
    expect(hits).toEqual([undefined, undefined, "one", "one", undefined, undefined]);
    expect(await countsIn(store)).toEqual([[6, 2]]);
  });

  it("ends at its time, and counts nothing from then on", async () => {
    const store = await storeWith(fault("one", { expiresAt: epochSeconds(NOON + 10) }));
    expect(await hitIn(store, { now: NOON + 9 })).toBe("one");
    expect(await hitIn(store, { now: NOON + 10 })).toBeUndefined();
    expect(await countsIn(store)).toEqual([[1, 1]]);
  });

  it.each([
    [0.5, 2 ** 31 - 1, "one"],
    [0.5, 2 ** 31, undefined],
    [0, 0, undefined],
    [1, 2 ** 32 - 1, "one"],
  ])("with probability %d and the draw %d hits: %s", async (probability, drawn, expected) => {
    expect(await hitIn(await storeWith(fault("one", { probability })), { drawn })).toBe(expected);
  });

  it.each([
    [{}, 0],
    [{ probability: 0.5 }, 1],
    [{ probability: 0.5, seed: 7 }, 0],
  ])("of %j takes %i from the sandbox's own random numbers", async (over, expected) => {
    let draws = 0;
    await hitIn(await storeWith(fault("one", over)), { draw: () => draws++ });
    expect(draws).toBe(expected);
  });

  it("draws the same for the same seed, whatever else is drawn", async () => {
    const run = async (seed: number, drawn: number) => {
      const store = await storeWith(fault("one", { probability: 0.5, seed }));
      const hits = [];
      for (let exchange = 0; exchange < 20; exchange++) hits.push(await hitIn(store, { drawn }));
      return hits;
    };
    const hits = await run(7, 0);
    expect(await run(7, 2 ** 32 - 1)).toEqual(hits);
    expect(await run(8, 0)).not.toEqual(hits);
    expect(new Set(hits)).toEqual(new Set(["one", undefined]));
  });
});
