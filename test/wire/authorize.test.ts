import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import type { Fields } from "../support/wire.ts";
import {
  authorize,
  authorizePath,
  BANK,
  BASE,
  Browser,
  CALLBACK,
  CHALLENGE,
  CLOSED,
  codeFrom,
  confirmedLogin,
  get,
  parameterOf,
  parametersOf,
  requestToken,
  SHOP,
  STATE,
  TEXT,
  WITHOUT_LOGIN,
  walkLogin,
} from "../support/wire.ts";

const ODD_URIS = [
  "https://example.com/registered?zeta=1&alpha=a%20b&alpha=c",
  "https://example.com/registered?state=old&code=old",
  "myapp://callback",
  "com.example.app:/oauth2redirect",
  "https://example.com/cb?flag",
];

describe("authorize", () => {
  let mock: Mock;
  beforeAll(async () => {
    mock = await startMock({
      salesUnits: [
        {
          name: "Odd URIs",
          clientId: SHOP.id,
          clientSecret: SHOP.secret,
          redirectUris: [CALLBACK, ...ODD_URIS],
          scopes: ["openid", "name", "email"],
        },
        {
          name: "Closed",
          clientId: CLOSED.id,
          redirectUris: [CALLBACK],
          active: false,
        },
        {
          name: "Without",
          clientId: WITHOUT_LOGIN.id,
          redirectUris: [CALLBACK],
          loginActivated: false,
        },
      ],
    });
  });
  afterAll(() => mock.close());

  it("sends the browser to the login page with the login's cookie", async () => {
    const response = await authorize(mock);
    expect(response.statusCode).toBe(302);
    expect(response.headers.location).toMatch(
      /^http:\/\/localhost:4747\/vipps-login-idp\/login\?login_challenge=[0-9a-f]{32}$/,
    );
    expect(response.headers["set-cookie"]).toMatch(
      /^oauth2_authentication_csrf_insecure=[0-9a-f]{32}; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(response.headers.pragma).toBe("no-cache");
    expect(response.body).toBe("");
  });

  it("calls its cookies by their secure names behind https", async () => {
    const secure = await startMock({}, { pinned: { publicUrl: "https://login.test" } });
    const response = await authorize(secure);
    expect(response.headers["set-cookie"]).toMatch(
      /^oauth2_authentication_csrf=[0-9a-f]{32}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(response.headers.location).toMatch(/^https:\/\/login\.test\/vipps-login-idp\/login\?/);
    await secure.close();
  });

  it("goes by the same hops as the real service, repeating the query on each", async () => {
    const browser = new Browser(mock);
    const end = await walkLogin(browser, { request: { nonce: "nonce-of-the-test" } });
    const query = authorizePath({ nonce: "nonce-of-the-test" });
    const hex = "[0-9a-f]{32}";
    const hops = [
      query,
      `${BASE}/vipps-login-idp/login?login_challenge=${hex}`,
      `${BASE}/vipps-login-idp/login`,
      `${BASE}/vipps-login-idp/login?login_challenge=${hex}`,
      `${BASE}/vipps-login-idp/login`,
      `${BASE}${query}&login_verifier=${hex}`,
      `${BASE}/vipps-login-idp/consent?consent_challenge=${hex}`,
      `${BASE}/vipps-login-idp/consent`,
      `${BASE}${query}&consent_verifier=${hex}`,
    ];
    expect(browser.visited).toHaveLength(hops.length);
    for (const [index, hop] of hops.entries()) {
      const pattern = hop.split(hex).map(escaped).join(hex);
      expect(browser.visited[index]).toMatch(new RegExp(`^${pattern}$`));
    }
    expect([...browser.cookies.keys()]).toEqual([
      "oauth2_authentication_csrf_insecure",
      "oauth2_consent_csrf_insecure",
    ]);
    expect(end.statusCode).toBe(302);
    expect(end.headers.location).toMatch(
      /^https:\/\/example\.com\/callback\?code=[\w-]{43}\.[\w-]{43}&scope=openid\+name&state=state-of-the-test$/,
    );
    expect(end.headers["cache-control"]).toBe("no-store");
    expect(end.headers.pragma).toBe("no-cache");
    expect(end.body).toBe("");
  });

  describe("told on the error page", () => {
    const cases: [string, Fields, string, string][] = [
      [
        "an unknown client",
        { client_id: "nobody" },
        "invalid_client",
        "Client+authentication+failed+%28e.g.%2C+unknown+client%2C+no+client+authentication+included%2C+or+unsupported+authentication+method%29.+The+requested+OAuth+2.0+Client+does+not+exist.",
      ],
      [
        "no client",
        { client_id: undefined },
        "invalid_client",
        "Client+authentication+failed+%28e.g.%2C+unknown+client%2C+no+client+authentication+included%2C+or+unsupported+authentication+method%29.+The+requested+OAuth+2.0+Client+does+not+exist.",
      ],
      [
        "a sales unit without Vipps Login",
        { client_id: WITHOUT_LOGIN.id },
        "invalid_client",
        "Client+authentication+failed+%28e.g.%2C+unknown+client%2C+no+client+authentication+included%2C+or+unsupported+authentication+method%29.+The+requested+OAuth+2.0+Client+does+not+exist.",
      ],
      [
        "an inactive sales unit",
        { client_id: CLOSED.id },
        "invalid_client",
        "The+client+or+its+related+sale+unit+or+merchant+does+not+exist+or+is+not+active",
      ],
      [
        "an unregistered redirect URI",
        { redirect_uri: `${CALLBACK}/` },
        "invalid_request",
        "The+request+is+missing+a+required+parameter%2C+includes+an+invalid+parameter+value%2C+includes+a+parameter+more+than+once%2C+or+is+otherwise+malformed.+The+%27redirect_uri%27+parameter+does+not+match+any+of+the+OAuth+2.0+Client%27s+pre-registered+redirect+urls.",
      ],
      [
        "a response mode that nobody knows",
        { response_mode: 'x"y' },
        "unsupported_response_mode",
        "The+authorization+server+does+not+support+obtaining+a+response+using+this+response+mode.+Request+with+unsupported+response_mode+%27x%27y%27.",
      ],
    ];
    it.each(cases)("%s", async (_name, overrides, error, description) => {
      const response = await authorize(mock, overrides);
      expect(response.statusCode).toBe(302);
      expect(response.headers.location).toBe(
        `${BASE}/vipps-login-idp/error?error=${error}&error_description=${description}`,
      );
      expect(response.headers["cache-control"]).toBe("no-store");
      expect(response.headers.pragma).toBe("no-cache");
      expect(response.headers["set-cookie"]).toBeUndefined();
    });

    it.each([
      ["case", "https://example.com/Callback"],
      ["query", `${CALLBACK}?x=1`],
      ["host", "https://example.com.evil.test/callback"],
      ["user", "https://example.com@evil.test/callback"],
      ["fragment", `${CALLBACK}#x`],
      ["encoding", "https://example.com/call%62ack"],
      ["path traversal", `${CALLBACK}/../callback`],
      ["scheme", "http://example.com/callback"],
      ["port", "https://example.com:443/callback"],
      ["blank behind", `${CALLBACK} `],
      ["a script", "javascript:alert(1)//https://example.com/callback"],
      ["nothing", ""],
    ])("a redirect URI that differs in its %s", async (_what, redirect_uri) => {
      const response = await authorize(mock, { redirect_uri });
      expect(response.headers.location).toMatch(
        /^http:\/\/localhost:4747\/vipps-login-idp\/error\?error=invalid_request&/,
      );
      expect(response.headers.location).not.toContain("evil");
      expect(parametersOf(response).map(([name]) => name)).toEqual(["error", "error_description"]);
    });
  });

  describe("told to the merchant by redirect", () => {
    const at = (query: string) => `${CALLBACK}?${query}`;
    const cases: [string, Fields, string][] = [
      [
        "a short state",
        { state: "abc" },
        at(
          "error=invalid_state&error_description=The+state+is+missing+or+does+not+have+enough+characters+and+is+therefore+considered+too+weak.+Request+parameter+%27state%27+must+be+at+least+be+8+characters+long+to+ensure+sufficient+entropy.&state=abc",
        ),
      ],
      [
        "no state, which comes back empty",
        { state: undefined },
        at(
          "error=invalid_state&error_description=The+state+is+missing+or+does+not+have+enough+characters+and+is+therefore+considered+too+weak.+Request+parameter+%27state%27+must+be+at+least+be+8+characters+long+to+ensure+sufficient+entropy.&state=",
        ),
      ],
      [
        "a scope that nobody gets",
        { scope: "openid offline", state: "12345678" },
        at(
          "error=invalid_scope&error_description=The+requested+scope+is+invalid%2C+unknown%2C+or+malformed.+The+OAuth+2.0+Client+is+not+allowed+to+request+scope+%27offline%27.&state=12345678",
        ),
      ],
      [
        "another response type",
        { response_type: "token", state: "12345678" },
        at(
          "error=unsupported_response_type&error_description=The+authorization+server+does+not+support+obtaining+a+token+using+this+method.+The+client+is+not+allowed+to+request+response_type+%27token%27.&state=12345678",
        ),
      ],
      [
        "no response type, with the backtick of the source",
        { response_type: undefined, state: "12345678" },
        at(
          "error=unsupported_response_type&error_description=The+authorization+server+does+not+support+obtaining+a+token+using+this+method.+%60The+request+is+missing+the+%27response_type%27+parameter.&state=12345678",
        ),
      ],
      [
        "a registration",
        { registration: "{}", state: "12345678" },
        at(
          "error=registration_not_supported&error_description=The+OP+does+not+support+use+of+the+registration+parameter.&state=12345678",
        ),
      ],
      [
        "prompt=none without a session",
        { prompt: "none", state: "12345678" },
        at(
          "error=login_required&error_description=The+Authorization+Server+requires+End-User+authentication.+Prompt+%27none%27+was+requested%2C+but+no+existing+login+session+was+found.&state=12345678",
        ),
      ],
      [
        "an app callback that is not registered",
        { app_callback_uri: "myapp://other", state: "12345678" },
        at(
          "error=app_callback_uri_not_registered&error_description=The+app+callback+uri+is+not+registered+as+a+redirect+uri&state=12345678",
        ),
      ],
      [
        "an app callback that is no URI",
        { app_callback_uri: "myapp://", state: "12345678" },
        at(
          "error=invalid_app_callback_uri&error_description=The+app+callback+uri+is+not+on+a+valid+format&state=12345678",
        ),
      ],
      [
        "a fault in fragment mode, behind a hash",
        { state: "abc", response_mode: "fragment" },
        `${CALLBACK}#error=invalid_state&error_description=The+state+is+missing+or+does+not+have+enough+characters+and+is+therefore+considered+too+weak.+Request+parameter+%27state%27+must+be+at+least+be+8+characters+long+to+ensure+sufficient+entropy.&state=abc`,
      ],
    ];
    it.each(cases)("%s", async (_name, overrides, location) => {
      const response = await authorize(mock, overrides);
      expect(response.statusCode).toBe(302);
      expect(response.headers.location).toBe(location);
      expect(response.headers["cache-control"]).toBe("no-store");
      expect(response.headers.pragma).toBe("no-cache");
      expect(response.headers["set-cookie"]).toBeUndefined();
      expect(response.body).toBe("");
    });

    it("the missing scope openid", async () => {
      const response = await authorize(mock, { scope: "name" });
      expect(parametersOf(response)[0]).toEqual(["error", "invalid_scope"]);
      const none = await authorize(mock, { scope: undefined });
      expect(parametersOf(none)[0]).toEqual(["error", "invalid_scope"]);
    });

    it("the first of several scopes without entitlement", async () => {
      const response = await authorize(mock, { scope: "openid nin address name" });
      expect(parametersOf(response)[1]?.[1]).toMatch(/not allowed to request scope 'nin'\.$/);
    });

    it("no scope for standing there twice: it counts once, where it stood first", async () => {
      const code = await walkLogin(new Browser(mock), {
        request: { scope: "openid name openid  name email" },
      });
      expect(parameterOf(code, "scope")).toBe("openid name email");
      const tokens = await requestToken(mock, String(parameterOf(code, "code")));
      expect(tokens.json().scope).toBe("openid name email");
    });
  });

  describe("order of validation: of several faults the first is told", () => {
    // Each fault with its answer, in the real service's order (fosite 0.40.2); all later ones stay.
    const faults: [string, Fields, string, "page" | "redirect"][] = [
      ["client", { client_id: "nobody" }, "invalid_client", "page"],
      ["request object", { request: "e30.e30." }, "invalid_request", "page"],
      ["response mode", { response_mode: "web_message" }, "unsupported_response_mode", "page"],
      ["redirect URI", { redirect_uri: "https://example.org/" }, "invalid_request", "page"],
      ["scope", { scope: "openid nin" }, "invalid_scope", "redirect"],
      ["audience", { audience: "me" }, "invalid_request", "redirect"],
      ["registration", { registration: "{}" }, "registration_not_supported", "redirect"],
      ["response type", { response_type: "id_token" }, "unsupported_response_type", "redirect"],
      ["state", { state: "short" }, "invalid_state", "redirect"],
      ["prompt", { prompt: "none" }, "login_required", "redirect"],
    ];
    it.each(faults.map(([name, , error, way], index) => [index, name, error, way] as const))(
      "%i: %s",
      async (index, _name, error, way) => {
        const overrides = Object.assign({}, ...faults.slice(index).map(([, fault]) => fault));
        const response = await authorize(mock, overrides);
        expect(parametersOf(response)[0]).toEqual(["error", error]);
        const page = `${BASE}/vipps-login-idp/error?`;
        expect(String(response.headers.location).startsWith(page)).toBe(way === "page");
      },
    );

    it("app_callback_uri comes between redirect URI and scope", async () => {
      const scope = { scope: "openid nin" };
      const app = await authorize(mock, { ...scope, app_callback_uri: "myapp://other" });
      expect(parameterOf(app, "error")).toBe("app_callback_uri_not_registered");
      for (const path of [
        `${authorizePath({ redirect_uri: "https://example.org/" })}&prompt=none&prompt=none`,
        authorizePath({ redirect_uri: "https://example.org/", app_callback_uri: "myapp://other" }),
      ]) {
        const { location } = (await get(mock, path)).headers;
        expect(location).toContain("/vipps-login-idp/error?error=invalid_request&");
        expect(location).toContain("pre-registered+redirect+urls");
      }
    });

    it("PKCE and prompt values come last, behind login and consent", async () => {
      const request = { code_challenge: CHALLENGE, prompt: "dance" };
      const browser = new Browser(mock);
      expect((await browser.login(request)).statusCode).toBe(200);
      const end = await walkLogin(new Browser(mock), { user: "unit-line", request });
      expect(parametersOf(end)[1]?.[1]).toMatch(/plain is not allowed\.$/);
    });

    it.each([
      ["dance", "Used unknown value 'dance' for prompt parameter"],
      ["login dance", "Used unknown value 'dance' for prompt parameter"],
      [
        "none login",
        "Parameter 'prompt' was set to 'none', but contains other values as well which is not allowed.",
      ],
    ])("prompt=%s is refused where a code would be issued", async (prompt, hint) => {
      const browser = new Browser(mock);
      await walkLogin(browser, { user: "norwegian-letters", remember: true });
      const end = await browser.login({ prompt });
      expect(parametersOf(end)).toEqual([
        ["error", "invalid_request"],
        ["error_description", `${TEXT.invalid_request} ${hint}`],
        ["state", STATE],
      ]);
    });

    it.each(["login", "consent", "select_account", "login consent"])(
      "prompt=%s changes nothing",
      async (prompt) => {
        const browser = new Browser(mock);
        await walkLogin(browser, { user: "norwegian-letters", remember: true });
        expect(parametersOf(await browser.login({ prompt }))[0]?.[0]).toBe("code");
      },
    );
  });

  describe("state comes back untouched", () => {
    it.each([
      ["wordpress", "action::sessionkey", "action%3A%3Asessionkey"],
      ["plus and blanks", "a+b c+d  e", "a%2Bb+c%2Bd++e"],
      ["unicode", "blåbærsyltetøy 🫐", "bl%C3%A5b%C3%A6rsyltet%C3%B8y+%F0%9F%AB%90"],
      ["what Go leaves alone", "-_.~-_.~", "-_.~-_.~"],
      [
        "what Go encodes",
        "!'()*;,/?:@&=$#[]",
        "%21%27%28%29%2A%3B%2C%2F%3F%3A%40%26%3D%24%23%5B%5D",
      ],
      ["percent signs", "100%2541%", "100%252541%25"],
      ["markup", '<b>"quoted"</b>', "%3Cb%3E%22quoted%22%3C%2Fb%3E"],
      ["four letters of two bytes", "æøåæ", "%C3%A6%C3%B8%C3%A5%C3%A6"],
    ])("%s", async (_name, state, encoded) => {
      const failed = await authorize(mock, { state, prompt: "none" });
      expect(failed.headers.location).toMatch(new RegExp(`&state=${escaped(encoded)}$`));
      const end = await walkLogin(new Browser(mock), { request: { state } });
      expect(end.headers.location).toMatch(new RegExp(`&state=${escaped(encoded)}$`));
    });

    it("with a blank written as %20 or as +", async () => {
      for (const state of ["a%20b%20c%20d%20e", "a+b+c+d+e"]) {
        const response = await get(
          mock,
          `${authorizePath({ state: undefined, prompt: "none" })}&state=${state}`,
        );
        expect(response.headers.location).toMatch(/&state=a\+b\+c\+d\+e$/);
      }
    });
  });

  describe("registered redirect URIs are kept", () => {
    it.each([
      [
        ODD_URIS[0],
        /^https:\/\/example\.com\/registered\?alpha=a\+b&alpha=c&code=[\w.-]{87}&scope=openid\+name&state=state-of-the-test&zeta=1$/,
      ],
      [
        ODD_URIS[1],
        /^https:\/\/example\.com\/registered\?code=[\w.-]{87}&scope=openid\+name&state=state-of-the-test$/,
      ],
      [
        ODD_URIS[2],
        /^myapp:\/\/callback\?code=[\w.-]{87}&scope=openid\+name&state=state-of-the-test$/,
      ],
      [
        ODD_URIS[3],
        /^com\.example\.app:\/oauth2redirect\?code=[\w.-]{87}&scope=openid\+name&state=state-of-the-test$/,
      ],
      [
        ODD_URIS[4],
        /^https:\/\/example\.com\/cb\?code=[\w.-]{87}&flag=&scope=openid\+name&state=state-of-the-test$/,
      ],
    ])("%s", async (redirect_uri, location) => {
      const end = await walkLogin(new Browser(mock), { request: { redirect_uri } });
      expect(end.headers.location).toMatch(location);
    });

    it("in fragment mode with their query before the hash", async () => {
      const request = { redirect_uri: ODD_URIS[0], response_mode: "fragment" };
      const end = await walkLogin(new Browser(mock), { request });
      expect(end.headers.location).toMatch(
        /^https:\/\/example\.com\/registered\?zeta=1&alpha=a%20b&alpha=c#code=[\w.-]{87}&scope=openid\+name&state=state-of-the-test$/,
      );
    });
  });

  describe("PKCE, once the code is about to be issued", () => {
    it.each([
      [
        { code_challenge: CHALLENGE },
        "Clients must use code_challenge_method=S256, plain is not allowed.",
      ],
      [
        { code_challenge: CHALLENGE, code_challenge_method: "plain" },
        "Clients must use code_challenge_method=S256, plain is not allowed.",
      ],
      [
        { code_challenge: CHALLENGE, code_challenge_method: "s256" },
        "The code_challenge_method is not supported, use S256 instead.",
      ],
    ])("refuses %o by redirect", async (request, hint) => {
      const end = await walkLogin(new Browser(mock), { request });
      expect(parametersOf(end)).toEqual([
        ["error", "invalid_request"],
        ["error_description", `${TEXT.invalid_request} ${hint}`],
        ["state", STATE],
      ]);
    });

    it("takes S256, and a method without a challenge", async () => {
      const s256 = { code_challenge: CHALLENGE, code_challenge_method: "S256" };
      expect(await codeFrom(mock, { request: s256 })).toMatch(/^[\w-]{43}\.[\w-]{43}$/);
      const alone = { code_challenge_method: "plain" };
      expect(await codeFrom(mock, { request: alone })).toMatch(/^[\w-]{43}\.[\w-]{43}$/);
    });
  });

  describe("verifiers", () => {
    it.each(["login", "consent"])("a made-up %s_verifier is access_denied", async (page) => {
      const response = await authorize(mock, { [`${page}_verifier`]: "0".repeat(32) });
      expect(parametersOf(response)).toEqual([
        ["error", "access_denied"],
        [
          "error_description",
          `${TEXT.access_denied} The ${page} verifier has already been used, has not been granted, or is invalid.`,
        ],
        ["state", STATE],
      ]);
    });

    it("serve once", async () => {
      const browser = new Browser(mock);
      await walkLogin(browser, { user: "leap-day" });
      const spent = browser.visited.filter((url) => url.includes("_verifier="));
      expect(spent).toHaveLength(2);
      for (const url of spent) {
        const again = await browser.fetch(url);
        expect(parametersOf(again)[0]).toEqual(["error", "access_denied"]);
        expect(parametersOf(again)[1]?.[1]).toContain("verifier has already been used");
      }
    });

    it("serve once also when two requests bring one at the same time", async () => {
      const browser = new Browser(mock);
      const back = await confirmedLogin(browser, "ada", { scope: "openid" });
      const both = await Promise.all([browser.fetch(back), browser.fetch(back)]);
      const names = both.map((one) => parametersOf(one)[0]?.[0]).sort();
      expect(names).toEqual(["code", "error"]);
    });

    it("serve only the request that they were made for", async () => {
      const fixtures = await startMock();
      const browser = new Browser(fixtures);
      const back = await confirmedLogin(browser, "ada", { scope: "openid" });
      const other = await browser.fetch(back.replace(SHOP.id, BANK.id));
      expect(parametersOf(other)[0]).toEqual(["error", "access_denied"]);
      expect(parametersOf(await browser.fetch(back))[0]?.[0]).toBe("code");
      await fixtures.close();
    });
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
