import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { GenerationId, SandboxId } from "../../src/records/ids.ts";
import type { SandboxRecord } from "../../src/records/sandbox.ts";
import { DEFAULT_SANDBOX } from "../../src/records/sandbox.ts";
import { after, epochSeconds, HOUR } from "../../src/records/time.ts";
import { LiveRecord } from "../../src/sandbox/live-record.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";

const RECORD: SandboxRecord = {
  id: "shop" as SandboxId,
  generation: "first" as GenerationId,
  settings: {},
  clock: { offset: 0 },
  createdAt: epochSeconds(1_700_000_000),
  revision: 1,
};

const moved = (record: SandboxRecord): SandboxRecord => ({
  ...record,
  clock: { offset: record.clock.offset + 1 },
});

describe("the record of a sandbox, as a process knows it", () => {
  let sandboxes: Store["sandboxes"];
  let here: LiveRecord;
  let there: LiveRecord;
  beforeEach(async () => {
    ({ sandboxes } = createMemoryStore());
    await sandboxes.insert({ id: RECORD.id, sandbox: RECORD, filling: [], retired: [] });
    here = new LiveRecord(sandboxes, RECORD);
    there = new LiveRecord(sandboxes, RECORD);
  });

  it("loses none of many changes of several processes, and reads those of others", async () => {
    await Promise.all(
      Array.from({ length: 20 }, () => [here.change(moved), there.change(moved)]).flat(),
    );
    for (const each of [here, there]) {
      expect((await each.read()).clock).toEqual({ offset: 40 });
      expect(each.known.clock).toEqual({ offset: 40 });
    }
  });

  it("stays the newer one when an older reading arrives later", async () => {
    await here.change(moved);
    here.learn(RECORD);
    expect(here.known.clock).toEqual({ offset: 1 });
    here.learn({ ...RECORD, revision: 3 });
    expect(here.known.clock).toEqual({ offset: 0 });
  });

  it("goes on by itself once the sandbox has another generation", async () => {
    const next = { ...RECORD, generation: "second" as GenerationId, revision: 9 };
    await sandboxes.update(RECORD.id, (entry) => ({ ...entry, sandbox: next }));
    expect((await here.read()).generation).toBe("first");
    expect((await here.change(moved)).clock).toEqual({ offset: 1 });
    expect((await here.read()).clock).toEqual({ offset: 1 });
    expect((await sandboxes.get(RECORD.id))?.sandbox).toEqual(next);
  });
});

describe("a sandbox", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  it("is the same one after its clock moved, with the time of the move", async () => {
    const before = await mock.sandboxes.use(DEFAULT_SANDBOX);
    await call(mock, "PATCH", "/clock", { body: { advance: "1h" } });
    const later = await mock.sandboxes.use(DEFAULT_SANDBOX);
    expect(later?.sandbox).toBe(before?.sandbox);
    expect(later?.now).toBe(before && after(before.now, HOUR));
  });

  it("has its new settings also where its clock was read before it is opened", async () => {
    const held = (await mock.sandboxes.use(DEFAULT_SANDBOX))?.sandbox;
    await call(mock, "PATCH", "/settings", { body: { autoLogin: "ada" } });
    await held?.clock.read();
    expect((await mock.sandboxes.use(DEFAULT_SANDBOX))?.sandbox.autoLogin).toBe("ada");
    expect(held?.autoLogin).toBeNull();
  });

  it("has the clock of its config and no keys of its own after a reset", async () => {
    const before = await mock.sandboxes.find(DEFAULT_SANDBOX);
    await call(mock, "PATCH", "/clock", { body: { freeze: false, advance: "1h" } });
    await call(mock, "POST", "/keys/rotate");
    expect(await mock.sandboxes.find(DEFAULT_SANDBOX)).toMatchObject({
      keys: { keys: [{ status: "current" }] },
    });
    await call(mock, "POST", "/state/reset");
    const reset = await mock.sandboxes.find(DEFAULT_SANDBOX);
    expect(reset?.clock).toEqual(before?.clock);
    expect(reset?.keys).toBeUndefined();
  });
});
