import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SandboxId } from "../../src/records/ids.ts";
import type { EpochSeconds } from "../../src/records/time.ts";
import { Arrivals, SandboxGone } from "../../src/sandbox/arrivals.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";

const HERE = "here" as SandboxId;
const ELSEWHERE = "elsewhere" as SandboxId;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** Runs what is ready to run, and what that makes ready: each look waits for the next turn. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await vi.advanceTimersByTimeAsync(0);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A log that a test writes into, and those who wait for a letter in it. */
function someLog() {
  const log: string[] = [];
  const state = {
    record: {},
    isThere: true,
    uses: 0,
    fails: false,
    rereads: false,
    /** How long it takes to open the sandbox, in milliseconds. */
    takes: 0,
    onUse: () => {},
  };
  const news = vi.fn();
  const arrivals = new Arrivals<string>(
    {
      use: async () => {
        state.uses += 1;
        state.onUse();
        if (state.takes > 0) await new Promise((resolve) => setTimeout(resolve, state.takes));
        const sandbox = { record: state.record } as unknown as Sandbox;
        return state.isThere ? { sandbox, now: 0 as EpochSeconds } : undefined;
      },
    },
    () => {
      let seen = 0;
      return async () => {
        news();
        if (state.fails) throw new Error("broken");
        const items = log.slice(state.rereads ? 0 : seen);
        seen = log.length;
        return items;
      };
    },
  );
  const fits = vi.fn((_item: string) => true);
  const look = vi.fn(async (): Promise<string | undefined> => log.find((item) => item === "a"));
  const among = vi.fn(async (items: readonly string[]) => items.find((item) => item === "a"));
  const waitFor = (wait: number, hangUp?: AbortSignal) =>
    arrivals.waitFor(HERE, wait, { fits, look, among }, hangUp);
  return { log, state, news, arrivals, fits, look, among, waitFor };
}

