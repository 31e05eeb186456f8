import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createMemoryStore } from "../../src/store/memory.ts";
import { MOST_RECORDS } from "../../src/store/store.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import type { Count } from "../support/store.ts";
import { countingStore } from "../support/store.ts";
import { authorize, codeFrom, requestToken, SHOP, userinfo } from "../support/wire.ts";

/** How often a request asks the store: each operation is a way to another machine, one day. */

const LOGINS = 300;

let mock: Mock;
let count: Count;
beforeEach(async () => {
  const counting = countingStore(createMemoryStore());
  ({ count } = counting);
  mock = await startMock({}, { sweeps: false, servers: 1, store: counting.store });
  // The courier looks in beside, and nobody waits for it.
  vi.spyOn(mock.sandbox, "wakeCourier").mockReturnValue();
});
afterEach(() => mock.close());

/** What is asked while something is done. */
async function operationsOf<Result>(act: () => Promise<Result>): Promise<readonly string[]> {
  count.operations.length = 0;
  count.most = 0;
  await act();
  expect(count.most).toBeLessThanOrEqual(MOST_RECORDS);
  return [...count.operations];
}

/** Ada logs in again and again, and leaves as many codes, tokens and sessions. */
async function logInOften(): Promise<void> {
  const body = { user: "ada", clientId: SHOP.id, scope: "openid name" };
  for (let login = 0; login < LOGINS; login += 1) {
    expect((await call(mock, "POST", "/tokens", { body })).status).toBe(201);
  }
}

describe("the store is asked", () => {
  it("at most 20 times by a clock that passes the ends of 300 logins", async () => {
    for (let login = 0; login < LOGINS; login += 1) await authorize(mock);
    await logInOften();
    const move = () => call(mock, "PATCH", "/clock", { body: { advance: "8d" } });
    let expired = 0;
    const operations = await operationsOf(async () => {
      expired = (await move()).body.expired.length;
    });
    expect(expired).toBe(4 * LOGINS);
    expect(operations.length, operations.join()).toBeLessThanOrEqual(20);
  }, 60_000);

  it("a few times more where the clock goes back, and what ended is forgotten", async () => {
    await logInOften();
    await call(mock, "PATCH", "/clock", { body: { advance: "8d" } });
    const back = () => call(mock, "PATCH", "/clock", { body: { at: "2023-05-17T12:00:00+02:00" } });
    const operations = await operationsOf(back);
    expect(operations.length, operations.join()).toBeLessThanOrEqual(25);
  }, 60_000);

  it("at most 20 times to remove a user who logged in 300 times", async () => {
    await logInOften();
    const operations = await operationsOf(() => call(mock, "DELETE", "/users/ada"));
    expect(operations.length, operations.join()).toBeLessThanOrEqual(20);
    expect((await mock.sandbox.store.sessions.list({ limit: 1 })).items).toEqual([]);
  }, 60_000);

  it("at most 8 times by a token request", async () => {
    const code = await codeFrom(mock);
    await requestToken(mock, await codeFrom(mock));
    const operations = await operationsOf(() => requestToken(mock, code));
    expect(operations.length, operations.join()).toBeLessThanOrEqual(8);
  });

  it("a few times by an authorization request, userinfo and a list", async () => {
    const code = await codeFrom(mock);
    const began = await operationsOf(() => authorize(mock));
    expect(began.length, began.join()).toBeLessThanOrEqual(8);
    const { access_token } = (await requestToken(mock, code)).json();
    const read = await operationsOf(() => userinfo(mock, access_token));
    expect(read.length, read.join()).toBeLessThanOrEqual(8);
    await logInOften();
    const listed = await operationsOf(() => call(mock, "GET", "/consents?limit=1"));
    expect(listed.length, listed.join()).toBeLessThanOrEqual(5);
  }, 60_000);
});
