import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { applyConfig } from "../../src/cli/config-change.ts";
import { ConfigError } from "../../src/config/config-error.ts";
import { loadConfig } from "../../src/config/load.ts";
import type { SeedConfig } from "../../src/records/config.ts";
import type { SandboxId } from "../../src/records/ids.ts";
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
beforeEach(async () => {
  mock = await startMock(FIRST);
});
afterEach(() => mock.close());

const apply = (after: Partial<SeedConfig>, before: SeedConfig = FIRST) =>
  applyConfig(mock.sandboxes, { before, after: { ...FIRST, ...after }, source: "a.yaml" });

const list = async (path: string) => (await call(mock, "GET", path)).body.items;
const get = async (path: string) => (await call(mock, "GET", path)).body;

async function refusal(after: Partial<SeedConfig>): Promise<string> {
  const before = await get("/state");
  const error = await apply(after).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ConfigError);
  expect(await get("/state")).toEqual(before);
  return (error as ConfigError).message;
}

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
    const versions = { before: { ...FIRST, clock }, after: rest, source: "a.yaml" };
    expect((await applyConfig(mock.sandboxes, versions)).done).toEqual(["clock"]);
    expect(await get("/clock")).toMatchObject({ frozen: false, offset: 0 });
  });

  it("is done though two records exchange what is unique", async () => {
    const users = [
      { id: "ada", phoneNumber: "4712345679", email: "ada@example.com" },
      { id: "ola", phoneNumber: "4712345678" },
    ];
    expect((await apply({ users })).done).toEqual(["users: changed ada, ola"]);
    expect(await get("/users/ada")).toMatchObject({ phoneNumber: "4712345679" });
    expect(await get("/users/ola")).toMatchObject({ phoneNumber: "4712345678" });
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
    });
    expect(done).toEqual([
      "autoLogin",
      expect.stringMatching(/^users: added kari, removed ada, no-address, .* and 15 more$/),
    ]);
    expect(await list("/users")).toMatchObject([{ id: "kari" }]);
  });
});
