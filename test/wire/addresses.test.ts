import { afterEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock, MockOptions } from "../support/mock.ts";
import { loggedRequests, startMock } from "../support/mock.ts";
import type { Headers } from "../support/wire.ts";
import { authorizePath, basic, CALLBACK, get, jwtPart, PATH, post, SHOP } from "../support/wire.ts";

/** Every address that the mock writes, for those who call it through a proxy and for those who do not. */

let mock: Mock;
afterEach(() => mock.close());

const PUBLIC = "https://vipps.example.com/demo";

/** A request through a proxy, which hands on its name. */
const through: Headers = { host: "vipps.example.com" };

async function start(options: MockOptions = {}) {
  mock = await startMock({ autoLogin: "ada" }, { pinned: { publicUrl: PUBLIC }, ...options });
}

describe.each([
  ["takes its path off", ""],
  ["leaves its path on", "/demo"],
])("through a proxy that ends TLS and %s", (_, left) => {
  it.each(["", "/s/box"])(
    "all of discovery is on the public URL, in the sandbox %j",
    async (box) => {
      await start();
      await call(mock, "POST", "/sandboxes", { body: { id: "box" } });
      const document = (await get(mock, `${left}${box}${PATH.discovery}`, through)).json();
      expect(document.issuer).toBe(`${PUBLIC}${box}/access-management-1.0/access/`);
      for (const [name, value] of Object.entries(document)) {
        if (/endpoint$|_uri$/.test(name)) expect(value).toMatch(`${PUBLIC}${box}/`);
      }
    },
  );

  it.each(["", "/s/box"])("a login stays below the public URL, in the sandbox %j", async (box) => {
    mock = await startMock({}, { pinned: { publicUrl: PUBLIC } });
    await call(mock, "POST", "/sandboxes", { body: { id: "box" } });
    const begun = await get(mock, `${left}${box}${authorizePath()}`, through);
    const login = String(begun.headers.location);
    expect(login).toMatch(`${PUBLIC}${box}${PATH.login}?login_challenge=`);
    const [cookie] = begun.cookies;
    expect(cookie).toMatchObject({
      name: "oauth2_authentication_csrf",
      path: `/demo${box}`,
      secure: true,
    });
    const inside = login.slice(PUBLIC.length);
    const page = await get(mock, `${left}${inside}`, through);
    expect(page.body).toContain(`action="${PUBLIC}${box}${PATH.login}"`);
    const error = await get(mock, `${left}${box}${authorizePath({ client_id: "x" })}`, through);
    expect(error.headers.location).toMatch(`${PUBLIC}${box}${PATH.error}?`);
  });

  it("tokens are of the issuer there, and the request log has its URLs", async () => {
    await start();
    const { headers } = await get(mock, `${left}${authorizePath()}`, through);
    const code = new URL(String(headers.location)).searchParams.get("code") ?? "";
    const form = { grant_type: "authorization_code", code, redirect_uri: CALLBACK };
    const answer = await post(mock, `${left}${PATH.token}`, form, { ...through, ...basic(SHOP) });
    const { iss } = JSON.parse(jwtPart(answer.json().id_token, 1));
    expect(iss).toBe(`${PUBLIC}/access-management-1.0/access/`);
    const urls = (await loggedRequests(mock)).map(({ url }) => url.replace(/\?.*/, ""));
    expect(urls).toEqual([`${PUBLIC}${PATH.auth}`, `${PUBLIC}${PATH.token}`]);
  });

  it("sandboxes, what is made in them and the API's description are there too", async () => {
    await start({ control: { open: true } });
    const api = `${left}/mock/api`;
    const json = { ...through, "content-type": "application/json" };
    const made = await post(mock, `${api}/sandboxes`, '{"id":"box"}', json);
    expect(made.headers.location).toBe(`${PUBLIC}/mock/api/sandboxes/box`);
    expect(made.json()).toMatchObject({
      url: `${PUBLIC}/s/box`,
      issuer: `${PUBLIC}/s/box/access-management-1.0/access/`,
      controlUrl: `${PUBLIC}/s/box/mock/api`,
    });
    const user = await post(mock, `${left}/s/box/mock/api/users`, '{"id":"kari"}', json);
    expect(user.headers.location).toBe(`${PUBLIC}/s/box/mock/api/users/kari`);
    const document = await get(mock, `${left}/s/box/mock/api/openapi.json`, through);
    expect(document.json().servers).toMatchObject([{ url: `${PUBLIC}/s/box/mock/api` }]);
    const front = await get(mock, `${left}/`, through);
    expect(front.body).toContain(`${PUBLIC}/access-management-1.0/access/`);
  });

  it("the length of a URL is that of the caller's", async () => {
    await start();
    const url = `${authorizePath()}&filler=`;
    const urlOfLength = (length: number) =>
      left + url + "x".repeat(length - PUBLIC.length - url.length);
    expect((await get(mock, urlOfLength(2000), through)).statusCode).toBe(302);
    expect((await get(mock, urlOfLength(2001), through)).statusCode).toBe(502);
  });
});

