import { deflateRawSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import type { ConfigInput } from "../../src/records/config.ts";
import type { SandboxId } from "../../src/records/ids.ts";
import type { Corruption } from "../../src/records/vocabulary.ts";
import { call } from "../support/control.ts";
import type { Mock, MockOptions } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import type { Seen } from "../support/visitor.ts";
import { Visitor } from "../support/visitor.ts";
import { BASE, SHOP } from "../support/wire.ts";

const mocks: Mock[] = [];
afterEach(async () => {
  for (const mock of mocks.splice(0)) await mock.close();
});

async function open(config: ConfigInput = { autoLogin: "ada" }, options: MockOptions = {}) {
  const mock = await startMock(config, options);
  mocks.push(mock);
  return mock;
}

const MSN = "100001";
const LOGIN = {
  unit: MSN,
  action: "login",
  sendsNonce: "on",
  sendsChallenge: "on",
  scope: "openid",
};
const HOLDS = "Logged in: every check holds.";

/** Somebody whose callback is registered. */
async function registered(mock: Mock, base = BASE, headers: Readonly<Record<string, string>> = {}) {
  const visitor = new Visitor(mock, base, headers);
  await visitor.go("/mock/try", { unit: MSN, action: "register" });
  return visitor;
}

const outcome = (seen: Seen) => seen.text("outcome") ?? seen.text("problem");

describe("the switch of Try", () => {
  it("puts its callback among the redirect URIs and takes it off, as a program would", async () => {
    const mock = await open();
    const visitor = new Visitor(mock);
    const uris = async () => (await call(mock, "GET", `/sales-units/${MSN}`)).body.redirectUris;
    const before = await uris();
    const on = await visitor.go("/mock/try", { unit: MSN, action: "register" });
    expect(await uris()).toEqual([...before, `${BASE}/mock/try/callback`]);
    expect(on.text("done")).toContain("/mock/try/callback is a redirect URI of Demo Shop now.");
    expect(on.text("done")).toContain(`curl -X PATCH ${BASE}/mock/api/sales-units/${MSN}`);
    const off = await visitor.go("/mock/try", { unit: MSN, action: "unregister" });
    expect(off.text("done")).toContain("is no redirect URI of Demo Shop any more.");
    expect(await uris()).toEqual(before);
  });

  it("is put on, and a login begun, in one go", async () => {
    const mock = await open();
    const visitor = new Visitor(mock);
    const begun = await visitor.go("/mock/try", { ...LOGIN, action: "register-and-login" });
    expect(outcome(begun)).toBe(HOLDS);
  });

  it.each([
    ["gender", "2023", "not in profile 2023"],
    ["delegatedConsents", "2023", "from phone number only"],
    ["nin", "2026", "not entitled"],
    ["address", "2023", undefined],
  ])("%s, in profile %s: %s", async (scope, profile, words) => {
    const mock = await open();
    await call(mock, "PATCH", "/settings", { body: { profile } });
    const { html } = await new Visitor(mock).go("/mock/try");
    const label = new RegExp(`<span>${scope}(?: <span class="hint">([^<]*)</span>)?</span>`);
    expect(label.exec(html)?.[1]).toBe(words);
  });

  it("says why an address cannot be registered", async () => {
    const mock = await open({}, { control: { open: true } });
    const visitor = new Visitor(mock, "http://shop:4747");
    const seen = await visitor.go("/mock/try", { unit: MSN, action: "register" });
    expect([seen.status, seen.text("problem")]).toEqual([
      400,
      expect.stringContaining("http is for"),
    ]);
  });

  it("need not be on: the refusal is shown, with what was meant", async () => {
    const mock = await open();
    const visitor = new Visitor(mock);
    const stuck = await visitor.go("/mock/try", LOGIN);
    expect(stuck.url.pathname).toBe("/vipps-login-idp/error");
    const seen = await visitor.go("/mock/try/result");
    expect(outcome(seen)).toContain("The application hears nothing");
    expect(seen.text("diagnosis")).toContain("redirect-uri");
    expect(seen.html).toMatch(/href="\.\.\/log\/\w{21}" data-testid="refusal"/);
  });
});

describe("a login from Try", () => {
  it("shows each step, with every check of the ID token", async () => {
    const mock = await open();
    const visitor = await registered(mock);
    const seen = await visitor.go("/mock/try", LOGIN);
    expect(seen.url.href).toBe(`${BASE}/mock/try/result`);
    expect(outcome(seen)).toBe(HOLDS);
    expect(seen.text("who")).toBe("At Demo Shop, as Ada Nordmann · the whole login in the log");
    expect(seen.html).toContain('href="../portal/people/ada"');
    const names = ["alg", "signature", "iss", "aud", "exp", "iat", "nonce", "at_hash", "sub"];
    for (const name of names) expect(seen.text(`check-${name}`), name).toContain("holds");
    const { items } = (await call(mock, "GET", "/requests")).body;
    const { login } = items.find((one: { login?: string }) => one.login);
    expect(seen.html).toContain(`href="../log/login/${login}"`);
    const asked = items.map((one: { endpoint: string }) => one.endpoint);
    expect(asked).toEqual(["discovery", "auth", "token", "jwks", "userinfo"]);
    for (const { id, endpoint } of items) {
      if (["auth", "token", "userinfo"].includes(endpoint)) {
        expect(seen.html, endpoint).toContain(`href="../log/${id}" data-testid="entry"`);
      }
    }
  });

  it("goes through the pages of a person, and stands in the log as an application's", async () => {
    const mock = await open({});
    const visitor = await registered(mock);
    const phone = await visitor.go("/mock/try", LOGIN);
    const waiting = await visitor.go("/mock/try/result");
    expect(outcome(waiting)).toBe("The browser has not come back yet.");
    expect(waiting.text("who")).toBe("At Demo Shop · the whole login in the log");
    expect(outcome(await visitor.login(phone, "leap-day"))).toBe(HOLDS);
    const [token] = (await call(mock, "GET", "/requests?endpoint=token")).body.items;
    expect(token.request.headers["user-agent"]).toMatch(/^openid-client\//);
  });

  it("hides secrets until they are asked for", async () => {
    const mock = await open();
    const visitor = await registered(mock);
    const hidden = await visitor.go("/mock/try", LOGIN);
    expect(hidden.html).not.toMatch(/eyJ[\w-]{20}/);
    expect(hidden.html).not.toContain(SHOP.secret);
    const shown = await visitor.go("/mock/try/result?secrets=shown");
    expect(shown.html).toMatch(/eyJ[\w-]+\.[\w-]+\.[\w-]+/);
    expect(shown.html).not.toMatch(/\w\*\*\*[0-9a-f]{8}&quot;,\s+&quot;expires_in/);
    expect(shown.html).toContain(SHOP.secret);
  });

  it("exchanges a code once, however often its callback is loaded", async () => {
    const mock = await open();
    const visitor = await registered(mock);
    const away = await visitor.ask("/mock/try", LOGIN);
    const { pathname, search } = new URL(String(away.headers["location"]));
    const back = await visitor.ask(pathname + search);
    const callback = String(back.headers["location"]);
    for (const _ of [1, 2, 3]) expect(outcome(await visitor.go(callback))).toBe(HOLDS);
    expect((await call(mock, "GET", "/requests/count?endpoint=token")).body.count).toBe(1);
  });

  it("can stop at the callback, so that the code expires", async () => {
    const mock = await open();
    const visitor = await registered(mock);
    const held = await visitor.go("/mock/try", { ...LOGIN, holds: "on" });
    expect(outcome(held)).toBe("The code has come, and waits to be exchanged.");
    await call(mock, "PATCH", "/clock", { body: { advance: 121 } });
    const seen = await visitor.go("/mock/try/result", { action: "exchange" });
    expect(outcome(seen)).toContain("openid-client says: ResponseBodyError: invalid_grant");
    expect(seen.text("diagnosis")).toContain("the code expired 1 seconds ago");
  });

  it("plays the app of app_to_app, and opens only what is the mock's own", async () => {
    const mock = await open();
    const visitor = await registered(mock);
    const called = await visitor.go("/mock/try", { ...LOGIN, flow: "app_to_app" });
    expect(outcome(called)).toBe("The app was called, and is to send the browser on.");
    const [, next = ""] = /href="([^"]+)" data-testid="next"/.exec(called.html) ?? [];
    expect(outcome(await visitor.go(next.replaceAll("&#x3D;", "=")))).toBe(HOLDS);

    const away = await visitor.ask("/mock/try", LOGIN);
    const state = new URL(String(away.headers["location"])).searchParams.get("state") ?? "";
    const forged = new URLSearchParams({ state, resume_uri: "https://evil.example/" });
    const seen = await visitor.go(`/mock/try/callback?${forged}`);
    expect(seen.text("next")).toBeUndefined();
    expect(seen.html).not.toContain('href="https://evil');
  });
});

