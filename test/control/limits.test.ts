import { afterEach, describe, expect, it } from "vitest";
import { validateConfig } from "../../src/config/validate.ts";
import type { LimitName } from "../../src/records/limits.ts";
import { DEFAULT_LIMITS, LIMIT_NAMES, LIMITS } from "../../src/records/limits.ts";
import type { Collection } from "../../src/store/store.ts";
import type { Answer } from "../support/control.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { actingFor, MSN, platformTokenFor, userinfoBySubject } from "../support/partner.ts";
import { ask } from "../support/phone.ts";
import {
  authorize,
  Browser,
  get,
  PATH,
  parameterOf,
  SHOP,
  tokensFrom,
  walkLogin,
} from "../support/wire.ts";

/** How much there may be of everything that grows: at the bound it is taken, and over it refused or kept out. */

let mock: Mock;
afterEach(() => mock.close());

const start = async (config: Parameters<typeof startMock>[0] = {}) => {
  mock = await startMock(config, { servers: 1 });
};
const limit = (limits: Partial<Record<LimitName, number>>, sandbox?: string) =>
  call(mock, "PATCH", "/settings", { body: { limits } }, sandbox);

const post = (path: string, body: object): Promise<Answer> => call(mock, "POST", path, { body });

/** For each bound that refuses: how many there are at first, and how one more is made. */
const REFUSED: Partial<
  Record<LimitName, { there: () => Promise<number>; add: (n: number) => Promise<Answer> }>
> = {
  users: { there: () => countOf("users"), add: () => post("/users", {}) },
  salesUnits: {
    there: () => countOf("salesUnits"),
    add: (n) => post("/sales-units", { name: `Shop ${n}`, redirectUris: [] }),
  },
  partners: {
    there: () => countOf("partners"),
    add: (n) => post("/partners", { name: `Partner ${n}`, salesUnits: [] }),
  },
  scenarios: { there: async () => 0, add: () => post("/scenarios", { user: "ada" }) },
  faults: {
    there: async () => 0,
    add: () => post("/faults", { match: { endpoint: "token" }, delay: 1 }),
  },
  sandboxes: { there: async () => 1, add: (n) => post("/sandboxes", { id: `box-${n}` }) },
  keys: {
    there: async () => 1,
    async add() {
      const published = await post("/keys/rotate", { phase: "publish" });
      return published.status === 200 ? post("/keys/rotate", { phase: "use" }) : published;
    },
  },
};

const countOf = (name: "users" | "salesUnits" | "partners") => mock.sandbox.store[name].count();

