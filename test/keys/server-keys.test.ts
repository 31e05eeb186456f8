import { beforeEach, describe, expect, it, vi } from "vitest";
import { fixtureKey } from "../../src/keys/key-file.ts";
import { generateKey } from "../../src/keys/keys.ts";
import { createServerKeys, keepServerKey } from "../../src/keys/server-keys.ts";
import type { Keyring } from "../../src/platform/capabilities.ts";
import { after, epochSeconds } from "../../src/records/time.ts";
import { createMemoryStore } from "../../src/store/memory.ts";

let now = epochSeconds(1_700_000_000);
const { signingKey } = createMemoryStore();
const get = vi.spyOn(signingKey, "get");
let keys: Keyring;
beforeEach(async () => {
  const key = await fixtureKey();
  await keepServerKey(signingKey, key);
  keys = createServerKeys(signingKey, { make: async () => key, keep: true }, () => now);
  get.mockClear();
});

/** Another server starts with a key of its own. */
async function replace(): Promise<string> {
  const key = await generateKey(2048);
  await keepServerKey(signingKey, key);
  return key.kid;
}

describe("the key of the servers", () => {
  it("is read from the store once in a second, however much is signed", async () => {
    const { kid } = await keys.current();
    const again = await Promise.all([keys.current(), keys.current(), keys.current()]);
    expect(again.map((key) => key.kid)).toEqual([kid, kid, kid]);
    expect(get).toHaveBeenCalledTimes(1);
  });

  it("signs from the next second on when another server has replaced it", async () => {
    const { kid } = await keys.current();
    const replaced = await replace();
    expect((await keys.current()).kid).toBe(kid);
    now = after(now, 1);
    expect((await keys.current()).kid).toBe(replaced);
  });

  it("is in JWKS at once, and signs from then on", async () => {
    await keys.current();
    const replaced = await replace();
    expect((await keys.published()).map(({ kid }) => kid)).toEqual([replaced]);
    expect((await keys.current()).kid).toBe(replaced);
  });

  it("is asked for again after the store has failed", async () => {
    get.mockRejectedValueOnce(new Error("the store is away"));
    await expect(keys.current()).rejects.toThrow("the store is away");
    expect((await keys.current()).kid).toBe((await fixtureKey()).kid);
  });
});