describe("Try behind every kind of address", () => {
  it.each<[string, string, MockOptions, Readonly<Record<string, string>>]>([
    ["127.0.0.1", "http://127.0.0.1:4747", {}, {}],
    [
      "a public URL",
      "https://login.example.com",
      { pinned: { publicUrl: "https://login.example.com" } },
      {},
    ],
    [
      "a public URL with a path",
      "https://login.example.com/vipps",
      { pinned: { publicUrl: "https://login.example.com/vipps" } },
      {},
    ],
    ["a pinned issuer", BASE, { pinned: { issuer: "https://id.example.com/vipps" } }, {}],
    [
      "a trusted proxy",
      "https://proxy.example.com",
      { trustProxy: true },
      { host: "inside:80", "x-forwarded-proto": "https", "x-forwarded-host": "proxy.example.com" },
    ],
  ])("has every check hold: %s", async (_, base, options, headers) => {
    const mock = await open({ autoLogin: "ada" }, { control: { open: true }, ...options });
    const visitor = await registered(mock, base, headers);
    const seen = await visitor.go("/mock/try", LOGIN);
    expect(seen.url.href).toBe(`${base}/mock/try/result`);
    expect(outcome(seen)).toBe(HOLDS);
  });

  it("has every check hold in a sandbox, and keeps its cookie there", async () => {
    const mock = await open();
    await mock.sandboxes.create({ id: "box" as SandboxId });
    const visitor = await registered(mock, `${BASE}/s/box`);
    const away = await visitor.ask("/mock/try", LOGIN);
    expect(String(away.headers["set-cookie"])).toMatch(
      /^vipps-login-mock-try=[\w-]+; Max-Age=1800; Path=\/s\/box\/mock\/try; HttpOnly; SameSite=Lax/,
    );
    expect(outcome(await visitor.go("/mock/try", LOGIN))).toBe(HOLDS);
    expect((await call(mock, "GET", "/requests/count")).body.count).toBe(0);
  });

  it("has room for all that a login can give", async () => {
    const long = "Åse ".repeat(40).trim();
    const mock = await open({ profile: "2026", autoLogin: "ada" });
    await call(mock, "PATCH", "/users/ada", { body: { givenName: long, familyName: long } });
    const visitor = await registered(mock);
    const scope = "openid address birthDate email name phoneNumber gender delegatedConsents";
    const seen = await visitor.go("/mock/try", { ...LOGIN, scope });
    expect(outcome(seen)).toBe(HOLDS);
    expect(seen.text("claims")).toContain(long);
    for (const value of visitor.cookies.values()) expect(value.length).toBeLessThan(4000);
  });
});

