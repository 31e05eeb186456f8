import { beforeEach, describe, expect, it } from "vitest";
import { Door } from "../../src/control/door.ts";
import { epochSeconds } from "../../src/records/time.ts";
import { createMemoryStore } from "../../src/store/memory.ts";

const NOW = 1_800_000_000;

describe("the door", () => {
  let now: number;
  let store: ReturnType<typeof createMemoryStore>;
  let door: Door;
  const doorOf = (token: string) => new Door(token, store, () => epochSeconds(now));
  beforeEach(() => {
    now = NOW;
    store = createMemoryStore();
    door = doorOf("the token");
  });

  it("opens for the token, again and again, and for nothing near it", async () => {
    for (const token of ["the token", "the token"]) {
      expect(door.holds(await door.enter(token))).toBe(true);
    }
    for (const wrong of ["", "The token", "the token ", "the toke"]) {
      expect(await door.enter(wrong)).toBeUndefined();
    }
  });

  it("opens once for a code, also where many bring it at several servers", async () => {
    const code = await door.makeCode();
    const doors = Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? door : doorOf("the token")));
    const passes = await Promise.all(doors.map((one) => one.enter(code)));
    expect(passes.filter((pass) => pass !== undefined)).toHaveLength(1);
    expect(await door.enter(code)).toBeUndefined();
  });

  it.each([
    [15 * 60 - 1, true],
    [15 * 60, false],
  ])("takes a code %i seconds later: %s", async (later, isGood) => {
    const code = await door.makeCode();
    now = NOW + later;
    expect((await door.enter(code)) !== undefined).toBe(isGood);
  });

  it.each([
    [12 * 3600 - 1, true],
    [12 * 3600, false],
  ])("holds a pass %i seconds later: %s", async (later, isGood) => {
    const pass = await door.enter("the token");
    now = NOW + later;
    expect(door.holds(pass)).toBe(isGood);
  });

  it("holds no pass that was made up, changed, or made for another token", async () => {
    const pass = String(await door.enter("the token"));
    const [until = "", signature = ""] = pass.split(".");
    const others = [
      undefined,
      "",
      ".",
      `${Number(until) + 1}.${signature}`,
      `${until}.`,
      `${until}.${signature.slice(1)}`,
      await doorOf("another token").enter("another token"),
    ];
    for (const other of others) expect(door.holds(other)).toBe(false);
  });

  it("keeps nothing from which a code could be read, and forgets those that are over", async () => {
    const code = await door.makeCode();
    expect(JSON.stringify(await store.entryCodes.get())).not.toContain(code);
    now = NOW + 15 * 60;
    await door.makeCode();
    expect(await store.entryCodes.get()).toHaveLength(1);
  });

  it.each([
    [19, true],
    [20, false],
  ])("takes a code after %i more were made: %s", async (others, isGood) => {
    const code = await door.makeCode();
    for (let n = 0; n < others; n += 1) await door.makeCode();
    expect((await door.enter(code)) !== undefined).toBe(isGood);
  });
});
