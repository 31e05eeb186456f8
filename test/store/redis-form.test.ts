import { afterEach, beforeEach, expect, it } from "vitest";
import type { User } from "../../src/records/user.ts";
import type { Form } from "../../src/store/redis/form.ts";
import { createRedisStore } from "../../src/store/redis/store.ts";
import { StoreUnavailableError } from "../../src/store/store.ts";
import { call } from "../support/control.ts";
import { startMock } from "../support/mock.ts";
import type { RedisServer } from "../support/redis.ts";
import { redisServer, startRedis } from "../support/redis.ts";
import { describeWith } from "../support/requirement.ts";

/** A mock that finds in Redis what an older or a newer one has written. */

const REFUSAL =
  "its records are in form 3, which a newer vipps-login-mock wrote, and this one takes 1 at most: update this one, or give it another --store-prefix";

/** In form 2 users had another name, and in form 3 the number of sequences counts from a hundred. */
const newer: Form = {
  number: 3,
  steps: {
    1: (kind, value) =>
      kind === "users"
        ? { ...(value as User), givenName: "Named in 2", nin: `${(value as User).nin} in 2` }
        : value,
    2: (kind, value) => (kind === "sequences" ? Number(value) + 100 : value),
  },
};

describeWith(redisServer, "a Redis that a mock of another version has filled", () => {
  let redis: RedisServer;
  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(() => redis.stop());

  const open = (form?: Form) =>
    createRedisStore({
      url: redis.url,
      prefix: "test:",
      commandTimeout: 10,
      ...(form && { form }),
    });
  async function startOlder() {
    const store = await open();
    const mock = await startMock({}, { store, servers: 1, sweeps: false });
    return { store, mock, records: mock.sandbox.store };
  }

  it("is read by a newer one, with its indexes", async () => {
    const older = await startOlder();
    await older.records.users.clear();
    const ada = { id: "ada", phoneNumber: "4712345678", nin: "old", givenName: "Ada" } as User;
    await older.records.users.insert(ada);
    await older.records.sequences.set(1);
    const { generation } = (await older.store.sandboxes.get("default"))?.sandbox ?? {};
    const store = await open(newer);
    const records = store.records(generation as never);
    expect(await records.users.get("ada")).toMatchObject({ givenName: "Named in 2" });
    expect(await records.users.find("nin", "old")).toBeUndefined();
    expect(await records.users.find("nin", "old in 2")).toMatchObject({ id: "ada" });
    expect(await records.sequences.get()).toBe(101);
    await records.users.update("ada", (user) => ({ ...user, givenName: "Named in 3" }));
    // Opened once more, nothing is changed once more.
    const again = (await open(newer)).records(generation as never);
    expect(await again.users.get("ada")).toMatchObject({ givenName: "Named in 3" });
    expect(await again.sequences.get()).toBe(101);
    await older.mock.close();
  });

  it("is read by a newer one that finds only some of it brought up to date", async () => {
    const older = await startOlder();
    await older.records.sequences.set(1);
    const { generation } = (await older.store.sandboxes.get("default"))?.sandbox ?? {};
    const breaking: Form = {
      number: 3,
      steps: {
        ...newer.steps,
        2: (kind, value) => {
          if (kind !== "sequences") return value;
          throw new Error(`it breaks off at ${kind}`);
        },
      },
    };
    await expect(open(breaking)).rejects.toThrow("it breaks off at sequences");
    const records = (await open(newer)).records(generation as never);
    expect(await records.sequences.get()).toBe(101);
    expect(await records.users.get("ada")).toMatchObject({
      nin: expect.stringMatching(/^\d+ in 2$/),
    });
    await older.mock.close();
  });

  it("is refused by an older one, which says why, also where it runs already", async () => {
    const older = await startOlder();
    await open(newer);
    await expect(open()).rejects.toThrow(new StoreUnavailableError(REFUSAL));
    const refused = await call(older.mock, "GET", "/users");
    expect([refused.status, refused.body.detail]).toEqual([
      503,
      `The mock's store is not available: ${REFUSAL}`,
    ]);
    await older.mock.close();
  });
});
