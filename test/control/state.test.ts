import { generateKeyPairSync } from "node:crypto";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fixtureKey } from "../../src/keys/key-file.ts";
import { generateKey } from "../../src/keys/keys.ts";
import type { Delivery, Webhook } from "../../src/records/delivery.ts";
import type { Fault } from "../../src/records/fault.ts";
import type {
  DeliveryId,
  FaultId,
  RequestId,
  SandboxId,
  ScenarioId,
  WebhookId,
} from "../../src/records/ids.ts";
import type { StoredKey } from "../../src/records/key-state.ts";
import type { KeptRequest } from "../../src/records/logged-request.ts";
import { DEFAULT_SANDBOX } from "../../src/records/sandbox.ts";
import type { Scenario } from "../../src/records/scenario.ts";
import type { SandboxState } from "../../src/sandbox/state.ts";
import { STATE_COLLECTIONS } from "../../src/sandbox/state.ts";
import { readAll } from "../../src/store/batches.ts";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { NOON, startMock } from "../support/mock.ts";
import { MSN, platformTokenFor } from "../support/partner.ts";
import { approve, askForRedirect, begin, POLL_GRANT, poll, reject } from "../support/phone.ts";
import {
  Browser,
  basic,
  CALLBACK,
  codeFrom,
  get,
  PATH,
  post,
  requestToken,
  SHOP,
  tokensFrom,
  userinfo,
  walkLogin,
} from "../support/wire.ts";

const SCENARIO: Scenario = {
  id: "a-scenario" as ScenarioId,
  match: { clientId: SHOP.id, flow: "browser" },
  user: "ada",
  outcome: { error: "odd", errorDescription: "as never before" },
  remember: true,
  delay: 0,
  times: 2,
  hits: 1,
  addedAt: NOON,
};

const FAULT: Fault = {
  id: "a-fault" as FaultId,
  match: { endpoint: "revoke", user: "ada" },
  times: 3,
  after: 1,
  probability: 0.5,
  seed: 7,
  delay: 0.25,
  answer: { status: 500, body: { deep: [null, 1] }, headers: { "retry-after": "1" }, truncate: 5 },
  seen: 2,
  hits: 1,
};

const LOGGED: KeptRequest = {
  id: "a-request" as RequestId,
  at: NOON,
  method: "GET",
  duration: 1,
  notes: [],
  taken: false,
  sent: { url: "/", request: { headers: {}, body: { text: "" } } },
  isPresentable: true,
};

const WEBHOOK: Webhook = {
  id: "webhook" as WebhookId,
  msn: "100001",
  url: "http://localhost:3000/ping",
  events: ["login.merchant-initiated.ping.v1"],
  secret: "secret",
};

const DELIVERY: Delivery = {
  id: "delivery" as DeliveryId,
  kind: "login-ping",
  msn: "100001",
  url: WEBHOOK.url,
  contentType: "application/json",
  body: "{}",
  queuedAt: NOON,
  status: "delivered",
  attempts: [],
};