describe("waiting", () => {
  it("ends at once with what is there", async () => {
    const { log, waitFor } = someLog();
    log.push("a");
    expect(await waitFor(10)).toBe("a");
  });

  it("looks once where nobody wants to wait", async () => {
    const { waitFor, look, news } = someLog();
    expect(await waitFor(0)).toBeUndefined();
    expect([look.mock.calls.length, news.mock.calls.length]).toEqual([1, 0]);
  });

  it("ends as soon as something arrives, without a timer's help", async () => {
    const { log, arrivals, waitFor, look } = someLog();
    const found = waitFor(10);
    await settled();
    log.push("a");
    arrivals.announce(ELSEWHERE);
    await settled();
    arrivals.announce(HERE);
    expect(await found).toBe("a");
    expect(look).toHaveBeenCalledTimes(1);
  });

  it("goes on where what arrives is not what is wanted", async () => {
    const { log, arrivals, waitFor, among } = someLog();
    const found = waitFor(10);
    await settled();
    log.push("b");
    arrivals.announce(HERE);
    await settled();
    expect(among).toHaveBeenLastCalledWith(["b"], expect.anything());
    log.push("a");
    arrivals.announce(HERE);
    expect(await found).toBe("a");
    expect(among).toHaveBeenLastCalledWith(["a"], expect.anything());
  });

  it("asks about each new one whether it fits, and shows only those", async () => {
    const { log, arrivals, waitFor, fits, among } = someLog();
    log.push("old");
    fits.mockImplementation((item) => item !== "b");
    const found = waitFor(10);
    await settled();
    fits.mockClear();
    log.push("b", "a");
    arrivals.announce(HERE);
    expect(await found).toBe("a");
    expect(fits.mock.calls).toEqual([["b"], ["a"]]);
    expect(among.mock.calls.at(-1)?.[0]).toEqual(["a"]);
  });

  it.each([1, 20])("costs one look at what is new for %i who wait", async (count) => {
    const { log, state, arrivals, waitFor, news, fits } = someLog();
    fits.mockReturnValue(false);
    log.push(...Array.from({ length: 100 }, () => "old"));
    const waiting = Array.from({ length: count }, () => waitFor(60));
    await settled();
    news.mockClear();
    fits.mockClear();
    state.uses = 0;
    log.push("b");
    arrivals.announce(HERE);
    await settled();
    expect([news.mock.calls.length, state.uses, fits.mock.calls.length]).toEqual([1, 1, count]);
    arrivals.close();
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => undefined));
  });

  it("looks once more for all that arrives while it looks", async () => {
    const { log, state, arrivals, waitFor, news, among } = someLog();
    const found = waitFor(10);
    await settled();
    news.mockClear();
    state.takes = 5;
    arrivals.announce(HERE);
    await settled();
    log.push("b");
    arrivals.announce(HERE);
    arrivals.announce(HERE);
    for (let look = 0; look < 3; look += 1) {
      await vi.advanceTimersByTimeAsync(5);
      await settled();
    }
    expect(news).toHaveBeenCalledTimes(2);
    expect(among).toHaveBeenCalledTimes(1);
    state.takes = 0;
    log.push("a");
    arrivals.announce(HERE);
    await found;
  });

  it("looks once for all that arrives in one turn, and so at nothing twice", async () => {
    const { log, arrivals, waitFor, news, among } = someLog();
    const found = waitFor(10);
    await settled();
    news.mockClear();
    for (const item of ["b", "c", "a"]) {
      log.push(item);
      arrivals.announce(HERE);
      await Promise.resolve();
    }
    expect(await found).toBe("a");
    expect(news).toHaveBeenCalledTimes(1);
    expect(among.mock.calls.map(([items]) => items)).toEqual([["b", "c", "a"]]);
  });

  it("misses nothing that arrives during its first look", async () => {
    const { log, arrivals, waitFor, look } = someLog();
    look.mockImplementation(async () => {
      log.push("a");
      arrivals.announce(HERE);
      return undefined;
    });
    expect(await waitFor(10)).toBe("a");
  });

  it("does not take for new what was there when it began, also where nobody had looked at it yet", async () => {
    const { log, arrivals, waitFor, look, among } = someLog();
    look.mockResolvedValue(undefined);
    among.mockResolvedValue(undefined);
    const first = waitFor(10);
    await settled();
    log.push("of another server");
    const second = waitFor(10);
    await settled();
    expect(among.mock.calls).toEqual([[["of another server"], expect.anything()]]);
    log.push("new");
    arrivals.announce(HERE);
    await settled();
    expect(among.mock.calls.slice(1).map(([items]) => items)).toEqual([["new"], ["new"]]);
    arrivals.close();
    await Promise.all([first, second]);
  });

  it("shows each once, also where it is read twice before anybody asks", async () => {
    const { state, among, waitFor, arrivals, look, log } = someLog();
    let release = () => {};
    look.mockImplementation(
      () =>
        new Promise((resolve) => {
          release = () => resolve(undefined);
        }),
    );
    const found = waitFor(10);
    await settled();
    log.push("a");
    arrivals.announce(HERE);
    await settled();
    state.rereads = true;
    arrivals.announce(HERE);
    await settled();
    release();
    expect(await found).toBe("a");
    expect(among.mock.calls.map(([items]) => items)).toEqual([["a"]]);
  });

  it.each(["the time is over", "the process closes"])(
    "ends when %s, however much arrives",
    async (cause) => {
      const { log, state, arrivals, waitFor, fits } = someLog();
      fits.mockReturnValue(false);
      let isOver = false;
      // As soon as a look begins, something else arrives.
      state.onUse = () => {
        if (isOver) return;
        log.push("b");
        arrivals.announce(HERE);
      };
      state.takes = 5;
      const found = waitFor(2).finally(() => {
        isOver = true;
      });
      await vi.advanceTimersByTimeAsync(100);
      if (cause === "the process closes") arrivals.close();
      await vi.advanceTimersByTimeAsync(cause === "the process closes" ? 100 : 2_000);
      expect(isOver).toBe(true);
      expect(await found).toBeUndefined();
      await vi.advanceTimersByTimeAsync(1_000);
    },
  );

  it("takes all for new in another generation, and nothing from the one before", async () => {
    const { log, state, arrivals, waitFor, among } = someLog();
    log.push("before");
    const found = waitFor(10);
    await settled();
    among.mockClear();
    state.record = {};
    log.splice(0, 1, "b", "a");
    arrivals.announce(HERE);
    expect(await found).toBe("a");
    expect(among.mock.calls.map(([items]) => items)).toEqual([["b", "a"]]);
  });

  it("finds what another process wrote, within a second", async () => {
    const { log, waitFor } = someLog();
    const found = waitFor(10);
    await vi.advanceTimersByTimeAsync(500);
    log.push("a");
    await vi.advanceTimersByTimeAsync(500);
    expect(await found).toBe("a");
  });

  it("is over with its time, after a last look, and not before", async () => {
    const { log, waitFor } = someLog();
    let over = false;
    const found = waitFor(2.5);
    void found.then(() => {
      over = true;
    });
    await vi.advanceTimersByTimeAsync(2_499);
    expect(over).toBe(false);
    log.push("a");
    await vi.advanceTimersByTimeAsync(1);
    expect(await found).toBe("a");
  });

  it("answers nothing when the time was over", async () => {
    const { waitFor } = someLog();
    const found = waitFor(2);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await found).toBeUndefined();
  });

  it("ends when the process closes, now and from then on", async () => {
    const { arrivals, waitFor } = someLog();
    const found = waitFor(60);
    arrivals.close();
    expect(await found).toBeUndefined();
    expect(await waitFor(60)).toBeUndefined();
  });

  it("ends without a look for who has hung up: it could take what somebody else waits for", async () => {
    const { log, arrivals, waitFor, look, among } = someLog();
    const controller = new AbortController();
    const found = waitFor(60, controller.signal);
    await settled();
    log.push("a");
    arrivals.announce(HERE);
    controller.abort();
    expect(await found).toBeUndefined();
    expect([look.mock.calls.length, among.mock.calls.length]).toEqual([1, 0]);
  });

  it("takes nothing for who had hung up before it began", async () => {
    const { log, waitFor, look } = someLog();
    log.push("a");
    expect(await waitFor(60, AbortSignal.abort())).toBeUndefined();
    expect(look).not.toHaveBeenCalled();
  });

  it("ends with the removal of the sandbox, also of one that was never there", async () => {
    const { state, arrivals, waitFor } = someLog();
    const found = expect(waitFor(60)).rejects.toThrow(SandboxGone);
    await settled();
    state.isThere = false;
    arrivals.announce(HERE);
    await found;
    await expect(waitFor(60)).rejects.toThrow(SandboxGone);
    await expect(waitFor(0)).rejects.toThrow(SandboxGone);
  });

  it("ends with what the looks throw", async () => {
    const { state, arrivals, waitFor, look } = someLog();
    const found = expect(waitFor(60)).rejects.toThrow("broken");
    await settled();
    state.fails = true;
    arrivals.announce(HERE);
    await found;
    look.mockRejectedValue(new Error("broken at once"));
    await expect(waitFor(60)).rejects.toThrow("broken at once");
  });
});
