import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RequestLogger } from "../../src/http/request-logger.ts";
import { createJsonLog } from "../../src/platform/json-log.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { loggedRequests, startMock } from "../support/mock.ts";
import { approve, ask, begin, poll, reject } from "../support/phone.ts";
import {
  Browser,
  basic,
  formIn,
  PATH,
  parameterOf,
  requestToken,
  SHOP,
  tokensFrom,
  userinfo,
  walkLogin,
} from "../support/wire.ts";

/** The log for programs says which login a line is about, in the same way as the request log. */

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

/**
 * Holds the two logs against each other: both say the same of the same logins, in the same order.
 *
 * @returns the login that the first line is about, and what is said of each
 */
async function expectSame(...logins: number[]) {
  const inRequestLog = (await loggedRequests(mock)).flatMap(({ login, notes, diagnosis }) =>
    [...notes, ...(diagnosis ? [diagnosis] : [])].map(({ rule }) => ({ login, rule })),
  );
  const inLog = mock.log.map(({ login, diagnosis }) => ({ login, rule: diagnosis?.rule }));
  expect(inLog).toEqual(inRequestLog);
  const ids = [...new Set(inLog.map(({ login }) => login))];
  expect(ids).not.toContain(undefined);
  expect(inLog.map(({ login }) => ids.indexOf(login))).toEqual(logins);
  return inLog.map(({ rule }) => rule);
}

const NEEDLESS_KEY = { "ocp-apim-subscription-key": "of-payments" };
const advance = (by: string) => call(mock, "PATCH", "/clock", { body: { advance: by } });

describe("a line about a login in a browser", () => {
  it("names it from the authorization request to userinfo, also where that was not known yet", async () => {
    const browser = new Browser(mock, NEEDLESS_KEY);
    // What is noticed first is noticed before there is a login.
    const code = parameterOf(await walkLogin(browser, { request: { promt: "login" } }), "code");
    const wrong = await requestToken(mock, String(code), {
      redirect_uri: "https://elsewhere.example",
    });
    const good = await requestToken(mock, String(code), {}, { ...basic(SHOP), ...NEEDLESS_KEY });
    const again = await requestToken(mock, String(code));
    expect([wrong, good, again].map(({ statusCode }) => statusCode)).toEqual([400, 200, 400]);
    expect((await userinfo(mock, good.json().access_token)).statusCode).toBe(401);
    const key = "subscription-key";
    expect(await expectSame(...Array(8).fill(0))).toEqual([
      ...[key, "parameters", key, key],
      ...["authorization-code", key, "code-replay", "access-token"],
    ]);
  });

  it("names it where the user cancels, and of another login the other one", async () => {
    for (const _ of [1, 2]) {
      const browser = new Browser(mock);
      await browser.submit(await browser.login(), { action: "cancel" });
    }
    expect(await expectSame(0, 1)).toEqual(["user-choice", "user-choice"]);
  });

  it("names it where the user comes too late to a page", async () => {
    const browser = new Browser(mock);
    const page = await browser.login();
    await advance("1h");
    const { action, hidden } = formIn(page);
    await browser.open(action, { ...hidden, fixture_user: "ada" });
    expect(await expectSame(0)).toEqual(["login-steps"]);
  });

  it("names it where userinfo does not take its token any more", async () => {
    const { access_token } = await tokensFrom(mock);
    await advance("11m");
    expect((await userinfo(mock, access_token)).statusCode).toBe(401);
    expect(await expectSame(0)).toEqual(["retention"]);
  });
});

it("a line names the sandbox, where that is not the default one", async () => {
  await call(mock, "POST", "/sandboxes", { body: { id: "one" } });
  await mock.app.inject({ method: "POST", url: `/s/one${PATH.token}` });
  await mock.app.inject({ method: "POST", url: PATH.token });
  const named = mock.log.filter(({ msg }) => msg.includes("oauth2/token"));
  expect(named.map(({ sandbox }) => sandbox)).toEqual(["one", undefined]);
});

describe("a line about a login from phone number", () => {
  it("names it from the authentication request to the tokens", async () => {
    const asked = await ask(mock, { acr_value: "x" }, { ...basic(SHOP), ...NEEDLESS_KEY });
    const { auth_req_id } = asked.json();
    await approve(mock, auth_req_id);
    expect((await poll(mock, auth_req_id)).statusCode).toBe(200);
    await poll(mock, auth_req_id);
    expect(await expectSame(0, 0)).toEqual(["subscription-key", "phone-number-poll"]);
  });

  it("names it where its user says no, and where its time is over", async () => {
    const { auth_req_id: rejected } = await begin(mock);
    await reject(mock, rejected);
    await poll(mock, rejected);
    const { auth_req_id: late } = await begin(mock);
    await advance("1h");
    await poll(mock, late);
    expect(await expectSame(0, 1)).toEqual(["user-choice", "phone-number-poll"]);
  });
});

describe("the log of a request", () => {
  it("keeps the order, and what it was made with", () => {
    const written: unknown[] = [];
    const log = createJsonLog({
      level: "info",
      write: (line) => {
        const { level: _, time: __, ...rest } = JSON.parse(line);
        written.push(rest);
      },
    });
    const logger = new RequestLogger(log, { reqId: "1" });
    const trace: { login?: string } = {};
    logger.follow(trace, undefined);
    logger.later("info", ["first"]);
    expect(written).toEqual([]);
    logger.warn({ b: 1 }, "second");
    logger.later("warn", ["third"]);
    trace.login = "a-login";
    logger.flush();
    logger.flush();
    logger.child({ more: true }).info("fourth");
    expect(written).toEqual([
      { reqId: "1", msg: "first" },
      { reqId: "1", b: 1, msg: "second" },
      { reqId: "1", login: "a-login", msg: "third" },
      { reqId: "1", more: true, login: "a-login", msg: "fourth" },
    ]);
  });
});
