import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SandboxId } from "../../src/records/ids.ts";
import { call } from "../support/control.ts";
import { page, submit, textsIn } from "../support/dashboard.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { get, HOST } from "../support/wire.ts";

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

describe("the address that the mock prints", () => {
  it.each(["/", "/mock", "/mock/"])(
    "is a text without secrets for a program, at %s",
    async (path) => {
      const text = await page(mock, path, { headers: { accept: "*/*" } });
      expect(text.status).toBe(200);
      expect(text.headers["content-type"]).toBe("text/plain; charset=utf-8");
      expect(text.headers["vary"]).toBe("accept");
      expect(text.html).toContain(
        "Issuer         http://localhost:4747/access-management-1.0/access/",
      );
      expect(text.html).not.toContain("secret-of");
    },
  );

  it.each([
    ["/", "mock"],
    ["/mock/", "../mock"],
    ["/s/box/", "mock"],
    ["/s/box", "box/mock"],
  ])("is the overview for a browser, from %s", async (path, location) => {
    await mock.sandboxes.create({ id: "box" as SandboxId });
    const to = await page(mock, path);
    expect([to.status, to.headers["location"]]).toEqual([302, location]);
    const { pathname } = new URL(location, `http://localhost${path}`);
    expect((await page(mock, pathname)).text("nav-overview")).toBe("Overview");
  });
});

describe("every page", () => {
  const paths = [
    ...["/mock", "/mock/log", "/mock/log/nothing", "/mock/log/login/nothing"],
    ...["/mock/portal", "/mock/portal/partners", "/mock/portal/webhooks"],
    ...["/mock/portal/units/100001", "/mock/portal/units/new", "/mock/portal/units/nothing"],
    ...["/mock/portal/people", "/mock/portal/people/ada", "/mock/portal/people/new"],
  ];

  it.each(paths)("says at %s that it is a mock, and can be in no frame", async (path) => {
    const { html, headers, text } = await page(mock, path);
    expect(text("mock-banner")).toBe("vipps-login-mock — this is a mock for testing, not Vipps");
    const policy = headers["content-security-policy"];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe");
    expect(html).not.toMatch(/<script(?! src=)|\son\w+=|\sstyle=|javascript:/);
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(headers["cache-control"]).toBe("no-store");
  });

  it.each(paths)("leads at %s only to what is below the same folder", async (path) => {
    for (const [, attribute = ""] of (await page(mock, path)).html.matchAll(
      /(?:href|src|action)="([^"]*)"/g,
    )) {
      if (attribute.startsWith("#") || attribute.startsWith("data:")) continue;
      const { pathname } = new URL(attribute, `http://localhost/deep/prefix${path}`);
      expect(pathname, attribute).toMatch(
        /^\/deep\/prefix\/(mock(\/|$)|vipps-login-idp\/style\.css)/,
      );
    }
  });

  it("is in no request log", async () => {
    for (const path of paths) await page(mock, path);
    expect((await call(mock, "GET", "/requests/count")).body.count).toBe(0);
  });

  it("shows sandbox, profile and clock, and warns of a clock that was moved", async () => {
    await mock.sandbox.clock.reset();
    const before = await page(mock, "/mock");
    expect(before.text("profile")).toBe("2023");
    expect(before.html).not.toContain('class="moved"');
    await mock.sandbox.clock.advance(60);
    await mock.sandboxes.change("default" as SandboxId, (old) => ({ ...old, profile: "2026" }));
    const after = await page(mock, "/mock");
    expect(after.text("profile")).toBe("2026");
    expect(after.html).toContain('class="moved"');
  });

  it.each([
    ["/mock/sandbox?to=box", "/s/box/mock"],
    ["/s/box/mock/sandbox?to=default", "/mock"],
    ["/s/box/mock/sandbox?to=other", "/s/other/mock"],
    ["/mock/sandbox?to=https://evil.example", "/mock"],
    ["/mock/sandbox?to=..%2F..%2Fevil", "/mock"],
    ["/mock/sandbox", "/mock"],
  ])("has a bar with which %s goes to %s", async (from, to) => {
    await mock.sandboxes.create({ id: "box" as SandboxId });
    const { status, headers } = await page(mock, from);
    expect(status).toBe(303);
    expect(new URL(String(headers["location"]), `http://localhost${from}`).pathname).toBe(to);
  });

  it("is there for whoever may use the control API, and says to others how they get in", async () => {
    const stranger = await page(mock, "/mock/log", { remoteAddress: "192.0.2.7" });
    expect(stranger.status).toBe(403);
    expect(stranger.text("problem")).toContain("start the mock with --control-token");
    const rebound = await page(mock, "/mock", { headers: { host: "evil.example" } });
    expect(rebound.status).toBe(403);
    expect((await page(mock, "/mock/changes", { remoteAddress: "192.0.2.7" })).status).toBe(403);
  });

  it("takes no form of another site", async () => {
    await get(mock, "/access-management-1.0/access/.well-known/jwks.json");
    const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    const sent = await page(mock, "/mock/log", { form: {}, headers });
    expect(sent.status).toBe(403);
    expect((await call(mock, "GET", "/requests/count")).body.count).toBe(1);
  });

  it.each([
    ["GET", "/mock/nothing", "", 404],
    ["GET", "/mock/portal/people/ada/more", "", 404],
    ["GET", "/mock/log/", "", 303],
    ["GET", "/mock/%6Cog", "", 200],
    ["GET", "/mock/portal/people/new", "", 200],
    ["GET", "/mock/portal/people/n%65w", "", 200],
    ["GET", `/mock/portal/people/${"a".repeat(200)}`, "", 404],
    ["HEAD", "/mock/log", "", 200],
    ["PUT", "/mock/log", "text/csv", 405],
    // Nothing is here, whatever is sent to it.
    ["POST", "/mock/nothing", "text/csv", 404],
    ["POST", "/mock/changes", "text/csv", 405],
    ["POST", "/mock/log", "text/csv", 415],
    // A file is taken at one page.
    ["POST", "/mock/log", "multipart/form-data; boundary=x", 415],
    ["POST", "/mock/lab/state", "multipart/form-data; boundary=x", 400],
  ] as const)(
    "answers %s %s with a body of type '%s' with %i",
    async (method, url, type, status) => {
      const headers = { host: HOST, accept: "text/html", "sec-fetch-site": "same-origin" };
      const response = await mock.app.inject({
        ...{ method, url, remoteAddress: "127.0.0.1" },
        headers: { ...headers, ...(type !== "" && { "content-type": type }) },
        ...(type !== "" && { payload: "a,b" }),
      });
      expect(response.statusCode).toBe(status);
      if (status === 405) expect(response.headers.allow?.split(", ")).toContain("GET");
    },
  );

  it("says that it takes no form, where it takes none", async () => {
    const sent = await page(mock, "/mock", { form: { a: "b" } });
    expect([sent.status, sent.text("problem")]).toEqual([
      405,
      "This page has nothing to send a form to.",
    ]);
  });
});

