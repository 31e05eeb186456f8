import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Browser, Consent } from "../../src/records/consent.ts";
import type { Delivery, Webhook } from "../../src/records/delivery.ts";
import type { Fault } from "../../src/records/fault.ts";
import type { GenerationId, SandboxId } from "../../src/records/ids.ts";
import { DEFAULT_LIMITS } from "../../src/records/limits.ts";
import type { KeptRequest } from "../../src/records/logged-request.ts";
import type { Login } from "../../src/records/login.ts";
import type { Partner } from "../../src/records/partner.ts";
import type { PhoneLogin } from "../../src/records/phone-login.ts";
import type { SalesUnit } from "../../src/records/sales-unit.ts";
import type { Scenario } from "../../src/records/scenario.ts";
import type { AccessToken, CodeGrant, PlatformToken, Session } from "../../src/records/session.ts";
import type { LoginDay, LoginUser } from "../../src/records/statistics.ts";
import type { EpochSeconds } from "../../src/records/time.ts";
import { after, DAY, epochSeconds } from "../../src/records/time.ts";
import type { User } from "../../src/records/user.ts";
import { batches, readAll, readGroup } from "../../src/store/batches.ts";
import type { CollectionName } from "../../src/store/collections.ts";
import { activeConsentKey, COLLECTIONS } from "../../src/store/collections.ts";
import type { Collection, PageRequest, SandboxStore, Store } from "../../src/store/store.ts";
import { ConflictError, FullError, MOST_RECORDS } from "../../src/store/store.ts";

/**
 * What src/store/store.ts obliges every implementation to, in tests. A store passes when
 * `describeStore` does.
 */

const NOW = epochSeconds(1_700_000_000);
const HOSTILE_KEYS = [
  "",
  " ",
  "__proto__",
  "constructor",
  "toString",
  "a:b",
  "a::b",
  "a/b?c#d",
  '["a","b"]',
  "{a}",
  "*",
  "line\nbreak",
  "null\0byte",
  "blåbærsyltetøy 🫐",
  "x".repeat(10_000),
];

