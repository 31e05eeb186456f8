import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import { page } from "../support/dashboard.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { begin, poll } from "../support/phone.ts";
import {
  authorize,
  basic,
  codeFrom,
  get,
  OUTLET,
  PATH,
  requestToken,
  SHOP,
  tokensFrom,
  userinfo,
} from "../support/wire.ts";

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

const refused = () => authorize(mock, { redirect_uri: "https://example.com/callback/" });

describe("the log", () => {
  it("has the newest request first, with why it was refused and what to do", async () => {
    await get(mock, PATH.jwks);
    await refused();
    const { texts, html } = await page(mock, "/mock/log");
    expect(texts("request")).toEqual(["GET auth refused, 302 Demo Shop now", "GET jwks 200 now"]);
    expect(html).toContain("only by the trailing slash");
    expect(html).toContain("Send https://example.com/callback exactly");
  });

  it.each([
    ["refused=true", 1],
    ["endpoint=jwks", 1],
    [`clientId=${SHOP.id}`, 1],
    [`clientId=${OUTLET.id}`, 0],
    ["status=200", 1],
    ["endpoint=&clientId=&user=&status=", 2],
  ])("can be filtered by a link: %s", async (query, count) => {
    await get(mock, PATH.jwks);
    await refused();
    expect((await page(mock, `/mock/log?${query}`)).texts("request")).toHaveLength(count);
  });

  it("and the other pages do not call it refused that a user has not answered yet", async () => {
    const { auth_req_id: id } = await begin(mock);
    for (let n = 0; n < 5; n += 1) await poll(mock, id);
    expect((await page(mock, "/mock/log")).text("request")).toMatch(/^POST token 400 /);
    expect((await page(mock, "/mock")).texts("request")).toEqual([]);
    expect((await page(mock, "/mock/portal/units/100001")).texts("request")).toEqual([]);
    const [{ login }] = (await call(mock, "GET", "/requests?endpoint=token")).body.items;
    const { html } = await page(mock, `/mock/log/login/${login}`);
    expect(html).toContain("The merchant has no tokens yet.");
    expect(html).toContain("the user has not answered yet");
  });

  it.each([
    ["status=abc", "status"],
    ["user=nobody", "nobody"],
    ["endpoint=tokens", "endpoint"],
    ["clientId=gone", "gone"],
    ["before=nothing", "nothing"],
  ])("says what is wrong with a filter: %s", async (query, named) => {
    const got = await page(mock, `/mock/log?${query}`);
    expect(got.status).toBeGreaterThanOrEqual(400);
    expect(got.status).toBeLessThan(500);
    expect(got.text("problem")).toContain(named);
    const [name = "", value] = query.split("=");
    // The filter is there to be corrected, as it was filled.
    const filled = new RegExp(`name="${name}" value="${value}"|value="${value}" selected`);
    if (name !== "before") expect(got.html).toMatch(filled);
    expect(got.texts("request")).toEqual([]);
  });

  it("names partners, and offers them to choose from", async () => {
    const [{ clientId, name }] = (await call(mock, "GET", "/partners")).body.items;
    await requestToken(mock, "none", {}, basic({ ...SHOP, id: clientId }));
    const got = await page(mock, `/mock/log?clientId=${clientId}`);
    expect(got.text("request")).toContain(name);
  });

  it("has a hundred on a page, and a link to the older ones", async () => {
    for (let n = 0; n < 130; n += 1) await get(mock, PATH.jwks);
    const first = await page(mock, "/mock/log?endpoint=jwks");
    expect(first.texts("request")).toHaveLength(100);
    const [, older = ""] = /href="(log\?[^"]*before[^"]*)"/.exec(first.html) ?? [];
    const path = `/mock/${older.replaceAll("&amp;", "&").replaceAll("&#x3D;", "=")}`;
    const second = await page(mock, path);
    expect(second.texts("request")).toHaveLength(30);
    expect(second.text("older")).toBeUndefined();
  });
});