describe("an action", () => {
  it("says on the next page, and only there, what it did and how a program does it", async () => {
    const after = await submit(mock, "/mock/log", {});
    expect(after.text("done")).toBe(
      "The log is empty. As curl curl -X DELETE http://localhost:4747/mock/api/requests",
    );
    expect(String(after.headers["set-cookie"])).toContain("Max-Age=0");
    expect((await page(mock, "/mock/log")).text("done")).toBeUndefined();
  });

  it("is left for the page behind it by a page that only follows what happens", async () => {
    const sent = await page(mock, "/mock/log", { form: {} });
    const cookie = String(sent.headers["set-cookie"]).split(";")[0] ?? "";
    const following = { cookie, "x-live": "1" };
    const followed = await page(mock, "/mock/log", { headers: following });
    expect([followed.text("done"), followed.headers["set-cookie"]]).toEqual([undefined, undefined]);
    expect((await page(mock, "/mock/log", { headers: { cookie } })).text("done")).toBeDefined();
  });

  it.each(["", "%%%", "bm8ganNvbg", Buffer.from('{"message":1}').toString("base64url")])(
    "is not made up of a cookie that it has not written: %s",
    async (value) => {
      const headers = { cookie: `vipps-login-mock-done-default=${value}` };
      const got = await page(mock, "/mock", { headers });
      expect([got.status, got.text("done")]).toEqual([200, undefined]);
    },
  );
});

it.each([
  ...["/mock", "/mock/log", "/mock/lab/state.json", "/mock/sandbox?to=box", "/mock/enter"],
  ...["/mock/live.js", "/mock/idiomorph.js", "/mock/enter.js"],
])("HEAD gets what GET gets but for the body, at %s", async (path) => {
  const headers = { host: HOST, accept: "text/html" };
  const [got, asked] = [
    await mock.app.inject({ method: "GET", url: path, headers }),
    await mock.app.inject({ method: "HEAD", url: path, headers }),
  ];
  expect([asked.statusCode, asked.body]).toEqual([got.statusCode, ""]);
  expect(asked.headers["content-type"]).toBe(got.headers["content-type"]);
});

it.each([
  ...["profile /mock", "client-id /mock", "older /mock/log", "outcome /mock/log/login/none"],
  ...["count /mock/portal", "next /mock/portal", "next /mock/portal/people"],
  ...["special /mock/portal/people/ada", "client-id /mock/portal/units/100001"],
  ...["redirect-uri /mock/portal/units/100001", "client-id /mock/portal/partners"],
  ...["run /mock/lab/clock", "seen /mock/lab/keys", "rotate /mock/lab/keys"],
])("what happens elsewhere is followed by %s", async (what) => {
  const [testid = "", path = ""] = what.split(" ");
  for (let n = 0; n <= 100; n += 1) {
    if (testid === "older") await get(mock, "/vipps-userinfo-api/userinfo");
    if (testid === "next") {
      await call(mock, "POST", path.endsWith("people") ? "/users" : "/sales-units", {
        body: path.endsWith("people") ? {} : { name: "Another", redirectUris: [] },
      });
    }
  }
  const { html } = await page(mock, path);
  const rest = html.replaceAll(/<live-part id="[^>]*>.*?<\/live-part>/gs, "");
  expect(textsIn(html, testid)).not.toEqual([]);
  expect(textsIn(rest, testid)).toEqual([]);
});
