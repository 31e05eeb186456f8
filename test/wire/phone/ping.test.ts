import { createHash, createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConfigInput } from "../../../src/records/config.ts";
import { call } from "../../support/control.ts";
import { courierWasHere } from "../../support/courier.ts";
import type { Mock } from "../../support/mock.ts";
import { startMock } from "../../support/mock.ts";
import { keysOf, MSN, ownKeysOf, PARTNER, registerWebhook } from "../../support/partner.ts";
import { askForRedirect, begin, hintOf, poll } from "../../support/phone.ts";
import type { Receiver } from "../../support/receiver.ts";
import { startReceiver } from "../../support/receiver.ts";
import { until } from "../../support/wait.ts";
import type { Client, Headers } from "../../support/wire.ts";
import { BANK, basic, OUTLET, SHOP } from "../../support/wire.ts";

/** A merchant that does not poll but waits to be told, over real connections. */

let mock: Mock;
let receiver: Receiver;

async function start(config: ConfigInput = {}): Promise<void> {
  await mock?.close();
  mock = await startMock(config);
  await mock.app.ready();
}

beforeEach(async () => {
  receiver = await startReceiver();
  await start();
});
afterEach(async () => {
  await mock.close();
  await receiver.close();
});

/** Registers as a merchant's backend does, with its own keys. */
function register(path: string, msn: string, client: Client): Promise<string> {
  return registerWith(path, msn, ownKeysOf(client));
}

async function registerWith(path: string, msn: string | undefined, keys: Headers): Promise<string> {
  const response = await registerWebhook(mock, { url: `${receiver.url}${path}`, msn, keys });
  expect(response.statusCode).toBe(201);
  return response.json().secret;
}

async function answer(id: string, action: "approve" | "reject"): Promise<void> {
  expect((await call(mock, "POST", `/logins/${id}/${action}`)).status).toBe(200);
}

const planned = async (body: object) =>
  expect((await call(mock, "POST", "/scenarios", { body })).status).toBe(201);

/** What has come once so many pings have; no more are on their way. */
async function pings(count: number): Promise<Receiver["received"]> {
  const told = () => receiver.received.length;
  await until(() => told() >= count);
  await courierWasHere(mock);
  const { items } = (await call(mock, "GET", "/webhook-deliveries?kind=login-ping")).body;
  expect([told(), items.length]).toEqual([count, count]);
  return receiver.received;
}

/** The real time goes on, and the clocks that run with it. */
function pass(seconds: number): void {
  mock.wall.now = (mock.wall.now + seconds) as typeof mock.wall.now;
}

