import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createMemoryStore } from "../../src/store/memory.ts";
import type { Store } from "../../src/store/store.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { actingFor, MSN, PARTNER, platformTokenFor } from "../support/partner.ts";
import type { Headers } from "../support/wire.ts";
import {
  authorizePath,
  BASE,
  basic,
  errorBody,
  formOf,
  HOST,
  PATH,
  posted,
  SHOP,
} from "../support/wire.ts";

/** What nobody foresaw, such as a store that fails, and requests that no route was asked about. */

const BROKEN = "ECONNREFUSED: no store at secret-host:6379";
const SERVER_ERROR =
  "The authorization server encountered an unexpected condition that prevented it from fulfilling the request.";
const JSON_ERROR = errorBody("server_error", SERVER_ERROR);
const PLAIN = "500 The mock failed; its log says how.\n";

let store: Store;
let mock: Mock;
beforeEach(async () => {
  store = createMemoryStore();
  mock = await startMock({}, { store });
});
afterEach(() => mock.close());

interface Request {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers?: Headers;
  readonly payload?: string;
}

function ask({ headers = {}, ...request }: Request) {
  return mock.app.inject({ ...request, headers: { host: HOST, ...headers } });
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const token: Request = {
  method: "POST",
  url: PATH.token,
  headers: { ...basic(SHOP), ...FORM },
  payload: "grant_type=authorization_code&code=x",
};
const revoke: Request = { ...token, url: PATH.revoke, payload: "token=x" };
const bearer = { authorization: "Bearer any-token" };
const authorizationRequest: Request = { method: "GET", url: authorizePath() };
const userinfo: Request = { method: "GET", url: PATH.userinfo, headers: bearer };
const legacyUserinfo: Request = { method: "GET", url: PATH.legacyUserinfo, headers: bearer };
const control: Request = { method: "GET", url: "/mock/api/users" };

/** Makes every look into the store fail. */
function breakStore(): void {
  const { users, salesUnits, accessTokens } = mock.sandbox.store;
  const fail = () => Promise.reject(new Error(BROKEN));
  for (const each of [users, salesUnits, accessTokens]) {
    vi.spyOn(each, "get").mockImplementation(fail);
    vi.spyOn(each, "list").mockImplementation(fail);
  }
  vi.spyOn(salesUnits, "find").mockImplementation(fail);
}

/** The log has all of it, the answer nothing. */
function expectOnlyLogged(answer: { readonly body: string; readonly headers: object }): void {
  const last = mock.log.at(-1);
  expect(last?.msg).toBe("unexpected error");
  expect(JSON.stringify(last)).toContain(BROKEN);
  expect(JSON.stringify([answer.body, answer.headers])).not.toMatch(/ECONNREFUSED|secret-host/);
}

describe("an error that nobody foresaw", () => {
  it.each<[string, Request, string]>([
    ["token", token, JSON_ERROR],
    ["revocation", revoke, JSON_ERROR],
    ["the old userinfo path", legacyUserinfo, JSON_ERROR],
  ])("is server_error at %s", async (_name, request, body) => {
    breakStore();
    const response = await ask(request);
    expect([response.statusCode, response.body]).toEqual([500, body]);
    expect(response.headers["cache-control"]).toBe("no-store");
    expectOnlyLogged(response);
  });

  it("is a problem document at the webhooks endpoint", async () => {
    const headers = {
      ...actingFor(MSN.shop, await platformTokenFor(mock)),
      "Ocp-Apim-Subscription-Key": PARTNER.key,
    };
    breakStore();
    const response = await ask({ method: "GET", url: "/webhooks/v1/webhooks", headers });
    expect([response.statusCode, response.json()]).toEqual([
      500,
      {
        type: expect.any(String),
        title: "Internal Server Error",
        status: 500,
        detail: "The mock failed; its log says how.",
        instance: "/v1/webhooks",
        traceId: expect.any(String),
      },
    ]);
    expectOnlyLogged(response);
  });

  it("is told on the error page at the authorization endpoint", async () => {
    breakStore();
    const response = await ask(authorizationRequest);
    const query = formOf({ error: "server_error", error_description: SERVER_ERROR });
    expect([response.statusCode, response.headers.location]).toEqual([
      302,
      `${BASE}${PATH.error}?${query}`,
    ]);
    expectOnlyLogged(response);
  });

  it("is userinfo's own kind of problem there", async () => {
    breakStore();
    const response = await ask(userinfo);
    expect(response.statusCode).toBe(500);
    expect(response.headers["content-type"]).toBe("application/json;charset=UTF-8");
    expect(response.json()).toMatchObject({ title: "Internal Server Error", status: "500" });
    expectOnlyLogged(response);
  });

  it("is a problem document of the control API", async () => {
    breakStore();
    const response = await ask(control);
    expect(response.statusCode).toBe(500);
    expect(response.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(response.json()).toMatchObject({ status: 500, title: "Internal Server Error" });
    expectOnlyLogged(response);
  });

  it.each<[string, Request]>([
    ["the authorization endpoint", authorizationRequest],
    ["userinfo", userinfo],
    ["token", token],
    ["the stylesheet", { method: "GET", url: PATH.stylesheet }],
    ["a path where nothing is", { method: "GET", url: "/nothing" }],
  ])("is told plainly at %s before it is known what time it is", async (_name, request) => {
    vi.spyOn(store.sandboxes, "get").mockRejectedValue(new Error(BROKEN));
    const response = await ask(request);
    expect([response.statusCode, response.body]).toEqual([500, PLAIN]);
    expectOnlyLogged(response);
  });

  it("that is not even an Error is told no differently", async () => {
    vi.spyOn(mock.sandbox.store.salesUnits, "find").mockRejectedValue(BROKEN);
    const response = await ask(token);
    expect([response.statusCode, response.body]).toEqual([500, JSON_ERROR]);
    expectOnlyLogged(response);
  });
});

describe("a Host header that names no host", () => {
  const headers = { host: "shop.example/path" };

  it.each([PATH.auth, PATH.userinfo, PATH.stylesheet, "/nothing"])(
    "is refused plainly at %s",
    async (url) => {
      const response = await ask({ method: "GET", url, headers });
      expect([response.statusCode, response.body]).toEqual([
        400,
        "400 The Host header names no host\n",
      ]);
      expect(mock.log.at(-1)?.msg).toContain('"shop.example/path"');
    },
  );

  it("is a problem document of the control API", async () => {
    const response = await ask({ ...control, headers });
    expect(response.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(response.json()).toMatchObject({
      status: 400,
      detail: "The Host header names no host",
    });
  });
});

describe("a form that was left out altogether", () => {
  it.each([PATH.login, PATH.consent])("leads to the error page from %s", async (url) => {
    const response = await ask({ method: "POST", url });
    expect(response.statusCode).toBe(302);
    expect(response.headers.location).toMatch(`${BASE}${PATH.error}?error=invalid_request&`);
  });

  it.each<[string, string, Headers]>([
    ["token", PATH.token, basic(SHOP)],
    ["revocation", PATH.revoke, basic(SHOP)],
  ])("is invalid_request at %s", async (_name, url, headers) => {
    const response = await ask({ method: "POST", url, headers });
    expect([response.statusCode, response.json().error]).toEqual([400, "invalid_request"]);
  });

  it("gives nobody a token by the credentials in the URL", async () => {
    const url = `${PATH.token}?${formOf({ ...posted(SHOP), grant_type: "authorization_code" })}`;
    expect((await ask({ method: "POST", url })).statusCode).toBe(400);
  });
});