describe("state", () => {
  let kept: Store;
  let mock: Mock;
  /** One that signs and one that retires; making them takes a while. */
  let ownKeys: StoredKey[];
  beforeAll(async () => {
    const keys = await Promise.all([generateKey(2048), fixtureKey()]);
    ownKeys = keys.map(({ kid, pem }, index) => ({
      kid,
      status: index === 0 ? "current" : "retiring",
      pem,
      ...(index === 0 && { createdAt: NOON }),
    }));
  });
  beforeEach(async () => {
    kept = createMemoryStore();
    mock = await startMock({}, { store: kept });
    await call(mock, "POST", "/sandboxes", { body: { id: "other" } });
  });
  afterEach(() => mock.close());

  // biome-ignore lint/suspicious/noExplicitAny: tests break documents in ways that no type allows
  const exported = async (sandbox?: string): Promise<any> => {
    const { status, body } = await call(mock, "GET", "/state", {}, sandbox);
    expect(status).toBe(200);
    return body;
  };

  const restore = (body: unknown, sandbox?: string) =>
    call(mock, "PUT", "/state", { body }, sandbox);

  /** Something in every collection: logins in each of their shapes, own keys, a moved clock. */
  const fill = async () => {
    await tokensFrom(mock, { remember: true, request: { nonce: "nonce-of-the-test" } });
    const code = await codeFrom(mock, { request: { scope: "openid email" } });
    for (const user of ["outdated-app", "ada"]) {
      const browser = new Browser(mock);
      await browser.submit(await browser.login(), { fixture_user: user });
    }
    await platformTokenFor(mock);
    await call(mock, "POST", "/payment-sessions", {
      body: { msn: MSN.outlet, user: "ada", scope: "name" },
    });
    const { store } = mock.sandbox;
    const waiting = await begin(mock, { binding_message: "ABC-123", state: "a-state" });
    await poll(mock, waiting.auth_req_id);
    const approved = await begin(mock, { nonce: "nonce-of-the-test" });
    await approve(mock, approved.auth_req_id);
    await poll(mock, approved.auth_req_id);
    await approve(mock, (await askForRedirect(mock)).json().auth_req_id);
    await reject(mock, (await begin(mock)).auth_req_id);
    await store.scenarios.insert(SCENARIO);
    await store.scenarios.insert({
      ...SCENARIO,
      id: "another" as ScenarioId,
      outcome: "cancel",
    });
    await store.faults.insert(FAULT);
    await store.requests.insert(LOGGED);
    await store.webhooks.insert(WEBHOOK);
    await store.deliveries.insert(DELIVERY);
    await kept.sandboxes.update(DEFAULT_SANDBOX, ({ sandbox, ...rest }) => {
      if (!sandbox) return undefined;
      const { revision } = sandbox;
      return { ...rest, sandbox: { ...sandbox, keys: { keys: ownKeys }, revision: revision + 1 } };
    });
    await call(mock, "PATCH", "/settings", { body: { rules: { minimumAge: 15 } } });
    await call(mock, "PATCH", "/clock", { body: { advance: 60 } });
    return code;
  };

  it("is the whole sandbox in one document", async () => {
    await fill();
    const state = await exported();
    expect(Object.keys(state)).toEqual([
      "version",
      "settings",
      "clock",
      ...STATE_COLLECTIONS,
      "keys",
    ]);
    for (const name of STATE_COLLECTIONS) expect([name, state[name].length]).not.toEqual([name, 0]);
    expect(state.keys.map(({ status }: { status: string }) => status)).toEqual([
      "current",
      "retiring",
    ]);
    expect(state.clock).toMatchObject({ frozenAt: NOON + 60 });
    expect(state.settings).toEqual({ rules: { minimumAge: 15 } });
    expect(JSON.stringify(state)).not.toContain(LOGGED.id);
  });

  it("comes out of another sandbox as it went in", async () => {
    await fill();
    const state = await exported();
    expect(await exported("other")).not.toEqual(state);
    expect((await restore(state, "other")).status).toBe(204);
    expect(await exported("other")).toEqual(state);
    expect(await exported()).toEqual(state);
    expect((await restore(state)).status).toBe(204);
    expect(await exported()).toEqual(state);
  });

  it("takes codes, tokens, phones, keys, clock and settings along", async () => {
    const code = await fill();
    const { body: minted } = await call(mock, "POST", "/tokens", {
      body: { user: "ada", clientId: SHOP.id, scope: "openid name" },
    });
    const { auth_req_id: authReqId } = await begin(mock);
    await approve(mock, authReqId);
    await restore(await exported(), "other");
    const fields = { grant_type: POLL_GRANT, auth_req_id: authReqId };
    const polled = await post(mock, `/s/other${PATH.token}`, fields, basic(SHOP));
    expect(polled.json()).toMatchObject({ token_type: "Bearer" });
    const token = await post(
      mock,
      `/s/other${PATH.token}`,
      { grant_type: "authorization_code", code, redirect_uri: CALLBACK },
      basic(SHOP),
    );
    expect(token.statusCode).toBe(200);
    expect((await userinfo(mock, minted.accessToken, `/s/other${PATH.userinfo}`)).json()).toEqual(
      (await userinfo(mock, minted.accessToken)).json(),
    );
    expect((await get(mock, `/s/other${PATH.jwks}`)).body).toBe((await get(mock, PATH.jwks)).body);
    for (const path of ["/clock", "/settings", "/keys", "/consents", "/browsers"]) {
      expect((await call(mock, "GET", path, {}, "other")).body).toEqual(
        (await call(mock, "GET", path)).body,
      );
    }
  });

  it("is a copy: from then on the two go their own ways", async () => {
    await restore(await exported(), "other");
    await call(mock, "DELETE", "/users/ada", {}, "other");
    await tokensFrom(mock);
    const [here, there] = [await exported(), await exported("other")];
    expect(here.users).toHaveLength(there.users.length + 1);
    expect(there.sessions).toEqual([]);
  });

  it("leaves nothing of what was there before, the request log included", async () => {
    const before = await exported();
    await fill();
    await restore(before);
    expect(await exported()).toEqual(before);
    const sandbox = await mock.sandboxes.open(DEFAULT_SANDBOX);
    expect(sandbox && (await readAll(sandbox.store.requests))).toEqual([]);
    const { items } = (await call(mock, "GET", "/keys")).body;
    expect(items).toEqual([expect.objectContaining({ shared: true })]);
  });

  it("does not prolong the sandbox's life, nor end it", async () => {
    await call(mock, "POST", "/sandboxes", { body: { id: "brief", ttl: 10 } });
    await restore(await exported(), "brief");
    const { body } = await call(mock, "GET", "/sandboxes/brief");
    expect(body).toMatchObject({ ttl: 10, expiresAt: "2023-05-17T10:00:10Z" });
  });

  describe("with a seed", () => {
    const seeded = (id: string) => call(mock, "POST", "/sandboxes", { body: { id, seed: 1 } });
    const mint = async (sandbox: string): Promise<string> => {
      const body = { user: "ada", clientId: SHOP.id, scope: "openid name" };
      return (await call(mock, "POST", "/tokens", { body }, sandbox)).body.code;
    };

    it("goes on with names that are not in the document, the same in every run", async () => {
      // Each server has names of its own.
      await mock.close();
      mock = await startMock({}, { servers: 1 });
      for (const id of ["one", "two", "three"]) await seeded(id);
      const first = [await mint("one"), await mint("one")];
      const state = await exported("one");
      await restore(state, "two");
      await restore(state, "three");
      const second = [await mint("two"), await mint("two")];
      expect(new Set([...first, ...second]).size).toBe(4);
      expect([await mint("three"), await mint("three")]).toEqual(second);

      await restore(await exported("two"), "three");
      expect([...first, ...second]).not.toContain(await mint("three"));
    });

    it("begins with the same names after a reset", async () => {
      await seeded("one");
      const first = await mint("one");
      await restore(await exported("one"), "one");
      await call(mock, "POST", "/state/reset", {}, "one");
      expect(await mint("one")).toBe(first);
    });
  });

  describe("reset", () => {
    it("goes back to what the sandbox was made from", async () => {
      const config = { autoLogin: "ada", clock: { at: "2024-02-29T12:00:00Z", frozen: true } };
      await call(mock, "POST", "/sandboxes", { body: { id: "own", config, seed: 1 } });
      const before = await exported("own");
      await restore(await exported("other"), "own");
      await call(mock, "POST", "/keys/rotate", {}, "own");
      expect((await call(mock, "POST", "/state/reset", {}, "own")).status).toBe(204);
      expect(await exported("own")).toEqual(before);
      expect((await call(mock, "GET", "/keys", {}, "own")).body.items[0].shared).toBe(true);
    });

    it("ends every login, code and token, in its own sandbox alone", async () => {
      const code = await codeFrom(mock);
      const { access_token: accessToken } = await tokensFrom(mock);
      await restore(await exported(), "other");
      await call(mock, "POST", "/state/reset");
      expect((await requestToken(mock, code)).json().error).toBe("invalid_grant");
      expect((await userinfo(mock, accessToken)).statusCode).toBe(401);
      const there = await userinfo(mock, accessToken, `/s/other${PATH.userinfo}`);
      expect(there.statusCode).toBe(200);
    });
  });

  describe("that is wrong", () => {
    const weak = generateKeyPairSync("rsa", { modulusLength: 1024 })
      .privateKey.export({ type: "pkcs8", format: "pem" })
      .toString();

    const asJwk = JSON.stringify(
      generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }),
    );

    // biome-ignore lint/suspicious/noExplicitAny: tests break documents in ways that no type allows
    type Broken = [string, (state: any) => unknown, string, string];

    it.each<Broken>([
      ["a list too few", ({ codes: _, ...s }) => s, "codes", "missing: expected a list"],
      ["a key too many", (s) => ({ ...s, tokens: [] }), "tokens", 'unknown key "tokens"'],
      [
        "a misspelt member of a record",
        (s) => ({ ...s, sessions: s.sessions.map((one: object) => ({ ...one, scope: [] })) }),
        "sessions[0].scope",
        'did you mean "scopes"?',
      ],
      [
        "a member of a record missing",
        (s) => ({ ...s, consents: s.consents.map(({ user: _, ...one }: { user: string }) => one) }),
        "consents[0].user",
        "missing: expected a string",
      ],
      [
        "a moment as text",
        (s) => ({ ...s, codes: [{ ...s.codes[0], expiresAt: "2023-05-17T10:00:00Z" }] }),
        "codes[0].expiresAt",
        "expected a whole number",
      ],
      [
        "a misspelt setting",
        (s) => ({ ...s, settings: { profil: "2023" } }),
        "settings.profil",
        'did you mean "profile"?',
      ],
      [
        "a user twice",
        (s) => ({ ...s, users: [...s.users, s.users[0]] }),
        "users[20]",
        'has the key "ada", as users[0] has',
      ],
      [
        "two users with one number",
        (s) => ({ ...s, users: [...s.users, { ...s.users[0], id: "eve", nin: "01870099855" }] }),
        "users[20]",
        'has the phoneNumber "4712345678", as users[0] has',
      ],
      [
        "two standing consents of one user for one merchant",
        (s) => ({ ...s, consents: [...s.consents, { ...s.consents[0], id: "x" }] }),
        "consents[1]",
        "as consents[0] has",
      ],
      [
        "a user whose NIN is none",
        (s) => ({ ...s, users: [{ ...s.users[0], nin: "12345678901" }] }),
        "users[0].nin",
        "no synthetic national identity number",
      ],
      [
        "a redirect URI that cannot be registered",
        (s) => ({ ...s, salesUnits: [{ ...s.salesUnits[0], redirectUris: ["/cb"] }] }),
        "salesUnits[0].redirectUris[0]",
        "it is not absolute",
      ],
      [
        "a clock that stands beyond the end",
        (s) => ({ ...s, clock: { offset: 0, frozenAt: 2_524_608_000 } }),
        "clock.frozenAt",
        "1970 to 2049",
      ],
      [
        "a clock that runs before the beginning",
        (s) => ({ ...s, clock: { offset: -NOON - 1 } }),
        "clock.offset",
        "1970 to 2049",
      ],
      [
        "a key that is none",
        (s) => ({ ...s, keys: [{ ...s.keys[0], pem: "secret nonsense" }] }),
        "keys[0].pem",
        "cannot be used: it is no private key in PEM",
      ],
      [
        "a key that is too short",
        (s) => ({ ...s, keys: [{ ...s.keys[0], pem: weak }] }),
        "keys[0].pem",
        "it has 1024 bits",
      ],
      [
        "a key that is a JWK",
        (s) => ({ ...s, keys: [{ ...s.keys[0], pem: asJwk }] }),
        "keys[0].pem",
        "it is no private key in PEM",
      ],
      [
        "a key under the name of another",
        (s) => ({ ...s, keys: [{ ...s.keys[0], kid: s.keys[1].kid }] }),
        "keys[0].kid",
        "is not the kid of this key",
      ],
      [
        "a key twice",
        (s) => ({ ...s, keys: [s.keys[0], { ...s.keys[0], status: "retiring" }] }),
        "keys[1].kid",
        "is the kid of keys[0] too",
      ],
      [
        "no key that signs",
        (s) => ({ ...s, keys: [s.keys[1]] }),
        "keys",
        '0 keys have the status "current"',
      ],
      [
        "two keys that wait",
        (s) => ({
          ...s,
          keys: [s.keys[0], ...s.keys.map((key: object) => ({ ...key, status: "published" }))],
        }),
        "keys",
        '2 keys have the status "published"',
      ],
      ...[
        [{ match: { endpoint: "user-exist" } }, "match.endpoint", "user-exists"],
        [{ answer: { status: 42 } }, "answer.status", "200 or more"],
        [{ answer: { headers: { "bad name": "x" } } }, 'answer.headers["bad name"]', "no name"],
        [{ answer: { headers: { a: "x\r\nInjected: 1" } } }, "answer.headers.a", "no value"],
        [{ answer: { contentType: "a\nb" } }, "answer.contentType", "no value"],
        [{ answer: {} }, "answer", "nothing would happen"],
        [{ answer: undefined, delay: 0 }, "", "nothing would happen"],
        [{ delay: 60.5 }, "delay", "60 or less"],
        [{ times: 0 }, "times", "1 or more"],
        [{ seed: 0.5 }, "seed", "whole number"],
        [{ corrupt: "expired" }, "corrupt", "choose one"],
        [
          { match: { endpoint: "jwks" }, answer: undefined, corrupt: "alg_none" },
          "corrupt",
          'only "token"',
        ],
      ].map(
        ([members, path, told]): Broken => [
          `a fault with ${JSON.stringify(members)}`,
          (s) => ({ ...s, faults: [{ ...s.faults[0], ...(members as object) }] }),
          path === "" ? "faults[0]" : `faults[0].${path}`,
          String(told),
        ],
      ),
      ...[
        [{ hits: 3 }, "hits", "is 3, but times is 2"],
        [{ times: 0, hits: 0 }, "times", "1 or more"],
        [{ delay: 60.5 }, "delay", "60 or less"],
        [{ outcome: { error: "two words" } }, "outcome.error", ""],
        [{ match: { state: "short" } }, "match.state", "shorter than 8"],
        [
          { match: { flow: "phone-number" }, outcome: "wrong_challenge" },
          "outcome",
          "only a browser",
        ],
        [{ match: { user: "leap-day" } }, "user", "name the same user"],
      ].map(
        ([members, path, told]): Broken => [
          `a scenario with ${JSON.stringify(members)}`,
          (s) => ({ ...s, scenarios: [{ ...s.scenarios[0], ...(members as object) }] }),
          `scenarios[0].${path}`,
          String(told),
        ],
      ),
      [
        "more than a collection keeps",
        (s) => ({
          ...s,
          accessTokens: Array.from({ length: 20_001 }, (_, n) => ({
            ...s.accessTokens[0],
            token: `${n}`,
          })),
        }),
        "accessTokens",
        "has 20001 entries; expected at most 20000",
      ],
    ])("is refused for %s, and changes nothing", async (_name, broken, path, told) => {
      await fill();
      const state = await exported();
      const { status, body } = await restore(broken(state));
      expect(status).toBe(400);
      const problem = body.errors.find((one: { path: string }) => one.path === path);
      expect(problem).toMatchObject({ path, message: expect.stringContaining(told) });
      expect(JSON.stringify(body)).not.toContain("PRIVATE KEY");
      expect(JSON.stringify(body)).not.toContain("secret nonsense");
      expect(await exported()).toEqual(state);
    });
  });

  it("may be of any size that is written", async () => {
    const { store } = mock.sandbox;
    for (let n = 0; n < 70; n += 1) {
      const answer = { status: 200, body: String(n % 10).repeat(1024 * 1024) };
      await store.faults.insert({ ...FAULT, id: `fault-${n}` as FaultId, answer });
    }
    const state = await exported();
    const body = JSON.stringify(state);
    expect(body.length).toBeGreaterThan(64 * 1024 * 1024);
    expect((await restore(body)).status).toBe(204);
    expect(await exported()).toEqual(state);
  });

  it("may speak of records that were removed since", async () => {
    await fill();
    const { store } = mock.sandbox;
    await store.faults.update(FAULT.id, (fault) => ({
      ...fault,
      match: { endpoint: "token", clientId: SHOP.id, user: "ada" },
    }));
    await store.scenarios.insert({
      ...SCENARIO,
      id: "of-a-remembered-browser" as ScenarioId,
      match: {},
      user: undefined as never,
      outcome: "approve",
    });
    await call(mock, "PATCH", "/settings", { body: { autoLogin: "ada" } });
    await call(mock, "DELETE", "/users/ada");
    const units = (await call(mock, "GET", "/sales-units")).body.items;
    for (const { msn } of units) await call(mock, "DELETE", `/sales-units/${msn}`);
    const state = await exported();
    expect(state.salesUnits).toEqual([]);
    expect((await restore(state, "other")).status).toBe(204);
    expect(await exported("other")).toEqual(state);
  });

  it("may be larger than what merchants send", async () => {
    const state: SandboxState = await exported();
    const users = await mock.sandboxes.open("other" as SandboxId);
    for (let n = 0; n < 300; n++) {
      await users?.store.browsers.insert({
        id: `b${n}` as SandboxState["browsers"][number]["id"],
        user: "ada",
        userAgent: "x".repeat(500),
        authenticatedAt: NOON,
      });
    }
    const large = await exported("other");
    expect(JSON.stringify(large).length).toBeGreaterThan(128 * 1024);
    expect((await restore(large)).status).toBe(204);
    expect((await exported()).browsers).toHaveLength(300);
    expect(state.browsers).toHaveLength(0);
  });

  it("lets a remembered browser stay remembered", async () => {
    const browser = new Browser(mock);
    await walkLogin(browser, { remember: true });
    const state = await exported();
    await call(mock, "POST", "/state/reset");
    await restore(state);
    expect((await browser.login()).headers.location).toContain("code=");
  });
});