describe("a request", () => {
  it("shows the diagnosis first, with the difference to what was meant", async () => {
    await refused();
    const { id } = (await call(mock, "GET", "/requests")).body.items[0];
    const got = await page(mock, `/mock/log/${id}`);
    expect(got.text("diagnosis")).toContain("What to do:");
    expect(got.html).toContain("<code>https://example.com/callback<del>/</del></code>");
    expect(got.text("url")).toContain("redirect_uri=");
  });

  it.each([
    ["openid profile", "<del>profile</del> → <ins>name</ins>"],
    ["openid Email", "<del>E</del><ins>e</ins>mail"],
    ["openid adress", "ad<ins>d</ins>ress"],
    ["openid name,email", "name<del>,</del><ins> </ins>email"],
    ["name", null],
    ["openid \u202ename", String.raw`<del>\u202e</del>name`],
    ["openid offline", null],
  ])("compares the scope that is wrong with the one that was meant: %s", async (scope, shown) => {
    await authorize(mock, { scope });
    const { id } = (await call(mock, "GET", "/requests")).body.items[0];
    const { html, text } = await page(mock, `/mock/log/${id}`);
    if (shown === null) expect(text("difference")).toBeUndefined();
    else expect(html).toContain(`<code>${shown}</code>`);
  });

  it.each([
    ["response_mode=qery", "q<ins>u</ins>ery"],
    ["response_type=token", "<del>token</del> → <ins>code</ins>"],
    ["market=norge", null],
    ["market=no", "<del>no</del> → <ins>NO</ins>"],
    ["loginHint=ada", "login<del>H</del><ins>_h</ins>int"],
  ])("compares with what was meant the very value that is wrong: %s", async (query, shown) => {
    await authorize(mock, Object.fromEntries(new URLSearchParams(query)));
    const { id } = (await call(mock, "GET", "/requests")).body.items[0];
    const { html, text } = await page(mock, `/mock/log/${id}`);
    if (shown === null) expect(text("difference")).toBeUndefined();
    else expect(html).toContain(`<code>${shown}</code>`);
  });

  it("says that there is none of that id", async () => {
    const got = await page(mock, "/mock/log/nothing");
    expect([got.status, got.text("problem")]).toEqual([404, expect.stringContaining("nothing")]);
  });

  it.each([
    ["@/etc/passwd", "--data-raw @/etc/passwd"],
    ["it's", "--data-raw 'it'\\''s'"],
    [Buffer.from([0xff, 0xfe]), "printf %s //4= | base64 -d | curl -i"],
  ])("has a command that sends the same, whatever its body is: %s", async (body, command) => {
    const headers = { "content-type": "text/plain" };
    await mock.app.inject({ method: "POST", url: PATH.token, headers, payload: body });
    const { id } = (await call(mock, "GET", "/requests")).body.items[0];
    const html = (await page(mock, `/mock/log/${id}`)).html.replaceAll("&#x27;", "'");
    expect(html.replaceAll("&#x3D;", "=")).toContain(command);
  });

  it("leads to the login that it belongs to, which is told from its beginning", async () => {
    const { access_token: token } = await tokensFrom(mock, { user: "ada" });
    await userinfo(mock, token);
    const { items } = (await call(mock, "GET", "/requests?endpoint=userinfo")).body;
    const entry = await page(mock, `/mock/log/${items[0].id}`);
    expect(entry.html).toContain(`log/login/${items[0].login}`);
    const login = await page(mock, `/mock/log/login/${items[0].login}`);
    expect(login.text("outcome")).toBe("The merchant has read userinfo.");
    expect(login.texts("request")[0]).toContain("GET auth 302");
    expect(login.texts("request").at(-1)).toContain("GET userinfo 200");
  });
});

describe("a login", () => {
  const told = async (id: string) => (await page(mock, `/mock/log/login/${id}`)).text("outcome");
  const lastLogin = async () =>
    (await call(mock, "GET", "/requests?last=1")).body.items[0].login as string;

  it("says how far it came: no tokens, tokens, or a refusal with why", async () => {
    await call(mock, "PATCH", "/settings", { body: { autoLogin: "ada" } });
    const code = await codeFrom(mock);
    const id = await lastLogin();
    expect(await told(id)).toBe("The merchant has no tokens yet.");
    await requestToken(mock, code);
    expect(await told(id)).toBe("The merchant has its tokens.");
    await requestToken(mock, code);
    expect(await told(id)).toMatch(/^It was refused: .*used/);
  });
});

describe("a request with hostile values", () => {
  const hostile = "<script>alert(1)</script>\"'&\u202e";

  it("breaks neither the list nor its page", async () => {
    await get(mock, `${PATH.auth}?${new URLSearchParams({ client_id: hostile, state: hostile })}`);
    const { id } = (await call(mock, "GET", "/requests")).body.items[0];
    for (const path of ["/mock", "/mock/log", `/mock/log/${id}`]) {
      const { status, html } = await page(mock, path);
      expect(status).toBe(200);
      expect(html).not.toMatch(/<script(?! src=)/);
    }
  });
});
