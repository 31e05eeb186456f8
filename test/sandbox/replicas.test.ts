import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it, vi } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { createJsonLog } from "../../src/platform/json-log.ts";
import { DEFAULT_SANDBOX } from "../../src/records/sandbox.ts";
import type { Server } from "../../src/server.ts";
import { makeServer } from "../../src/server.ts";
import { readAll } from "../../src/store/batches.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { slowStore } from "../support/slow-store.ts";
import { authorizePath, get, PATH, SHOP } from "../support/wire.ts";

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Options = Partial<Parameters<typeof makeServer>[0]>;

/** A server as the command line makes it, on a store that it does not own. */
async function serverOn(store: Store, options: Options = {}): Promise<Server> {
  const { config } = await loadConfig({ directory: import.meta.dirname });
  const server = await makeServer({
    host: "127.0.0.1",
    config,
    controlOpen: true,
    signingKeyBits: 2048,
    trustProxy: false,
    logSecrets: false,
    version: "0.0.0-test",
    logger: createJsonLog({ level: "error", write: () => {} }),
    ...options,
    store,
  });
  stops.push(server.close);
  return server;
}

/** Two servers that start at the same time. */
function twoOn(store: Store, options: Options = {}): Promise<[Server, Server]> {
  return Promise.all([serverOn(store, options), serverOn(store, options)]);
}

async function control(
  { app }: Pick<Server, "app">,
  method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE",
  path: string,
  { body, sandbox }: { readonly body?: object; readonly sandbox?: string } = {},
) {
  const response = await app.inject({
    method,
    url: `${sandbox === undefined ? "" : `/s/${sandbox}`}/mock/api${path}`,
    headers: { host: "localhost:4747" },
    ...(body && { payload: body }),
  });
  return { status: response.statusCode, body: response.body === "" ? "" : response.json() };
}

async function jwksOf({ app }: Server): Promise<string> {
  return (await app.inject({ url: PATH.jwks, headers: { host: "localhost:4747" } })).body;
}

async function mint(server: Server, sandbox?: string): Promise<string> {
  const body = { user: "ada", clientId: SHOP.id, scope: "openid name" };
  const minted = await control(server, "POST", "/tokens", { body, ...(sandbox && { sandbox }) });
  return minted.body.code;
}

describe("two servers that start at once on one store", () => {
  it("both come up, with one sandbox between them, every time", async () => {
    for (let n = 0; n < 20; n++) {
      const store = slowStore(createMemoryStore());
      const [one, other] = await twoOn(store);
      const [here, there] = [
        await control(one, "GET", "/state"),
        await control(other, "GET", "/state"),
      ];
      expect(here.body.users.length).toBeGreaterThan(5);
      expect(there.body).toEqual(here.body);
      expect(await readAll(store.sandboxes)).toMatchObject([
        { id: "default", filling: [], retired: [] },
      ]);
      for (const stop of stops.splice(0)) await stop();
    }
  });

  it("begin with a state document once: who comes later finds what became of it", async () => {
    const store = createMemoryStore();
    const plain = await serverOn(createMemoryStore());
    const state = { ...(await control(plain, "GET", "/state")).body, faults: [], users: [] };
    const one = await serverOn(store, { state });
    expect((await control(one, "GET", "/state")).body).toEqual(state);
    await control(one, "POST", "/users", { body: { id: "mallory" } });
    const other = await serverOn(store, { state });
    const { body } = await control(other, "GET", "/users");
    expect(body.items.map(({ id }: { id: string }) => id)).toEqual(["mallory"]);
    await control(other, "POST", "/state/reset");
    expect((await control(one, "GET", "/users/ada")).status).toBe(200);
  });

  it("leave a store to whoever gave it to them", async () => {
    const store = createMemoryStore();
    const [one, other] = await twoOn(store);
    stops.length = 0;
    await one.close();
    expect((await control(other, "GET", "/users/ada")).status).toBe(200);
    await other.abandon();
    expect((await store.sandboxes.get(DEFAULT_SANDBOX))?.sandbox).toBeDefined();
  });
});

