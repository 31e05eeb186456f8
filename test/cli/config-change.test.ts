import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { applyConfig } from "../../src/cli/config-change.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { loadConfig } from "../../src/config/load.ts";
import { nextTurn } from "../../src/platform/timers.ts";
import type { SeedConfig } from "../../src/records/config.ts";
import type { SandboxId } from "../../src/records/ids.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { Browser, codeFrom, requestToken, SHOP, userinfo, walkLogin } from "../support/wire.ts";

/** From one version of a config to the next, on a mock that runs. */

const CLOCK = { at: "2023-05-17T12:00:00+02:00", frozen: true };

const FIRST: SeedConfig = {
  clock: CLOCK,
  rules: { minimumAge: 18 },
  users: [
    { id: "ada", phoneNumber: "4712345678", email: "ada@example.com" },
    { id: "ola", phoneNumber: "4712345679" },
  ],
  salesUnits: [
    {
      msn: "100001",
      name: "Shop",
      clientId: SHOP.id,
      redirectUris: ["https://example.com/callback"],
    },
  ],
  partners: [{ id: "till", name: "Till", salesUnits: ["100001"] }],
  scenarios: [{ user: "ada" }, { outcome: "cancel" }],
  faults: [{ match: { endpoint: "jwks" }, times: 1, then: { status: 503 } }],
};

let mock: Mock;
let store: Store;
beforeEach(async () => {
  store = createMemoryStore();
  mock = await startMock(FIRST, { store });
});
afterEach(() => mock.close());

const apply = (
  after: Partial<SeedConfig>,
  before: SeedConfig = FIRST,
  sources: ReadonlyMap<string, string> = new Map(),
) =>
  applyConfig(mock.sandboxes, { before, after: { ...FIRST, ...after }, source: "a.yaml", sources });

const list = async (path: string) => (await call(mock, "GET", path)).body.items;
const get = async (path: string) => (await call(mock, "GET", path)).body;