describe("the ping of a login from phone number", () => {
  it.each([
    ["approve", 200, undefined],
    ["reject", 400, "access_denied"],
  ] as const)(
    "comes once after %s, signed with the registration's secret, and the poll tells the end",
    async (action, status, error) => {
      const secret = await register("/ping?till=7", MSN.shop, SHOP);
      await register("/other", MSN.bank, BANK);
      const { auth_req_id: id } = await begin(mock);
      expect(await pings(0)).toEqual([]);
      await answer(id, action);
      const [ping] = await pings(1);
      expect([ping?.method, ping?.path, ping?.body]).toEqual([
        "POST",
        "/ping?till=7",
        `{"auth_req_id":"${id}"}`,
      ]);
      const headers = ping?.headers ?? {};
      const { "x-ms-date": date, "x-ms-content-sha256": digest } = headers;
      expect([headers["Content-Type"], headers["Host"], date]).toEqual([
        "application/json",
        receiver.host,
        "Wed, 17 May 2023 10:00:00 GMT",
      ]);
      expect(digest).toBe(createHash("sha256").update(String(ping?.body)).digest("base64"));
      const signature = createHmac("sha256", secret)
        .update(`POST\n/ping?till=7\n${date};${receiver.host};${digest}`)
        .digest("base64");
      expect(headers["Authorization"]).toBe(
        `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
      );
      const polled = await poll(mock, id);
      expect([polled.statusCode, polled.json().error]).toEqual([status, error]);
      await pings(1);
    },
  );

  it("goes to the sales unit of the login, and to none for the redirect variant", async () => {
    await register("/shop", MSN.shop, SHOP);
    await register("/bank", MSN.bank, BANK);
    const { auth_req_id: redirected } = (await askForRedirect(mock)).json();
    await answer(redirected, "approve");
    const { auth_req_id: refused } = (await askForRedirect(mock)).json();
    await answer(refused, "reject");
    await pings(0);
    const { auth_req_id: id } = await begin(mock, {}, BANK);
    await answer(id, "approve");
    expect(await pings(1)).toMatchObject([{ path: "/bank", body: `{"auth_req_id":"${id}"}` }]);
    expect((await poll(mock, id, basic(BANK))).statusCode).toBe(200);
  });

  it("goes to a partner as well that registered for all sales units that it acts for, now and later", async () => {
    await start({ rules: { loginFromPhoneNumber: "everyone" } });
    await registerWith("/partner", undefined, keysOf(PARTNER));
    const { auth_req_id: own } = await begin(mock);
    await answer(own, "approve");
    expect(await pings(1)).toMatchObject([{ path: "/partner", body: `{"auth_req_id":"${own}"}` }]);
    const { auth_req_id: other } = await begin(mock, {}, OUTLET);
    await answer(other, "approve");
    await pings(1);
    const salesUnits = [MSN.outlet];
    await call(mock, "PATCH", "/partners/demo-partner", { body: { salesUnits } });
    const { auth_req_id: later } = await begin(mock, {}, OUTLET);
    await answer(later, "approve");
    expect((await pings(2))[1]).toMatchObject({ body: `{"auth_req_id":"${later}"}` });
    const { auth_req_id: former } = await begin(mock);
    await answer(former, "approve");
    await pings(2);
  });

  it("comes with automatic login as well", async () => {
    await register("/ping", MSN.shop, SHOP);
    await call(mock, "PATCH", "/settings", { body: { autoLogin: "ada" } });
    const { auth_req_id: id } = await begin(mock);
    expect(await pings(1)).toMatchObject([{ body: `{"auth_req_id":"${id}"}` }]);
  });
});

describe("a user who takes time, at a merchant that does not poll", () => {
  const SLOW = { match: { flow: "phone-number" }, delay: 10 };
  const RUNNING = { clock: { at: "2023-05-17T12:00:00+02:00", frozen: false } };

  it.each([
    ["approve", "tokens"],
    ["cancel", "access_denied"],
  ])("is told of by the ping, once the time has come: %s", async (outcome, end) => {
    await start(RUNNING);
    await register("/ping", MSN.shop, SHOP);
    await planned({ ...SLOW, outcome });
    const { auth_req_id: id } = await begin(mock);
    pass(9);
    await pings(0);
    pass(1);
    expect(await pings(1)).toMatchObject([{ body: `{"auth_req_id":"${id}"}` }]);
    const { error = "tokens" } = (await poll(mock, id)).json();
    expect(error).toBe(end);
  });

  it("is one of several: each is told of in its time", async () => {
    await start(RUNNING);
    await register("/ping", MSN.shop, SHOP);
    await planned({ ...SLOW, delay: 30 });
    await planned(SLOW);
    const { auth_req_id: later } = await begin(mock);
    const { auth_req_id: sooner } = await begin(mock, { login_hint: hintOf("4799000002") });
    pass(10);
    expect(await pings(1)).toMatchObject([{ body: `{"auth_req_id":"${sooner}"}` }]);
    pass(20);
    expect((await pings(2))[1]).toMatchObject({ body: `{"auth_req_id":"${later}"}` });
  });

  it("waits as long as the clock stands still, and goes on with it", async () => {
    await register("/ping", MSN.shop, SHOP);
    await planned(SLOW);
    await begin(mock);
    pass(60);
    await pings(0);
    await call(mock, "PATCH", "/clock", { body: { advance: 4, freeze: false } });
    pass(5);
    await pings(0);
    pass(1);
    await pings(1);
  });

  it("is told of when the clock is moved there", async () => {
    await register("/ping", MSN.shop, SHOP);
    await planned(SLOW);
    await begin(mock);
    await call(mock, "PATCH", "/clock", { body: { advance: 10 } });
    await pings(1);
  });
});
