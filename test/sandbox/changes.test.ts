import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SandboxId } from "../../src/records/ids.ts";
import { DEFAULT_SANDBOX } from "../../src/records/sandbox.ts";
import { Changes } from "../../src/sandbox/changes.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";

let mock: Mock;
let changes: Changes;
beforeEach(async () => {
  mock = await startMock({}, { sweeps: false, servers: 1 });
  changes = new Changes(mock.sandboxes);
});
afterEach(() => mock.close());

describe("the version of a sandbox", () => {
  it.each<[string, () => Promise<unknown>]>([
    ["a record", () => mock.sandbox.store.users.take("ada")],
    [
      "the settings",
      () => mock.sandboxes.change(DEFAULT_SANDBOX, (old) => ({ ...old, autoLogin: "ada" })),
    ],
    ["the clock", () => mock.sandbox.clock.advance(5)],
    ["all of it", () => mock.sandboxes.reset(DEFAULT_SANDBOX)],
    ["whether it is there", () => mock.sandboxes.remove(DEFAULT_SANDBOX)],
  ])("is another one after a change of %s", async (_, change) => {
    const before = await changes.versionOf(DEFAULT_SANDBOX);
    expect(await changes.versionOf(DEFAULT_SANDBOX)).toBe(before);
    await change();
    expect(await changes.versionOf(DEFAULT_SANDBOX)).not.toBe(before);
  });
});

describe("who watches a sandbox", () => {
  const change = () => mock.sandbox.clock.advance(1);

  it("is told of each change until it stops, and of no other sandbox", async () => {
    const other = "other" as SandboxId;
    await mock.sandboxes.create({ id: other });
    const told: string[] = [];
    const elsewhere = vi.fn();
    const stop = changes.watch(
      DEFAULT_SANDBOX,
      await changes.versionOf(DEFAULT_SANDBOX),
      (version) => told.push(version),
    );
    const stopOther = changes.watch(other, await changes.versionOf(other), elsewhere);
    await change();
    await vi.waitFor(() => expect(told).toHaveLength(1));
    await change();
    await vi.waitFor(() => expect(told).toHaveLength(2));
    expect(told[1]).toBe(await changes.versionOf(DEFAULT_SANDBOX));
    stop();
    stopOther();
    expect(elsewhere).not.toHaveBeenCalled();
  });

  it("is told at once of what changed before it came", async () => {
    const since = await changes.versionOf(DEFAULT_SANDBOX);
    await change();
    const changed = vi.fn();
    const stop = changes.watch(DEFAULT_SANDBOX, since, changed);
    await vi.waitFor(() => expect(changed).toHaveBeenCalledTimes(1));
    stop();
  });

  it("is told of a few changes at once, and of those that never pause every three seconds", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    let versions = 0;
    const versionOf = vi.spyOn(changes, "versionOf");
    versionOf.mockImplementation(async () => String(versions++));
    const told = vi.fn();
    const stop = changes.watch(DEFAULT_SANDBOX, "", told);
    const toldWithin = async (seconds: number) => {
      const before = told.mock.calls.length;
      await vi.advanceTimersByTimeAsync(seconds * 1000);
      return told.mock.calls.length - before;
    };
    // One when it comes, and one with each look.
    expect(await toldWithin(1)).toBe(5);
    expect(await toldWithin(60)).toBe(20);
    // After a pause they are told at once again, the first of them when it is seen.
    versionOf.mockResolvedValue("the same");
    await toldWithin(15);
    expect(await toldWithin(10)).toBe(0);
    versionOf.mockImplementation(async () => String(versions++));
    expect(await toldWithin(0.25)).toBe(1);
    expect(await toldWithin(1)).toBe(4);
    stop();
    vi.useRealTimers();
  });

  it("costs the same, however many there are, and nothing when they have gone", async () => {
    const opened = vi.spyOn(mock.sandboxes, "open");
    const since = await changes.versionOf(DEFAULT_SANDBOX);
    const watching = Array.from({ length: 50 }, () =>
      changes.watch(DEFAULT_SANDBOX, since, () => {}),
    );
    await vi.waitFor(() => expect(opened.mock.calls.length).toBeGreaterThan(3));
    expect(opened.mock.calls.length).toBeLessThan(20);
    for (const stop of watching) stop();
    const calls = opened.mock.calls.length;
    const asking = vi.fn();
    // Another sandbox is watched meanwhile, so that the time in which nothing comes is known.
    const stop = changes.watch("other" as SandboxId, "none", asking);
    await vi.waitFor(() => expect(asking).toHaveBeenCalled());
    stop();
    expect(opened.mock.calls.filter(([id]) => id === DEFAULT_SANDBOX)).toHaveLength(calls);
  });
});