describe("the callback of Try", () => {
  it("refuses what this browser did not ask for", async () => {
    const mock = await open();
    const stranger = await new Visitor(mock).go("/mock/try/callback?code=abc&state=abcdefgh");
    expect([stranger.status, stranger.text("problem")]).toEqual([
      400,
      expect.stringContaining("has begun no login here"),
    ]);
    const visitor = await registered(mock);
    await visitor.ask("/mock/try", LOGIN);
    const forged = await visitor.go("/mock/try/callback?code=abc&state=of-somebody-else");
    expect([forged.status, forged.text("problem")]).toEqual([
      400,
      expect.stringContaining("The state that came back is not the one"),
    ]);
    expect((await call(mock, "GET", "/requests/count?endpoint=token")).body.count).toBe(0);
  });

  it("is closed to who may not use the mock's pages", async () => {
    const mock = await open();
    const { app } = mock;
    const got = await app.inject({ url: "/mock/try/callback?code=a", remoteAddress: "192.0.2.7" });
    expect(got.statusCode).toBe(403);
  });

  it.each(["nope", "", "//x"])(
    "refuses one that goes back to no address: %j",
    async (redirectUri) => {
      const mock = await open();
      const visitor = new Visitor(mock);
      const attempt = { kind: "browser", msn: MSN, redirectUri, state: "a" };
      const packed = deflateRawSync(JSON.stringify(attempt)).toString("base64url");
      visitor.cookies.set("vipps-login-mock-try", packed);
      const seen = await visitor.go("/mock/try/callback?code=abc&state=a");
      expect([seen.status, seen.text("problem")]).toEqual([
        400,
        expect.stringContaining("has begun no login"),
      ]);
    },
  );

  it("is told without its sales unit where that was removed meanwhile", async () => {
    const mock = await open();
    const visitor = await registered(mock);
    expect(outcome(await visitor.go("/mock/try", LOGIN))).toBe(HOLDS);
    await call(mock, "DELETE", `/sales-units/${MSN}`);
    const seen = await visitor.go("/mock/try/result");
    expect([seen.status, outcome(seen)]).toEqual([200, HOLDS]);
    expect(seen.text("who")).toContain(`the sales unit ${MSN}, which was removed meanwhile`);
    expect((await visitor.go(`/mock/try?unit=${MSN}`)).status).toBe(404);
    expect((await visitor.go(`/mock?unit=${MSN}`)).status).toBe(404);
  });

  it.each(["", "%%%", "bm8ganNvbg", "y0jNyclXKM8vyklRyCzWUUjMK8lIBQA"])(
    "makes nothing of a cookie that it has not written: %s",
    async (value) => {
      const mock = await open();
      const visitor = new Visitor(mock);
      visitor.cookies.set("vipps-login-mock-try", value);
      const seen = await visitor.go("/mock/try/result");
      expect([seen.status, seen.text("outcome")]).toEqual([200, undefined]);
    },
  );

  it("is shown with hostile values, which break nothing", async () => {
    const hostile = "<script>alert(1)</script>\"'&\u202e";
    const mock = await open();
    await call(mock, "PATCH", `/sales-units/${MSN}`, { body: { name: hostile } });
    const visitor = await registered(mock);
    const seen = await visitor.go("/mock/try", { ...LOGIN, state: hostile, scope: hostile });
    expect(seen.status).toBe(200);
    expect(seen.html).not.toMatch(/<script(?! src=)/);
    expect(outcome(seen)).toContain("invalid_scope");
  });
});

