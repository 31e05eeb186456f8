import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkAccess } from "../../src/control/access.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";

const TOKEN = "a-long-token-of-the-operator";

describe("who may use the control API", () => {
  let local: Mock;
  let behindToken: Mock;
  let open: Mock;
  let proxied: Mock;
  beforeAll(async () => {
    local = await startMock({}, { pinned: { publicUrl: "https://vipps.example.com" } });
    behindToken = await startMock({}, { control: { token: TOKEN, open: false } });
    open = await startMock({}, { control: { open: true } });
    proxied = await startMock(
      {},
      { pinned: { publicUrl: "https://vipps.example.com" }, trustProxy: true },
    );
  });
  afterAll(() => Promise.all([local, behindToken, open, proxied].map((mock) => mock.close())));

  it.each(["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])(
    "lets in the caller %s of this machine",
    async (remoteAddress) => {
      expect((await call(local, "GET", "/clock", { remoteAddress })).status).toBe(200);
    },
  );

  it.each(["10.0.0.7", "172.17.0.1", "::ffff:10.0.0.7", "fe80::1", "128.0.0.1", "::"])(
    "refuses %s and says how to get in",
    async (remoteAddress) => {
      const { status, body } = await call(local, "GET", "/clock", { remoteAddress });
      expect(status).toBe(403);
      expect(body.detail).toContain(JSON.stringify(remoteAddress));
      expect(body.detail).toContain("--control-token");
      expect(body.detail).toContain("--control-open");
    },
  );

  it.each(["10.0.0.7", "127.0.0.1, 10.0.0.7", "10.0.0.7, 127.0.0.1", "unknown"])(
    "refuses who is forwarded from elsewhere: %s",
    async (forwarded) => {
      const headers = { "x-forwarded-for": forwarded };
      expect((await call(local, "GET", "/clock", { headers })).status).toBe(403);
    },
  );

  it.each([
    { "x-real-ip": "10.0.0.7" },
    { "x-real-ip": "10.0.0.7", "x-forwarded-for": "127.0.0.1" },
    { forwarded: "for=10.0.0.7;proto=https" },
    { forwarded: "for=127.0.0.1" },
    { via: "1.1 proxy" },
  ])("refuses who comes through a proxy on this machine: %j", async (headers) => {
    for (const mock of [local, proxied]) {
      const { status, body } = await call(mock, "GET", "/clock", { headers });
      expect([status, body.detail]).toEqual([403, expect.stringContaining("--control-token")]);
    }
    const withToken = { ...headers, authorization: `Bearer ${TOKEN}` };
    expect((await call(behindToken, "GET", "/clock", { headers: withToken })).status).toBe(200);
    expect((await call(open, "GET", "/clock", { headers })).status).toBe(200);
  });

  it("lets in whom a proxy names as of this machine", async () => {
    const headers = { "x-real-ip": "127.0.0.1", "x-forwarded-for": "::1" };
    expect((await call(local, "GET", "/clock", { headers })).status).toBe(200);
  });

  it.each([
    "localhost",
    "localhost:4747",
    "mock.localhost",
    "127.0.0.1:1",
    "[::1]:4747",
    "10.1.2.3",
  ])("may be called by the name %s", async (host) => {
    expect((await call(local, "GET", "/clock", { headers: { host } })).status).toBe(200);
  });

  it("may be called by the name of the public URL", async () => {
    const headers = { host: "vipps.example.com" };
    expect((await call(local, "GET", "/clock", { headers })).status).toBe(200);
  });

  it.each(["attacker.example", "localhost.attacker.example", "notlocalhost"])(
    "refuses the name %s, which could be rebound to this machine",
    async (host) => {
      const { status, body } = await call(local, "GET", "/clock", { headers: { host } });
      expect(status).toBe(403);
      expect(body.detail).toContain(JSON.stringify(host));
    },
  );

  it.each(["https://attacker.example", "null", "http://localhost:3000"])(
    "refuses scripts of the page %s, with a token and opened too",
    async (origin) => {
      const headers = { origin, authorization: `Bearer ${TOKEN}` };
      for (const mock of [local, behindToken, open]) {
        const { status, body } = await call(mock, "DELETE", "/browsers", { headers });
        expect(status).toBe(403);
        expect(body.detail).toContain(JSON.stringify(origin));
      }
    },
  );

  it.each(["cross-site", "same-site", "somewhere"])(
    "refuses what a browser sends for a page that is %s, also without an Origin",
    async (site) => {
      const headers = { "sec-fetch-site": site, authorization: `Bearer ${TOKEN}` };
      for (const mock of [local, behindToken, open]) {
        for (const [method, path] of [
          ["DELETE", "/browsers"],
          ["POST", "/state/reset"],
          ["PUT", "/state"],
          ["PATCH", "/clock"],
        ] as const) {
          const { status, body } = await call(mock, method, path, { headers });
          expect([status, body.detail]).toEqual([403, expect.stringContaining(`"${site}"`)]);
        }
        // Nothing is changed by it, and no page of another site can read the response.
        expect((await call(mock, "GET", "/clock", { headers })).status).toBe(200);
      }
    },
  );

  it.each(["same-origin", "none"])("lets in what a browser sends as %s", async (site) => {
    const headers = { "sec-fetch-site": site };
    expect((await call(local, "DELETE", "/browsers", { headers })).status).toBe(204);
  });

  it("says of all that it sends that it is what its type says", async () => {
    for (const path of ["/clock", "/nothing-there", "/health", "/live", "/requests/report"]) {
      const { headers } = await call(local, "GET", path);
      expect(headers["x-content-type-options"]).toBe("nosniff");
    }
  });

  it("lets in scripts of its own pages", async () => {
    const headers = { origin: "http://localhost:4747" };
    expect((await call(local, "GET", "/clock", { headers })).status).toBe(200);
  });

  it.each([
    ["mock.localhost", "http://mock.localhost", 200],
    ["vipps.example.com", "https://vipps.example.com", 200],
    ["mock.localhost", "http://other.localhost", 403],
    ["attacker.example", "http://attacker.example", 403],
    ["attacker.example", undefined, 403],
  ])("behind a trusted proxy called %s, answers the page %s with %s", async (...row) => {
    const [forwarded, origin, expected] = row;
    const headers = { "x-forwarded-host": forwarded, ...(origin !== undefined && { origin }) };
    expect((await call(proxied, "GET", "/clock", { headers })).status).toBe(expected);
  });

  it.each(["localhost", "vipps.example.com"])(
    "does not let a script clear itself with X-Forwarded-Host: %s",
    async (forwarded) => {
      const headers = { host: "attacker.example", "x-forwarded-host": forwarded };
      for (const mock of [local, proxied]) {
        expect((await call(mock, "GET", "/clock", { headers })).status).toBe(403);
      }
    },
  );

  it("takes no name from a proxy that it does not trust", async () => {
    const headers = { "x-forwarded-host": "mock.localhost", origin: "http://mock.localhost" };
    expect((await call(local, "GET", "/clock", { headers })).status).toBe(403);
  });

  it("wants the token from everybody once there is one", async () => {
    for (const authorization of [undefined, "Bearer wrong", `Basic ${TOKEN}`, `Bearer ${TOKEN}x`]) {
      const headers = authorization === undefined ? {} : { authorization };
      const {
        status,
        body,
        headers: answered,
      } = await call(behindToken, "GET", "/clock", {
        headers,
      });
      expect(status).toBe(401);
      expect(answered["www-authenticate"]).toBe("Bearer");
      expect(body.detail).toContain("--control-token");
      expect(body.detail).not.toContain(TOKEN);
    }
  });

  it("lets in anybody with the token, from anywhere, by any name", async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, host: "vipps:4747" };
    const remoteAddress = "172.17.0.1";
    const { status } = await call(behindToken, "GET", "/clock", { headers, remoteAddress });
    expect(status).toBe(200);
  });

  it("lets in anybody when it is open", async () => {
    const headers = { host: "vipps:4747" };
    const remoteAddress = "172.17.0.1";
    expect((await call(open, "GET", "/clock", { headers, remoteAddress })).status).toBe(200);
  });

  it("tells everybody whether it is well, and whether it lives", async () => {
    for (const mock of [local, behindToken]) {
      const remoteAddress = "172.17.0.1";
      const { status, body } = await call(mock, "GET", "/health", { remoteAddress });
      expect(status).toBe(200);
      const store = { kind: mock.storeKind, status: "ok" };
      expect(body).toEqual({ status: "ok", version: "0.0.0-test", store });
      const live = await call(mock, "GET", "/live", { remoteAddress });
      expect([live.status, live.body]).toEqual([200, { status: "ok", version: "0.0.0-test" }]);
    }
  });

  it("changes nothing for those it refuses", async () => {
    const headers = { host: "attacker.example" };
    const body = { status: "blocked" };
    expect((await call(local, "PATCH", "/users/ada", { body, headers })).status).toBe(403);
    expect((await call(local, "GET", "/users/ada")).body.status).toBe("active");
  });

  it.each([
    ["no address", { address: undefined }, 'and "unknown" is none'],
    ["no Host header", { hosts: [undefined, ""] }, 'under the name ""'],
    ["a Host header that is no host", { hosts: ["local host"] }, 'under the name "local host"'],
  ])("refuses who has %s to be judged by", (_what, unclear, told) => {
    const caller = {
      ...{ address: "127.0.0.1", hosts: ["localhost:4747"], publicHost: undefined, tlsHosts: [] },
      ...{ forwardedFor: undefined, viaProxy: false, origin: undefined, authorization: undefined },
      ...{ method: "POST", site: undefined },
    };
    expect(() => checkAccess({ open: false }, caller)).not.toThrow();
    expect(() => checkAccess({ open: false }, { ...caller, ...unclear })).toThrow(told);
  });

  it.each([
    ["vipps.test:4748", 200],
    ["sub.vipps.test:4748", 403],
  ])(
    "answers who calls it %s, where its certificate is for vipps.test, with %s",
    async (host, expected) => {
      const named = await startMock({}, { tlsHosts: ["vipps.test"] });
      expect((await call(named, "GET", "/clock", { headers: { host } })).status).toBe(expected);
      await named.close();
    },
  );

  it("keeps refusals in the log", () => {
    expect(local.log.map(({ msg }) => msg).join("\n")).toContain(
      "refused GET /mock/api/clock: The control API was called under the name",
    );
  });
});
