import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DEFAULT_SANDBOX } from "../../src/records/sandbox.ts";
import { epochSeconds } from "../../src/records/time.ts";
import { readAll } from "../../src/store/batches.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { NOON, startMock } from "../support/mock.ts";
import { approve, begin, poll, reject, sendCode } from "../support/phone.ts";
import { BANK, CALLBACK, OUTLET, SHOP, tokensFrom } from "../support/wire.ts";

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

async function figures(query = "") {
  return (await call(mock, "GET", `/statistics${query}`)).body.items;
}

const move = (body: object) => call(mock, "PATCH", "/clock", { body });

describe("the statistics", () => {
  it("name every sales unit, page by page", async () => {
    const units = await readAll(mock.sandbox.store.salesUnits);
    const all = await figures();
    expect(all.map(({ msn }: { msn: string }) => msn)).toEqual(units.map(({ msn }) => msn));
    const first = await call(mock, "GET", "/statistics?limit=2");
    expect(first.body).toEqual({ items: all.slice(0, 2), next: units[1]?.msn });
    const rest = await call(mock, "GET", `/statistics?after=${first.body.next}`);
    expect(rest.body).toEqual({ items: all.slice(2) });
  });

  it.each([
    ["msn=10001", 404, 'No sales unit has the msn "10001"; did you mean "100001"?'],
    ["from=2023-02-29", 400, '"2023-02-29" is not a day of the calendar'],
    ["to=17.05.2023", 400, '"17.05.2023" is not a day of the calendar'],
    ["from=2023-05-18&to=2023-05-17", 400, "give the earlier day first"],
    ["sales-unit=100001", 400, "sales-unit"],
  ])("refuse %s", async (query, status, detail) => {
    const refused = await call(mock, "GET", `/statistics?${query}`);
    expect(refused.status).toBe(status);
    expect(refused.body.detail).toContain(detail);
  });

  it("count a login for the day that it is in Oslo", async () => {
    await move({ at: "2023-05-17T21:59:59Z" });
    await tokensFrom(mock);
    await move({ advance: 1 });
    await tokensFrom(mock);
    await move({ advance: "10m" });
    const [{ days }] = await figures("?msn=100001");
    expect(days).toMatchObject([
      { date: "2023-05-17", logins: 1 },
      { date: "2023-05-18", logins: 1 },
    ]);
  });

  it("let each of many logins appear at its own time", async () => {
    for (let second = 0; second < 5; second += 1) {
      await tokensFrom(mock);
      await move({ advance: 1 });
    }
    await move({ advance: 594 });
    for (const logins of [0, 1, 2, 3, 4, 5, 5]) {
      expect(await figures("?msn=100001")).toMatchObject([{ logins }]);
      await move({ advance: 1 });
    }
  });

  it.each([
    ["poll", {}],
    ["redirect", { requested_flow: "login_to_webpage", redirect_uri: CALLBACK }],
  ])("count logins from phone number, once they are approved: %s", async (_, variant) => {
    const started = async () => (await begin(mock, variant)).auth_req_id;
    await started();
    await reject(mock, await started());
    const approved = await started();
    await move({ advance: 1 });
    const code = (await approve(mock, approved)).approval?.code;
    await move({ advance: 100 });
    // What the merchant makes of the login is not counted once more.
    const tokens = await (code === undefined ? poll(mock, approved) : sendCode(mock, code));
    expect(tokens.statusCode).toBe(200);
    await move({ advance: 499 });
    expect(await figures("?msn=100001")).toMatchObject([{ logins: 0, uniqueUsers: 0 }]);
    await move({ advance: 1 });
    const one = { logins: 1, uniqueUsers: 1, withNin: 0, withoutNin: 1 };
    expect(await figures("?msn=100001")).toMatchObject([
      { ...one, days: [{ date: "2023-05-17", ...one }] },
    ]);
    await move({ advance: "10m" });
    expect(await figures("?msn=100001")).toMatchObject([one]);
  });

  it("count a login from phone number with those of browsers: one user is one user", async () => {
    await call(mock, "PATCH", "/sales-units/100004", { body: { scopes: ["openid", "nin"] } });
    await tokensFrom(mock, { request: { scope: "openid" } }, BANK);
    const { auth_req_id: id } = await begin(mock, { scope: "openid nin" }, BANK);
    await approve(mock, id);
    await move({ advance: "10m" });
    expect(await figures("?msn=100004")).toMatchObject([
      { logins: 2, uniqueUsers: 1, withNin: 1, withoutNin: 1 },
    ]);
  });

  it("count a login for the moment at which its user answered, whenever that is noticed", async () => {
    const body = { match: { flow: "phone-number" }, delay: 60 };
    expect((await call(mock, "POST", "/scenarios", { body })).status).toBe(201);
    const { auth_req_id: id } = await begin(mock);
    await mock.sandbox.clock.advance(599);
    expect((await poll(mock, id)).statusCode).toBe(200);
    await move({ advance: 60 });
    expect(await figures("?msn=100001")).toMatchObject([{ logins: 0 }]);
    await move({ advance: 1 });
    expect(await figures("?msn=100001")).toMatchObject([{ logins: 1 }]);
  });

  it("leave payments out, whatever was shared with them", async () => {
    const body = { msn: "100001", user: "ada", scope: "name phoneNumber" };
    expect((await call(mock, "POST", "/payment-sessions", { body })).status).toBe(201);
    await move({ advance: "10m" });
    expect(await figures("?msn=100001")).toMatchObject([{ logins: 0, uniqueUsers: 0, days: [] }]);
    await tokensFrom(mock);
    await move({ advance: "10m" });
    expect(await figures("?msn=100001")).toMatchObject([{ logins: 1, uniqueUsers: 1 }]);
  });

  it("count tokens that were made without a login", async () => {
    const body = { user: "ada", clientId: SHOP.id, scope: "openid" };
    await call(mock, "POST", "/tokens", { body });
    await move({ advance: "10m" });
    expect(await figures("?msn=100001")).toMatchObject([{ logins: 1 }]);
  });

  it("keep what they had when the clock goes back, and nothing that they had not", async () => {
    await tokensFrom(mock);
    await move({ advance: "9m" });
    await tokensFrom(mock, { user: "leap-day" });
    await move({ advance: "1m" });
    const before = await figures();
    expect(before[0]).toMatchObject({ logins: 1, uniqueUsers: 1 });
    await move({ at: "2023-05-10T12:00:00Z" });
    expect(await figures()).toEqual(before);
    await tokensFrom(mock);
    await move({ advance: "10m" });
    expect(await figures("?msn=100001")).toMatchObject([
      { logins: 2, uniqueUsers: 1, days: [{ date: "2023-05-10" }, { date: "2023-05-17" }] },
    ]);
    await move({ at: "2023-05-17T10:19:00Z" });
    expect(await figures("?msn=100001")).toMatchObject([{ logins: 3, uniqueUsers: 2 }]);
  });

  it("have a user's first login of a day at its time, though a later one was counted before it", async () => {
    await tokensFrom(mock);
    await move({ at: "2023-05-17T09:00:00Z" });
    await tokensFrom(mock);
    await move({ advance: "10m" });
    expect(await figures("?msn=100001")).toMatchObject([{ logins: 1, uniqueUsers: 1 }]);
  });

  it("keep the logins of a user who was removed, and know another one of that name apart", async () => {
    await tokensFrom(mock);
    await call(mock, "DELETE", "/users/ada");
    await call(mock, "POST", "/users", { body: { id: "ada", birthDate: "1990-01-01" } });
    await tokensFrom(mock);
    await move({ advance: "10m" });
    expect(await figures("?msn=100001")).toMatchObject([{ logins: 2, uniqueUsers: 2 }]);
  });

  it("go with the sales unit, and with no other", async () => {
    await tokensFrom(mock);
    await tokensFrom(mock, {}, OUTLET);
    await move({ advance: "10m" });
    const unit = await mock.salesUnit();
    await call(mock, "DELETE", `/sales-units/${unit.msn}`);
    await call(mock, "POST", "/sales-units", { body: unit });
    const all: { msn: string; logins: number }[] = await figures();
    expect(all.find(({ msn }) => msn === unit.msn)).toMatchObject({ logins: 0, uniqueUsers: 0 });
    expect(all.reduce((sum, { logins }) => sum + logins, 0)).toBe(1);
  });

  it("come along with the sandbox's state, those that have still to appear too", async () => {
    await tokensFrom(mock);
    await move({ advance: "10m" });
    await tokensFrom(mock, { user: "leap-day" });
    const { body: state } = await call(mock, "GET", "/state");
    await call(mock, "POST", "/sandboxes", { body: { id: "copy" } });
    await call(mock, "PUT", "/state", { body: state }, "copy");
    const copied = async () =>
      (await call(mock, "GET", "/statistics", {}, "copy")).body.items[0].logins;
    expect(await copied()).toBe(1);
    await call(mock, "PATCH", "/clock", { body: { advance: "10m" } }, "copy");
    expect(await copied()).toBe(2);
  });

  it("are refused in a state whose recent logins do not go together", async () => {
    await tokensFrom(mock);
    const { body: state } = await call(mock, "GET", "/state");
    const [day] = state.loginDays;
    const broken = { ...day, recent: { ...day.recent, withNin: [] } };
    const refused = await call(mock, "PUT", "/state", { body: { ...state, loginDays: [broken] } });
    expect(refused.status).toBe(400);
    expect(refused.body.errors).toMatchObject([
      {
        path: "loginDays[0].recent.withNin",
        message: "has 0 entries, but recent.at has 1; give one for each moment",
      },
    ]);
    expect((await call(mock, "GET", "/state")).body).toEqual(state);
  });

  it("are empty after a reset", async () => {
    await tokensFrom(mock);
    await call(mock, "POST", "/state/reset");
    await move({ at: new Date((NOON + 3600) * 1000).toISOString() });
    expect(await figures("?msn=100001")).toMatchObject([{ logins: 0, uniqueUsers: 0 }]);
    const anew = await mock.sandboxes.open(DEFAULT_SANDBOX);
    expect(await anew?.clock.now()).toBe(epochSeconds(NOON + 3600));
  });
});