describe("what goes wrong on purpose", () => {
  const RULES = {
    "trailing-slash": "redirect-uri",
    "short-state": "state",
    "unknown-scope": "entitlement",
    "no-entitlement": "nin",
    "too-long": "request-length",
    "wrong-secret": "credentials",
    "wrong-verifier": "pkce",
    "used-code": "code-replay",
  } as const;

  it.each(Object.entries(RULES))("%s is refused by the rule %s", async (preset, rule) => {
    const mock = await open({});
    const visitor = new Visitor(mock);
    const seen = await visitor.go("/mock/try", { unit: MSN, preset });
    expect(seen.text("diagnosis")).toContain(`Rule ${rule}.`);
    expect(outcome(seen)).toMatch(/^(Nothing\. The browser is left|\w+Error: \w+)/);
    const { id } = (await call(mock, "GET", "/requests?refused=true")).body.items.at(-1);
    expect(seen.html).toContain(`href="../log/${id}" data-testid="refusal"`);
  });

  it("has a button for each, and no others", async () => {
    const { html } = await new Visitor(await open()).go("/mock/try");
    const buttons = [...html.matchAll(/name="preset" value="([\w-]+)"/g)].map(([, id]) => id);
    expect(buttons.sort()).toEqual(Object.keys(RULES).sort());
  });

  it("says what has to be there first", async () => {
    const mock = await open();
    const visitor = new Visitor(mock);
    const none = await visitor.go("/mock/try", { unit: MSN, preset: "nothing" });
    expect(none.status).toBe(404);
    await call(mock, "PATCH", `/sales-units/${MSN}`, { body: { redirectUris: [] } });
    const unregistered = await visitor.go("/mock/try", { unit: MSN, preset: "short-state" });
    expect(unregistered.text("problem")).toContain("has no redirect URI");
    await call(mock, "POST", "/sales-units", {
      body: { name: "Bare", msn: "7777", redirectUris: [] },
    });
    const unit = await visitor.go("/mock/try", { unit: "8888", preset: "short-state" });
    expect(unit.status).toBe(404);
  });

  it.each([
    ["signature", "signature"],
    ["alg_none", "alg"],
    ["alg_hs256", "alg"],
    ["unknown_kid", "signature"],
    ["wrong_iss", "iss"],
    ["wrong_aud", "aud"],
    ["expired", "exp"],
    ["future_iat", "iat"],
    ["wrong_nonce", "nonce"],
    ["missing_nonce", "nonce"],
    ["wrong_at_hash", "at_hash"],
    ["sub_mismatch", "sub"],
  ] satisfies (readonly [Corruption, string])[])(
    "shows which check fails of an ID token: %s",
    async (corrupt, failing) => {
      const mock = await open();
      const fault = { match: { endpoint: "token" }, corrupt };
      await call(mock, "POST", "/faults", { body: fault });
      const visitor = await registered(mock);
      const seen = await visitor.go("/mock/try", LOGIN);
      expect(seen.text(`check-${failing}`)).toContain("fails");
      expect(outcome(seen)).toMatch(
        /^openid-client (says: \w+|took the tokens, though a check fails)/,
      );
    },
  );

  it("goes nowhere but to the mock, whatever the discovery document says", async () => {
    const mock = await open();
    const issuer = `${BASE}/access-management-1.0/access/`;
    const body = { issuer, authorization_endpoint: "https://evil.example/auth" };
    const fault = { match: { endpoint: "discovery" }, then: { body } };
    await call(mock, "POST", "/faults", { body: fault });
    const sent = await (await registered(mock)).ask("/mock/try", LOGIN);
    expect(sent.headers["location"]).toBeUndefined();
    expect(sent.text("problem")).toContain("https://evil.example/auth, which is not the mock");
  });

  it("says so when the discovery document cannot be read", async () => {
    const mock = await open();
    const fault = { match: { endpoint: "discovery" }, then: { status: 500 } };
    await call(mock, "POST", "/faults", { body: fault });
    const seen = await (await registered(mock)).go("/mock/try", {
      ...LOGIN,
      state: "as-it-was-typed",
    });
    expect(seen.text("problem")).toContain("openid-client cannot use the discovery document");
    expect(seen.html).toContain('value="as-it-was-typed"');
  });
});
