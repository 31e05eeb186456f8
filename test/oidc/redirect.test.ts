import { describe, expect, it } from "vitest";
import type { OAuthError, ReturnAddress } from "../../src/oidc/errors.ts";
import { oauthError } from "../../src/oidc/errors.ts";
import { hintOf } from "../../src/oidc/hints.ts";
import {
  codeLocation,
  errorLocation,
  resumeLocation,
  successLocation,
  successResponse,
} from "../../src/oidc/redirect.ts";
import { fc } from "../support/properties.ts";

/** Any text: made once out here, because fast-check takes a while for it. */
const states = fc.string({ unit: "binary" });

const to = (over: Partial<ReturnAddress> = {}): ReturnAddress => ({
  redirectUri: "https://example.com/callback",
  responseMode: "query",
  state: "12345678",
  ...over,
});

describe("successLocation", () => {
  it.each([
    [
      "code, scope, state",
      {},
      "https://example.com/callback?code=C.1&scope=openid+name&state=12345678",
    ],
    [
      "the state comes back untouched",
      { state: "a+b c&d=é~*" },
      "https://example.com/callback?code=C.1&scope=openid+name&state=a%2Bb+c%26d%3D%C3%A9~%2A",
    ],
    [
      "parameters of the registered URI are kept",
      { redirectUri: "https://example.com/cb?zone=1&app=a%20b" },
      "https://example.com/cb?app=a+b&code=C.1&scope=openid+name&state=12345678&zone=1",
    ],
    [
      "even when named like something of every object",
      { redirectUri: "https://example.com/cb?toString=1" },
      "https://example.com/cb?code=C.1&scope=openid+name&state=12345678&toString=1",
    ],
    [
      "ours win over one of the same name",
      { redirectUri: "https://example.com/cb?state=evil&code=evil&x=1" },
      "https://example.com/cb?code=C.1&scope=openid+name&state=12345678&x=1",
    ],
    [
      "an empty query",
      { redirectUri: "https://example.com/cb?" },
      "https://example.com/cb?code=C.1&scope=openid+name&state=12345678",
    ],
    [
      "a question mark in the query",
      { redirectUri: "https://example.com/cb?q=a?b" },
      "https://example.com/cb?code=C.1&q=a%3Fb&scope=openid+name&state=12345678",
    ],
    [
      "a custom scheme",
      { redirectUri: "myapp://login" },
      "myapp://login?code=C.1&scope=openid+name&state=12345678",
    ],
    [
      "response_mode fragment",
      { responseMode: "fragment" as const },
      "https://example.com/callback#code=C.1&scope=openid+name&state=12345678",
    ],
    [
      "response_mode fragment beside a query",
      { redirectUri: "https://example.com/cb?x=1", responseMode: "fragment" as const },
      "https://example.com/cb?x=1#code=C.1&scope=openid+name&state=12345678",
    ],
  ])("%s", (_, over, location) => {
    expect(successLocation(to(over), successResponse(to(over), "C.1", ["openid", "name"]))).toBe(
      location,
    );
  });

  it("leads to the registered URI and nowhere else, with the state as it was", () => {
    const uri = fc.webUrl({ withQueryParameters: false });
    fc.assert(
      fc.property(uri, states, (redirectUri, state) => {
        const address = to({ redirectUri, state });
        const location = successLocation(address, successResponse(address, "C", ["openid"]));
        expect(location.startsWith(`${redirectUri}?code=C&scope=openid&state=`)).toBe(true);
        expect(new URL(location).searchParams.get("state")).toBe(state);
        expect(location).not.toMatch(/[\r\n ]/);
      }),
    );
  });
});

describe("errorLocation (fosite 0.40.2)", () => {
  it.each<[OAuthError, string, string]>([
    [
      oauthError("invalid_state", hintOf("short_state")),
      "abc",
      "?error=invalid_state&error_description=The+state+is+missing+or+does+not+have+enough+characters+and+is+therefore+considered+too+weak.+Request+parameter+%27state%27+must+be+at+least+be+8+characters+long+to+ensure+sufficient+entropy.&state=abc",
    ],
    [
      oauthError("invalid_scope", hintOf("scope_not_allowed", { scope: "offline" })),
      "12345678",
      "?error=invalid_scope&error_description=The+requested+scope+is+invalid%2C+unknown%2C+or+malformed.+The+OAuth+2.0+Client+is+not+allowed+to+request+scope+%27offline%27.&state=12345678",
    ],
    [
      oauthError("request_forbidden", hintOf("csrf_cookie_lost")),
      "12345678",
      "?error=request_forbidden&error_description=The+request+is+not+allowed.+No+CSRF+value+available+in+the+session+cookie.&state=12345678",
    ],
    [
      { code: "access_denied", description: "User cancelled the login" },
      "12345678",
      "?error=access_denied&error_description=User+cancelled+the+login&state=12345678",
    ],
    [
      { code: "access_denied", description: "User cancelled the login" },
      "",
      "?error=access_denied&error_description=User+cancelled+the+login&state=",
    ],
  ])("$code", (error, state, query) => {
    expect(errorLocation(to({ state }), error)).toBe(`https://example.com/callback${query}`);
  });

  it("leaves an empty description out", () => {
    expect(errorLocation(to(), { code: "server_error", description: "" })).toBe(
      "https://example.com/callback?error=server_error&state=12345678",
    );
  });

  it("keeps the registered URI's parameters, and the fragment mode", () => {
    const error: OAuthError = { code: "server_error", description: "x" };
    expect(errorLocation(to({ redirectUri: "https://e.example/cb?x=1&error=no" }), error)).toBe(
      "https://e.example/cb?error=server_error&error_description=x&state=12345678&x=1",
    );
    expect(errorLocation(to({ responseMode: "fragment" }), error)).toBe(
      "https://example.com/callback#error=server_error&error_description=x&state=12345678",
    );
  });
});

describe("codeLocation", () => {
  it("brings the code alone, beside what the registered URI has", () => {
    expect(codeLocation("https://e.example/cb?x=1", "C.1")).toBe(
      "https://e.example/cb?code=C.1&x=1",
    );
  });
});

describe("the merchant's app", () => {
  const app = (redirectUri: string) => to({ redirectUri, responseMode: "app" });
  const resumeUri = "https://api.vipps.no/vipps-login-idp/index.html?tabId=7607f7f0";
  const encoded = "https%3A%2F%2Fapi.vipps.no%2Fvipps-login-idp%2Findex.html%3FtabId%3D7607f7f0";

  it.each([
    ["merchant-app://callback/", "merchant-app://callback/?"],
    ["myapp://callback", "myapp://callback?"],
    ["https://example.com/app?from=vipps", "https://example.com/app?from=vipps&"],
  ])("is called at %s, state first, as the documentation has it", (uri, start) => {
    expect(resumeLocation(app(uri), resumeUri)).toBe(
      `${start}state=12345678&resume_uri=${encoded}`,
    );
  });

  it("is told the code of an error and nothing more", () => {
    const error = { code: "unknown_error", description: "not for an app" };
    expect(errorLocation(app("merchant-app://callback/"), error)).toBe(
      "merchant-app://callback/?state=12345678&error=unknown_error",
    );
  });
});