/** Declares the conformance suite for one implementation. */
export function describeStore(name: string, make: () => Promise<Store>): void {
  describe(`${name} store`, () => {
    let store: Store;
    let sandbox: SandboxStore;

    beforeEach(async () => {
      store = await make();
      sandbox = store.records(id<GenerationId>("one"));
    });
    afterEach(() => store.close());

    describe("values", () => {
      it.each(Object.entries(SAMPLES))("%s come back equal", async (collection, sample) => {
        const records = untyped(sandbox, collection);
        await records.insert(sample("k"));
        expect(await records.get("k")).toStrictEqual(JSON.parse(JSON.stringify(sample("k"))));
      });

      it("does not follow the caller's copy after an insert", async () => {
        const offered = [12, 34];
        const mutable = { ...login("k"), challenge: { shown: 12, offered } };
        await sandbox.logins.insert(mutable);
        mutable.csrf = "changed";
        mutable.challenge.shown = 99;
        offered.push(56);
        expect(await sandbox.logins.get("k")).toStrictEqual({
          ...login("k"),
          challenge: { shown: 12, offered: [12, 34] },
        });
      });

      it("does not follow the caller's copy after an update", async () => {
        await sandbox.logins.insert(login("k"));
        const challenge = { shown: 12, offered: [12] };
        await sandbox.logins.update("k", (current) => ({ ...current, challenge }));
        challenge.offered.push(99);
        expect((await sandbox.logins.get("k"))?.challenge).toStrictEqual({
          shown: 12,
          offered: [12],
        });
      });

      it("does not follow what somebody does to a record it was given", async () => {
        await sandbox.logins.insert(login("k"));
        const given = (await sandbox.logins.get("k")) as { csrf: string };
        try {
          given.csrf = "changed";
        } catch {
          // A store may refuse the attempt instead.
        }
        expect(await sandbox.logins.get("k")).toStrictEqual(login("k"));
      });

      it("leaves members out that are undefined", async () => {
        await sandbox.codes.insert({ ...code("k"), ...({ nonce: undefined } as object) });
        expect(Object.keys((await sandbox.codes.get("k")) ?? {})).not.toContain("nonce");
      });

      it.each(HOSTILE_KEYS)("keeps a member of free form by the name %j", async (key) => {
        const body = Object.fromEntries([[key, { [key]: 1, deep: [] }]]);
        await sandbox.faults.insert({ ...fault("k"), answer: { body } });
        const kept = (await sandbox.faults.get("k"))?.answer?.body;
        expect(JSON.stringify(kept)).toBe(JSON.stringify(body));
      });

      it.each(HOSTILE_KEYS)("takes the key %j", async (key) => {
        const { browsers, logins } = sandbox;
        expect(await browsers.get(key)).toBeUndefined();
        expect(await logins.find("loginVerifier", key)).toBeUndefined();
        await browsers.insert(browser(key));
        await logins.insert({ ...login("k"), loginVerifier: key });
        expect(await browsers.get(key)).toStrictEqual(browser(key));
        expect((await logins.find("loginVerifier", key))?.id).toBe("k");
        expect(await readAll(browsers)).toStrictEqual([browser(key)]);
        expect(browsers.keyOf(browser(key))).toBe(key);
        const after = await browsers.cursorAt(key);
        expect((await browsers.list({ after, limit: 1 })).items).toStrictEqual([]);
        expect(await browsers.take(key)).toStrictEqual(browser(key));
        expect(await browsers.get(key)).toBeUndefined();
      });

      it("keeps hostile keys apart, in one generation and as names of generations", async () => {
        for (const key of HOSTILE_KEYS) {
          await sandbox.browsers.insert(browser(key));
          await store.records(id<GenerationId>(key)).browsers.insert(browser(`in ${key}`));
        }
        const all = (await readAll(sandbox.browsers)).map((each) => each.id);
        expect(all).toStrictEqual(HOSTILE_KEYS);
        for (const key of HOSTILE_KEYS) {
          const items = await readAll(store.records(id<GenerationId>(key)).browsers);
          expect(items.map((each) => each.id)).toStrictEqual([`in ${key}`]);
        }
      });
    });

    describe("insert", () => {
      it("refuses a key that is taken and changes nothing", async () => {
        await sandbox.users.insert(user("ada", "1"));
        const refused = sandbox.users.insert(user("ada", "2"));
        await expect(refused).rejects.toThrow(ConflictError);
        await expect(refused).rejects.toMatchObject({ index: "key", value: "ada" });
        expect(await readAll(sandbox.users)).toStrictEqual([user("ada", "1")]);
        expect(await sandbox.users.find("phoneNumber", phone("2"))).toBeUndefined();
      });

      it.each([
        { index: "phoneNumber", other: { ...user("bob", "2"), phoneNumber: phone("1") } },
        { index: "nin", other: { ...user("bob", "2"), nin: nin("1") } },
      ])("refuses a $index that is taken and changes nothing", async ({ index, other }) => {
        await sandbox.users.insert(user("ada", "1"));
        await expect(sandbox.users.insert(other)).rejects.toMatchObject({ index });
        expect(await readAll(sandbox.users)).toStrictEqual([user("ada", "1")]);
        expect(await sandbox.users.get("bob")).toBeUndefined();
        expect(await sandbox.users.find("phoneNumber", phone("2"))).toBeUndefined();
        expect(await sandbox.users.find("nin", nin("2"))).toBeUndefined();
      });

      it("lets exactly one of many have a unique value", async () => {
        const attempts = range(20).map((n) =>
          sandbox.users.insert({ ...user(`u${n}`, String(n)), nin: nin("same") }),
        );
        const results = await Promise.allSettled(attempts);
        expect(results.filter((each) => each.status === "fulfilled")).toHaveLength(1);
        expect(await readAll(sandbox.users)).toHaveLength(1);
      });

      it("holds any number of records without a value in an index", async () => {
        await sandbox.logins.insert(login("a"));
        await sandbox.logins.insert(login("b"));
        expect(await sandbox.logins.find("loginVerifier", "undefined")).toBeUndefined();
        expect(await readAll(sandbox.logins)).toHaveLength(2);
      });
    });

    describe("update", () => {
      it("answers the new record, and so do all later reads", async () => {
        await sandbox.users.insert(user("ada", "1"));
        const named = await sandbox.users.update("ada", (old) => ({ ...old, givenName: "Ada" }));
        expect(named).toStrictEqual({ ...user("ada", "1"), givenName: "Ada" });
        expect(await sandbox.users.get("ada")).toStrictEqual(named);
        expect(await sandbox.users.find("nin", nin("1"))).toStrictEqual(named);
        expect(await readAll(sandbox.users)).toStrictEqual([named]);
      });

      it("answers undefined when there is no record, and does not call the change", async () => {
        const update = sandbox.users.update("ada", () => {
          throw new Error("called");
        });
        expect(await update).toBeUndefined();
      });

      it("leaves all as it is when the change declines", async () => {
        await sandbox.users.insert(user("ada", "1"));
        expect(await sandbox.users.update("ada", () => undefined)).toBeUndefined();
        expect(await sandbox.users.get("ada")).toStrictEqual(user("ada", "1"));
      });

      it("leaves all as it is when the change throws", async () => {
        await sandbox.users.insert(user("ada", "1"));
        const update = sandbox.users.update("ada", () => {
          throw new RangeError("no");
        });
        await expect(update).rejects.toThrow(RangeError);
        expect(await sandbox.users.get("ada")).toStrictEqual(user("ada", "1"));
      });

      it("does not change the key", async () => {
        await sandbox.users.insert(user("ada", "1"));
        await expect(sandbox.users.update("ada", () => user("bob", "1"))).rejects.toThrow("key");
        expect(await readAll(sandbox.users)).toStrictEqual([user("ada", "1")]);
      });

      it("moves the record in its indexes", async () => {
        const { logins } = sandbox;
        await logins.insert({ ...login("k"), loginVerifier: "v1" });
        await logins.update("k", (old) => ({ ...old, loginVerifier: "v2" }));
        expect(await logins.find("loginVerifier", "v1")).toBeUndefined();
        expect((await logins.find("loginVerifier", "v2"))?.id).toBe("k");

        await logins.update("k", ({ loginVerifier: _, ...rest }) => ({
          ...rest,
          consentChallenge: "c",
        }));
        expect(await logins.find("loginVerifier", "v2")).toBeUndefined();
        expect((await logins.find("consentChallenge", "c"))?.id).toBe("k");

        await logins.insert({ ...login("other"), loginVerifier: "v2" });
        expect((await logins.find("loginVerifier", "v2"))?.id).toBe("other");
      });

      it("refuses a unique value of another record and changes nothing", async () => {
        const { users } = sandbox;
        await users.insert(user("ada", "1"));
        await users.insert(user("bob", "2"));
        const refused = users.update("bob", (bob) => ({
          ...bob,
          phoneNumber: phone("3"),
          nin: nin("1"),
        }));
        await expect(refused).rejects.toThrow(ConflictError);
        await expect(refused).rejects.toMatchObject({ index: "nin", value: nin("1") });
        expect(await users.get("bob")).toStrictEqual(user("bob", "2"));
        expect((await users.find("phoneNumber", phone("2")))?.id).toBe("bob");
        expect(await users.find("phoneNumber", phone("3"))).toBeUndefined();
        expect((await users.find("nin", nin("1")))?.id).toBe("ada");
      });

      it("keeps the record's place in the order", async () => {
        for (const key of ["a", "b", "c"]) await sandbox.browsers.insert(browser(key));
        await sandbox.browsers.update("a", (old) => ({ ...old, userAgent: "new" }));
        expect(await keys(sandbox.browsers)).toStrictEqual(["a", "b", "c"]);
      });

      it("loses none of many concurrent updates", async () => {
        await sandbox.users.insert({ ...user("ada", "1"), givenName: "" });
        const letters = range(50).map((n) => String.fromCharCode(65 + n));
        await Promise.all(
          letters.map((letter) =>
            sandbox.users.update("ada", (old) => ({ ...old, givenName: old.givenName + letter })),
          ),
        );
        const name = (await sandbox.users.get("ada"))?.givenName ?? "";
        expect([...name].sort()).toStrictEqual(letters);
      });
    });

    describe("take", () => {
      it("gives the record to exactly one of many", async () => {
        await sandbox.codes.insert(code("k"));
        const taken = await Promise.all(range(50).map(() => sandbox.codes.take("k")));
        expect(taken.filter((each) => each !== undefined)).toStrictEqual([code("k")]);
        expect(await sandbox.codes.get("k")).toBeUndefined();
      });

      it("answers undefined when there is no record", async () => {
        expect(await sandbox.codes.take("k")).toBeUndefined();
      });

      it("leaves a record of which the condition says no", async () => {
        await sandbox.codes.insert(code("k"));
        const isSpent = ({ pkceSpent }: CodeGrant) => pkceSpent === true;
        expect(await sandbox.codes.take("k", isSpent)).toBeUndefined();
        await sandbox.codes.update("k", (old) => ({ ...old, pkceSpent: true }));
        expect(await sandbox.codes.take("k", isSpent)).toStrictEqual({
          ...code("k"),
          pkceSpent: true,
        });
        expect(await sandbox.codes.take("k", isSpent)).toBeUndefined();
      });

      it("looks at its condition and removes in one step", async () => {
        await sandbox.codes.insert(code("k"));
        const [taken, updated] = await Promise.all([
          sandbox.codes.take("k", ({ pkceSpent }) => pkceSpent !== true),
          sandbox.codes.update("k", (old) => ({ ...old, pkceSpent: true })),
        ]);
        // Either it went before it was spent, or it was spent and stays.
        expect([taken !== undefined, updated !== undefined]).toContain(false);
        expect(await sandbox.codes.get("k")).toStrictEqual(updated);
      });

      it("frees the key and the unique values", async () => {
        await sandbox.users.insert(user("ada", "1"));
        await sandbox.users.take("ada");
        expect(await sandbox.users.find("nin", nin("1"))).toBeUndefined();
        await sandbox.users.insert(user("ada", "1"));
        expect((await sandbox.users.find("nin", nin("1")))?.id).toBe("ada");
      });

      it("does not come between an update and its outcome", async () => {
        await sandbox.codes.insert(code("k"));
        const [updated, taken] = await Promise.all([
          sandbox.codes.update("k", (old) => ({ ...old, pkceSpent: true })),
          sandbox.codes.take("k"),
        ]);
        // Either the update was first and the taker sees it, or there was nothing left to update.
        expect(taken?.pkceSpent).toBe(updated?.pkceSpent);
        expect(await sandbox.codes.get("k")).toBeUndefined();
      });
    });

    describe("list", () => {
      const five = ["e", "a", "d", "b", "c"];
      beforeEach(async () => {
        for (const key of five) await sandbox.browsers.insert(browser(key));
      });

      it.each([
        { limit: 1, after: undefined, expected: ["e"], more: true },
        { limit: 2, after: undefined, expected: ["e", "a"], more: true },
        { limit: 2, after: "a", expected: ["d", "b"], more: true },
        { limit: 2, after: "b", expected: ["c"], more: false },
        { limit: 3, after: "a", expected: ["d", "b", "c"], more: false },
        { limit: 4, after: undefined, expected: five.slice(0, 4), more: true },
        { limit: 5, after: undefined, expected: five, more: false },
        { limit: 500, after: undefined, expected: five, more: false },
        { limit: 9, after: "c", expected: [], more: false },
      ])("$limit behind $after are $expected", async ({ limit, after, expected, more }) => {
        const { browsers } = sandbox;
        const cursor = after === undefined ? undefined : await browsers.cursorAt(after);
        const page = await browsers.list({ after: cursor, limit });
        expect(page.items.map((each) => each.id)).toStrictEqual(expected);
        expect("next" in page).toBe(more);
        const rest = five.slice(five.indexOf(expected.at(-1) ?? "c") + 1);
        if (more) expect(await keysFrom(browsers, page.next)).toStrictEqual(rest);
      });

      it("knows no cursor of a record that was never there, or is gone", async () => {
        await sandbox.browsers.take("a");
        expect(await sandbox.browsers.cursorAt("a")).toBeUndefined();
        expect(await sandbox.browsers.cursorAt("never there")).toBeUndefined();
      });

      it("goes on behind records that are gone since", async () => {
        const { browsers } = sandbox;
        const { next } = await browsers.list({ limit: 2 });
        const cursor = await browsers.cursorAt("d");
        for (const key of ["e", "a", "d"]) await browsers.take(key);
        expect(await keysFrom(browsers, next)).toStrictEqual(["b", "c"]);
        expect(await keysFrom(browsers, cursor)).toStrictEqual(["b", "c"]);
        await browsers.clear();
        await browsers.insert(browser("new"));
        expect(await keysFrom(browsers, next)).toStrictEqual(["new"]);
      });

      it.each([
        { gone: ["e"], left: ["a", "d", "b", "c"] },
        { gone: ["d"], left: ["e", "a", "b", "c"] },
        { gone: ["c"], left: ["e", "a", "d", "b"] },
        { gone: five, left: [] },
      ])("goes on in order when $gone is taken", async ({ gone, left }) => {
        for (const key of gone) await sandbox.browsers.take(key);
        expect(await keys(sandbox.browsers)).toStrictEqual(left);
        await sandbox.browsers.insert(browser("e2"));
        expect(await keys(sandbox.browsers)).toStrictEqual([...left, "e2"]);
      });

      it("puts a record that returns at the end", async () => {
        await sandbox.browsers.take("e");
        await sandbox.browsers.insert(browser("e"));
        expect(await keys(sandbox.browsers)).toStrictEqual(["a", "d", "b", "c", "e"]);
      });
    });

    describe("listGroup", () => {
      /** A login that nobody has answered. */
      const asking = (key: string, user = "ada"): PhoneLogin => {
        const { approval: _, plan: __, ...rest } = phoneLogin(key);
        return { ...rest, user };
      };
      const page = { limit: MOST_RECORDS };
      const asked = async (user: string) =>
        (await sandbox.phoneLogins.listGroup("asking", user, page)).items.map((login) => login.id);

      beforeEach(async () => {
        for (const key of ["b", "a", "c"]) await sandbox.phoneLogins.insert(asking(key));
        await sandbox.phoneLogins.insert(asking("other", "leif"));
      });

      it("gives the records that have the value, in the order of insertion", async () => {
        expect(await asked("ada")).toStrictEqual(["b", "a", "c"]);
        expect(await asked("leif")).toStrictEqual(["other"]);
        expect(await asked("nobody")).toStrictEqual([]);
        expect(await sandbox.phoneLogins.listGroup("asking", "leif", page)).toStrictEqual({
          items: [asking("other", "leif")],
        });
      });

      it("gives them page by page, whatever becomes of those that were given", async () => {
        const { phoneLogins } = sandbox;
        const first = await phoneLogins.listGroup("asking", "ada", { limit: 2 });
        expect(first.items.map((login) => login.id)).toStrictEqual(["b", "a"]);
        await phoneLogins.takeMany(["a", "b"]);
        await phoneLogins.insert(asking("d"));
        const after = first.next;
        const second = await phoneLogins.listGroup("asking", "ada", { after, limit: 2 });
        expect(second.items.map((login) => login.id)).toStrictEqual(["c", "d"]);
        expect("next" in second).toBe(false);
      });

      it("goes on behind any record of the collection", async () => {
        const after = await sandbox.phoneLogins.cursorAt("a");
        const { items } = await sandbox.phoneLogins.listGroup("asking", "ada", { ...page, after });
        expect(items.map((login) => login.id)).toStrictEqual(["c"]);
      });

      it("gives each as it is now, at its place", async () => {
        await sandbox.phoneLogins.update("b", (login) => ({ ...login, interval: 10 }));
        const { items } = await sandbox.phoneLogins.listGroup("asking", "ada", page);
        expect(items[0]).toStrictEqual({ ...asking("b"), interval: 10 });
        expect(await asked("ada")).toStrictEqual(["b", "a", "c"]);
      });

      it("forgets a record that has the value no more, and takes it in again", async () => {
        await sandbox.phoneLogins.update("b", (login) => ({
          ...login,
          failure: { reason: "cancelled" },
        }));
        expect(await asked("ada")).toStrictEqual(["a", "c"]);
        await sandbox.phoneLogins.update("b", ({ failure: _, ...login }) => login);
        expect(await asked("ada")).toStrictEqual(["b", "a", "c"]);
        await sandbox.phoneLogins.update("a", (login) => ({ ...login, user: "leif" }));
        expect([await asked("ada"), await asked("leif")]).toStrictEqual([
          ["b", "c"],
          ["a", "other"],
        ]);
      });

      it("keeps what an update that was declined or refused would have changed", async () => {
        await sandbox.phoneLogins.update("b", () => undefined);
        const taken = (login: PhoneLogin) => ({
          ...login,
          user: "leif",
          authReqId: id("request c"),
        });
        await expect(sandbox.phoneLogins.update("b", taken as never)).rejects.toThrow(
          ConflictError,
        );
        expect(await asked("ada")).toStrictEqual(["b", "a", "c"]);
      });

      it("forgets what was taken, swept or dropped", async () => {
        await sandbox.phoneLogins.take("a");
        expect(await asked("ada")).toStrictEqual(["b", "c"]);
        await sandbox.sweep(epochSeconds(NOW + 1_000));
        expect(await asked("ada")).toStrictEqual([]);
        await sandbox.phoneLogins.insert(asking("d"));
        await store.drop(id<GenerationId>("one"));
        expect(await asked("ada")).toStrictEqual([]);
      });

      it("is each generation's own", async () => {
        const elsewhere = store.records(id<GenerationId>("two"));
        const { items } = await elsewhere.phoneLogins.listGroup("asking", "ada", page);
        expect(items).toStrictEqual([]);
      });
    });

    describe("operations on many records", () => {
      const many = (count: number, from = 0) => range(count).map((n) => numbered(from + n));
      const ids = (items: readonly (Login | undefined)[]) => items.map((each) => each?.id);

      it("get each record at the place of its key, undefined where there is none", async () => {
        await sandbox.logins.insertMany([numbered(1), numbered(2)]);
        const found = await sandbox.logins.getMany(["2", "none", "1", "2"]);
        expect(found).toStrictEqual([numbered(2), undefined, numbered(1), numbered(2)]);
        expect(await sandbox.logins.getMany([])).toStrictEqual([]);
      });

      it("insert in order, with index, group and ending, or nothing at all", async () => {
        const { logins } = sandbox;
        expect(await logins.insertMany(many(3))).toStrictEqual([]);
        expect(ids(await readAll(logins))).toStrictEqual(["0", "1", "2"]);
        expect((await logins.find("loginVerifier", "v1"))?.id).toBe("1");
        for (const [index, taken] of [
          ["key", [numbered(3), numbered(1)]],
          ["key", [numbered(3), { ...numbered(3), loginVerifier: "other" }]],
          ["loginVerifier", [numbered(3), { ...numbered(4), loginVerifier: "v2" }]],
          ["loginVerifier", [numbered(3), { ...numbered(4), loginVerifier: "v3" }]],
        ] as const) {
          const refused = logins.insertMany(taken);
          await expect(refused).rejects.toThrow(ConflictError);
          await expect(refused).rejects.toMatchObject({ index });
          expect(ids(await readAll(logins))).toStrictEqual(["0", "1", "2"]);
          expect(await logins.find("loginVerifier", "v3")).toBeUndefined();
        }
      });

      it("insert each set of the same keys once, of many at a time", async () => {
        const attempts = range(20).map(() => sandbox.logins.insertMany(many(5)));
        const results = await Promise.allSettled(attempts);
        expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        expect(await readAll(sandbox.logins)).toHaveLength(5);
      });

      it("insert into a full collection, and hand over what made room", async () => {
        const { requests } = sandbox;
        const logged = (n: number) => loggedRequest(String(n));
        const bound = DEFAULT_LIMITS.requests;
        for (let n = 0; n < bound; n += 500) {
          await requests.insertMany(range(500).map((each) => logged(n + each)));
        }
        const dropped = await requests.insertMany([logged(bound), logged(bound + 1)]);
        expect(dropped).toStrictEqual([logged(0), logged(1)]);
        expect(await readAll(requests)).toHaveLength(bound);
      });

      it("change what is there and not declined, each at the place of its key", async () => {
        const { logins } = sandbox;
        await logins.insertMany(many(3));
        const changed = await logins.updateMany(["2", "none", "0", "1"], (login) =>
          login.id === "0" ? undefined : { ...login, loginVerifier: `new ${login.id}` },
        );
        expect(ids(changed)).toStrictEqual(["2", undefined, undefined, "1"]);
        expect((await logins.find("loginVerifier", "new 2"))?.id).toBe("2");
        expect(await logins.find("loginVerifier", "v2")).toBeUndefined();
        expect(await logins.get("0")).toStrictEqual(numbered(0));
        expect(ids(await readAll(logins))).toStrictEqual(["0", "1", "2"]);
      });

      it("refuse a change to a unique value of another record", async () => {
        await sandbox.logins.insertMany(many(2));
        const refused = sandbox.logins.updateMany(["0"], (login) => ({
          ...login,
          loginVerifier: "v1",
        }));
        await expect(refused).rejects.toThrow(ConflictError);
        expect((await sandbox.logins.find("loginVerifier", "v1"))?.id).toBe("1");
      });

      it("lose none of many concurrent changes", async () => {
        const keys = ["a", "b"];
        await sandbox.faults.insertMany(keys.map(fault));
        const count = (one: Fault): Fault => ({ ...one, seen: one.seen + 1 });
        await Promise.all([
          ...range(20).map(() => sandbox.faults.updateMany(keys, count)),
          ...range(20).map(() => sandbox.faults.update("a", count)),
        ]);
        const seen = (await sandbox.faults.getMany(keys)).map((each) => each?.seen);
        expect(seen).toStrictEqual([40, 20]);
      });

      it("take each record for exactly one of many, and free what it had", async () => {
        const { logins } = sandbox;
        await logins.insertMany(many(3));
        const taken = await Promise.all([
          ...range(10).map(() => logins.takeMany(["1", "none", "0"])),
          ...range(10).map(async () => [await logins.take("1")]),
        ]);
        const given = ids(taken.flat()).filter((each) => each !== undefined);
        expect(given.sort()).toStrictEqual(["0", "1"]);
        expect(ids(await readAll(logins))).toStrictEqual(["2"]);
        await logins.insertMany(many(2));
        expect(await logins.takeMany(["1", "none", "0"])).toStrictEqual([
          numbered(1),
          undefined,
          numbered(0),
        ]);
      });

      it("clear one collection of one generation", async () => {
        const elsewhere = store.records(id<GenerationId>("two"));
        for (const records of [sandbox, elsewhere]) {
          await records.phoneLogins.insert(phoneLogin("k"));
          await records.codes.insert(code("k"));
        }
        await sandbox.phoneLogins.clear();
        expect(await readAll(sandbox.phoneLogins)).toStrictEqual([]);
        expect(await sandbox.phoneLogins.get("k")).toBeUndefined();
        expect(await sandbox.phoneLogins.find("authReqId", "request k")).toBeUndefined();
        expect(await readGroup(sandbox.phoneLogins, "user", "ada")).toStrictEqual([]);
        expect(await sandbox.codes.get("k")).toBeDefined();
        expect(await elsewhere.phoneLogins.get("k")).toBeDefined();
        await sandbox.phoneLogins.insert(phoneLogin("k"));
        expect(await readGroup(sandbox.phoneLogins, "user", "ada")).toHaveLength(1);
      });

      it("carry 500 records and no more, and a page has one at least", async () => {
        const { logins } = sandbox;
        const keys = range(501).map(String);
        const refusal = new RangeError("one operation carries at most 500 records, not 501");
        await expect(logins.insertMany(many(501))).rejects.toThrow(refusal);
        expect(await readAll(logins)).toStrictEqual([]);
        await logins.insertMany(many(500));
        expect(await logins.getMany(keys.slice(1))).toHaveLength(500);
        await expect(logins.getMany(keys)).rejects.toThrow(RangeError);
        expect(await logins.updateMany(keys.slice(1), () => undefined)).toHaveLength(500);
        await expect(logins.updateMany(keys, (login) => login)).rejects.toThrow(RangeError);
        await expect(logins.takeMany(keys)).rejects.toThrow(RangeError);
        const within = { upTo: epochSeconds(NOW + 600) };
        for (const limit of [0, 501]) {
          await expect(logins.list({ limit })).rejects.toThrow(RangeError);
          await expect(logins.listEnding(within, { limit })).rejects.toThrow(RangeError);
          const group = sandbox.phoneLogins.listGroup("user", "ada", { limit });
          await expect(group).rejects.toThrow(RangeError);
        }
        expect((await logins.list({ limit: 500 })).items).toHaveLength(500);
        expect(await logins.takeMany(keys.slice(0, 500))).toHaveLength(500);
      });
    });

    describe("listEnding", () => {
      const moment = (seconds: number) => epochSeconds(NOW + seconds);
      const ending = (key: string, seconds: number): Login => ({
        ...login(key),
        expiresAt: moment(seconds),
      });
      const endingIn = async (after: number | undefined, upTo: number, limit = MOST_RECORDS) => {
        const within = {
          upTo: moment(upTo),
          ...(after !== undefined && { after: moment(after) }),
        };
        const found: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await sandbox.logins.listEnding(within, { after: cursor, limit });
          expect(page.items.length).toBeLessThanOrEqual(limit);
          found.push(...page.items.map((each) => each.id));
          cursor = page.next;
        } while (cursor !== undefined);
        return found;
      };

      beforeEach(async () => {
        await sandbox.logins.insertMany([
          ending("c", 30),
          ending("a", 10),
          ending("b2", 20),
          ending("b1", 20),
        ]);
      });

      it.each([
        { after: undefined, upTo: 9, expected: [] },
        { after: undefined, upTo: 10, expected: ["a"] },
        { after: undefined, upTo: 100, expected: ["a", "b2", "b1", "c"] },
        { after: 9, upTo: 10, expected: ["a"] },
        { after: 10, upTo: 10, expected: [] },
        { after: 10, upTo: 19, expected: [] },
        { after: 10, upTo: 20, expected: ["b2", "b1"] },
        { after: 20, upTo: 30, expected: ["c"] },
        { after: 30, upTo: 100, expected: [] },
      ])("after $after up to $upTo: $expected", async ({ after, upTo, expected }) => {
        expect(await endingIn(after, upTo)).toStrictEqual(expected);
        expect(await endingIn(after, upTo, 1)).toStrictEqual(expected);
        expect(await endingIn(after, upTo, 2)).toStrictEqual(expected);
      });

      it("goes by the record as it was changed last", async () => {
        const { logins } = sandbox;
        await logins.update("a", (current) => ({ ...current, expiresAt: moment(25) }));
        expect(await endingIn(undefined, 100)).toStrictEqual(["b2", "b1", "a", "c"]);
        await logins.update("b2", (current) => ({ ...current, failure: { reason: "cancelled" } }));
        expect(await endingIn(undefined, 100)).toStrictEqual(["b1", "a", "c"]);
        await logins.update("b2", ({ failure: _, ...current }) => current);
        expect(await endingIn(undefined, 100)).toStrictEqual(["b2", "b1", "a", "c"]);
        await logins.take("b1");
        expect(await endingIn(undefined, 100)).toStrictEqual(["b2", "a", "c"]);
      });

      it("goes on behind records that are taken page by page", async () => {
        const { logins } = sandbox;
        const taken: string[] = [];
        const read = (page: PageRequest) => logins.listEnding({ upTo: moment(30) }, page);
        for await (const items of batches(read, { limit: 2 })) {
          taken.push(...items.map((each) => each.id));
          await logins.takeMany(items.map((each) => each.id));
        }
        expect(taken).toStrictEqual(["a", "b2", "b1", "c"]);
        expect(await readAll(logins)).toStrictEqual([]);
      });

      it("has a record with two endings at both of them", async () => {
        const { accessTokens } = sandbox;
        await accessTokens.insert({
          ...accessToken("k"),
          expiresAt: moment(10),
          sharedUntil: moment(20),
        });
        const found = async (after: number, upTo: number) =>
          (
            await accessTokens.listEnding(
              { after: moment(after), upTo: moment(upTo) },
              { limit: 9 },
            )
          ).items.length;
        expect(
          await Promise.all([found(0, 10), found(10, 20), found(0, 20), found(20, 30)]),
        ).toEqual([1, 1, 2, 0]);
        await accessTokens.update("k", (token) => ({ ...token, sharedUntil: moment(10) }));
        expect(await Promise.all([found(0, 10), found(10, 20)])).toEqual([1, 0]);
        await accessTokens.take("k");
        expect(await found(0, 30)).toBe(0);
        const both = { expiresAt: moment(10), sharedUntil: moment(10) };
        await accessTokens.insert({ ...accessToken("l"), ...both });
        expect(await found(0, 10)).toBe(1);
      });

      it("has none where the records have no end", async () => {
        await sandbox.users.insert(user("ada", "1"));
        const page = await sandbox.users.listEnding({ upTo: moment(100) }, { limit: 1 });
        expect(page).toStrictEqual({ items: [] });
      });

      it("forgets what was swept or dropped for room, and is each generation's own", async () => {
        await sandbox.sweep(epochSeconds(NOW + 1_000));
        expect(await endingIn(undefined, 100)).toStrictEqual([]);
        const elsewhere = store.records(id<GenerationId>("two"));
        const page = await elsewhere.logins.listEnding({ upTo: moment(100) }, { limit: 1 });
        expect(page.items).toStrictEqual([]);
      });
    });

    describe("bound", () => {
      const bound = DEFAULT_LIMITS.logins;

      it("drops the oldest record with its index entries", { timeout: 120_000 }, async () => {
        const { logins } = sandbox;
        for (let first = 0; first < bound; first += 1_000) {
          await Promise.all(range(1_000).map((n) => logins.insert(numbered(first + n))));
        }
        await expect(logins.insert(numbered(5))).rejects.toThrow(ConflictError);
        expect(await logins.get("0")).toBeDefined();

        await logins.update("0", (old) => ({ ...old, remember: true }));
        await logins.insert(numbered(bound));
        expect(await logins.get("0")).toBeUndefined();
        expect(await logins.find("loginVerifier", "v0")).toBeUndefined();
        expect((await logins.list({ limit: 1 })).items).toStrictEqual([numbered(1)]);
        expect(await logins.get(String(bound))).toBeDefined();

        await logins.take("2");
        await logins.insert(numbered(0));
        expect(await logins.get("1")).toBeDefined();
      });

      it("drops a delivery that is over before one that still waits, and hands over which", async () => {
        const { deliveries } = sandbox;
        const count = DEFAULT_LIMITS.deliveries;
        const delivery = (n: number, status: Delivery["status"]): Delivery => ({
          ...(SAMPLES.deliveries(String(n)) as Delivery),
          status,
        });
        for (let n = 0; n < count; n++) {
          const isOver = n === 1 || n === 2;
          const dropped = await deliveries.insert(delivery(n, isOver ? "delivered" : "waiting"));
          expect(dropped).toBeUndefined();
        }
        await deliveries.update("2", (current) => ({ ...current, status: "failed" }));
        const insert = (n: number) => deliveries.insert(delivery(n, "waiting"));
        expect(await insert(count)).toStrictEqual(delivery(1, "delivered"));
        expect(await insert(count + 1)).toStrictEqual(delivery(2, "failed"));
        expect(await insert(count + 2)).toStrictEqual(delivery(0, "waiting"));
        expect(await readAll(deliveries)).toHaveLength(count);
        expect(await deliveries.get("3")).toBeDefined();
      });

      it("holds for everything that logins leave behind", () => {
        const evicting = Object.values(COLLECTIONS).filter((each) => each.whenFull === "evict");
        expect(evicting.map((each) => each.name)).toStrictEqual([
          "consents",
          "browsers",
          "logins",
          "phoneLogins",
          "sessions",
          "codes",
          "accessTokens",
          "loginDays",
          "loginUsers",
          "platformTokens",
          "deliveries",
          "requests",
        ]);
      });

      it("is the one that was said last", async () => {
        const { codes } = sandbox;
        const inserted = async (n: number) => (await codes.insert(code(String(n))))?.code;
        sandbox.keepAtMost({ ...DEFAULT_LIMITS, codes: 3 });
        for (const n of [0, 1, 2]) expect(await inserted(n)).toBeUndefined();
        expect(await inserted(3)).toBe("0");
        sandbox.keepAtMost({ ...DEFAULT_LIMITS, codes: 4 });
        expect(await inserted(4)).toBeUndefined();
        expect(await codes.count()).toBe(4);
        sandbox.keepAtMost({ ...DEFAULT_LIMITS, codes: 2 });
        expect(await codes.count()).toBe(4);
        expect(await inserted(5)).toBe("1");
        expect((await readAll(codes)).map((each) => each.code)).toStrictEqual(["4", "5"]);
      });

      it("refuses one more of what nothing makes room for, but no whole list", async () => {
        const { scenarios } = sandbox;
        const one = (n: number) => SAMPLES.scenarios(String(n)) as Scenario;
        sandbox.keepAtMost({ ...DEFAULT_LIMITS, scenarios: 2 });
        await scenarios.insert(one(0));
        await scenarios.insert(one(1));
        await expect(scenarios.insert(one(2))).rejects.toMatchObject({
          collection: "scenarios",
          bound: 2,
        });
        await expect(scenarios.insert(one(1))).rejects.toThrow(ConflictError);
        await scenarios.insertMany([one(3), one(4)]);
        expect(await scenarios.count()).toBe(4);
        await scenarios.take("0");
        await expect(scenarios.insert(one(5))).rejects.toThrow(FullError);
        sandbox.keepAtMost({ ...DEFAULT_LIMITS, scenarios: 4 });
        await scenarios.insert(one(5));
      });

      it("holds for the sandboxes themselves", async () => {
        const { sandboxes } = store;
        const entry = (n: number) => ({ id: id<SandboxId>(`box ${n}`), filling: [], retired: [] });
        store.keepAtMost(1);
        await sandboxes.insert(entry(0));
        await expect(sandboxes.insert(entry(1))).rejects.toThrow(FullError);
        store.keepAtMost(2);
        await sandboxes.insert(entry(1));
      });
    });

    describe("sweep", () => {
      const forgettable = Object.values(COLLECTIONS)
        .filter((each) => each.forgetAt !== undefined)
        .map((each) => each.name);

      it.each(forgettable)(
        "removes of %s what is due, not what comes a second later",
        async (name) => {
          const records = untyped(sandbox, name);
          const sample = SAMPLES[name];
          await records.insert({ ...sample("past"), forgetAt: NOW - 1 });
          await records.insert({ ...sample("later"), forgetAt: NOW + 1 });
          await records.insert({ ...sample("now"), forgetAt: NOW });
          expect(await sandbox.sweep(epochSeconds(NOW - 2))).toBe(0);
          expect(await readAll(records)).toHaveLength(3);
          expect(await sandbox.sweep(NOW)).toBe(2);
          expect(await readAll(records)).toStrictEqual([{ ...sample("later"), forgetAt: NOW + 1 }]);
          expect(await sandbox.sweep(NOW)).toBe(0);
          expect(await sandbox.sweep(epochSeconds(NOW + 1))).toBe(1);
          expect(await readAll(records)).toStrictEqual([]);
        },
      );

      it("hides nothing before", async () => {
        await sandbox.codes.insert({ ...code("k"), forgetAt: epochSeconds(0) });
        expect(await sandbox.codes.get("k")).toBeDefined();
        expect(await sandbox.codes.take("k")).toBeDefined();
      });

      it("counts what goes from all collections", async () => {
        for (const name of forgettable) {
          await untyped(sandbox, name).insert({ ...SAMPLES[name]("k"), forgetAt: NOW });
        }
        expect(await sandbox.sweep(NOW)).toBe(forgettable.length);
      });

      it("goes by the record as it was updated last", async () => {
        const { codes } = sandbox;
        const at = (forgetAt: EpochSeconds) => (old: CodeGrant) => ({ ...old, forgetAt });
        await codes.insert({ ...code("longer"), forgetAt: NOW });
        await codes.insert({ ...code("shorter"), forgetAt: epochSeconds(NOW + 100) });
        await codes.update("longer", at(epochSeconds(NOW + 100)));
        await codes.update("shorter", at(NOW));
        expect(await sandbox.sweep(NOW)).toBe(1);
        expect((await readAll(codes)).map((each) => each.code)).toStrictEqual(["longer"]);
      });

      it("frees the unique values", async () => {
        await sandbox.logins.insert({ ...login("k"), loginVerifier: "v", forgetAt: NOW });
        await sandbox.sweep(NOW);
        expect(await sandbox.logins.find("loginVerifier", "v")).toBeUndefined();
        await sandbox.logins.insert({ ...login("k2"), loginVerifier: "v" });
      });

      it("keeps to its generation and to what has a forgetAt", async () => {
        const other = store.records(id<GenerationId>("two"));
        await other.codes.insert({ ...code("k"), forgetAt: NOW });
        await sandbox.users.insert(user("ada", "1"));
        await sandbox.consents.insert(consent("k"));
        expect(await sandbox.sweep(epochSeconds(NOW * 2))).toBe(0);
        expect(await other.codes.get("k")).toBeDefined();
      });

      it("takes a browser when its cookie ends, also one that was kept before it had a forgetAt", async () => {
        const end = after(NOW, 365 * DAY);
        await sandbox.browsers.insert(browser("old"));
        await sandbox.browsers.insert({ ...browser("new"), forgetAt: end });
        expect(await sandbox.sweep(epochSeconds(end - 1))).toBe(0);
        expect(await sandbox.sweep(end)).toBe(2);
      });
    });

    describe("revision", () => {
      const steps: readonly [string, (records: SandboxStore) => Promise<unknown>][] = [
        ["an insert", ({ users }) => users.insert(user("new", "2"))],
        ["an insert of many", ({ users }) => users.insertMany([user("new", "2")])],
        ["an update", ({ users }) => users.update("ada", (old) => ({ ...old, email: "a@b.no" }))],
        ["an update of many", ({ users }) => users.updateMany(["ada"], (old) => ({ ...old }))],
        ["a take", ({ users }) => users.take("ada")],
        ["a take of many", ({ users }) => users.takeMany(["ada"])],
        ["clearing", ({ users }) => users.clear()],
        ["a sweep", (records) => records.sweep(epochSeconds(NOW + 1))],
        ["dropping", () => store.drop(id<GenerationId>("one"))],
      ];

      it.each(steps)("is another one after %s", async (_, step) => {
        await sandbox.users.insert(user("ada", "1"));
        await sandbox.codes.insert({ ...code("k"), forgetAt: NOW });
        const before = await sandbox.revision();
        await step(sandbox);
        expect(await sandbox.revision()).not.toBe(before);
      });

      it("is the same for everybody, until something is written", async () => {
        await sandbox.users.insert(user("ada", "1"));
        const before = await sandbox.revision();
        await store.records(id<GenerationId>("two")).users.insert(user("ada", "1"));
        await sandbox.users.get("ada");
        await sandbox.users.update("ada", () => undefined);
        await sandbox.users.take("nobody");
        await sandbox.sweep(NOW);
        expect(await store.records(id<GenerationId>("one")).revision()).toBe(before);
      });
    });

    describe("consents", () => {
      it("are active once for a user and a merchant, until revoked", async () => {
        const { consents } = sandbox;
        const active = activeConsentKey({ user: "ada", merchant: "shop" });
        await consents.insert(consent("c1"));
        await expect(consents.insert(consent("c2"))).rejects.toMatchObject({ index: "active" });
        expect((await consents.find("active", active))?.id).toBe("c1");
        await consents.update("c1", (old) => ({ ...old, revokedAt: NOW }));
        expect(await consents.find("active", active)).toBeUndefined();
        await consents.insert(consent("c2"));
        expect((await consents.find("active", active))?.id).toBe("c2");
        expect(await readAll(consents)).toHaveLength(2);
      });

      it("are not mistaken for those of another pair", () => {
        const key = (user: string, merchant: string, msn?: string) =>
          activeConsentKey({ user, merchant, ...(msn !== undefined && { msn }) });
        expect(key("a b", "c")).not.toBe(key("a", "b c"));
        expect(key('a","b', "c")).not.toBe(key("a", 'b","c'));
        expect(key("a", "b")).not.toBe(key("a", "b", "1"));
        expect(key("a", "b", "1")).not.toBe(key("a", "b", "2"));
      });
    });

    describe("generations", () => {
      const collections = Object.keys(COLLECTIONS) as CollectionName[];
      const one = id<GenerationId>("one");
      const two = id<GenerationId>("two");

      it("are the same for everybody who asks", async () => {
        await store.records(one).users.insert(user("ada", "1"));
        expect(await store.records(one).users.get("ada")).toBeDefined();
      });

      it.each(collections)("share no %s", async (name) => {
        const mine = untyped(store.records(one), name);
        const theirs = untyped(store.records(two), name);
        await mine.insert(SAMPLES[name]("k"));
        expect(await theirs.get("k")).toBeUndefined();
        expect(await readAll(theirs)).toStrictEqual([]);
        await theirs.insert(SAMPLES[name]("k"));
        expect(await theirs.take("k")).toBeDefined();
        expect(await mine.get("k")).toBeDefined();
      });

      it("share no collection inside one of them", async () => {
        for (const name of collections) await untyped(sandbox, name).insert(SAMPLES[name]("k"));
        for (const name of collections) {
          expect(await readAll(untyped(sandbox, name))).toHaveLength(1);
          expect(await untyped(sandbox, name).take("k")).toBeDefined();
        }
      });

      it("lose everything when dropped, and nothing of another", async () => {
        for (const name of collections) {
          await untyped(store.records(one), name).insert(SAMPLES[name]("k"));
          await untyped(store.records(two), name).insert(SAMPLES[name]("k"));
        }
        await store.records(one).sequences.set(1);
        await store.records(two).sequences.set(2);
        await store.drop(one);
        for (const emptied of [sandbox, store.records(one)]) {
          expect(await emptied.sequences.get()).toBeUndefined();
          expect(await emptied.users.find("nin", nin("k"))).toBeUndefined();
          for (const name of collections) {
            expect(await untyped(emptied, name).get("k")).toBeUndefined();
            expect(await readAll(untyped(emptied, name))).toStrictEqual([]);
          }
        }
        expect(await store.records(two).sequences.get()).toBe(2);
        for (const name of collections) {
          expect(await untyped(store.records(two), name).get("k")).toBeDefined();
          await untyped(store.records(one), name).insert(SAMPLES[name]("k"));
        }
      });

      it("may be unknown when dropped", async () => {
        await expect(store.drop(id<GenerationId>("never there"))).resolves.toBeUndefined();
      });
    });

    describe("cells", () => {
      it("are unset, then hold what was set last", async () => {
        expect(await store.signingKey.get()).toBeUndefined();
        await store.signingKey.set({ pem: "one" });
        expect(await store.signingKey.get()).toStrictEqual({ pem: "one" });
        await store.signingKey.set({ pem: "two" });
        expect(await store.signingKey.get()).toStrictEqual({ pem: "two" });
      });

      it("do not follow the caller's copy", async () => {
        const mutable = { pem: "one" };
        await store.signingKey.set(mutable);
        mutable.pem = "two";
        expect(await store.signingKey.get()).toStrictEqual({ pem: "one" });
      });

      it("lose none of many concurrent updates", async () => {
        await Promise.all(range(50).map(() => sandbox.sequences.update((taken = 0) => taken + 1)));
        expect(await sandbox.sequences.get()).toBe(50);
        expect(await sandbox.sequences.update(() => 7)).toBe(7);
      });

      it("let exactly one of many be the first", async () => {
        const firsts = await Promise.all(
          range(20).map((n) => store.signingKey.update((first) => first ?? { pem: `key ${n}` })),
        );
        expect(new Set(firsts.map(({ pem }) => pem)).size).toBe(1);
        expect(await store.signingKey.get()).toStrictEqual(firsts[0]);
      });

      it("count for all, and for each generation by itself", async () => {
        const next = (taken = 0) => taken + 1;
        const numbers = await Promise.all(range(20).map(() => sandbox.sequences.update(next)));
        expect(numbers.sort((a, b) => a - b)).toStrictEqual(range(20).map((n) => n + 1));
        expect(await store.records(id<GenerationId>("two")).sequences.update(next)).toBe(1);
        expect(await store.sequences.update(next)).toBe(1);
        await store.drop(id<GenerationId>("one"));
        expect(await store.records(id<GenerationId>("one")).sequences.update(next)).toBe(1);
        expect(await store.sequences.get()).toBe(1);
      });

      it("belong to one generation", async () => {
        await sandbox.sequences.set(5);
        expect(await store.records(id<GenerationId>("two")).sequences.get()).toBeUndefined();
      });
    });
  });
}

