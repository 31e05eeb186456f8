import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { GenerationId } from "../../src/records/ids.ts";
import type { User } from "../../src/records/user.ts";
import { createRedisStore } from "../../src/store/redis/store.ts";
import type { Bounds, SandboxStore, Store } from "../../src/store/store.ts";
import { ConflictError, FullError, MOST_RECORDS } from "../../src/store/store.ts";
import type { RedisServer } from "../support/redis.ts";
import { redisServer, startRedis } from "../support/redis.ts";
import { describeWith } from "../support/requirement.ts";

/** Requests that come together ask for the same things: what is asked in one turn goes in one command. */

const user = (id: string, other: Partial<Record<keyof User, unknown>> = {}) =>
  ({ id, phoneNumber: `phone of ${id}`, nin: `nin of ${id}`, ...other }) as unknown as User;
const many = (length: number) => Array.from({ length }, (_, n) => user(`user-${n}`));
const renamed = (givenName: string) => (current: User) => ({ ...current, givenName });

describeWith(redisServer, "what is asked of Redis in one turn", () => {
  let redis: RedisServer;
  let stores: readonly Store[];
  let generations = 0;
  let users: SandboxStore["users"];
  let others: SandboxStore["users"];
  let records: SandboxStore;
  beforeAll(async () => {
    redis = await startRedis();
    const open = () => createRedisStore({ url: redis.url, prefix: "test:", commandTimeout: 10 });
    stores = [await open(), await open()];
  });
  afterAll(async () => {
    for (const store of stores) await store.close();
    await redis.stop();
  });
  beforeEach(() => {
    generations += 1;
    const [one, other] = stores.map((store) => store.records(`${generations}` as GenerationId));
    records = one as SandboxStore;
    ({ users } = records);
    others = (other as SandboxStore).users;
  });

  /** How often each command was carried out while something was done, those of scripts included. */
  async function commandsOf(
    act: () => Promise<unknown>,
  ): Promise<Readonly<Record<string, number>>> {
    await redis.command("config", "resetstat");
    await act();
    const stats = await redis.command("info", "commandstats");
    const counts = stats.map((line) => /^cmdstat_(hmget|hget|evalsha):calls=(\d+)/.exec(line));
    return Object.fromEntries(
      counts.flatMap((found) => (found ? [[found[1], Number(found[2])]] : [])),
    );
  }

  describe("reading", () => {
    it("is one command for any number of records, each of them once", async () => {
      await users.insertMany(many(20));
      const ids = [...many(20), ...many(20)].map(({ id }) => id);
      const commands = await commandsOf(async () => {
        const read = await Promise.all([...ids, "nobody"].map((id) => users.get(id)));
        expect(read.map((one) => one?.id)).toEqual([...ids, undefined]);
      });
      expect(commands).toEqual({ hmget: 1 });
    });

    it("is several commands for more than one may carry", async () => {
      const all = many(MOST_RECORDS + 1);
      await users.insertMany(all.slice(1));
      const commands = await commandsOf(async () => {
        const read = await Promise.all(all.map(({ id }) => users.get(id)));
        expect(read.slice(1)).toEqual(all.slice(1));
      });
      expect(commands).toEqual({ hmget: 2 });
    });

    it("lists each page once", async () => {
      await users.insertMany(many(3));
      const commands = await commandsOf(async () => {
        const page = { limit: 2 };
        const pages = await Promise.all([page, page, { limit: 3 }].map((one) => users.list(one)));
        expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 3]);
      });
      expect(commands).toMatchObject({ evalsha: 2 });
    });

    it("tells pages of one length apart by where they begin", async () => {
      await users.insertMany(many(3));
      const after = await users.cursorAt("user-0");
      const pages = await Promise.all([
        users.list({ limit: 1 }),
        users.list({ limit: 1, after: after ?? "" }),
      ]);
      expect(pages.map(({ items }) => items[0]?.id)).toEqual(["user-0", "user-1"]);
    });

    it("fails for nobody else", async () => {
      await users.insert(user("ada"));
      const [failed, listed] = await Promise.allSettled([
        users.list({ limit: 3, after: "not a cursor" }),
        users.list({ limit: 3 }),
      ]);
      expect(failed.status).toBe("rejected");
      expect(listed).toMatchObject({ value: { items: [{ id: "ada" }] } });
    });

    it("remembers a thousand records, and reads any other again", async () => {
      const all = many(1200);
      for (let start = 0; start < all.length; start += MOST_RECORDS) {
        await users.insertMany(all.slice(start, start + MOST_RECORDS));
      }
      const [oldest, ...newer] = await Promise.all(all.map(({ id }) => users.get(id)));
      expect(await users.get("user-1199")).toBe(newer.at(-1));
      expect(await users.get("user-0")).not.toBe(oldest);
    });

    it("sees what another process has written before", async () => {
      await users.insert(user("ada"));
      await users.get("ada");
      await others.update("ada", renamed("Augusta"));
      expect(await users.get("ada")).toMatchObject({ givenName: "Augusta" });
    });
  });

  describe("finding", () => {
    it("needs no script where the record is known that had the value", async () => {
      await users.insert(user("ada"));
      await users.find("nin", "nin of ada");
      const commands = await commandsOf(async () => {
        expect(await users.find("nin", "nin of ada")).toEqual(user("ada"));
      });
      expect(commands).toEqual({ hmget: 1 });
    });

    it.each([
      ["another record has it", { givenTo: "bob" }, "bob"],
      ["nobody has it", {}, undefined],
    ])(
      "finds what is there now, where %s",
      async (_, { givenTo }: { givenTo?: string }, holder) => {
        await users.insertMany([user("ada"), user("bob")]);
        await users.find("nin", "nin of ada");
        await others.update("ada", (ada) => ({ ...ada, nin: user("x", { nin: "new" }).nin }));
        if (givenTo !== undefined) {
          const { nin } = user("ada");
          await others.update(givenTo, (bob) => ({ ...bob, nin }));
        }
        expect((await users.find("nin", "nin of ada"))?.id).toBe(holder);
        expect((await users.find("nin", "nin of ada"))?.id).toBe(holder);
      },
    );

    it("does not find a record that was removed", async () => {
      await users.insert(user("ada"));
      await users.find("nin", "nin of ada");
      await others.take("ada");
      expect(await users.find("nin", "nin of ada")).toBeUndefined();
    });
  });

  describe("inserting", () => {
    it("is one command, in which each record is taken or refused by itself", async () => {
      await users.insert(user("ada"));
      const asked = [
        user("bob"),
        user("ada", { phoneNumber: "1", nin: "1" }),
        user("cid", { nin: "nin of ada" }),
        user("dan", { phoneNumber: "phone of bob" }),
        user("eve"),
      ];
      const commands = await commandsOf(async () => {
        const outcomes = await Promise.allSettled(asked.map((one) => users.insert(one)));
        expect(outcomes).toEqual([
          { status: "fulfilled", value: undefined },
          { status: "rejected", reason: new ConflictError("key", "ada") },
          { status: "rejected", reason: new ConflictError("nin", "nin of ada") },
          { status: "rejected", reason: new ConflictError("phoneNumber", "phone of bob") },
          { status: "fulfilled", value: undefined },
        ]);
      });
      expect(commands).toMatchObject({ evalsha: 1 });
      const { items } = await users.list({ limit: 10 });
      expect(items.map(({ id }) => id)).toEqual(["ada", "bob", "eve"]);
    });

    it("drops a thousand at most in one step, and one for each at least", async () => {
      const all = many(1500).map((each) => each as never);
      for (let start = 0; start < all.length; start += MOST_RECORDS) {
        await records.loginUsers.insertMany(all.slice(start, start + MOST_RECORDS));
      }
      records.keepAtMost({ loginUsers: 10 } as unknown as Bounds);
      const more = ["a", "b", "c"].map((id) => records.loginUsers.insert(user(id) as never));
      const dropped = await Promise.all(more);
      expect(dropped.map((one) => one?.id)).toEqual(["user-0", "user-1000", "user-1001"]);
      expect(await records.loginUsers.count()).toBe(501);
      await records.loginUsers.insertMany([user("d"), user("e")] as never[]);
      expect(await records.loginUsers.count()).toBe(10);
    });

    it("stops at the bound, and drops for each one what makes room for it", async () => {
      const one = { users: 2, loginUsers: 2 } as unknown as Bounds;
      records.keepAtMost({ ...one });
      const inserted = await Promise.allSettled(many(3).map((each) => users.insert(each)));
      expect(inserted.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
      expect(inserted[2]).toMatchObject({ reason: new FullError("users", 2, 2) });
      const days = many(4).map((each) => records.loginUsers.insert(each as never));
      expect((await Promise.all(days)).map((dropped) => dropped?.id)).toEqual([
        undefined,
        undefined,
        "user-0",
        "user-1",
      ]);
    });
  });

  it("is done before the store is closed", async () => {
    const url = redis.url;
    const own = await createRedisStore({ url, prefix: "test:", commandTimeout: 10 });
    const ownUsers = own.records(`${generations}` as GenerationId).users;
    const inserted = ownUsers.insert(user("ada"));
    await own.close();
    await inserted;
    expect(await users.get("ada")).toEqual(user("ada"));
  });

  describe("of a Redis that is full", () => {
    afterEach(() => redis.command("config", "set", "maxmemory", "0"));

    it("changes what does not grow, whatever else is changed", async () => {
      // They have nothing that is taken out of an index or a group, which would make room.
      const { scenarios } = records;
      const one = (id: string) => ({ id, user: "1" }) as never;
      await scenarios.insertMany([one("a"), one("b")]);
      await redis.command("config", "set", "maxmemory", "1mb");
      const to = (name: string) => (current: object) => ({ ...current, user: name }) as never;
      const longer = () => scenarios.update("a", to("1".repeat(500)));
      await expect(longer()).rejects.toThrow("OOM");
      const [, same] = await Promise.allSettled([longer(), scenarios.update("b", to("2"))]);
      expect(same).toMatchObject({ value: { user: "2" } });
    });
  });

  describe("changing", () => {
    it("is one command for all changes of all records, and none of them is lost", async () => {
      await users.insertMany([user("ada"), user("bob")]);
      await users.getMany(["ada", "bob"]);
      const count = (current: User) =>
        ({ ...current, givenName: `${current.givenName ?? ""}i` }) as User;
      const commands = await commandsOf(async () => {
        const asked = ["ada", "bob", "ada", "ada"].map((id) => users.update(id, count));
        const names = (await Promise.all(asked)).map((one) => one?.givenName);
        expect(names).toEqual(["i", "i", "ii", "iii"]);
      });
      expect(commands).toMatchObject({ evalsha: 1 });
      expect(await others.get("ada")).toMatchObject({ givenName: "iii" });
    });

    it("begins with what another process has made of a record", async () => {
      await users.insert(user("ada"));
      await users.get("ada");
      await others.update("ada", renamed("Augusta"));
      const add = (current: User) => ({ ...current, givenName: `${current.givenName}!` }) as User;
      await Promise.all([users.update("ada", add), users.update("ada", add)]);
      expect(await others.get("ada")).toMatchObject({ givenName: "Augusta!!" });
    });

    it("fails by itself where one changes the key, throws or declines", async () => {
      await users.insert(user("ada"));
      const changes: ((current: User) => User | undefined)[] = [
        renamed("Augusta"),
        (current) => ({ ...current, id: "bob" }) as User,
        () => {
          throw new Error("no");
        },
        () => {
          throw "not even an error";
        },
        () => undefined,
      ];
      const ended = await Promise.allSettled(changes.map((one) => users.update("ada", one)));
      expect(ended).toMatchObject([
        { value: { givenName: "Augusta" } },
        { reason: { message: 'An update of users tried to change the key "ada"' } },
        { reason: { message: "no" } },
        { reason: { message: "not even an error" } },
        { value: undefined },
      ]);
      expect(await others.get("ada")).toMatchObject({ id: "ada", givenName: "Augusta" });
    });

    it("refuses of several changes of a record only that which takes another's value", async () => {
      await users.insertMany([user("ada"), user("bob")]);
      await users.getMany(["ada", "bob"]);
      const { nin } = user("bob");
      const ended = await Promise.allSettled([
        users.update("ada", renamed("Augusta")),
        users.update("ada", (current) => ({ ...current, nin })),
        users.update("ada", (current) => ({ ...current, familyName: "King" }) as User),
        users.update("bob", renamed("Robert")),
      ]);
      expect(ended.map(({ status }) => status)).toEqual([
        "fulfilled",
        "rejected",
        "fulfilled",
        "fulfilled",
      ]);
      expect(ended[1]).toMatchObject({ reason: new ConflictError("nin", "nin of bob") });
      expect(await others.get("ada")).toEqual(
        user("ada", { givenName: "Augusta", familyName: "King" }),
      );
    });

    it("refuses a value that another record has, also where a later change gives it up", async () => {
      await users.insertMany([user("ada"), user("bob")]);
      const taking = (nin: unknown) => (current: User) => ({ ...current, nin }) as User;
      const ended = await Promise.allSettled([
        users.update("ada", taking("nin of bob")),
        users.update("ada", taking("free")),
      ]);
      expect(ended).toMatchObject([
        { reason: new ConflictError("nin", "nin of bob") },
        { value: { nin: "free" } },
      ]);
      expect(await users.find("nin", "free")).toMatchObject({ id: "ada" });
    });

    it("fails for nobody else where one makes what cannot be stored", async () => {
      await users.insertMany([user("ada"), user("bob")]);
      const ended = await Promise.allSettled([
        users.update("ada", (current) => ({ ...current, phoneNumber: 5 }) as unknown as User),
        users.update("bob", renamed("Robert")),
      ]);
      expect(ended).toMatchObject([{ status: "rejected" }, { value: { givenName: "Robert" } }]);
      expect(await others.get("ada")).toEqual(user("ada"));
    });

    it("lets nobody wait for the changes of another record", async () => {
      await users.insertMany([user("ada"), user("bob")]);
      const ended: string[] = [];
      const change = async (id: string, by: (current: User) => User) => {
        await users.update(id, by).catch(() => {});
        ended.push(id);
      };
      const nin = (n: number) => (current: User) =>
        ({ ...current, nin: `${n}` }) as unknown as User;
      const ofAda = Array.from({ length: 20 }, (_, n) => change("ada", nin(n)));
      await Promise.all([...ofAda, change("bob", renamed("Robert"))]);
      expect(ended[0]).toBe("bob");
    });

    it("is made of what is there, where it would not be made of what was seen last", async () => {
      await users.insert(user("ada", { givenName: "Ada" }));
      await users.get("ada");
      const ifAugusta = (current: User) =>
        current.givenName === "Augusta" ? { ...current, familyName: "King" } : undefined;
      const orThrow = (current: User) => {
        const changed = ifAugusta(current);
        if (!changed) throw new Error("not her");
        return changed;
      };
      await others.update("ada", renamed("Augusta"));
      expect(await users.update("ada", ifAugusta)).toMatchObject({ familyName: "King" });
      await others.update("ada", renamed("Ada"));
      await users.get("ada");
      await others.update("ada", renamed("Augusta"));
      expect(await users.update("ada", orThrow)).toMatchObject({ givenName: "Augusta" });
      await others.update("ada", renamed("Ada"));
      await users.get("ada");
      await others.update("ada", renamed("Augusta"));
      expect(await users.take("ada", (current) => orThrow(current) !== undefined)).toBeDefined();
    });

    it("loses none of those that two processes make at the same time", async () => {
      await users.insertMany([user("ada", { givenName: "" }), user("bob", { givenName: "" })]);
      const add = (current: User) => ({ ...current, givenName: `${current.givenName}i` }) as User;
      const worker = async (own: typeof users, id: string) => {
        for (let n = 0; n < 20; n += 1) await own.update(id, add);
      };
      const workers = Array.from({ length: 20 }, (_, n) =>
        worker(n % 2 === 0 ? users : others, n < 10 ? "ada" : "bob"),
      );
      await Promise.all(workers);
      for (const id of ["ada", "bob"]) {
        expect((await users.get(id))?.givenName).toHaveLength(200);
      }
    });

    it("is one command after the other for more than one may carry", async () => {
      await users.insert(user("ada", { givenName: "" }));
      const add = (current: User) => ({ ...current, givenName: `${current.givenName}i` }) as User;
      const asked = Array.from({ length: MOST_RECORDS + 1 }, () => users.update("ada", add));
      await Promise.all(asked);
      expect((await users.get("ada"))?.givenName).toHaveLength(MOST_RECORDS + 1);
    });

    it("does nothing to a record that somebody has removed", async () => {
      await users.insert(user("ada"));
      await users.get("ada");
      await others.take("ada");
      const asked = [users.update("ada", renamed("A")), users.update("ada", renamed("B"))];
      expect(await Promise.all(asked)).toEqual([undefined, undefined]);
    });
  });
});
