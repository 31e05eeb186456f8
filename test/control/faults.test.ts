import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/load.ts";
import { validateConfig } from "../../src/config/validate.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { get, PATH, SHOP } from "../support/wire.ts";

describe("faults", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock();
  });
  afterEach(() => mock.close());

  const add = async (body: object, sandbox?: string) =>
    (await call(mock, "POST", "/faults", { body }, sandbox)).body;
  const list = async (sandbox?: string) =>
    (await call(mock, "GET", "/faults", {}, sandbox)).body.items;

  describe("POST", () => {
    it("answers the fault with what it left out, and where it is", async () => {
      const { status, body, headers } = await call(mock, "POST", "/faults", {
        body: { match: { endpoint: "token" }, then: { status: 500 } },
      });
      expect(status).toBe(201);
      expect(body).toEqual({
        id: expect.stringMatching(/^[A-Za-z0-9]{21}$/),
        match: { endpoint: "token" },
        after: 0,
        probability: 1,
        delay: 0,
        then: { status: 500 },
        seen: 0,
        hits: 0,
      });
      expect(headers["location"]).toMatch(new RegExp(`/mock/api/faults/${body.id}$`));
    });

    it("takes everything that can be said, and answers it", async () => {
      const input = {
        times: 2,
        after: 1,
        probability: 0.5,
        seed: 7,
        delay: 1.5,
        then: {
          status: 429,
          body: { error: "slow_down", list: [1, null] },
          headers: { "Retry-After": "3" },
          contentType: "text/html",
          truncate: 10,
        },
      };
      const match = { endpoint: "userinfo", clientId: SHOP.id, user: "4712345678" };
      expect(await add({ ...input, match, ttl: "1h30m" })).toMatchObject({
        ...input,
        match: { ...match, user: "ada" },
        expiresAt: "2023-05-17T11:30:00Z",
      });
      const { delay } = await add({ match: { endpoint: "jwks" }, delay: "2s" });
      expect(delay).toBe(2);
      // The clock shows whole seconds: the fault is over with the first that is not before its end.
      const brief = await add({ match: { endpoint: "jwks" }, delay: "700ms", ttl: "1500ms" });
      expect(brief).toMatchObject({ delay: 0.7, expiresAt: "2023-05-17T10:00:02Z" });
    });

    const token = { endpoint: "token" };
    const fails = { status: 500 };

    it.each<[object, string, string]>([
      [{ then: fails }, "match", "missing"],
      [{ match: {}, then: fails }, "match.endpoint", "missing"],
      [{ match: { endpoint: "tokne" }, then: fails }, "match.endpoint", 'did you mean "token"?'],
      [{ match: { ...token, clientID: "x" }, then: fails }, "match.clientID", "clientId"],
      [{ match: { ...token, clientId: "nobody" }, then: fails }, "match.clientId", "no sales unit"],
      [
        { match: { ...token, clientId: SHOP.id.replace("1", "7") }, then: fails },
        "match.clientId",
        `did you mean "${SHOP.id}"?`,
      ],
      [{ match: { ...token, user: "adda" }, then: fails }, "match.user", 'did you mean "ada"?'],
      [{ match: { endpoint: "discovery", user: "ada" }, then: fails }, "match.user", "says who"],
      [
        { match: { endpoint: "access-token", user: "ada" }, then: fails },
        "match.user",
        "about a user",
      ],
      [{ match: { endpoint: "webhooks", user: "ada" }, then: fails }, "match.user", "about a user"],
      [
        { match: { ...token, clientId: "a0000000-0000-4000-8000-00000000000a" }, then: fails },
        "match.clientId",
        "no sales unit",
      ],
      [
        { match: { endpoint: "jwks", clientId: SHOP.id }, then: fails },
        "match.clientId",
        "says who",
      ],
      [{ match: token }, "", "nothing would happen"],
      [{ match: token, delay: 0 }, "", "nothing would happen"],
      [{ match: token, then: {} }, "then", "nothing would happen"],
      [{ match: token, then: { reset: false } }, "then", "nothing would happen"],
      [{ match: token, then: fails, corrupt: "signature" }, "corrupt", "choose one"],
      [{ match: token, corrupt: "signatrue" }, "corrupt", 'did you mean "signature"?'],
      [
        { match: { endpoint: "backchannel-authentication" }, corrupt: "wrong_auth_req_id" },
        "corrupt",
        'only "token"',
      ],
      [{ match: { endpoint: "userinfo" }, corrupt: "wrong_iss" }, "corrupt", 'only "token"'],
      [{ match: { endpoint: "auth" }, corrupt: "sub_mismatch" }, "corrupt", '"userinfo"'],
      [{ match: token, corrupt: "wrong_state" }, "corrupt", 'what only "auth" gives'],
      [{ match: { endpoint: "auth" }, corrupt: "unknown_members" }, "corrupt", '"jwks", "token"'],
      [{ match: token, times: 0, then: fails }, "times", "1 or more"],
      [{ match: token, times: "1", then: fails }, "times", "whole number"],
      [{ match: token, after: -1, then: fails }, "after", "0 or more"],
      [{ match: token, probability: 1.01, then: fails }, "probability", "1 or less"],
      [{ match: token, probability: -0.01, then: fails }, "probability", "0 or more"],
      [{ match: token, seed: 1.5, then: fails }, "seed", "whole number"],
      [{ match: token, ttl: "soon", then: fails }, "ttl", "no length of time"],
      [{ match: token, ttl: 0, then: fails }, "ttl", "expected 0.001 seconds to 3650 days"],
      [{ match: token, ttl: 1e300, then: fails }, "ttl", "to 3650 days"],
      [{ match: token, delay: 60.5 }, "delay", "is 60.5; expected 0 to 60 seconds"],
      [{ match: token, delay: -1 }, "delay", "is -1; expected 0 to 60 seconds"],
      [{ match: token, delay: "61s" }, "delay", "to 60 seconds"],
      [{ match: token, delay: "a while" }, "delay", "no length of time"],
      [{ match: token, then: { status: 199 } }, "then.status", "200 or more"],
      [{ match: token, then: { status: 600 } }, "then.status", "599 or less"],
      [{ match: token, then: { status: 204, body: "x" } }, "then.status", "has no body"],
      [{ match: token, then: { status: 304, truncate: 1 } }, "then.status", "has no body"],
      [{ match: token, then: { reset: true, truncate: 3 } }, "then.reset", "leave out truncate"],
      [{ match: token, then: { reset: true, status: 500 } }, "then.reset", "leave out status"],
      [{ match: token, then: { truncate: -1 } }, "then.truncate", "0 or more"],
      [{ match: token, then: { headers: { "a b": "c" } } }, 'then.headers["a b"]', "no name"],
      [{ match: token, then: { headers: { "": "c" } } }, 'then.headers[""]', "no name"],
      [{ match: token, then: { headers: { a: "b\r\nc: d" } } }, "then.headers.a", '"\\r"'],
      [{ match: token, then: { headers: { a: "€" } } }, "then.headers.a", '"€"'],
      [{ match: token, then: { headers: { a: 1 } } }, "then.headers.a", "a string"],
      [
        { match: token, then: { headers: { "Content-Length": "3" } } },
        'then.headers["Content-Length"]',
        "use truncate)",
      ],
      ...["Transfer-Encoding", "Trailer", "connection", "Upgrade", "Keep-Alive"].map(
        (name): [object, string, string] => [
          { match: token, then: { headers: { [name]: "x" } } },
          /^\w+$/.test(name) ? `then.headers.${name}` : `then.headers["${name}"]`,
          "is set by the server",
        ],
      ),
      [
        { match: token, then: JSON.parse('{"headers":{"__proto__":"x"}}') },
        "then.headers.__proto__",
        "is no name of a header",
      ],
      [
        { match: token, then: { headers: { "content-type": "a/b" }, contentType: "c/d" } },
        'then.headers["content-type"]',
        "choose one",
      ],
      [{ match: token, then: { contentType: "a/b\n" } }, "then.contentType", '"\\n"'],
      [{ match: token, then: { stauts: 500 } }, "then.stauts", 'did you mean "status"?'],
      [{ match: token, then: fails, hits: 3 }, "hits", "unknown key"],
    ])("refuses %j and adds nothing", async (body, path, message) => {
      const { status, body: problem } = await call(mock, "POST", "/faults", { body });
      expect(status).toBe(400);
      expect(problem.errors).toContainEqual(
        expect.objectContaining({ path, message: expect.stringContaining(message) }),
      );
      expect(await list()).toEqual([]);

      // A config says the same of the same mistake.
      const { config } = await loadConfig({ directory: import.meta.dirname });
      const result = await validateConfig({ faults: [body] }, config);
      const where = path === "" ? "faults[0]" : path.startsWith("[") ? path : `faults[0].${path}`;
      expect(result).toMatchObject({
        problems: expect.arrayContaining([
          expect.objectContaining({ path: where, message: expect.stringContaining(message) }),
        ]),
      });
    });

    it.each([
      { probability: 0, then: fails },
      { probability: 1, then: fails },
      { ttl: 1, then: fails },
      { ttl: "3650d", then: fails },
      { delay: 60 },
      { delay: "60s" },
      { then: { status: 200 } },
      { then: { status: 599 } },
      { then: { truncate: 0 } },
      { then: { body: null } },
      { then: { body: "" } },
      { then: { headers: { "X-A_b.c~1": "\t å ÿ" } } },
      { corrupt: "sub_mismatch" },
    ])("takes %j, which is just within bounds", async (rest) => {
      expect(await add({ match: token, ...rest })).toMatchObject({ seen: 0 });
    });
  });

  describe("GET and DELETE", () => {
    it("list in the order of adding, by pages, and remove one or all", async () => {
      const made = [];
      for (const endpoint of ["auth", "login", "revoke"]) {
        made.push(await add({ match: { endpoint }, delay: 1 }));
      }
      expect(await list()).toEqual(made);
      expect((await call(mock, "GET", "/faults?limit=2")).body).toEqual({
        items: made.slice(0, 2),
        next: made[1].id,
      });
      const path = `/faults/${made[0].id}`;
      expect((await call(mock, "GET", path)).body).toEqual(made[0]);
      expect((await call(mock, "DELETE", path)).status).toBe(204);
      expect(await list()).toEqual(made.slice(1));
      for (const method of ["GET", "DELETE", "PATCH"] as const) {
        const body = method === "PATCH" ? { body: {} } : {};
        const answer = await call(mock, method, path, body);
        expect([answer.status, answer.body.detail]).toEqual([
          404,
          expect.stringContaining(made[0].id),
        ]);
      }
      expect((await call(mock, "DELETE", "/faults")).status).toBe(204);
      expect(await list()).toEqual([]);
    });
  });

  describe("PATCH", () => {
    const whole = {
      match: { endpoint: "token", clientId: SHOP.id, user: "ada" },
      times: 2,
      after: 1,
      probability: 0.5,
      seed: 7,
      ttl: 60,
      delay: 0.5,
      then: { status: 500, headers: { a: "b" } },
    };

    it.each<[object, object]>([
      [{}, {}],
      [{ times: 3 }, { times: 3 }],
      [{ after: 0 }, { after: 0 }],
      [{ probability: 1 }, { probability: 1 }],
      [{ seed: 8 }, { seed: 8 }],
      [{ delay: "3s" }, { delay: 3 }],
      [{ ttl: 120 }, { expiresAt: "2023-05-17T10:02:00Z" }],
      [{ match: { user: "4799000012" } }, { match: { ...whole.match, user: "norwegian-letters" } }],
      [{ match: { endpoint: "userinfo" } }, { match: { ...whole.match, endpoint: "userinfo" } }],
      [{ then: { reset: true } }, { then: { reset: true } }],
    ])("%j changes what it names and nothing else", async (patch, change) => {
      const before = await add(whole);
      const { status, body } = await call(mock, "PATCH", `/faults/${before.id}`, { body: patch });
      expect(status).toBe(200);
      expect(body).toEqual({ ...before, ...change });
      expect(await list()).toEqual([body]);
    });

    it.each([
      [{ times: null }, "times"],
      [{ seed: null }, "seed"],
      [{ ttl: null }, "expiresAt"],
      [{ then: null }, "then"],
    ])("%j takes it away", async (patch, property) => {
      const { [property]: _, ...rest } = await add(whole);
      expect((await call(mock, "PATCH", `/faults/${rest.id}`, { body: patch })).body).toEqual(rest);
    });

    it("goes back to the default with null, and leaves a whole match", async () => {
      const { id } = await add(whole);
      const patch = { after: null, probability: null, delay: null, match: { user: null } };
      const { body } = await call(mock, "PATCH", `/faults/${id}`, { body: patch });
      expect(body).toMatchObject({ after: 0, probability: 1, delay: 0 });
      expect(body.match).toEqual({ endpoint: "token", clientId: SHOP.id });
    });

    it("turns an answer into a corruption in one step", async () => {
      const { id, then: _, ...rest } = await add(whole);
      const patch = { then: null, corrupt: "expired" };
      const { body } = await call(mock, "PATCH", `/faults/${id}`, { body: patch });
      expect(body).toEqual({ ...rest, id, corrupt: "expired" });
    });

    it("keeps the counters, which times counts from", async () => {
      const { id } = await add({ match: { endpoint: "jwks" }, times: 1, then: { status: 503 } });
      const statusOfJwks = async () => (await get(mock, PATH.jwks)).statusCode;
      expect([await statusOfJwks(), await statusOfJwks()]).toEqual([503, 200]);
      const { body } = await call(mock, "PATCH", `/faults/${id}`, { body: { times: 2 } });
      expect(body).toMatchObject({ seen: 2, hits: 1 });
      expect([await statusOfJwks(), await statusOfJwks()]).toEqual([503, 200]);
    });

    it.each([
      [{ corrupt: "expired" }, "corrupt"],
      [{ then: null, delay: null }, ""],
      [{ match: { endpoint: "jwks" } }, "match.user"],
      [{ match: { user: "eve" } }, "match.user"],
      [{ match: { endpoint: null } }, "match.endpoint"],
      [{ match: null }, "match"],
      [{ times: 0 }, "times"],
      [{ seen: 0 }, "seen"],
      [{ then: { headers: { a: "\0" } } }, "then.headers.a"],
    ])("refuses %j and changes nothing", async (patch, path) => {
      const before = await add(whole);
      const { status, body } = await call(mock, "PATCH", `/faults/${before.id}`, { body: patch });
      expect(status).toBe(400);
      expect(body.errors.map((one: { path: string }) => one.path)).toContain(path);
      expect(await list()).toEqual([before]);
    });
  });

  describe("in a config", () => {
    const faults = [
      { match: { endpoint: "jwks" as const }, times: 1, ttl: "10m", then: { status: 503 } },
      { match: { endpoint: "token" as const, user: "4712345678" }, delay: 1 },
    ];

    it("are there from the start, and again after a sandbox is made of it", async () => {
      await mock.close();
      mock = await startMock({ faults });
      expect(await list()).toMatchObject([
        { match: { endpoint: "jwks" }, times: 1, expiresAt: "2023-05-17T10:10:00Z" },
        { match: { endpoint: "token", user: "ada" }, delay: 1 },
      ]);
      expect((await get(mock, PATH.jwks)).statusCode).toBe(503);
      await call(mock, "POST", "/sandboxes", { body: { id: "same" } });
      await call(mock, "POST", "/sandboxes", { body: { id: "none", config: { faults: [] } } });
      expect(await list("same")).toMatchObject([{ seen: 0, hits: 0 }, { delay: 1 }]);
      expect(await list("none")).toEqual([]);
    });

    it("are refused with the sandbox when they could never hit", async () => {
      const config = { users: [{ id: "eve" }], faults };
      const { status, body } = await call(mock, "POST", "/sandboxes", { body: { config } });
      expect([status, body.errors]).toEqual([
        400,
        [expect.objectContaining({ path: "config.faults[1].match.user", value: "4712345678" })],
      ]);
    });

    it("may name users and sales units that the config makes", async () => {
      const config = {
        users: [{ id: "eve" }],
        salesUnits: [{ name: "Mine", clientId: "mine", redirectUris: [] }],
        faults: [{ match: { endpoint: "auth", clientId: "mine", user: "eve" }, delay: 1 }],
      };
      const { body } = await call(mock, "POST", "/sandboxes", { body: { config } });
      expect(await list(body.id)).toMatchObject([{ match: config.faults[0]?.match }]);
    });
  });

  it("stay in their sandbox: another one neither sees them nor is hit", async () => {
    for (const id of ["one", "two"]) await call(mock, "POST", "/sandboxes", { body: { id } });
    const { id } = await add({ match: { endpoint: "jwks" }, then: { status: 503 } }, "one");
    expect((await get(mock, `/s/two${PATH.jwks}`)).statusCode).toBe(200);
    expect((await get(mock, PATH.jwks)).statusCode).toBe(200);
    expect((await get(mock, `/s/one${PATH.jwks}`)).statusCode).toBe(503);
    expect(await list("two")).toEqual([]);
    for (const method of ["GET", "DELETE"] as const) {
      expect((await call(mock, method, `/faults/${id}`, {}, "two")).status).toBe(404);
    }
    await call(mock, "DELETE", "/faults", {}, "two");
    expect(await list("one")).toMatchObject([{ seen: 1, hits: 1 }]);
  });
});
