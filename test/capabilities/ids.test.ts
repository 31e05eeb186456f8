import { describe, expect, it } from "vitest";
import type { Ids } from "../../src/platform/capabilities.ts";
import { createIds, secureRandom, seededRandom } from "../../src/platform/ids.ts";
import { formatUuid } from "../../src/platform/uuid.ts";

const forms: { name: string; make: (ids: Ids) => string; form: RegExp }[] = [
  {
    name: "uuid",
    make: (ids) => ids.uuid(),
    form: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  },
  { name: "challenge", make: (ids) => ids.challenge(), form: /^[0-9a-f]{32}$/ },
  { name: "token", make: (ids) => ids.token(), form: /^[\w-]{43}\.[\w-]{43}$/ },
  { name: "authReqId", make: (ids) => ids.authReqId(), form: /^[\w-]{27}$/ },
  { name: "phoneToken", make: (ids) => ids.phoneToken(), form: /^ciba\.[\w-]{43}$/ },
  { name: "id", make: (ids) => ids.id(), form: /^[0-9a-zA-Z]{21}$/ },
];

describe.each([
  { source: "secure", random: () => secureRandom },
  { source: "seeded", random: () => seededRandom("7") },
])("ids from $source random", ({ random }) => {
  it.each(forms)("$name has its form and does not repeat", ({ make, form }) => {
    const ids = createIds(random());
    const made = Array.from({ length: 2_000 }, () => make(ids));
    expect(made.filter((each) => !form.test(each))).toStrictEqual([]);
    expect(new Set(made).size).toBe(made.length);
  });

  it.each([1, 2, 3, 10, 97])("integer(%i) has every value about as often", (below) => {
    const ids = createIds(random());
    const draws = 2_000 * below;
    const counts = Array.from({ length: below }, () => 0);
    for (let n = 0; n < draws; n++) {
      const value = ids.integer(below);
      counts[value] = (counts[value] ?? Number.NaN) + 1;
    }
    expect(counts).toHaveLength(below);
    // Seven standard deviations: chance alone never gets there.
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(7 * Math.sqrt(2_000));
  });
});

describe("integer", () => {
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32 + 1])(
    "refuses %d",
    (below) => {
      expect(() => createIds(secureRandom).integer(below)).toThrow(RangeError);
    },
  );

  it("takes the whole range of its 32 bits", () => {
    const ids = createIds((count) => new Uint8Array(count).fill(0xff));
    expect(ids.integer(2 ** 32)).toBe(2 ** 32 - 1);
  });

  it("draws again rather than favour small results", () => {
    // For 3 the last fair value is 2^32 - 2: 0xffffffff is thrown away.
    const draws = [0xff, 0x00];
    const ids = createIds((count) => new Uint8Array(count).fill(draws.shift() ?? 0xff));
    expect(ids.integer(3)).toBe(0);
    expect(draws).toStrictEqual([]);
  });
});

describe("random bytes", () => {
  it.each([0, 1, 31, 32, 33, 4_095, 4_096, 4_097, 100_000])("come %i at a time", (count) => {
    expect(secureRandom(count)).toHaveLength(count);
    expect(seededRandom("1")(count)).toHaveLength(count);
  });

  it("stay what they were when more are drawn", () => {
    const random = seededRandom("1");
    const first = random(16);
    const copy = Uint8Array.from(first);
    for (let n = 0; n < 1_000; n++) random(16);
    expect(Uint8Array.from(first)).toStrictEqual(copy);
  });

  it("are the same for the same seed, and only then", () => {
    const run = (seed: string) => {
      const ids = createIds(seededRandom(seed));
      return Array.from({ length: 200 }, () => [
        ids.id(),
        ids.uuid(),
        ids.challenge(),
        ids.token(),
        ids.authReqId(),
        ids.phoneToken(),
        ids.integer(100),
      ]);
    };
    expect(run("1")).toStrictEqual(run("1"));
    expect(run("1")).not.toStrictEqual(run("2"));
  });

  it("do not change from release to release for a seed", () => {
    // printf '1:0' | sha256sum
    expect(Buffer.from(seededRandom("1")(32)).toString("hex")).toBe(SEED_1_BLOCK_0);
  });
});

describe("formatUuid", () => {
  it.each([
    { byte: 0x00, version: 4, uuid: "00000000-0000-4000-8000-000000000000" },
    { byte: 0xff, version: 4, uuid: "ffffffff-ffff-4fff-bfff-ffffffffffff" },
    { byte: 0x00, version: 5, uuid: "00000000-0000-5000-8000-000000000000" },
    { byte: 0xff, version: 5, uuid: "ffffffff-ffff-5fff-bfff-ffffffffffff" },
  ] as const)("sets version $version and variant over $byte", ({ byte, version, uuid }) => {
    const bytes = new Uint8Array(32).fill(byte);
    expect(formatUuid(bytes, version)).toBe(uuid);
    expect(bytes).toStrictEqual(new Uint8Array(32).fill(byte));
  });
});

const SEED_1_BLOCK_0 = "a6685f3b62d57bfc4935263140bae87fcd48088975c238c1c8455fa2c716659d";