describe("a bound that refuses", () => {
  it.each(Object.keys(REFUSED) as (keyof typeof REFUSED & LimitName)[])(
    "%s: takes as many as it says, and refuses one more with the bound, its value and the setting",
    async (name) => {
      await start();
      const { there, add } = REFUSED[name] ?? expect.fail();
      const bound = (await there()) + 2;
      expect((await limit({ [name]: bound })).body.limits[name]).toBe(bound);
      for (const n of [1, 2]) expect((await add(n)).status).toBeLessThan(300);
      const { status, body } = await add(3);
      expect(status).toBe(409);
      const { what } = LIMITS[name] as { readonly what: string };
      expect(body.detail).toBe(
        `There are ${bound} ${what} already, and limits.${name} allows no more. Remove some, or raise it: ` +
          `PATCH settings {"limits":{"${name}":${2 * (bound + 1)}}}, or limits in the config.`,
      );
      // What it says to do helps.
      await call(mock, "PATCH", "/settings", {
        body: /PATCH settings (\{.*\}\}),/.exec(body.detail)?.[1] ?? "",
      });
      expect((await add(4)).status).toBeLessThan(300);
    },
  );

  it("says how many there are where it was lowered since, and what it says to do helps", async () => {
    await start();
    for (let n = 0; n < 9; n += 1) await call(mock, "POST", "/users", { body: {} });
    const there = await countOf("users");
    await limit({ users: 3 });
    const { body } = await call(mock, "POST", "/users", { body: {} });
    expect(body.detail).toContain(
      `There are ${there} users already, and limits.users allows only 3.`,
    );
    await call(mock, "PATCH", "/settings", {
      body: /PATCH settings (\{.*\}\}),/.exec(body.detail)?.[1] ?? "",
    });
    expect((await call(mock, "POST", "/users", { body: {} })).status).toBe(201);
  });

  it("waits: refuses one more call that waits, and lets in another when one is over", async () => {
    await start();
    await limit({ waits: 2 });
    const wait = () => call(mock, "GET", `/requests?wait=60s&clientId=${SHOP.id}`);
    const calls = [wait(), wait(), wait()];
    const { status, body } = await Promise.race(calls);
    expect([status, body.detail]).toEqual([409, expect.stringContaining("limits.waits allows")]);
    // Who does not wait is never too many.
    expect((await call(mock, "GET", "/requests")).status).toBe(200);
    await authorize(mock);
    const all = await Promise.all(calls);
    expect(all.map((answer) => answer.status).sort()).toEqual([200, 200, 409]);
  });

  it("redirectUris: of a new sales unit and of a changed one", async () => {
    await start();
    await limit({ redirectUris: 2 });
    const uris = (count: number) =>
      Array.from({ length: count }, (_, n) => `https://shop.example/${n}`);
    const add = (count: number) =>
      post("/sales-units", { name: "Shop", redirectUris: uris(count) });
    const { status, body } = await add(2);
    expect(status).toBe(201);
    const patch = { body: { redirectUris: uris(3) } };
    const path = `/sales-units/${body.msn}` as const;
    for (const refused of [await add(3), await call(mock, "PATCH", path, patch)]) {
      expect(refused.status).toBe(400);
      expect(refused.body.errors[0]).toMatchObject({
        path: "redirectUris",
        message: expect.stringContaining("has 3 entries, and limits.redirectUris allows 2"),
      });
    }
  });

  it.each(["users", "salesUnits", "partners", "scenarios", "faults"] as const)(
    "%s: holds for a config as well, which may raise it",
    async (name) => {
      await start();
      const entries = {
        users: { id: "" },
        salesUnits: { name: "Shop", redirectUris: [] },
        partners: { name: "Partner", salesUnits: [] },
        scenarios: { user: "ada" },
        faults: { match: { endpoint: "token" }, delay: 1 },
      };
      const list = (count: number) =>
        Array.from({ length: count }, (_, n) =>
          name === "users" ? { id: `user-${n}` } : entries[name],
        );
      const config = (count: number) => ({
        ...(name === "scenarios" && { users: [{ id: "ada" }] }),
        limits: { [name]: 3 },
        [name]: list(count),
      });
      const base = { users: [], salesUnits: [], partners: [] };
      expect(await validateConfig(config(3), base)).not.toHaveProperty("problems");
      expect(await validateConfig(config(4), base)).toMatchObject({
        problems: [
          {
            path: name,
            message: expect.stringContaining(`has 4 entries, and limits.${name} allows 3; leave`),
          },
        ],
      });
    },
  );

  it("sandboxes: idle ones make room", async () => {
    await start();
    await limit({ sandboxes: 2 });
    expect((await post("/sandboxes", { id: "one", ttl: 10 })).status).toBe(201);
    expect((await post("/sandboxes", { id: "two" })).status).toBe(409);
    mock.wall.now = (mock.wall.now + 11) as typeof mock.wall.now;
    expect((await post("/sandboxes", { id: "two" })).status).toBe(201);
  });
});

/** For each bound that keeps the newest: how one more comes to be. */
const KEPT: Partial<Record<LimitName, (n: number) => Promise<unknown>>> = {
  consents: async (n) => {
    await post("/users", { id: `guest-${n}` });
    await walkLogin(new Browser(mock), { user: `guest-${n}` });
  },
  browsers: () => walkLogin(new Browser(mock), { remember: true }),
  logins: () => authorize(mock),
  phoneLogins: async () => {
    await ask(mock);
  },
  sessions: () => tokensFrom(mock),
  codes: () => tokensFrom(mock),
  accessTokens: () => tokensFrom(mock),
  platformTokens: () => platformTokenFor(mock),
  requests: () => get(mock, PATH.jwks),
};

