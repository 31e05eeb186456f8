import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Party, Sent } from "../../src/faults/party.ts";
import { partyOf } from "../../src/faults/party.ts";
import type { Mock } from "../support/mock.ts";
import { NOON, startMock } from "../support/mock.ts";
import { SHOP } from "../support/wire.ts";

const BASIC = `Basic ${Buffer.from("a-client:secret").toString("base64")}`;

let mock: Mock;
beforeAll(async () => {
  mock = await startMock();
  const { store } = mock.sandbox;
  const insert = (collection: { insert(item: never): Promise<unknown> }, item: object) =>
    collection.insert(item as never);
  const user = { user: "ada", clientId: "of-the-session" };
  const shared = { subject: "sub-of-ada", msn: "100009", beganAt: NOON };
  await insert(store.sessions, { id: "s", ...user, ...shared, forgetAt: NOON + 1000 });
  await insert(store.codes, { code: "code", session: "s", expiresAt: NOON, forgetAt: NOON + 1000 });
  await insert(store.accessTokens, { token: "token", session: "s", forgetAt: NOON + 1000 });
  await insert(store.logins, {
    ...{ id: "login", user: "leap-day", request: { clientId: "of-the-login" } },
    ...{ consentChallenge: "cc", loginVerifier: "lv", consentVerifier: "cv" },
    ...{ startedAt: NOON, expiresAt: NOON + 1000, forgetAt: NOON + 1000 },
  });
  await insert(store.phoneLogins, {
    ...{ id: "phone", authReqId: "req", user: "leap-day" },
    ...{ expiresAt: NOON + 1000, forgetAt: NOON + 1000 },
  });
  await insert(store.browsers, { id: "cookie", user: "leap-day" });
  const holder = { kind: "sales-unit", id: "100009" };
  await insert(store.platformTokens, { token: "platform", holder, forgetAt: NOON + 1000 });
  await insert(store.salesUnits, { msn: "100009", clientId: "acted-for", merchant: "m" });
});
afterAll(() => mock.close());

const nothing: Sent = {
  endpoint: "token",
  query: "",
  body: undefined,
  authorization: undefined,
  clientId: undefined,
  msn: undefined,
  subject: undefined,
  browser: undefined,
};

describe("whom a request is about", () => {
  const NOBODY = { clientId: undefined, user: undefined };

  it.each<[string, Partial<Sent>, Party]>([
    ["nobody", {}, NOBODY],
    ["the client of the Basic header", { authorization: BASIC }, { clientId: "a-client" }],
    [
      "the client of the form",
      { body: "client_id=a-client&client_secret=x" },
      { clientId: "a-client" },
    ],
    ["nobody by a header that cannot be read", { authorization: "Basic %" }, NOBODY],
    ["nobody by a form that cannot be read", { body: "client_id=%" }, NOBODY],
    ["the form, where there is one, and not the query", { query: "code=code", body: "" }, NOBODY],
    ["the session of a code", { body: "code=code" }, { clientId: "of-the-session", user: "ada" }],
    [
      "the session of an access token",
      { endpoint: "userinfo", authorization: "Bearer token" },
      { clientId: "of-the-session", user: "ada" },
    ],
    [
      "the session of a token that is to be revoked",
      { endpoint: "revoke", body: "token=token", authorization: BASIC },
      { clientId: "a-client", user: "ada" },
    ],
    ["nobody by an unknown token", { authorization: "Bearer none" }, NOBODY],
    ...(
      [
        ["login_challenge", "login"],
        ["consent_challenge", "cc"],
        ["login_verifier", "lv"],
        ["consent_verifier", "cv"],
      ] as const
    ).map(([name, value]): [string, Partial<Sent>, Party] => [
      `the login of a ${name}`,
      { endpoint: "auth", query: `${name}=${value}` },
      { clientId: "of-the-login", user: "leap-day" },
    ]),
    [
      "the login from phone number that is asked for",
      { body: "auth_req_id=req", authorization: BASIC },
      { clientId: "a-client", user: "leap-day" },
    ],
    [
      "the user of the number, where a login from phone number begins",
      { endpoint: "backchannel-authentication", body: "login_hint=urn:msisdn:4712345678" },
      { user: "ada" },
    ],
    [
      "the user of the number, where it is asked whether there is one",
      { endpoint: "user-exists", body: "login_hint=urn:msisdn:4712345678", browser: "cookie" },
      { user: "ada" },
    ],
    [
      "nobody by a number that nobody has",
      { endpoint: "user-exists", body: "login_hint=urn:msisdn:4799999999" },
      NOBODY,
    ],
    ["nobody by no number", { endpoint: "user-exists", body: "login_hint=ada" }, NOBODY],
    [
      "the user of the hint, where a login begins",
      { endpoint: "auth", query: "client_id=c&login_hint=urn:msisdn:4712345678" },
      { clientId: "c", user: "ada" },
    ],
    ["nobody's number elsewhere", { query: "login_hint=urn:msisdn:4712345678" }, NOBODY],
    [
      "the browser's user, where a login begins",
      { endpoint: "auth", query: "client_id=c", browser: "cookie" },
      { clientId: "c", user: "leap-day" },
    ],
    [
      "the browser's user elsewhere",
      { endpoint: "logout", browser: "cookie" },
      { user: "leap-day" },
    ],
    [
      "the client of the header alone, where a platform token is asked for",
      { endpoint: "access-token", clientId: "keys", browser: "cookie" },
      { clientId: "keys" },
    ],
    [
      "the sales unit that holds a platform token",
      { endpoint: "userinfo", authorization: "Bearer platform" },
      { clientId: "acted-for" },
    ],
    [
      "the sales unit that a platform token is used for",
      { endpoint: "userinfo", authorization: "Bearer platform", msn: "of-the-shop" },
      { clientId: SHOP.id },
    ],
    [
      "what a user shared with the sales unit, by the sub",
      { endpoint: "userinfo", authorization: "Bearer platform", subject: "sub-of-ada" },
      { clientId: "acted-for", user: "ada" },
    ],
    [
      "nobody by a sub without a platform token",
      { endpoint: "userinfo", subject: "sub-of-ada" },
      NOBODY,
    ],
    [
      "the access token, where there is a sub and no platform token",
      { endpoint: "userinfo", subject: "sub-of-ada", authorization: "Bearer token" },
      { clientId: "of-the-session", user: "ada" },
    ],
  ])("%s", async (_, sent, party) => {
    const { sandbox } = mock;
    const msn = sent.msn && (await mock.salesUnit("Demo Shop")).msn;
    const found = await partyOf({ sandbox, now: NOON }, { ...nothing, ...sent, msn });
    expect({ ...NOBODY, ...found }).toEqual({ ...NOBODY, ...party });
  });
});