describe("past the proxy", () => {
  it("a backend gets the host that it calls, and browsers the public URL", async () => {
    await start();
    const document = (await get(mock, PATH.discovery, { host: "vipps:4747" })).json();
    expect(document).toMatchObject({
      issuer: "http://vipps:4747/access-management-1.0/access/",
      authorization_endpoint: `${PUBLIC}${PATH.auth}`,
      token_endpoint: `http://vipps:4747${PATH.token}`,
    });
  });

  it("with a pinned issuer everybody has that one, in a sandbox of its own", async () => {
    const issuer = `${PUBLIC}/access-management-1.0/access/`;
    await start({ pinned: { publicUrl: PUBLIC, issuer } });
    await call(mock, "POST", "/sandboxes", { body: { id: "box" } });
    for (const headers of [through, { host: "vipps:4747" }]) {
      expect((await get(mock, PATH.discovery, headers)).json().issuer).toBe(issuer);
      expect((await get(mock, `/s/box${PATH.discovery}`, headers)).json().issuer).toBe(
        `${PUBLIC}/s/box/access-management-1.0/access/`,
      );
    }
  });
});

describe("through a proxy that is trusted", () => {
  const forwarded: Headers = {
    host: "127.0.0.1:4747",
    "x-forwarded-host": "shop.example",
    "x-forwarded-proto": "https",
    "x-forwarded-port": "8443",
    "x-forwarded-prefix": "/vipps",
  };
  const base = "https://shop.example:8443/vipps";

  it("its headers make every address, in a sandbox too", async () => {
    await start({ pinned: {}, trustProxy: true });
    await call(mock, "POST", "/sandboxes", { body: { id: "box" } });
    for (const box of ["", "/s/box"]) {
      for (const left of ["", "/vipps"]) {
        const document = (await get(mock, `${left}${box}${PATH.discovery}`, forwarded)).json();
        expect(document.issuer).toBe(`${base}${box}/access-management-1.0/access/`);
        expect(document.authorization_endpoint).toBe(`${base}${box}${PATH.auth}`);
      }
    }
  });

  it("is refused plainly where a header cannot go into an address, and nothing of it is repeated", async () => {
    await start({ pinned: {}, trustProxy: true });
    for (const [name, value] of [
      ["x-forwarded-prefix", "/evil path"],
      ["x-forwarded-port", "evil"],
      ["x-forwarded-host", "evil/host"],
      ["x-forwarded-proto", "evil"],
    ] as const) {
      const answer = await get(mock, PATH.discovery, { ...forwarded, [name]: value });
      expect([answer.statusCode, answer.headers["content-type"]]).toEqual([
        400,
        "text/plain; charset=utf-8",
      ]);
      expect(answer.body).not.toContain("evil");
      expect(mock.log.at(-1)?.msg).toContain(JSON.stringify(value));
    }
  });
});

describe("where the addresses come from", () => {
  it("is told to everybody", async () => {
    await start({ trustProxy: true, control: { token: "secret", open: false } });
    const remoteAddress = "172.17.0.1";
    const told = await call(mock, "GET", "/addresses", { remoteAddress });
    expect(told).toMatchObject({
      status: 200,
      body: {
        url: "http://localhost:4747",
        issuer: "http://localhost:4747/access-management-1.0/access/",
        browserUrl: PUBLIC,
        publicUrl: PUBLIC,
        pinnedIssuer: null,
        trustProxy: true,
      },
    });
  });
});