describe("a bound that keeps the newest", () => {
  it.each(Object.keys(KEPT) as LimitName[])("%s", async (name) => {
    await start();
    const collection = mock.sandbox.store[name as "codes"] as Collection<unknown>;
    await limit({ [name]: 2, phoneLoginsPerUser: 1000 });
    const add = KEPT[name] ?? expect.fail();
    for (const n of [1, 2]) await add(n);
    const [first] = (await collection.list({ limit: 1 })).items;
    await add(3);
    expect(await collection.count()).toBe(2);
    expect((await collection.list({ limit: 2 })).items).not.toContainEqual(first);
  });

  it("can be raised, and then all are exported and restored", async () => {
    await start();
    await limit({ platformTokens: 2 });
    for (const _ of [1, 2, 3]) await platformTokenFor(mock);
    await limit({ platformTokens: 5 });
    for (const _ of [1, 2, 3]) await platformTokenFor(mock);
    const state = (await call(mock, "GET", "/state")).body;
    expect(state.platformTokens).toHaveLength(5);
    expect((await call(mock, "PUT", "/state", { body: state })).status).toBe(204);
    expect((await call(mock, "GET", "/state")).body).toEqual(state);
    const lowered = { ...state, settings: { limits: { platformTokens: 4 } } };
    const { status, body } = await call(mock, "PUT", "/state", { body: lowered });
    expect([status, body.errors[0].message]).toEqual([
      400,
      "has 5 entries; expected at most 4 (settings.limits.platformTokens)",
    ]);
  });

  it("sessions: who reads one in vain is told that it may have made room", async () => {
    await start();
    const pay = async (user: string) =>
      (await post("/payment-sessions", { msn: MSN.shop, user, scope: "name" })).body.sub;
    const read = async (sub: string) =>
      userinfoBySubject(mock, sub, actingFor(MSN.shop, await platformTokenFor(mock)));
    await limit({ sessions: 2 });
    const sub = await pay("ada");
    await pay("leap-day");
    expect((await read(sub)).statusCode).toBe(200);
    const remark = "keeps the newest 2 sessions (limits.sessions)";
    expect(JSON.stringify(mock.log)).not.toContain(remark);
    await pay("leap-day");
    expect((await read(sub)).statusCode).toBe(401);
    expect(mock.log.at(-1)?.diagnosis?.detail).toContain(remark);
  });
});

describe("what is remembered of a browser", () => {
  it("is no more than the beginning of a long User-Agent", async () => {
    await start();
    const headers = { "user-agent": `Browser ${"x".repeat(5000)}` };
    await walkLogin(new Browser(mock, headers), { remember: true });
    const [browser] = (await call(mock, "GET", "/browsers")).body.items;
    expect(browser.userAgent).toBe(`Browser ${"x".repeat(492)}`);
  });

  it("is forgotten after limits.browserDays", async () => {
    await start();
    await limit({ browserDays: 7 });
    const browser = new Browser(mock);
    await walkLogin(browser, { remember: true });
    const [{ forgetAt }] = (await call(mock, "GET", "/browsers")).body.items;
    expect(forgetAt).toBe("2023-05-24T10:00:00Z");
    const advance = (by: number | string) =>
      call(mock, "PATCH", "/clock", { body: { advance: by } });
    await advance(7 * 24 * 3600 - 1);
    expect(parameterOf(await browser.login(), "code")).toBeDefined();
    await advance(1);
    expect(parameterOf(await browser.login(), "code")).toBeUndefined();
    // It is swept with the next request.
    expect((await call(mock, "GET", "/browsers")).body.items).toEqual([]);
  });
});

describe("the table of limits", () => {
  it("is what the settings say, with their defaults", async () => {
    await start();
    const { body } = await call(mock, "GET", "/settings");
    expect(body.limits).toEqual(DEFAULT_LIMITS);
    expect(Object.keys(body.limits)).toEqual(LIMIT_NAMES);
  });

  it.each(LIMIT_NAMES)("bounds %s itself, and takes whole numbers only", async (name) => {
    await start();
    const [least, most] = LIMITS[name].range;
    for (const value of [least, most]) expect((await limit({ [name]: value })).status).toBe(200);
    for (const value of [least - 1, most + 1, 0.5, 1e21, 1e308, -1, null, "5"]) {
      const { status, body } = await limit({ [name]: value as number });
      expect([status, body.errors?.[0]?.path]).toEqual([400, `limits.${name}`]);
    }
  });

  it("is above what the mock is measured with", () => {
    expect(DEFAULT_LIMITS.users).toBeGreaterThan(100_000);
    expect(DEFAULT_LIMITS.sandboxes).toBeGreaterThan(1000);
    expect(DEFAULT_LIMITS.waits).toBeGreaterThan(500);
  });
});