describe("automatic login as a user who is not there", () => {
  async function serverWithAutoLogin(store: Store, autoLogin: string): Promise<Server> {
    const { config } = await loadConfig({ directory: import.meta.dirname });
    return serverOn(store, { config: { ...config, autoLogin } });
  }

  it("refuses a start, and leaves nothing that would refuse the next one", async () => {
    const store = createMemoryStore();
    const start = serverWithAutoLogin(store, "aada");
    await expect(start).rejects.toThrow(/no user is called aada.*Did you mean ada\?/);
    expect(await readAll(store.sandboxes)).toStrictEqual([]);
    const { sandbox } = await serverWithAutoLogin(store, "ada");
    expect(sandbox.autoLogin).toBe("ada");
  });

  it("keeps no other server from starting, where that user was removed meanwhile", async () => {
    const store = createMemoryStore();
    const one = await serverWithAutoLogin(store, "ada");
    expect((await control(one, "DELETE", "/users/ada")).status).toBe(204);
    expect((await serverWithAutoLogin(store, "ada")).sandbox.autoLogin).toBe("ada");
  });
});

describe("what one server does to a sandbox, the other one knows", () => {
  it.each([
    ["a setting", "PATCH", "/settings", { autoLogin: "ada" }],
    ["a reset", "POST", "/state/reset", undefined],
  ] as const)("%s", async (_name, method, path, body) => {
    const [one, other] = await twoOn(createMemoryStore());
    await control(other, "PATCH", "/settings", { body: { autoLogin: "leap-day" } });
    await control(one, "GET", "/settings");
    await control(other, method, path, { ...(body && { body }) });
    const [here, there] = [
      await control(one, "GET", "/settings"),
      await control(other, "GET", "/settings"),
    ];
    expect(here.body).toEqual(there.body);
    expect(here.body.autoLogin).toBe(body?.autoLogin ?? null);
  });

  it("a removal, and another sandbox of the same name", async () => {
    const [one, other] = await twoOn(createMemoryStore());
    const made = { id: "box", config: { autoLogin: "ada" } };
    await control(one, "POST", "/sandboxes", { body: made });
    expect((await control(other, "GET", "/settings", { sandbox: "box" })).status).toBe(200);
    await control(one, "DELETE", "/sandboxes/box");
    expect((await control(other, "GET", "/settings", { sandbox: "box" })).status).toBe(404);
    await control(one, "POST", "/sandboxes", { body: { id: "box" } });
    const { body } = await control(other, "GET", "/settings", { sandbox: "box" });
    expect(body.autoLogin).toBeNull();
  });

  it("a name: only one of both makes a sandbox of it, and no other one is in it", async () => {
    const [one, other] = await twoOn(slowStore(createMemoryStore()));
    const answers = await Promise.all([
      control(one, "POST", "/sandboxes", { body: { id: "box", config: { autoLogin: "ada" } } }),
      control(other, "POST", "/sandboxes", {
        body: { id: "box", config: { autoLogin: "leap-day" } },
      }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    const { autoLogin } = (await control(other, "GET", "/settings", { sandbox: "box" })).body;
    expect(autoLogin).toBe(answers[0].status === 201 ? "ada" : "leap-day");
  });
});

describe("the signing key", () => {
  const everywhere = { host: "0.0.0.0" };

  it("is generated once for all, whoever needs it first", async () => {
    const store = slowStore(createMemoryStore());
    const [one, other] = await twoOn(store, everywhere);
    const [here, there] = await Promise.all([jwksOf(one), jwksOf(other)]);
    expect(there).toBe(here);
    expect((await store.signingKey.get())?.pem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(await jwksOf(await serverOn(store, everywhere))).toBe(here);
  });

  it("comes from a file where one server was given one, for all of them", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const file = join(await mkdtemp(join(tmpdir(), "key-")), "key.pem");
    await writeFile(file, privateKey.export({ type: "pkcs8", format: "pem" }));
    const store = createMemoryStore();
    const one = await serverOn(store, everywhere);
    const before = await jwksOf(one);
    const other = await serverOn(store, { ...everywhere, signingKey: file });
    const { keys } = JSON.parse(await jwksOf(other));
    expect(keys[0].n).toBe(privateKey.export({ format: "jwk" }).n);
    expect(await jwksOf(one)).toBe(await jwksOf(other));
    expect(await jwksOf(one)).not.toBe(before);
  });

  it("of the package signs until there is one that protects something", async () => {
    const store = createMemoryStore();
    const local = await serverOn(store);
    const fixture = await jwksOf(local);
    expect(await store.signingKey.get()).toBeUndefined();
    const open = await serverOn(store, everywhere);
    const shared = await jwksOf(open);
    expect(shared).not.toBe(fixture);
    expect(await jwksOf(local)).toBe(shared);
  });
});

describe("with a seed", () => {
  const SEED = { seed: 7 };

  it("no two servers give one code, and one gives the same in every run", async () => {
    const [one, other] = await twoOn(slowStore(createMemoryStore()), SEED);
    const codes = new Set<string>();
    for (let n = 0; n < 10; n++) for (const server of [one, other]) codes.add(await mint(server));
    expect(codes.size).toBe(20);

    // Whoever comes first goes on as a server that is alone.
    const store = createMemoryStore();
    const first = await serverOn(store, SEED);
    await serverOn(store, SEED);
    const alone = await serverOn(createMemoryStore(), SEED);
    for (let n = 0; n < 3; n++) expect(await mint(first)).toBe(await mint(alone));
  });

  it("no server gives again what another one gave before it started", async () => {
    const store = createMemoryStore();
    const codes = [];
    for (let n = 0; n < 3; n++) codes.push(await mint(await serverOn(store, SEED)));
    expect(new Set(codes).size).toBe(3);
  });

  it("no two servers give one name to a sandbox", async () => {
    const servers = await twoOn(createMemoryStore(), SEED);
    const ids = new Set<string>();
    for (const server of [...servers, ...servers]) {
      ids.add((await control(server, "POST", "/sandboxes")).body.id);
    }
    expect(ids.size).toBe(4);
  });

  it("who restores a sandbox goes on as a server that is alone, though another one opens it first", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    stops.push(async () => void vi.useRealTimers());
    const [one, other] = await twoOn(slowStore(createMemoryStore()), SEED);
    const alone = await serverOn(createMemoryStore(), SEED);
    const { body } = await control(alone, "GET", "/state");
    for (const server of [one, one, alone]) {
      // What the restoration before has replaced can be dropped now, which takes a while.
      vi.advanceTimersByTime(60_000);
      let isRestored = false;
      const restoring = control(server, "PUT", "/state", { body }).finally(() => {
        isRestored = true;
      });
      while (!isRestored) await control(other, "GET", "/settings");
      expect((await restoring).status).toBe(204);
    }
    expect(await mint(one)).toBe(await mint(alone));
  });

  it("a reset begins with the same codes, though a request was under way", async () => {
    const one = await serverOn(slowStore(createMemoryStore()), SEED);
    const first = [await mint(one), await mint(one)];
    await Promise.all([control(one, "POST", "/state/reset"), mint(one), mint(one)]);
    await control(one, "POST", "/state/reset");
    expect([await mint(one), await mint(one)]).toEqual(first);
  });
});

describe("while a sandbox is begun anew on a slow store", () => {
  let mock: Mock;

  /** Where an authorization request leads: at once to a code, to the first page, or astray. */
  async function ask(): Promise<"before" | "after" | string> {
    const { statusCode, headers } = await get(mock, authorizePath());
    const location = String(headers.location);
    if (/^https:\/\/example\.com\/callback\?code=/.test(location)) return "before";
    return location.includes("/vipps-login-idp/login?") ? "after" : `${statusCode} ${location}`;
  }

  /** A hundred requests, the first of them before it happens, and what they met. */
  async function askMeanwhile(happen: () => Promise<unknown>): Promise<string[]> {
    const asked = [ask(), ask(), ask()];
    const happening = happen();
    while (asked.length < 97) {
      asked.push(ask());
      await sleep(1);
    }
    await happening;
    for (let n = 0; n < 3; n++) asked.push(ask());
    return Promise.all(asked);
  }

  const anew = [
    ["POST", "/state/reset", async () => undefined],
    ["PUT", "/state", async () => (await call(mock, "GET", "/state")).body],
  ] as const;

  it.each(anew.flatMap(([...one]) => [1, 2].map((servers) => ({ one, servers }))))(
    "every request to $servers servers meets what was before or what is after: $one",
    async ({ one: [method, path, make], servers }) => {
      mock = await startMock({}, { slow: true, servers, sweeps: false });
      stops.push(mock.close);
      const body = await make();
      await call(mock, "PATCH", "/settings", { body: { autoLogin: "ada" } });
      const met = await askMeanwhile(async () => {
        const { status } = await call(mock, method, path, { ...(body && { body }) });
        expect(status).toBe(204);
      });
      expect(new Set(met)).toStrictEqual(new Set(["before", "after"]));
      expect(met.slice(-3)).toStrictEqual(["after", "after", "after"]);
    },
  );

  it("nobody opens a sandbox of a name before it is full", async () => {
    mock = await startMock({}, { slow: true, servers: 2, sweeps: false });
    stops.push(mock.close);
    const making = call(mock, "POST", "/sandboxes", { body: { id: "box" } });
    const counts = [];
    let isMade = false;
    void making.then(() => {
      isMade = true;
    });
    while (!isMade) {
      const response = await get(mock, "/s/box/mock/api/users");
      counts.push(response.statusCode === 200 ? response.json().items.length : response.statusCode);
    }
    const users = (await call(mock, "GET", "/users", {}, "box")).body.items.length;
    expect(counts.filter((count) => count !== 404 && count !== users)).toStrictEqual([]);
    expect(counts).toContain(404);
  });

  it("two at once come one after the other", async () => {
    mock = await startMock({}, { slow: true, servers: 2, sweeps: false });
    stops.push(mock.close);
    const fresh = (await call(mock, "GET", "/state")).body;
    const other = {
      ...fresh,
      users: fresh.users.slice(0, 2),
      consents: [],
      scenarios: [],
      faults: [],
    };
    await Promise.all([
      call(mock, "POST", "/state/reset"),
      call(mock, "PUT", "/state", { body: other }),
      call(mock, "POST", "/state/reset"),
    ]);
    expect([fresh, other]).toContainEqual((await call(mock, "GET", "/state")).body);
  });

  it("a request that waits goes on in what is there by then", async () => {
    mock = await startMock({}, { servers: 2 });
    stops.push(mock.close);
    const fault = { match: { endpoint: "auth" }, delay: 2 };
    await call(mock, "POST", "/faults", { body: fault });
    await call(mock, "PATCH", "/settings", { body: { autoLogin: "ada" } });
    const waiting = ask();
    await vi.waitFor(async () => {
      expect(await readAll(mock.sandbox.store.faults)).toMatchObject([{ hits: 1 }]);
    });
    await call(mock, "POST", "/state/reset");
    expect(await waiting).toBe("after");
  });

  it("a call that waits for a request sees those that come after", async () => {
    mock = await startMock({}, { servers: 2 });
    stops.push(mock.close);
    const look = vi.spyOn(mock.sandbox.store.requests, "list");
    const waiting = call(mock, "GET", "/requests?endpoint=auth&wait=10s");
    await vi.waitFor(() => expect(look).toHaveBeenCalled());
    await call(mock, "POST", "/state/reset");
    await ask();
    expect((await waiting).body.items).toMatchObject([{ endpoint: "auth" }]);
  });
});