/** For tests that go over all collections: what they have in common. */
function untyped(sandbox: SandboxStore, name: string): Collection<object> {
  return sandbox[name as CollectionName] as unknown as Collection<object>;
}

async function keysFrom(
  browsers: SandboxStore["browsers"],
  after: string | undefined,
): Promise<string[]> {
  return (await browsers.list({ after, limit: MOST_RECORDS })).items.map((each) => each.id);
}

async function keys(browsers: SandboxStore["browsers"]): Promise<string[]> {
  return (await readAll(browsers)).map((each) => each.id);
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

function id<Id extends string>(text: string): Id {
  return text as Id;
}

const phone = (suffix: string) => `47${suffix}`;
const nin = (suffix: string) => `nin ${suffix}`;

function user(key: string, unique: string): User {
  return {
    id: key,
    givenName: "Ada",
    familyName: "Sjøberg-Ñandú",
    birthDate: "1985-03-14",
    nin: nin(unique),
    phoneNumber: phone(unique),
    email: "ada@example.com",
    emailVerified: true,
    addresses: [
      {
        type: "home",
        streetAddress: "Robert Levins gate 5\nH0203",
        postalCode: "0154",
        region: "Oslo",
        country: "NO",
      },
    ],
    gender: null,
    language: "nb",
    status: "active",
    consentAnswer: "accept",
  };
}

function salesUnit(key: string): SalesUnit {
  return {
    msn: key,
    name: "Shop",
    merchant: "shop",
    clientId: `client ${key}`,
    clientSecret: "secret",
    redirectUris: ["http://localhost:3000/callback"],
    tokenEndpointAuthMethod: "client_secret_basic",
    scopes: ["openid", "name"],
    features: { loginFromPhoneNumber: true, delegatedConsents: null, customFlow: null },
    consentWebhookUrl: "http://localhost:3000/revoked",
    loginActivated: true,
    active: false,
  };
}

function partner(key: string): Partner {
  return {
    id: key,
    name: "Partner",
    clientId: `partner ${key}`,
    clientSecret: "secret",
    subscriptionKey: "key",
    salesUnits: ["100001"],
  };
}

function consent(key: string): Consent {
  const answered = [{ msn: "123456", scope: "customFlow" as const }];
  return { id: id(key), user: "ada", merchant: "shop", scopes: ["name"], givenAt: NOW, answered };
}

function browser(key: string): Browser {
  return { id: id(key), user: "ada", userAgent: "Mozilla/5.0", authenticatedAt: NOW };
}

function login(key: string): Login {
  return {
    id: id(key),
    request: {
      clientId: "client",
      msn: "123456",
      redirectUri: "http://localhost:3000/callback",
      responseMode: "query",
      scopes: ["openid"],
      grantedScopes: ["openid"],
      state: "a::b",
      prompt: [],
      query: "client_id=client&state=a%3A%3Ab",
    },
    startedAt: NOW,
    expiresAt: epochSeconds(NOW + 600),
    forgetAt: epochSeconds(NOW + 1_000),
    csrf: "csrf",
    remember: false,
  };
}

function numbered(n: number): Login {
  return { ...login(String(n)), loginVerifier: `v${n}` };
}

function phoneLogin(key: string): PhoneLogin {
  return {
    id: id(key),
    authReqId: id(`request ${key}`),
    clientId: "client",
    msn: "123456",
    user: "ada",
    scopes: ["openid"],
    grantedScopes: ["openid"],
    bindingMessage: "ABC-123",
    startedAt: NOW,
    expiresAt: epochSeconds(NOW + 600),
    forgetAt: epochSeconds(NOW + 1_000),
    interval: 5,
    plan: { at: NOW, failure: { reason: "cancelled" } },
    approval: { at: NOW, consent: id("consent"), session: id("session"), code: id("code") },
  };
}

function session(key: string): Session {
  return {
    id: id(key),
    sid: "sid",
    user: "ada",
    msn: "123456",
    clientId: "client",
    subject: "subject",
    scopes: ["openid"],
    flowResult: { language: "NO", screens: [{ title: "Club", elements: [] }], timeOfConsent: "" },
    beganAt: NOW,
    forgetAt: epochSeconds(NOW + 1_000),
  };
}

function code(key: string): CodeGrant {
  return {
    code: id(key),
    session: id("session"),
    clientId: "client",
    redirectUri: "http://localhost:3000/callback",
    requestedAt: NOW,
    authenticatedAt: NOW,
    expiresAt: epochSeconds(NOW + 60),
    forgetAt: epochSeconds(NOW + 1_000),
  };
}

function accessToken(key: string): AccessToken {
  return {
    token: id(key),
    session: id("session"),
    issuedAt: NOW,
    expiresAt: epochSeconds(NOW + 60),
    forgetAt: epochSeconds(NOW + 1_000),
  };
}

function loginDay(key: string): LoginDay {
  return {
    id: key,
    msn: "123456",
    date: "2023-05-17",
    appeared: { logins: 3, withNin: 1 },
    recent: { at: [NOW], logins: [2], withNin: [0] },
  };
}

function loginUser(key: string): LoginUser {
  return { id: key, msn: "123456", date: "2023-05-17", subject: "subject", firstAt: NOW };
}

function platformToken(key: string): PlatformToken {
  return {
    token: id(key),
    holder: { kind: "partner", id: "demo-partner" },
    clientId: "client",
    expiresAt: epochSeconds(NOW + 60),
    forgetAt: epochSeconds(NOW + 1_000),
  };
}

function scenario(key: string): Scenario {
  return {
    id: id(key),
    match: { clientId: "client" },
    user: "ada",
    outcome: { error: "server_error" },
    remember: false,
    delay: 0,
    times: 1,
    hits: 0,
    addedAt: NOW,
  };
}

function fault(key: string): Fault {
  return {
    id: id(key),
    match: { endpoint: "token" },
    after: 0,
    probability: 0.5,
    delay: 0,
    answer: { status: 500, headers: { "Retry-After": "5" } },
    seen: 0,
    hits: 0,
  };
}

function loggedRequest(key: string): KeptRequest {
  return {
    id: id(key),
    at: NOW,
    method: "GET",
    status: 404,
    notes: [],
    duration: 3,
    taken: false,
    sent: {
      url: "http://localhost:4747/nowhere",
      request: { headers: { accept: "*/*", "set-cookie": ["a=b", "c=d"] }, body: { text: "" } },
      response: { headers: {}, body: { base64: "/w==" } },
    },
    isPresentable: true,
  };
}

function webhook(key: string): Webhook {
  return {
    id: id(key),
    msn: "100001",
    url: "http://localhost:3000/ping",
    events: ["login.merchant-initiated.ping.v1"],
    secret: "secret",
  };
}

function delivery(key: string): Delivery {
  return {
    id: id(key),
    kind: "login-ping",
    msn: "100001",
    url: "http://localhost:3000/ping",
    contentType: "application/json",
    body: '{"auth_req_id":"x"}',
    webhook: id("webhook"),
    queuedAt: NOW,
    status: "waiting",
    nextAttemptAt: NOW,
    attempts: [
      {
        ...{ number: 1, asked: false, at: NOW, leasedUntil: NOW },
        ...{ duration: 2.5, headers: { Host: "localhost" } },
      },
    ],
  };
}

/** A record of every kind under a key of one's choice. */
const SAMPLES: Readonly<Record<CollectionName, (key: string) => object>> = {
  users: (key) => user(key, key),
  salesUnits: salesUnit,
  partners: partner,
  consents: consent,
  browsers: browser,
  logins: (key) => ({ ...login(key), challenge: { shown: 12, offered: [12, 34, 56] } }),
  phoneLogins: phoneLogin,
  sessions: session,
  codes: code,
  accessTokens: accessToken,
  loginDays: loginDay,
  loginUsers: loginUser,
  platformTokens: platformToken,
  scenarios: scenario,
  faults: fault,
  webhooks: webhook,
  deliveries: delivery,
  requests: loggedRequest,
};