/** Why it is not done. */
async function failure(...change: Parameters<typeof apply>): Promise<unknown> {
  return apply(...change).then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

/** What is wrong with it; nothing is done then. */
async function refusal(...change: Parameters<typeof apply>): Promise<string> {
  const before = await get("/state");
  const error = await failure(...change);
  expect(error).toBeInstanceOf(ConfigError);
  expect(await get("/state")).toEqual(before);
  return (error as ConfigError).message;
}

/** The records of a kind, in an order of their own: what was removed and put back stands at the end. */
const sorted = async (path: string) =>
  (await list(path)).sort((one: object, other: object) =>
    JSON.stringify(one) < JSON.stringify(other) ? -1 : 1,
  );

describe("what differs between two versions of a config", () => {
  it("is nothing where they say the same", async () => {
    const before = await get("/state");
    expect(await apply({})).toEqual({ done: [], left: [] });
    expect(await get("/state")).toEqual(before);
  });

  it("is done to users by their ids", async () => {
    const [ada, ola] = await list("/users");
    const { done } = await apply({
      users: [
        { id: "ada", phoneNumber: "4712345678", email: "ada@new.example.com" },
        { id: "kari" },
      ],
    });
    expect(done).toEqual(["users: added kari, changed ada, removed ola"]);
    expect(await list("/users")).toMatchObject([
      { ...ada, email: "ada@new.example.com" },
      { id: "kari" },
    ]);
    expect((await call(mock, "GET", `/users/${ola.id}`)).status).toBe(404);
  });

  it("is done to sales units and partners, and to nothing else in them", async () => {
    const [unit] = await list("/sales-units");
    const [partner] = await list("/partners");
    const redirectUris = ["https://example.com/callback", "https://example.com/other"];
    const { done } = await apply({
      salesUnits: [
        { msn: "100001", name: "Shop", clientId: SHOP.id, redirectUris },
        { msn: "100002", name: "Outlet", redirectUris: [] },
      ],
      partners: [{ id: "till", name: "Till", salesUnits: ["100001", "100002"] }],
    });
    expect(done).toEqual(["sales units: added 100002, changed 100001", "partners: changed till"]);
    expect(await list("/sales-units")).toMatchObject([
      { ...unit, redirectUris },
      { msn: "100002" },
    ]);
    expect(await list("/partners")).toEqual([{ ...partner, salesUnits: ["100001", "100002"] }]);
  });

  it("closes no host to which the control API has registered a redirect URI meanwhile", async () => {
    const opened = { rules: { httpRedirectHosts: ["shop", "10.0.2.2"] } };
    await apply(opened);
    const body = { name: "Kiosk", redirectUris: ["http://shop:3000/callback"] };
    expect((await call(mock, "POST", "/sales-units", { body })).status).toBe(201);
    const { left } = await apply({}, { ...FIRST, ...opened });
    expect(left).toEqual([
      "rules.httpRedirectHosts keeps shop, because http://shop:3000/callback is still registered",
    ]);
    expect((await get("/settings")).rules.httpRedirectHosts).toEqual(["shop"]);
    const state = await get("/state");
    expect((await call(mock, "PUT", "/state", { body: state })).status).toBe(204);
  });

  it("is done to the settings one by one", async () => {
    const { done } = await apply({
      profile: "2026",
      rules: { gender: true },
      limits: { urlLength: 3000 },
      autoLogin: "ada",
      webhookHosts: ["shop"],
    });
    expect(done).toEqual([
      "rules.minimumAge",
      "rules.gender",
      "profile",
      "limits.urlLength",
      "autoLogin",
      "webhookHosts",
    ]);
    expect(await get("/settings")).toMatchObject({
      profile: "2026",
      rules: { minimumAge: 15, gender: true },
      limits: { urlLength: 3000 },
      autoLogin: "ada",
      webhookHosts: ["shop"],
    });
  });

  it("counts no fault or scenario that the control API had removed before", async () => {
    for (const kind of ["faults", "scenarios"]) {
      for (const { id } of await list(`/${kind}`)) await call(mock, "DELETE", `/${kind}/${id}`);
    }
    const faults = [{ match: { endpoint: "token" as const }, delay: "1ms" }];
    const { done } = await apply({ scenarios: [], faults });
    expect(done).toEqual(["faults: 1 added"]);
  });

  it("is done to scenarios and faults, of which those in both versions go on", async () => {
    await walkLogin(new Browser(mock));
    const [used] = await list("/scenarios");
    expect(used).toMatchObject({ user: "ada", hits: 1 });
    const { done } = await apply({
      scenarios: [{ outcome: "timeout" }, { user: "ada" }],
      faults: [{ match: { endpoint: "token" }, delay: "1ms" }],
    });
    expect(done).toEqual(["faults: 1 added, 1 removed", "scenarios: 1 added, 1 removed"]);
    expect(await list("/scenarios")).toMatchObject([
      { id: used.id, hits: 1 },
      { outcome: "timeout", hits: 0 },
    ]);
    expect(await list("/faults")).toMatchObject([{ match: { endpoint: "token" }, delay: 0.001 }]);
  });

  it("is done as often as an entry is there", async () => {
    await apply({ scenarios: [{ user: "ada" }, { user: "ada" }, { outcome: "cancel" }] });
    expect(await list("/scenarios")).toHaveLength(3);
  });

  it("is done to the clock", async () => {
    const clock = { at: "2023-06-01T12:00:00+02:00", frozen: true };
    expect((await apply({ clock })).done).toEqual(["clock"]);
    expect(await get("/clock")).toMatchObject({ now: "2023-06-01T10:00:00Z", frozen: true });
    const { clock: _, ...rest } = FIRST;
    const versions = { before: { ...FIRST, clock }, after: rest };
    const named = { source: "a.yaml", sources: new Map() };
    expect((await applyConfig(mock.sandboxes, { ...versions, ...named })).done).toEqual(["clock"]);
    expect(await get("/clock")).toMatchObject({ frozen: false, offset: 0 });
  });

  it("is done though two records exchange what is unique", async () => {
    const users = [
      { id: "ada", phoneNumber: "4712345679", email: "ada@example.com" },
      { id: "ola", phoneNumber: "4712345678" },
    ];
    expect((await apply({ users })).done).toEqual(["users: changed ada, ola"]);
    expect(await list("/users")).toMatchObject([
      { id: "ada", phoneNumber: "4712345679" },
      { id: "ola", phoneNumber: "4712345678" },
    ]);
  });

  it("names five records, and how many more there are", async () => {
    const users = Array.from({ length: 7 }, (_, number) => ({ id: `user-${number}` }));
    const { done } = await apply({ users: [...FIRST.users, ...users] });
    expect(done).toEqual(["users: added user-0, user-1, user-2, user-3, user-4 and 2 more"]);
  });
});

describe("what the control API has changed", () => {
  it("stays where the file says what it said before", async () => {
    await call(mock, "PATCH", "/users/ada", { body: { email: "ada@api.example.com" } });
    await call(mock, "PATCH", "/settings", { body: { rules: { gender: true } } });
    await call(mock, "POST", "/users", { body: { id: "eve" } });
    await call(mock, "DELETE", "/users/ola");
    const { done } = await apply({
      rules: { minimumAge: 20 },
      users: [
        { id: "ada", phoneNumber: "4712345670", email: "ada@example.com" },
        { id: "ola", phoneNumber: "4712345679" },
      ],
    });
    expect(done).toEqual(["rules.minimumAge", "users: changed ada"]);
    expect(await list("/users")).toMatchObject([
      { id: "ada", phoneNumber: "4712345670", email: "ada@api.example.com" },
      { id: "eve" },
    ]);
    expect((await get("/settings")).rules).toMatchObject({ minimumAge: 20, gender: true });
  });

  it("stays also where the file comes after it, and that is told", async () => {
    await call(mock, "POST", "/users", { body: { id: "kari", givenName: "Kari" } });
    await call(mock, "DELETE", "/users/ola");
    const { done, left } = await apply({
      users: [
        FIRST.users[0] ?? {},
        { id: "ola", phoneNumber: "4712345671" },
        { id: "kari", givenName: "Karianne" },
      ],
    });
    expect(done).toEqual([]);
    expect(left).toEqual([
      'the user "ola" was removed over the control API, and stays so',
      'the user "kari" was made over the control API, and stays as it is',
    ]);
    expect(await get("/users/kari")).toMatchObject({ givenName: "Kari" });
  });

  it("stays of a scenario that was changed since", async () => {
    const [{ id }] = await list("/scenarios");
    await call(mock, "PATCH", `/scenarios/${id}`, { body: { times: 5 } });
    await apply({ scenarios: [{ outcome: "cancel" }] });
    expect(await list("/scenarios")).toMatchObject([{ id, times: 5 }, { outcome: "cancel" }]);
  });

  it("and has a value that the new version needs is a mistake in that version", async () => {
    await call(mock, "POST", "/users", { body: { id: "eve", phoneNumber: "4700000001" } });
    expect(await refusal({ users: [...FIRST.users, { phoneNumber: "4700000001" }] })).toBe(
      'a.yaml has a problem:\n  users[2].phoneNumber: "4700000001" is the phoneNumber of the user ' +
        '"eve", by the control API and not by this file; choose another, or change that one',
    );
    await call(mock, "PATCH", "/users/ola", { body: { phoneNumber: "4700000002" } });
    expect(await refusal({ users: [...FIRST.users, { phoneNumber: "4700000002" }] })).toContain(
      '"4700000002" is the phoneNumber of the user "ola"',
    );
  });
});

describe("a new version of a config", () => {
  it("that takes the user of the automatic login away is refused", async () => {
    // The option of the command line is not in the file.
    expect(await refusal({ autoLogin: "ola", users: FIRST.users.slice(0, 1) })).toContain(
      'autoLogin: no user has the id or phone number "ola"',
    );
    await call(mock, "POST", "/users", { body: { id: "eve" } });
    expect((await apply({ autoLogin: "eve" })).done).toEqual(["autoLogin"]);
  });

  it("leaves what is under way alone", async () => {
    await call(mock, "DELETE", "/scenarios");
    const code = await codeFrom(mock);
    await new Browser(mock).login();
    const before = await list("/logins");
    expect(before).toMatchObject([{ status: "identify" }]);
    await apply({ profile: "2026", users: [...FIRST.users, { id: "kari" }] });
    expect(await list("/logins")).toEqual(before);
    expect(await list("/consents")).toMatchObject([{ user: "ada" }]);
    const [unit] = await list("/sales-units");
    const tokens = await requestToken(
      mock,
      code,
      {},
      {
        authorization: `Basic ${Buffer.from(`${SHOP.id}:${unit.clientSecret}`).toString("base64")}`,
      },
    );
    expect((await userinfo(mock, tokens.json().access_token)).statusCode).toBe(200);
  });

  it("takes along what belongs to a record that goes", async () => {
    await codeFrom(mock);
    await apply({ users: [FIRST.users[1] ?? {}], scenarios: [{ outcome: "cancel" }] });
    expect(await list("/consents")).toEqual([]);
  });

  it("is what the default sandbox is reset to, and what others start from; others keep theirs", async () => {
    await call(mock, "POST", "/sandboxes", { body: { id: "old" } });
    await call(mock, "POST", "/sandboxes", {
      body: { id: "own", config: { users: [], scenarios: [] } },
    });
    await apply({ users: [{ id: "kari" }], scenarios: [], autoLogin: "kari" });
    await call(mock, "POST", "/sandboxes", { body: { id: "new" } });
    await call(mock, "POST", "/state/reset");
    const usersIn = async (sandbox?: string) =>
      (await call(mock, "GET", "/users", {}, sandbox)).body.items.map(
        ({ id }: { id: string }) => id,
      );
    expect(await usersIn()).toEqual(["kari"]);
    expect(await usersIn("new")).toEqual(["kari"]);
    expect(await usersIn("old")).toEqual(["ada", "ola"]);
    for (const id of ["old", "own"]) await mock.sandboxes.reset(id as SandboxId);
    expect(await usersIn("old")).toEqual(["ada", "ola"]);
    expect(await usersIn("own")).toEqual([]);
  });

  it("may be the first of a file, after the built-in fixtures", async () => {
    await mock.close();
    mock = await startMock();
    const { config } = await loadConfig({ directory: import.meta.dirname });
    const before = { clock: CLOCK, ...config };
    const { done } = await applyConfig(mock.sandboxes, {
      before,
      after: { ...before, users: [{ id: "kari" }], autoLogin: "kari" },
      source: "a.yaml",
      sources: new Map(),
    });
    expect(done).toEqual([
      "autoLogin",
      expect.stringMatching(/^users: added kari, removed ada, no-address, .* and 15 more$/),
    ]);
    expect(await list("/users")).toMatchObject([{ id: "kari" }]);
  });
});

describe("a change that would lead to more than there may be", () => {
  const limits = { users: 3, salesUnits: 2, partners: 2, scenarios: 3, faults: 2, redirectUris: 2 };
  const unit = FIRST.salesUnits[0] ?? { name: "", redirectUris: [] };
  const limit = (name: keyof typeof limits) =>
    call(mock, "PATCH", "/settings", { body: { limits: { [name]: limits[name] } } });

  it.each<[keyof typeof limits, Partial<SeedConfig>, string]>([
    ["users", { users: [...FIRST.users, { id: "kari" }, { id: "nora" }] }, "4 users"],
    [
      "salesUnits",
      { salesUnits: [unit, ...["B", "C"].map((name) => ({ name, redirectUris: [] }))] },
      "3 sales units",
    ],
    [
      "partners",
      { partners: [...(FIRST.partners ?? []), { name: "B" }, { name: "C" }] },
      "3 partners",
    ],
    [
      "scenarios",
      { scenarios: [...(FIRST.scenarios ?? []), { user: "ola" }, { user: "ola" }] },
      "4 scenarios",
    ],
    [
      "faults",
      {
        faults: ["token", "userinfo", "authorize"].map((endpoint) => ({
          match: { endpoint: endpoint as "token" },
          delay: "1ms",
        })),
      },
      "3 faults",
    ],
  ])("is refused before anything of it is done: %s", async (name, after, many) => {
    await limit(name);
    const told = await refusal({ rules: { minimumAge: 20 }, ...after });
    expect(told).toBe(
      `a.yaml has a problem:\n  ${name}: the sandbox would have ${many}, with those that are not in ` +
        `this file, and limits.${name} allows ${limits[name]}; leave some out, remove others over the ` +
        `control API, or raise it: PATCH settings {"limits":{"${name}":${2 * Number(many[0])}}}, or ` +
        "limits in the config",
    );
    const put = await apply({ rules: { minimumAge: 20 } });
    expect(put.done).toEqual(["rules.minimumAge"]);
  });

  it("counts what goes and what the control API has made, by the limit that the file sets", async () => {
    await call(mock, "POST", "/users", { body: { id: "eve" } });
    const users = [{ id: "ada", phoneNumber: "4712345678" }, { id: "kari" }];
    const { done } = await apply({ limits: { users: 3 }, users });
    expect(done).toEqual(["limits.users", "users: added kari, changed ada, removed ola"]);
    const before = { ...FIRST, limits: { users: 3 }, users };
    expect(await refusal({ ...before, users: [...users, { id: "nora" }] }, before)).toContain(
      "users: the sandbox would have 4 users",
    );
    // Who is there already may stay, however many there may be.
    expect((await apply({ ...before, limits: { users: 1 } }, before)).done).toEqual([
      "limits.users",
    ]);
  });

  it("is refused for the redirect URIs of one sales unit too", async () => {
    await limit("redirectUris");
    const redirectUris = ["https://a.example/", "https://b.example/", "https://c.example/"];
    expect(await refusal({ salesUnits: [{ ...unit, redirectUris }] })).toContain(
      "salesUnits[0].redirectUris: has 3 entries, and limits.redirectUris allows 2",
    );
  });
});

describe("a client id of a sales unit", () => {
  it("is none of a partner, also where the control API has made one of them", async () => {
    await call(mock, "POST", "/sales-units", {
      body: { msn: "200001", name: "Kiosk", clientId: "kiosk", redirectUris: [] },
    });
    await call(mock, "POST", "/partners", { body: { id: "post", name: "P", clientId: "post" } });
    expect(await refusal({ partners: [{ id: "x", name: "X", clientId: "kiosk" }] })).toContain(
      'partners[0].clientId: "kiosk" is the clientId of the sales unit "200001", by the control API',
    );
    const units = [...FIRST.salesUnits, { name: "Y", clientId: "post", redirectUris: [] }];
    expect(await refusal({ salesUnits: units })).toContain(
      'salesUnits[1].clientId: "post" is the clientId of the partner "post", by the control API',
    );
  });
});

describe("a change that fails half way", () => {
  const SECOND: Partial<SeedConfig> = {
    rules: { minimumAge: 20 },
    limits: { users: 50 },
    users: [
      // The two exchange their numbers.
      { id: "ada", phoneNumber: "4700000002", email: "ada@new.example.com" },
      { id: "eve", phoneNumber: "4712345678" },
      { id: "kari" },
    ],
    salesUnits: [
      { msn: "100002", name: "Outlet", redirectUris: ["https://outlet.example/callback"] },
    ],
    partners: [{ id: "till", name: "Till", salesUnits: ["100002"] }],
    scenarios: [{ user: "kari" }],
    faults: [],
    clock: { at: "2023-06-01T12:00:00+02:00" },
  };
  const BEFORE: SeedConfig = {
    ...FIRST,
    users: [...FIRST.users, { id: "eve", phoneNumber: "4700000002" }],
  };
  const PATHS = ["/users", "/sales-units", "/partners", "/scenarios", "/faults"];
  const world = async () => ({
    records: await Promise.all(PATHS.map(sorted)),
    settings: await get("/settings"),
    clock: await get("/clock"),
  });

  /** One steps aside after its first attempt, and the other has what it wants before its next one. */
  function exchangingUsers() {
    const { users } = mock.sandbox.store;
    const update = users.update.bind(users);
    const passing = vi.spyOn(users, "update");
    return passing
      .mockImplementationOnce(update)
      .mockImplementationOnce(update)
      .mockImplementationOnce(update);
  }

  beforeEach(async () => {
    await apply(BEFORE);
    await call(mock, "PATCH", "/users/ada", { body: { email: "ada@api.example.com" } });
  });
  afterEach(() => vi.restoreAllMocks());

  it.each([
    ["the last step", () => vi.spyOn(store.sandboxes, "list")],
    ["the scenarios", () => vi.spyOn(mock.sandbox.store.scenarios, "insertMany")],
    ["the partners", () => vi.spyOn(mock.sandbox.store.partners, "update")],
    ["two users that exchange their numbers", exchangingUsers],
    ["the users", () => vi.spyOn(mock.sandbox.store.users, "insertMany")],
  ])("at %s is taken back, and can be done later or not at all", async (_, step) => {
    const before = await world();
    step().mockRejectedValueOnce(new Error("the store is away"));
    expect(await failure(SECOND, BEFORE)).toEqual(new Error("the store is away"));
    expect(await world()).toEqual(before);
    expect(await apply(BEFORE, BEFORE)).toEqual({ done: [], left: [] });
    const { left } = await apply(SECOND, BEFORE);
    expect(left).toEqual([]);
    expect(await list("/users")).toMatchObject([
      { id: "ada", phoneNumber: "4700000002", email: "ada@new.example.com" },
      { id: "eve", phoneNumber: "4712345678" },
      { id: "kari" },
    ]);
    expect(await list("/scenarios")).toMatchObject([{ user: "kari" }]);
    expect(await list("/partners")).toMatchObject([{ id: "till", salesUnits: ["100002"] }]);
  });

  async function expectSecond() {
    expect(await list("/users")).toMatchObject([{ id: "ada" }, { id: "eve" }, { id: "kari" }]);
    expect((await get("/settings")).rules).toMatchObject({ minimumAge: 20 });
    expect(await list("/scenarios")).toMatchObject([{ user: "kari" }]);
    expect(await list("/faults")).toEqual([]);
  }

  /** Somebody else is faster: between the look at what is there and the first change. */
  function meanwhile(act: () => Promise<unknown>) {
    const change = mock.sandboxes.change.bind(mock.sandboxes);
    vi.spyOn(mock.sandboxes, "change").mockImplementationOnce(async (...args) => {
      await act();
      return change(...args);
    });
  }

  it("because a value was given away meanwhile is a mistake that is taken back", async () => {
    const users = [...BEFORE.users, { id: "nora", phoneNumber: "4700000009" }];
    const body = { id: "else", phoneNumber: "4700000009" };
    meanwhile(() => call(mock, "POST", "/users", { body }));
    const error = await failure({ rules: { minimumAge: 20 }, users }, BEFORE);
    expect(error).toEqual(
      new ConfigError("a.yaml", [
        {
          path: "users",
          message:
            'the control API has given the phoneNumber "4700000009" to another user just now; ' +
            "save the file again",
        },
      ]),
    );
    expect((await get("/settings")).rules).toMatchObject({ minimumAge: 18 });
    expect(await refusal({ users }, BEFORE)).toContain(
      'users[3].phoneNumber: "4700000009" is the phoneNumber of the user "else"',
    );
  });

  it("does nothing twice where another replica has done it of the same file", async () => {
    const fault = { match: { endpoint: "token" }, then: { status: 500 } } as const;
    const scenarios = [{ user: "kari" }, { user: "kari" }, { outcome: "cancel" }] as const;
    const third = { ...SECOND, faults: [fault, fault], scenarios: [...scenarios] };
    await apply(third, BEFORE);
    const first = await world();
    expect(first.records.map(({ length }) => length)).toEqual([3, 1, 1, 3, 2]);
    expect(await apply(third, BEFORE)).toEqual({ done: expect.anything(), left: [] });
    expect(await world()).toEqual(first);
    // One more, and one less: also where those that are alike have come at different times.
    const times = (length: number) => Array.from({ length }, () => fault);
    let before = 2;
    for (const after of [3, 1, 2]) {
      for (const _ of ["here", "there"]) {
        const former = { ...FIRST, ...third, faults: times(before) };
        await apply({ ...third, faults: times(after) }, former);
      }
      expect(await list("/faults")).toHaveLength(after);
      before = after;
    }
  });

  it("leaves a record alone that the control API has made or removed meanwhile", async () => {
    meanwhile(async () => {
      await call(mock, "POST", "/users", { body: { id: "kari", givenName: "Kari" } });
      await call(mock, "DELETE", "/users/eve");
    });
    const { left } = await apply(SECOND, BEFORE);
    expect(left).toEqual([
      'the user "eve" was removed over the control API, and stays so',
      'the user "kari" was made over the control API, and stays as it is',
    ]);
  });

  it("is done anew where a state was restored meanwhile", async () => {
    const state = await get("/state");
    meanwhile(() => call(mock, "PUT", "/state", { body: state }));
    await apply(SECOND, BEFORE);
    await expectSecond();
  });

  it("is what a reset leads to that was asked for meanwhile", async () => {
    let reset: Promise<unknown> | undefined;
    meanwhile(async () => {
      reset = call(mock, "POST", "/state/reset");
    });
    await apply(SECOND, BEFORE);
    await reset;
    await expectSecond();
  });

  it("is taken back before a reset that was asked for meanwhile", async () => {
    await call(mock, "PATCH", "/settings", { body: { rules: { minimumAge: 25 } } });
    const change = mock.sandboxes.change.bind(mock.sandboxes);
    let reset: Promise<unknown> | undefined;
    vi.spyOn(mock.sandboxes, "change")
      .mockImplementationOnce((...args) => {
        reset = call(mock, "POST", "/state/reset");
        return change(...args);
      })
      .mockImplementationOnce(async (...args) => {
        // Long enough for a reset that does not wait.
        for (let turn = 0; turn < 200; turn += 1) await nextTurn();
        return change(...args);
      });
    vi.spyOn(mock.sandbox.store.users, "insertMany").mockRejectedValueOnce(new Error("away"));
    expect(await failure(SECOND, BEFORE)).toEqual(new Error("away"));
    await reset;
    expect((await get("/settings")).rules).toMatchObject({ minimumAge: 18 });
    expect(await list("/users")).toMatchObject([{ id: "ada" }, { id: "ola" }, { id: "eve" }]);
  });

  it("is done after a reset that had begun", async () => {
    const { sandboxes } = store;
    const update = sandboxes.update.bind(sandboxes);
    let applying: Promise<unknown> | undefined;
    vi.spyOn(sandboxes, "update")
      .mockImplementationOnce(update)
      .mockImplementationOnce((...args) => {
        applying = apply(SECOND, BEFORE);
        return update(...args);
      });
    await call(mock, "POST", "/state/reset");
    await applying;
    await expectSecond();
  });

  it("because the version before cannot be made by this clock is a mistake that says so", async () => {
    const young = { ...FIRST, users: [{ id: "ada", birthDate: "today-1y" }] };
    await apply(young, BEFORE);
    await call(mock, "PATCH", "/clock", { body: { at: "2045-01-01T00:00:00Z" } });
    expect(await refusal(FIRST, young)).toContain(
      "it cannot be held against its version before, of which no users can be made at the time of " +
        "the clock: no national identity number exists for the birth date 2044-01-01",
    );
    await call(mock, "PATCH", "/clock", { body: { at: "2024-01-01T00:00:00Z" } });
    expect((await apply(FIRST, young)).done).toEqual(["users: added ola, changed ada"]);
  });
});

describe("what came from a variable", () => {
  const sources = new Map([
    ["4700000001", "${NUMBER}"],
    ["some-id", "${ID}"],
  ]);

  it("is told by no problem", async () => {
    await call(mock, "POST", "/users", { body: { id: "eve", phoneNumber: "4700000001" } });
    const users = [...FIRST.users, { phoneNumber: "4700000001" }];
    expect(await refusal({ users, autoLogin: "some-id" }, FIRST, sources)).toBe(
      [
        "a.yaml has 2 problems:",
        '  users[2].phoneNumber: "${NUMBER}" is the phoneNumber of the user "eve", by the control API ' +
          "and not by this file; choose another, or change that one",
        '  autoLogin: no user has the id or phone number "${ID}"; name one of the users',
      ].join("\n"),
    );
  });

  it("is told by no problem of somebody who was faster either", async () => {
    const change = mock.sandboxes.change.bind(mock.sandboxes);
    vi.spyOn(mock.sandboxes, "change").mockImplementationOnce(async (...args) => {
      await call(mock, "POST", "/users", { body: { phoneNumber: "4700000001" } });
      return change(...args);
    });
    const users = [...FIRST.users, { phoneNumber: "4700000001" }];
    const error = await failure({ rules: {}, users }, FIRST, sources);
    expect((error as ConfigError).message).toContain('the phoneNumber "${NUMBER}"');
  });
});
