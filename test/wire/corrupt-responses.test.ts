import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { ask, exists } from "../support/phone.ts";
import type { Fields } from "../support/wire.ts";
import {
  authorize,
  authorizePath,
  Browser,
  CHALLENGE,
  get,
  jwtPart,
  PATH,
  parameterOf,
  parametersOf,
  requestToken,
  STATE,
  userinfo,
  VERIFIER,
  walkLogin,
} from "../support/wire.ts";

/** What a fault makes wrong in what the browser brings back, and in every JSON. */

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

const corrupt = (what: string, endpoint = "auth") =>
  call(mock, "POST", "/faults", { body: { match: { endpoint }, corrupt: what } });
/** Ada logs in at once. */
async function approved(fields: Fields = {}) {
  await call(mock, "POST", "/scenarios", { body: { user: "ada" } });
  return authorize(mock, fields);
}

const names = (response: Awaited<ReturnType<typeof approved>>) =>
  parametersOf(response).map(([name]) => name);

describe("a corrupted authorization response", () => {
  it("has another state with wrong_state, and the code of this login", async () => {
    await corrupt("wrong_state");
    const response = await approved();
    expect(names(response)).toEqual(["code", "scope", "state"]);
    expect(parameterOf(response, "state")).not.toBe(STATE);
    const { access_token } = (await requestToken(mock, parameterOf(response, "code") ?? "")).json();
    expect((await userinfo(mock, access_token)).json().name).toBe("Ada Nordmann");
  });

  it("has no code with missing_code, and no error either", async () => {
    await corrupt("missing_code");
    expect(names(await approved())).toEqual(["scope", "state"]);
  });

  it("has the same at the end of a login with pages", async () => {
    await corrupt("missing_code");
    expect(names(await walkLogin(new Browser(mock)))).toEqual(["scope", "state"]);
  });

  it("is in the form of response_mode=form_post too", async () => {
    await corrupt("wrong_state");
    await call(mock, "POST", "/scenarios", { body: { user: "ada" } });
    const page = await new Browser(mock).fetch(authorizePath({ response_mode: "form_post" }));
    expect(page.body).toContain('name="code"');
    expect(page.body).not.toContain(STATE);
  });

  it("leaves an error as it is", async () => {
    await corrupt("missing_code");
    await call(mock, "POST", "/scenarios", { body: { user: "ada", outcome: "cancel" } });
    const response = await authorize(mock);
    expect(parameterOf(response, "error")).toBe("access_denied");
    expect(parameterOf(response, "state")).toBe(STATE);
  });
});

describe("other_code: the code of somebody else's login", () => {
  beforeEach(() => corrupt("other_code"));

  const codeOf = async (fields: Fields = {}) => parameterOf(await approved(fields), "code") ?? "";

  it("logs somebody else in, where nothing ties it to the request", async () => {
    const { access_token } = (await requestToken(mock, await codeOf())).json();
    const { statusCode, body } = await userinfo(mock, access_token);
    expect(statusCode).toBe(200);
    expect(JSON.parse(body).name).not.toBe("Ada Nordmann");
  });

  it("has the nonce of another request", async () => {
    const { id_token } = (
      await requestToken(mock, await codeOf({ nonce: "nonce-of-the-test" }))
    ).json();
    const { nonce } = JSON.parse(jwtPart(id_token, 1));
    expect(nonce).toMatch(/^[\w-]{43}$/);
  });

  it("has the code challenge of another request", async () => {
    const code = await codeOf({ code_challenge: CHALLENGE, code_challenge_method: "S256" });
    const response = await requestToken(mock, code, { code_verifier: VERIFIER });
    expect([response.statusCode, response.json().error]).toEqual([400, "invalid_grant"]);
  });

  it("leaves no consent of that user, who gave none", async () => {
    await codeOf();
    const { items } = (await call(mock, "GET", "/consents")).body;
    expect(items.map(({ user }: { user: string }) => user)).toEqual(["ada"]);
  });

  it("is the login's own code where there is nobody else", async () => {
    const { items } = (await call(mock, "GET", "/users?limit=1000")).body;
    for (const { id } of items) if (id !== "ada") await call(mock, "DELETE", `/users/${id}`);
    const { access_token } = (await requestToken(mock, await codeOf())).json();
    expect((await userinfo(mock, access_token)).json().name).toBe("Ada Nordmann");
  });
});

describe("unknown_members", () => {
  const UNKNOWN = "x_added_by_a_fault";

  it.each([
    ["discovery", async () => get(mock, PATH.discovery)],
    ["jwks", async () => get(mock, PATH.jwks)],
    ["user-exists", async () => exists(mock)],
    ["backchannel-authentication", async () => ask(mock)],
    ["token", async () => tokens()],
    ["userinfo", async () => userinfo(mock, (await tokens()).json().access_token)],
  ])("adds one to the JSON of %s", async (endpoint, request) => {
    await corrupt("unknown_members", endpoint);
    const response = await request();
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-length"]).toBe(String(Buffer.byteLength(response.body)));
    expect(response.json()).toHaveProperty(UNKNOWN);
  });

  it("adds one to each key, and to the ID token", async () => {
    await corrupt("unknown_members", "jwks");
    await corrupt("unknown_members", "token");
    const { keys } = (await get(mock, PATH.jwks)).json();
    for (const key of keys) expect(key).toHaveProperty(UNKNOWN);
    const claims = JSON.parse(jwtPart((await tokens()).json().id_token, 1));
    expect(claims).toHaveProperty(UNKNOWN);
  });

  it("adds one to an error too", async () => {
    await corrupt("unknown_members", "token");
    const response = await requestToken(mock, "no-code");
    expect(response.json()).toMatchObject({ error: "invalid_grant", [UNKNOWN]: {} });
  });

  const tokens = async () => requestToken(mock, parameterOf(await approved(), "code") ?? "");
});
