import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SandboxId } from "../../src/records/ids.ts";
import { createArrivals } from "../../src/request-log/arrivals.ts";

const HERE = "here" as SandboxId;
const ELSEWHERE = "elsewhere" as SandboxId;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A log that a test writes into. */
function someLog() {
  const log: string[] = [];
  const look = vi.fn(async () => log[0]);
  return { log, look };
}

describe("waiting", () => {
  it("ends at once with what is there", async () => {
    const { log, look } = someLog();
    log.push("a");
    expect(await createArrivals().waitFor(HERE, 10, look)).toBe("a");
  });

  it("looks once where nobody wants to wait", async () => {
    const { look } = someLog();
    expect(await createArrivals().waitFor(HERE, 0, look)).toBeUndefined();
    expect(look).toHaveBeenCalledTimes(1);
  });

  it("ends as soon as something arrives, without a timer's help", async () => {
    const { log, look } = someLog();
    const arrivals = createArrivals();
    const found = arrivals.waitFor(HERE, 10, look);
    await vi.advanceTimersByTimeAsync(0);
    log.push("a");
    arrivals.announce(ELSEWHERE);
    await vi.advanceTimersByTimeAsync(0);
    expect(look).toHaveBeenCalledTimes(1);
    arrivals.announce(HERE);
    expect(await found).toBe("a");
  });

  it("misses nothing that arrives while it looks", async () => {
    const arrivals = createArrivals();
    let looks = 0;
    const found = arrivals.waitFor(HERE, 10, async () => {
      if (looks++ === 0) arrivals.announce(HERE);
      return looks > 1 ? "second look" : undefined;
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(await found).toBe("second look");
  });

  it("finds what another process wrote, within a second", async () => {
    const { log, look } = someLog();
    const found = createArrivals().waitFor(HERE, 10, look);
    await vi.advanceTimersByTimeAsync(500);
    log.push("a");
    await vi.advanceTimersByTimeAsync(500);
    expect(await found).toBe("a");
  });

  it("is over with its time, after a last look, and not before", async () => {
    const { log, look } = someLog();
    let over = false;
    const found = createArrivals().waitFor(HERE, 2.5, look);
    void found.then(() => {
      over = true;
    });
    await vi.advanceTimersByTimeAsync(2_499);
    expect(over).toBe(false);
    log.push("at the last moment");
    await vi.advanceTimersByTimeAsync(1);
    expect(await found).toBe("at the last moment");
  });

  it("answers nothing when the time was over", async () => {
    const { look } = someLog();
    const found = createArrivals().waitFor(HERE, 2, look);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await found).toBeUndefined();
  });

  it("ends when the process closes, now and from then on", async () => {
    const { look } = someLog();
    const arrivals = createArrivals();
    const found = arrivals.waitFor(HERE, 60, look);
    arrivals.close();
    expect(await found).toBeUndefined();
    expect(await arrivals.waitFor(HERE, 60, look)).toBeUndefined();
  });

  it("ends without a look for who has hung up: it could take what somebody else waits for", async () => {
    const { log, look } = someLog();
    const controller = new AbortController();
    const found = createArrivals().waitFor(HERE, 60, look, controller.signal);
    await vi.advanceTimersByTimeAsync(0);
    log.push("a");
    controller.abort();
    expect(await found).toBeUndefined();
    expect(look).toHaveBeenCalledTimes(1);
  });

  it("ends with what the look throws", async () => {
    const failing = createArrivals().waitFor(HERE, 60, async () => {
      throw new Error("broken");
    });
    await expect(failing).rejects.toThrow("broken");
  });
});
