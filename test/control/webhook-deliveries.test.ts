import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LOGIN_PING } from "../../src/records/vocabulary.ts";
import { pingLogin } from "../../src/webhooks/queue.ts";
import { call } from "../support/control.ts";
import { courierWasHere } from "../support/courier.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import type { Receiver } from "../support/receiver.ts";
import { startReceiver } from "../support/receiver.ts";
import { eventually } from "../support/wait.ts";
import { tokensFrom } from "../support/wire.ts";

describe("webhook deliveries", () => {
  let mock: Mock;
  let receiver: Receiver;
  let consent: string;

  /** One webhook of each kind: Ada's consent at Demo Shop is revoked, a login at Demo Outlet ends. */
  beforeEach(async () => {
    receiver = await startReceiver();
    mock = await startMock();
    const body = { consentWebhookUrl: `${receiver.url}/revoked` };
    await call(mock, "PATCH", "/sales-units/100001", { body });
    await tokensFrom(mock);
    receiver.answers(200, 500);
    const revoked = await call(mock, "DELETE", "/consents?user=ada");
    consent = revoked.body.items[0].id;
    await waitFor("delivered");
    await mock.sandbox.store.webhooks.insert({
      id: "webhook" as never,
      msn: "100002",
      url: `${receiver.url}/ping`,
      events: [LOGIN_PING],
      secret: "secret",
    });
    await pingLogin(mock.sandbox, { id: "login", msn: "100002", authReqId: "x" });
    await eventually(async () => {
      const [ping] = await list("?kind=login-ping");
      expect(ping.attempts[0]).toHaveProperty("response");
    });
  });
  afterEach(async () => {
    await mock.close();
    await receiver.close();
  });

  const list = async (query = "") =>
    (await call(mock, "GET", `/webhook-deliveries${query}`)).body.items;
  const waitFor = (status: string) => list(`?status=${status}&wait=60s`);

  it("are listed by what they are about", async () => {
    const [revoked, ping] = await list();
    expect([revoked.kind, ping.kind]).toEqual(["consent-revoked", "login-ping"]);
    for (const [query, expected] of [
      ["?kind=consent-revoked", [revoked]],
      ["?kind=login-ping", [ping]],
      ["?msn=100001", [revoked]],
      ["?msn=100002", [ping]],
      ["?msn=100003", []],
      ["?status=delivered", [revoked]],
      ["?status=waiting", [ping]],
      ["?status=failed", []],
      [`?consent=${consent}`, [revoked]],
      ["?consent=other", []],
      ["?limit=1", [revoked]],
      [`?after=${revoked.id}`, [ping]],
      ["?last=1", [ping]],
      ["?last=2", [revoked, ping]],
      ["?last=1&kind=consent-revoked", [revoked]],
      [`?before=${ping.id}`, [revoked]],
      [`?before=${ping.id}&last=1`, [revoked]],
      [`?before=${revoked.id}&last=1`, []],
      [`?after=${revoked.id}&before=${ping.id}`, []],
      ["?kind=login-ping&status=delivered", []],
    ] as const) {
      expect([query, await list(query)]).toEqual([query, expected]);
    }
    expect((await call(mock, "GET", "/webhook-deliveries?limit=1")).body.next).toBe(revoked.id);
    expect((await call(mock, "GET", `/webhook-deliveries/${ping.id}`)).body).toEqual(ping);
  });

  it.each([
    ["?before=other", 404, "other"],
    ["?last=0", 400, "last"],
    ["?kind=ping", 400, "consent-revoked"],
    ["?status=done", 400, "waiting"],
    ["?msn=100009", 404, "did you mean"],
    ["?wait=soon", 400, "wait"],
    ["?wait=61", 400, "wait: is 61; expected 0 to 60 seconds"],
    ["?staus=failed", 400, "status"],
    ["/nothing", 404, "GET webhook-deliveries lists"],
  ])("that cannot be are refused: %s", async (query, status, told) => {
    const answer = await call(mock, "GET", `/webhook-deliveries${query}`);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(told)]);
  });

  it("can be waited for", async () => {
    const coming = list("?msn=100003&wait=10s");
    await call(mock, "PATCH", "/sales-units/100003", {
      body: { consentWebhookUrl: receiver.url, merchant: "Demo Group" },
    });
    await tokensFrom(mock);
    await call(mock, "DELETE", "/consents?user=ada");
    expect(await coming).toMatchObject([{ msn: "100003" }]);
    expect(await list("?status=failed&wait=1s")).toEqual([]);
  });

  it("are made again at once when somebody asks, marked as retries", async () => {
    const [revoked, ping] = await list();
    receiver.answers(500);
    const failed = await call(mock, "POST", `/webhook-deliveries/${revoked.id}/redeliver`);
    expect(failed.body).toMatchObject({
      status: "delivered",
      attempts: [
        { number: 1, asked: false, response: { status: 200 } },
        { number: 2, asked: true, response: { status: 500 } },
      ],
    });
    expect(failed.body).not.toHaveProperty("nextAttemptAt");
    const arrived = await call(mock, "POST", `/webhook-deliveries/${ping.id}/redeliver`);
    expect(arrived.body).toMatchObject({
      status: "delivered",
      attempts: [
        { number: 1, asked: false, response: { status: 500 } },
        { number: 2, asked: true, response: { status: 200 } },
      ],
    });
    expect((await call(mock, "GET", `/webhook-deliveries/${ping.id}`)).body).toEqual(arrived.body);
    const marks = receiver.received.map(({ path, headers }) => [
      path,
      headers["X-Vipps-Login-Mock-Attempt"],
    ]);
    expect(marks).toEqual([
      ["/revoked", "1"],
      ["/ping", "1"],
      ["/revoked", "2"],
      ["/ping", "2"],
    ]);
  });

  it("that are not there cannot be made again, with what was probably meant", async () => {
    const [{ id }] = await list();
    const near = `${id.slice(0, -1)}${id.endsWith("x") ? "y" : "x"}`;
    for (const [name, told] of [
      [near, `did you mean "${id}"?`],
      ["nothing", "GET webhook-deliveries lists"],
    ] as const) {
      const { status, body } = await call(mock, "POST", `/webhook-deliveries/${name}/redeliver`);
      expect([status, body.detail]).toEqual([404, expect.stringContaining(told)]);
    }
  });

  it("are removed, and those that wait are not sent any more", async () => {
    await call(mock, "DELETE", "/webhook-deliveries");
    expect(await list()).toEqual([]);
    await call(mock, "PATCH", "/clock", { body: { advance: 60 } });
    await courierWasHere(mock);
    expect(receiver.received).toHaveLength(2);
  });
});
