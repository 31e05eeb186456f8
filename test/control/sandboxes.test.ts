import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { epochSeconds } from "../../src/records/time.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { NOON, startMock } from "../support/mock.ts";
import {
  authorizePath,
  BASE,
  Browser,
  basic,
  CALLBACK,
  get,
  jwtPart,
  PATH,
  post,
  SHOP,
  userinfo,
} from "../support/wire.ts";

describe("sandboxes", () => {
  let mock: Mock;
  beforeEach(async () => {
    // A sandbox whose time is over is gone for everyone, also in the minute before it is swept.
    mock = await startMock({}, { sweeps: false });
  });
  afterEach(() => mock.close());

  const at = (id: string) => `/s/${id}`;
  const discoveryOf = (id: string) => get(mock, `${at(id)}${PATH.discovery}`);

  describe("POST", () => {
    it("makes one, and tells all that somebody needs to use it", async () => {
      const { status, body, headers } = await call(mock, "POST", "/sandboxes", {
        body: { id: "checkout-7" },
      });
      expect(status).toBe(201);
      expect(headers["location"]).toBe(`${BASE}/mock/api/sandboxes/checkout-7`);
      expect(body).toMatchObject({
        id: "checkout-7",
        url: `${BASE}/s/checkout-7`,
        issuer: `${BASE}/s/checkout-7/access-management-1.0/access/`,
        discoveryUrl: `${BASE}/s/checkout-7${PATH.discovery}`,
        controlUrl: `${BASE}/s/checkout-7/mock/api`,
        createdAt: "2023-05-17T10:00:00Z",
        ttl: 3600,
        expiresAt: "2023-05-17T11:00:00Z",
      });
      expect(body.salesUnits[0]).toMatchObject({ clientId: SHOP.id, clientSecret: SHOP.secret });
      expect(body.users[0]).toMatchObject({ id: "ada", phoneNumber: "4712345678" });
    });

    it("makes one like the server when it is told nothing at all", async () => {
      const { status, body } = await call(mock, "POST", "/sandboxes");
      expect([status, body.ttl, body.users.length > 0]).toEqual([201, 3600, true]);
    });

    it("takes a config that is larger than anything a merchant sends", async () => {
      const users = Array.from({ length: 700 }, (_, n) => ({
        id: `user-${n}`,
        givenName: "A name that fills the body until it is too large for the token endpoint",
      }));
      expect(JSON.stringify({ config: { users } }).length).toBeGreaterThan(65_536);
      const { status, body } = await call(mock, "POST", "/sandboxes", {
        body: { config: { users } },
      });
      expect([status, body.users.length]).toEqual([201, 700]);
    });

    it("makes up an id, a different one each time", async () => {
      const made = [];
      for (let n = 0; n < 3; n++) {
        made.push((await call(mock, "POST", "/sandboxes", { body: {} })).body.id);
      }
      expect(new Set(made).size).toBe(3);
      for (const id of made) expect(id).toMatch(/^[A-Za-z0-9]{21}$/);
    });

    it("starts from the server's config where the given one is silent", async () => {
      const config = { salesUnits: [{ name: "Mine", redirectUris: [], clientId: "mine" }] };
      const { body } = await call(mock, "POST", "/sandboxes", { body: { config } });
      expect(body.salesUnits.map(({ clientId }: { clientId: string }) => clientId)).toEqual([
        "mine",
      ]);
      expect(body.users).toHaveLength(20);
      const clock = await call(mock, "GET", "/clock", {}, body.id);
      expect(clock.body).toMatchObject({ now: "2023-05-17T10:00:00Z", frozen: true });
    });

    it("keeps the server's automatic login unless it says otherwise", async () => {
      await mock.close();
      mock = await startMock({ autoLogin: "ada", rules: { minimumAge: 20 } });
      await call(mock, "POST", "/sandboxes", { body: { id: "same" } });
      const config = { autoLogin: null, rules: { subjectPer: "sales-unit" } };
      await call(mock, "POST", "/sandboxes", { body: { id: "other", config } });
      expect((await call(mock, "GET", "/settings", {}, "same")).body.autoLogin).toBe("ada");
      expect((await call(mock, "GET", "/settings", {}, "other")).body).toMatchObject({
        autoLogin: null,
        rules: { minimumAge: 20, subjectPer: "sales-unit" },
      });
    });

    it("makes the same ids for the same seed, in sandboxes that know nothing of each other", async () => {
      const users = [];
      for (const seed of [7, 7, 8]) {
        const { body } = await call(mock, "POST", "/sandboxes", { body: { seed } });
        users.push((await call(mock, "POST", "/users", { body: {} }, body.id)).body);
      }
      const [one, two, three] = users;
      expect(one).toEqual(two);
      expect(one.nin).not.toBe(three.nin);
    });

    it("makes the same of the same config, with any seed or none", async () => {
      const config = { users: [{ id: "kari" }], salesUnits: [{ name: "Shop", redirectUris: [] }] };
      const [one, two] = [
        (await call(mock, "POST", "/sandboxes", { body: { config } })).body,
        (await call(mock, "POST", "/sandboxes", { body: { seed: 8, config } })).body,
      ];
      expect(two.users).toEqual(one.users);
      expect(two.salesUnits).toEqual(one.salesUnits);
    });

    it.each([
      [{ id: "a b" }, "id"],
      [{ id: "-a" }, "id"],
      [{ id: "" }, "id"],
      [{ id: "x".repeat(65) }, "id"],
      [{ id: 7 }, "id"],
      [{ ttl: "soon" }, "ttl"],
      [{ ttl: -1 }, "ttl"],
      [{ seed: 1.5 }, "seed"],
      [{ name: "x" }, "name"],
      [{ config: { users: [{ id: "A" }] } }, "config.users[0].id"],
      [{ config: { usres: [] } }, "config.usres"],
      [{ config: { autoLogin: "eve" } }, "config.autoLogin"],
      [
        { config: { salesUnits: [{ name: "Mine", redirectUris: ["http://example.com/#a"] }] } },
        "config.salesUnits[0].redirectUris[0]",
      ],
    ])("refuses %j and makes nothing", async (body, path) => {
      const { status, body: problem } = await call(mock, "POST", "/sandboxes", { body });
      expect(status).toBe(400);
      expect(problem.errors.map((one: { path: string }) => one.path)).toContain(path);
      expect((await call(mock, "GET", "/sandboxes")).body.items).toHaveLength(1);
    });

    it("leaves nothing behind when no whole records can be made of the config", async () => {
      const users = Array.from({ length: 1000 }, () => ({ birthDate: "1980-01-01" }));
      const answer = await call(mock, "POST", "/sandboxes", {
        body: { id: "full", config: { users } },
      });
      expect(answer.status).toBe(422);
      expect((await discoveryOf("full")).statusCode).toBe(404);
      expect((await call(mock, "POST", "/sandboxes", { body: { id: "full" } })).status).toBe(201);
    });

    it("refuses an id that is taken, the default one's too", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "mine" } });
      for (const id of ["mine", "default"]) {
        const { status, body } = await call(mock, "POST", "/sandboxes", { body: { id } });
        expect(status).toBe(409);
        expect(body.detail).toContain(`"${id}"`);
      }
    });
  });

  describe("GET and DELETE", () => {
    it("list, show and remove", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "mine", ttl: null } });
      const { body: list } = await call(mock, "GET", "/sandboxes");
      expect(list.items.map(({ id }: { id: string }) => id)).toEqual(["default", "mine"]);
      expect(list.items[1]).not.toHaveProperty("users");
      const { body: one } = await call(mock, "GET", "/sandboxes/mine");
      expect(one).toMatchObject({ id: "mine", ttl: null, users: expect.any(Array) });
      expect(one).not.toHaveProperty("expiresAt");
      expect((await call(mock, "DELETE", "/sandboxes/mine")).status).toBe(204);
      expect((await discoveryOf("mine")).statusCode).toBe(404);
      for (const method of ["GET", "DELETE"] as const) {
        expect((await call(mock, method, "/sandboxes/mine")).status).toBe(404);
      }
    });

    it("say which name was meant", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "checkout" } });
      const { body } = await call(mock, "GET", "/sandboxes/checkuot");
      expect(body.detail).toContain('did you mean "checkout"?');
    });

    it("keep the default sandbox", async () => {
      const { status, body } = await call(mock, "DELETE", "/sandboxes/default");
      expect(status).toBe(409);
      expect(body.detail).toContain("state/reset");
    });

    it("have the same list in every sandbox, each with addresses as the caller needs them", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "one" } });
      const { body } = await call(mock, "GET", "/sandboxes", {}, "one");
      expect(body.items.map(({ url }: { url: string }) => url)).toEqual([BASE, `${BASE}/s/one`]);
    });
  });

  describe("an unknown one", () => {
    it.each([PATH.discovery, PATH.userinfo, "/mock/api/users", "/", ""])(
      "is a loud 404 at %s, and is not made on touch",
      async (path) => {
        const response = await get(mock, `/s/nobody${path}`);
        expect(response.statusCode).toBe(404);
        expect(response.body).toContain("No sandbox is called");
        expect(response.body).toContain("POST /mock/api/sandboxes");
        expect((await call(mock, "GET", "/sandboxes")).body.items).toHaveLength(1);
      },
    );

    it.each([
      ["/s/", "The path names no sandbox. Write /s/{id} before all else."],
      ["/s//", "The path names no sandbox."],
      ["/s/a%20b/x", 'No sandbox is called "a%20b".'],
      ["/s/__proto__/x", 'No sandbox is called "__proto__".'],
      ["/s/chekout-7/x", 'No sandbox is called "chekout-7"; did you mean "checkout-7"? It was'],
    ])("is told for %s: %s", async (path, told) => {
      await call(mock, "POST", "/sandboxes", { body: { id: "checkout-7" } });
      const response = await get(mock, path);
      expect(response.statusCode).toBe(404);
      expect(response.body).toContain(told);
    });

    it("is told in the log with those that there are, and in the response without", async () => {
      for (let number = 0; number < 10; number += 1) {
        await call(mock, "POST", "/sandboxes", { body: { id: `box-${number}` } });
      }
      const { body } = await get(mock, "/s/nobody/");
      expect(body).not.toContain("box-0");
      const { msg } = mock.log.at(-1) ?? {};
      expect(msg).toContain('No sandbox is called "nobody".');
      expect(msg).toMatch(/There are default, box-0, box-1, .*, box-8, and more\.$/);
    });

    it("is told in the log by its address, with what to do", async () => {
      await get(mock, `/s/nobody${PATH.userinfo}?code=secret`);
      expect(mock.log.at(-1)).toMatchObject({
        msg: expect.stringContaining(`refused GET /s/nobody${PATH.userinfo}: No sandbox`),
        diagnosis: {
          rule: "sandbox",
          message: 'No sandbox is called "nobody". There are default.',
          detail: expect.stringContaining("POST /mock/api/sandboxes makes one; GET lists"),
        },
      });
      await get(mock, "/s/defualt/");
      expect(mock.log.at(-1)?.diagnosis).toMatchObject({ closest: "default" });
    });
  });

  describe("a ttl", () => {
    const later = (seconds: number) => {
      mock.wall.now = epochSeconds(NOON + seconds);
    };

    it("ends an idle sandbox, by the real time and not by its clock", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "brief", ttl: "10m" } });
      await call(mock, "PATCH", "/clock", { body: { advance: "2h" } }, "brief");
      later(599);
      expect((await call(mock, "GET", "/sandboxes")).body.items).toHaveLength(2);
      expect((await discoveryOf("brief")).statusCode).toBe(200);
      later(599 + 599);
      expect((await discoveryOf("brief")).statusCode).toBe(200);
      later(599 + 599 + 600);
      expect((await discoveryOf("brief")).statusCode).toBe(404);
      expect((await call(mock, "POST", "/sandboxes", { body: { id: "brief" } })).status).toBe(201);
    });

    it("is refused where it is no time at all", async () => {
      const refused = await call(mock, "POST", "/sandboxes", { body: { id: "brief", ttl: 0 } });
      expect([refused.status, refused.body.errors]).toMatchObject([
        400,
        [{ path: "ttl", message: "is 0; expected 0.001 seconds to 36500 days" }],
      ]);
    });

    it("may be less than a second, and ends with the next one", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "brief", ttl: "700ms" } });
      expect((await discoveryOf("brief")).statusCode).toBe(200);
      later(1);
      expect((await discoveryOf("brief")).statusCode).toBe(404);
    });

    it("takes an ended one out of the list, and leaves full pages", async () => {
      for (const [id, ttl] of Object.entries({ brief: 5, long: 60, short: 5, other: null })) {
        await call(mock, "POST", "/sandboxes", { body: { id, ttl } });
      }
      later(5);
      const { items, next } = (await call(mock, "GET", "/sandboxes?limit=2")).body;
      expect(items.map(({ id }: { id: string }) => id)).toEqual(["default", "long"]);
      const rest = (await call(mock, "GET", `/sandboxes?limit=2&after=${next}`)).body;
      expect(rest.items.map(({ id }: { id: string }) => id)).toEqual(["other"]);
      expect(rest).not.toHaveProperty("next");
    });

    it("is swept though nobody asks", async () => {
      await call(mock, "POST", "/sandboxes", { body: { ttl: 5 } });
      await call(mock, "POST", "/sandboxes", { body: { ttl: null } });
      later(5);
      await mock.sandboxes.sweep();
      expect((await mock.sandboxes.list({ limit: 10 })).items).toHaveLength(2);
    });

    it("gives an ended one's name to the next, who sees nothing of it", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "brief", ttl: 5 } });
      await call(mock, "POST", "/users", { body: { id: "eve" } }, "brief");
      later(5);
      const { status, body } = await call(mock, "POST", "/sandboxes", { body: { id: "brief" } });
      expect(status).toBe(201);
      expect(body.users.map(({ id }: { id: string }) => id)).not.toContain("eve");
    });
  });

  describe("a login", () => {
    it("stays in the sandbox, from the first redirect to userinfo", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "one", config: { autoLogin: "ada" } } });
      const response = await get(mock, `/s/one${authorizePath({ scope: "openid" })}`);
      expect(response.headers.location).toMatch(/^https:\/\/example\.com\/callback\?code=/);
      const token = await post(
        mock,
        `/s/one${PATH.token}`,
        {
          grant_type: "authorization_code",
          code: new URL(String(response.headers.location)).searchParams.get("code") ?? "",
          redirect_uri: CALLBACK,
        },
        basic(SHOP),
      );
      const { access_token: accessToken, id_token: idToken } = token.json();
      const issuer = `${BASE}/s/one/access-management-1.0/access/`;
      expect(JSON.parse(jwtPart(idToken, 1))).toMatchObject({ iss: issuer });
      expect((await userinfo(mock, accessToken, `/s/one${PATH.userinfo}`)).statusCode).toBe(200);
      expect((await userinfo(mock, accessToken)).statusCode).toBe(401);
    });

    it("has cookies of its own path, so that two sandboxes in one browser do not meet", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "one" } });
      const response = await get(mock, `/s/one${authorizePath()}`);
      expect(String(response.headers["set-cookie"])).toContain("Path=/s/one;");
      expect(response.headers.location).toMatch(`${BASE}/s/one/vipps-login-idp/login?`);
      const plain = await get(mock, authorizePath());
      expect(String(plain.headers["set-cookie"])).toContain("Path=/;");
    });

    it("ends at a page of the sandbox when it cannot be redirected", async () => {
      await call(mock, "POST", "/sandboxes", { body: { id: "one" } });
      const browser = new Browser(mock);
      const page = await browser.open(`/s/one${authorizePath({ client_id: "nobody" })}`);
      expect(page.statusCode).toBe(400);
      expect(browser.visited.at(-1)).toContain(`${BASE}/s/one/vipps-login-idp/error?`);
    });
  });

  it("has a thousand live at once", async () => {
    for (let n = 0; n < 1000; n++) await mock.sandboxes.create({});
    const { body } = await call(mock, "GET", "/sandboxes?limit=1000");
    expect(body.items).toHaveLength(1000);
    expect((await discoveryOf(body.items.at(-1).id)).statusCode).toBe(200);
  });
});
