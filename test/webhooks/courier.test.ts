import { createHash, createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Delivery } from "../../src/records/delivery.ts";
import type { DeliveryId, SandboxId } from "../../src/records/ids.ts";
import { DEFAULT_SANDBOX } from "../../src/records/sandbox.ts";
import { LOGIN_PING } from "../../src/records/vocabulary.ts";
import { revokeConsent } from "../../src/sessions/consents.ts";
import { readAll } from "../../src/store/batches.ts";
import { pingLogin } from "../../src/webhooks/queue.ts";
import { call } from "../support/control.ts";
import { courierWasHere } from "../support/courier.ts";
import { beforeInsert, beforeUpdate } from "../support/meanwhile.ts";
import type { Mock } from "../support/mock.ts";
import { NOON, startMock } from "../support/mock.ts";
import type { Receiver } from "../support/receiver.ts";
import { deadAddress, startReceiver } from "../support/receiver.ts";
import { eventually, until } from "../support/wait.ts";
import { jwtPart, tokensFrom } from "../support/wire.ts";

/** Webhooks on their way to real receivers. */

/** How long an attempt may take where the receiver hangs; elsewhere as long as the real service waits. */
const TIMEOUT = 1;

let mock: Mock;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
  mock = await startMock();
  await mock.app.ready();
});
afterEach(async () => {
  await mock.close();
  await receiver.close();
});

const SHOP_MSN = "100001";

async function setWebhook(msn: string, consentWebhookUrl: string): Promise<void> {
  await call(mock, "PATCH", `/sales-units/${msn}`, { body: { consentWebhookUrl } });
}

/** A login of Ada at Demo Shop, whose consent is revoked afterwards. */
async function revoke(): Promise<string> {
  await tokensFrom(mock);
  const { body } = await call(mock, "DELETE", "/consents?user=ada");
  return body.items[0].id;
}

const deliveries = async (query = "") =>
  (await call(mock, "GET", `/webhook-deliveries${query}`)).body.items;

/** The first delivery, once so many of its attempts are over. */
async function afterAttempts(count: number) {
  return eventually(async () => {
    const [delivery] = await deliveries();
    const over = delivery.attempts.filter((one: object) => "duration" in one);
    expect(over).toHaveLength(count);
    return delivery;
  });
}

/** From here on an attempt at a receiver that hangs is given up soon. */
async function loseHopeSoon(): Promise<void> {
  await mock.close();
  mock = await startMock({}, { webhooks: { loopback: true, timeout: TIMEOUT } });
  await mock.app.ready();
}

/** The sandbox's clock is moved, so that a retry is due. */
async function pass(seconds: number): Promise<void> {
  await call(mock, "PATCH", "/clock", { body: { advance: seconds } });
}

/** The real time goes on, and no clock that stands still goes with it. */
function passReally(seconds: number): void {
  mock.wall.now = (mock.wall.now + seconds) as typeof mock.wall.now;
}

describe("the webhook of a revoked consent", () => {
  it("is a POST of two segments as text/plain, and every byte of it is in the log", async () => {
    await setWebhook(SHOP_MSN, `${receiver.url}/revoked?from=vipps`);
    const { id_token } = await tokensFrom(mock);
    const { sub } = JSON.parse(jwtPart(id_token, 1));
    const consent = await revoke();
    const delivery = await afterAttempts(1);
    const claims = `{"exp":${NOON + 300},"iat":${NOON},"nbf":${NOON},"sub":"${sub}","event":"CONSENT_REVOKED"}`;
    const encoded = Buffer.from(claims).toString("base64url");
    const body = `eyJhbGciOiJub25lIiwidHlwIjogIkpXVCJ9Cg.${encoded}`;
    const headers = {
      Host: receiver.host,
      "User-Agent": "vipps-login-mock/0.0.0-test",
      "Content-Type": "text/plain",
      "Content-Length": String(body.length),
      "X-Vipps-Login-Mock-Delivery": delivery.id,
      "X-Vipps-Login-Mock-Attempt": "1",
      Connection: "close",
    };
    expect(receiver.received).toEqual([
      { method: "POST", path: "/revoked?from=vipps", headers, body },
    ]);
    const url = `${receiver.url}/revoked?from=vipps`;
    expect(delivery).toEqual({
      id: expect.any(String),
      kind: "consent-revoked",
      msn: SHOP_MSN,
      url,
      consent,
      queuedAt: "2023-05-17T10:00:00Z",
      status: "delivered",
      attempts: [
        {
          number: 1,
          asked: false,
          at: "2023-05-17T10:00:00Z",
          duration: expect.any(Number),
          request: { method: "POST", url, headers, body },
          response: { status: 200, body: "thank you" },
        },
      ],
    });
  });

  it("goes to every sales unit of the merchant that has one, by the sub each knows", async () => {
    await mock.close();
    mock = await startMock({ profile: "2026", rules: { consentPer: "merchant" } });
    await setWebhook("100001", `${receiver.url}/shop`);
    await setWebhook("100002", `${receiver.url}/outlet`);
    await setWebhook("100003", `${receiver.url}/somebody-else`);
    await revoke();
    await eventually(() => expect(receiver.received).toHaveLength(2));
    expect(receiver.received.map(({ path }) => path).sort()).toEqual(["/outlet", "/shop"]);
    const subjects = receiver.received.map(({ body }) => JSON.parse(jwtPart(body, 1)).sub);
    expect(new Set(subjects).size).toBe(2);
  });

  it("goes in profile 2026 to the sales unit alone where the consent was given", async () => {
    await mock.close();
    mock = await startMock({ profile: "2026" });
    await setWebhook("100001", `${receiver.url}/shop`);
    await setWebhook("100002", `${receiver.url}/outlet`);
    await revoke();
    await afterAttempts(1);
    expect((await deliveries("")).map(({ msn }: { msn: string }) => msn)).toEqual(["100001"]);
  });

  it("is sent once, however often the consent is revoked, and by the sandbox's clock", async () => {
    await setWebhook(SHOP_MSN, receiver.url);
    await call(mock, "PATCH", "/clock", { body: { advance: "1h" } });
    const consent = await revoke();
    await call(mock, "DELETE", `/consents/${consent}`);
    await afterAttempts(1);
    expect(receiver.received.map(({ body }) => JSON.parse(jwtPart(body, 1)).iat)).toEqual([
      NOON + 3600,
    ]);
    expect(await deliveries(`?consent=${consent}`)).toHaveLength(1);
  });

  it.each(["/consents?user=ada", "one"])(
    "is queued by the next revoke when the store failed at it, and once: %s",
    async (path) => {
      await setWebhook("100001", `${receiver.url}/shop`);
      await setWebhook("100002", `${receiver.url}/outlet`);
      await tokensFrom(mock);
      const { store } = mock.sandbox;
      const [consent] = await readAll(store.consents);
      const revoking = () =>
        call(mock, "DELETE", path === "one" ? `/consents/${consent?.id}` : path);
      const { insert } = store.deliveries;
      vi.spyOn(store.deliveries, "insert")
        .mockImplementationOnce((delivery) => insert.call(store.deliveries, delivery))
        .mockRejectedValueOnce(new Error("gone"));
      const failing = revokeConsent(mock.sandbox, String(consent?.id), NOON);
      await expect(failing).rejects.toThrow("gone");
      const told = async () => (await deliveries()).map(({ msn }: { msn: string }) => msn).sort();
      expect(await told()).toEqual(["100001"]);
      expect((await revoking()).status).toBe(200);
      expect(await told()).toEqual(["100001", "100002"]);
      await call(mock, "DELETE", "/webhook-deliveries");
      await call(mock, "DELETE", `/consents/${consent?.id}`);
      expect(await told()).toEqual([]);
    },
  );

  it("is queued once by two who revoke at a time", async () => {
    await setWebhook(SHOP_MSN, receiver.url);
    await tokensFrom(mock);
    const { store } = mock.sandbox;
    const [consent] = await readAll(store.consents);
    const revoking = () => call(mock, "DELETE", `/consents/${consent?.id}`);
    beforeInsert(store.deliveries, revoking);
    expect((await revoking()).status).toBe(200);
    expect(await deliveries()).toHaveLength(1);
  });

  it("is nothing where no address is set, and nothing of a user who is gone", async () => {
    await revoke();
    expect(await deliveries()).toEqual([]);
    await setWebhook(SHOP_MSN, receiver.url);
    await tokensFrom(mock);
    await mock.sandbox.store.users.take("ada");
    const items = await readAll(mock.sandbox.store.consents);
    await call(mock, "DELETE", `/consents/${items.at(-1)?.id}`);
    expect(await deliveries()).toEqual([]);
  });
});

describe("what is not received", () => {
  it("is tried again after a 500, under the next number, with the same body", async () => {
    receiver.answers(500, 503);
    await setWebhook(SHOP_MSN, receiver.url);
    await revoke();
    expect(await afterAttempts(1)).toMatchObject({
      status: "waiting",
      nextAttemptAt: "2023-05-17T10:00:02Z",
      attempts: [{ number: 1, response: { status: 500, body: "thank you" } }],
    });
    await pass(2);
    expect(await afterAttempts(2)).toMatchObject({
      status: "waiting",
      nextAttemptAt: "2023-05-17T10:00:04Z",
    });
    await pass(2);
    expect(await afterAttempts(3)).toMatchObject({
      status: "delivered",
      attempts: [
        { number: 1, at: "2023-05-17T10:00:00Z", response: { status: 500 } },
        { number: 2, at: "2023-05-17T10:00:02Z", response: { status: 503 } },
        { number: 3, at: "2023-05-17T10:00:04Z", response: { status: 200 } },
      ],
    });
    await pass(10_000);
    await courierWasHere(mock);
    const marks = receiver.received.map(({ headers }) => headers["X-Vipps-Login-Mock-Attempt"]);
    expect(marks).toEqual(["1", "2", "3"]);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    expect(mock.log.map(({ msg }) => msg)).toContain(
      `attempt 1 to deliver consent-revoked to ${receiver.url}/ failed: the response was 500; ` +
        "the next attempt is in 2 s",
    );
  });

  it("is named in the server's log by its address alone, whose query may hold a key", async () => {
    receiver.answers(500);
    const key = "key-of-the-hook-123456";
    await setWebhook(SHOP_MSN, `${receiver.url}/hook?code=${key}&sig=${key}`);
    await revoke();
    await afterAttempts(1);
    expect(JSON.stringify(mock.log)).toContain(`to ${receiver.url}/hook failed`);
    expect(JSON.stringify(mock.log)).not.toContain(key);
  });

  it("delays nobody while the receiver hangs, and is given up after the time", async () => {
    await loseHopeSoon();
    receiver.answers("hang");
    await setWebhook(SHOP_MSN, receiver.url);
    await revoke();
    const [underWay] = await eventually(async () => {
      expect(receiver.received).toHaveLength(1);
      return deliveries();
    });
    expect(underWay.attempts).toEqual([{ number: 1, asked: false, at: "2023-05-17T10:00:00Z" }]);
    expect(await afterAttempts(1)).toMatchObject({
      status: "waiting",
      attempts: [{ error: `no response within ${TIMEOUT} seconds` }],
    });
    await eventually(async () => {
      await pass(1);
      expect(await deliveries()).toMatchObject([{ status: "delivered" }]);
    });
  });

  it("waits as long as the clock stands still, and goes on with it", async () => {
    receiver.answers(500);
    await setWebhook(SHOP_MSN, receiver.url);
    await revoke();
    await afterAttempts(1);
    passReally(3600);
    await courierWasHere(mock);
    expect(receiver.received).toHaveLength(1);
    await call(mock, "PATCH", "/clock", { body: { freeze: false } });
    passReally(2);
    expect(await afterAttempts(2)).toMatchObject({ status: "delivered" });
  });

  it("is tried again after a refused and after a broken connection", async () => {
    const dead = await deadAddress();
    await setWebhook(SHOP_MSN, dead);
    await revoke();
    expect(await afterAttempts(1)).toMatchObject({
      status: "waiting",
      attempts: [{ error: `connect ECONNREFUSED ${new URL(dead).host}`, request: { url: dead } }],
    });
    await call(mock, "DELETE", "/webhook-deliveries");
    receiver.answers("reset");
    await setWebhook(SHOP_MSN, receiver.url);
    await revoke();
    expect(await afterAttempts(1)).toMatchObject({ attempts: [{ error: "read ECONNRESET" }] });
  });

  it("does not follow a redirect", async () => {
    const other = await startReceiver();
    receiver.answers({ status: 307, location: other.url });
    await setWebhook(SHOP_MSN, receiver.url);
    await revoke();
    expect(await afterAttempts(1)).toMatchObject({
      status: "waiting",
      attempts: [{ response: { status: 307 } }],
    });
    expect(other.received).toEqual([]);
    await other.close();
  });

  it("is given up 7 days after the first attempt", async () => {
    receiver.answers(500, 500);
    await setWebhook(SHOP_MSN, receiver.url);
    await revoke();
    await afterAttempts(1);
    await pass(7 * 24 * 3600);
    expect(await afterAttempts(2)).toMatchObject({ status: "failed" });
    expect((await deliveries())[0]).not.toHaveProperty("nextAttemptAt");
    await pass(7 * 24 * 3600);
    await courierWasHere(mock);
    expect(receiver.received).toHaveLength(2);
  });

  it.each([
    ["hang", 200, "delivered"],
    ["hang", 500, "waiting"],
    ["reset", 200, "delivered"],
  ] as const)(
    "is known by the status, though the body ends in a %s: %d",
    async (ending, status, end) => {
      await loseHopeSoon();
      receiver.answers({ status, body: "wait for it", ending });
      await setWebhook(SHOP_MSN, receiver.url);
      await revoke();
      const delivery = await afterAttempts(1);
      expect(delivery.status).toBe(end);
      const [attempt] = delivery.attempts;
      expect(attempt.response.status).toBe(status);
      if (ending === "hang") expect(attempt.response.body).toBe("wait for it");
      expect(attempt).not.toHaveProperty("error");
    },
  );

  it("keeps of a long answer how it begins", async () => {
    receiver.answers({ status: 500, body: "x".repeat(100_000) });
    await setWebhook(SHOP_MSN, receiver.url);
    await revoke();
    const [attempt] = (await afterAttempts(1)).attempts;
    expect(attempt.response).toEqual({ status: 500, body: "x".repeat(1000) });
  });

  it("does not go to an address that is not the operator's any more", async () => {
    await mock.close();
    mock = await startMock({}, { webhooks: { loopback: false } });
    await setWebhook(SHOP_MSN, receiver.url);
    receiver.answers(500);
    await revoke();
    await afterAttempts(1);
    await setWebhook(SHOP_MSN, "https://elsewhere.example.com/");
    await pass(2);
    const { status, attempts } = await afterAttempts(2);
    expect(status).toBe("waiting");
    expect(attempts[1].error).toContain(`webhooks may not go to ${receiver.host}`);
    expect(attempts[1]).not.toHaveProperty("request");
    expect(receiver.received).toHaveLength(1);
  });
});

describe("the ping of a login from phone number", () => {
  const webhook = (id: string, msn = SHOP_MSN) => ({
    id: id as never,
    msn,
    url: `${receiver.url}/${id}?x=1`,
    events: [LOGIN_PING],
    secret: `secret of ${id}`,
  });

  beforeEach(async () => {
    const { webhooks } = mock.sandbox.store;
    await webhooks.insert(webhook("one"));
    await webhooks.insert(webhook("two"));
    await webhooks.insert(webhook("other", "100002"));
  });

  it("goes to every registration of the sales unit, signed with its secret", async () => {
    await pingLogin(mock.sandbox, {
      id: "login",
      msn: SHOP_MSN,
      authReqId: "qwieuhwqiuhdiuwqh123",
    });
    await eventually(() => expect(receiver.received).toHaveLength(2));
    const received = [...receiver.received].sort((a, b) => a.path.localeCompare(b.path));
    for (const [index, id] of ["one", "two"].entries()) {
      const { method, path, headers, body } = received[index] ?? {};
      expect([method, path, body]).toEqual([
        "POST",
        `/${id}?x=1`,
        '{"auth_req_id":"qwieuhwqiuhdiuwqh123"}',
      ]);
      const digest = createHash("sha256").update(String(body)).digest("base64");
      const date = "Wed, 17 May 2023 10:00:00 GMT";
      const signature = createHmac("sha256", `secret of ${id}`)
        .update(`POST\n${path}\n${date};${receiver.host};${digest}`)
        .digest("base64");
      expect(headers).toMatchObject({
        Host: receiver.host,
        "Content-Type": "application/json",
        "x-ms-date": date,
        "x-ms-content-sha256": digest,
        Authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
      });
    }
    await eventually(async () => {
      expect(await deliveries("?kind=login-ping")).toMatchObject([
        { webhook: "one", status: "delivered" },
        { webhook: "two", status: "delivered" },
      ]);
    });
  });

  it("is given up when the registration is deleted before it arrived", async () => {
    receiver.answers(500);
    await mock.sandbox.store.webhooks.take("two");
    await pingLogin(mock.sandbox, { id: "login", msn: SHOP_MSN, authReqId: "x" });
    await afterAttempts(1);
    await mock.sandbox.store.webhooks.take("one");
    await pass(2);
    expect(await afterAttempts(2)).toMatchObject({
      status: "failed",
      attempts: [{}, { error: "the registration was deleted meanwhile" }],
    });
    expect(receiver.received).toHaveLength(1);
  });
});

describe("a registration that fails", () => {
  const DAY = 24 * 3600;
  const id = "one" as never;
  let logins = 0;

  const ping = () =>
    pingLogin(mock.sandbox, { id: `login-${++logins}`, msn: SHOP_MSN, authReqId: "x" });
  const registration = () => mock.sandbox.store.webhooks.get(id);

  /** A ping whose first attempt is over. */
  async function pinged(): Promise<void> {
    await ping();
    await eventually(async () => {
      const items = await deliveries("?kind=login-ping");
      expect(items.at(-1)?.attempts[0]).toHaveProperty("response");
    });
    await courierWasHere(mock);
  }

  async function begin(profile: "2023" | "2026"): Promise<void> {
    await mock.close();
    mock = await startMock({ profile });
    await mock.app.ready();
    const { url } = receiver;
    const webhook = { id, msn: SHOP_MSN, url, events: [LOGIN_PING], secret: "secret" };
    await mock.sandbox.store.webhooks.insert(webhook);
  }

  const failures = (count: number) => receiver.answers(...Array.from({ length: count }, () => 500));

  it.each([
    ["2026", 14 * DAY - 1, true],
    ["2026", 14 * DAY, false],
    ["2023", 100 * DAY, true],
  ] as const)("in profile %s for %d seconds is kept: %s", async (profile, seconds, kept) => {
    await begin(profile);
    failures(50);
    await pinged();
    expect((await registration())?.failingSince).toBe(NOON);
    await call(mock, "DELETE", "/webhook-deliveries");
    await pass(seconds);
    await pinged();
    await eventually(async () => {
      expect((await registration()) !== undefined).toBe(kept);
      const [last] = await deliveries("?kind=login-ping");
      expect(last.status).toBe(kept ? "waiting" : "failed");
    });
    const warning = `the registration for ${receiver.url}/ is removed`;
    expect(mock.log.some(({ msg }) => msg.startsWith(warning))).toBe(!kept);
  });

  it("begins anew once something was received", async () => {
    await begin("2026");
    receiver.answers(500, 200, 500);
    await pinged();
    await call(mock, "DELETE", "/webhook-deliveries");
    await pass(13 * DAY);
    await pinged();
    expect(await registration()).not.toHaveProperty("failingSince");
    await pass(DAY);
    await pinged();
    expect((await registration())?.failingSince).toBe(NOON + 14 * DAY);
  });
});

describe("the courier", () => {
  const queued = (id: string): Delivery => ({
    id: id as DeliveryId,
    kind: "consent-revoked",
    msn: SHOP_MSN,
    url: receiver.url,
    contentType: "text/plain",
    body: "x",
    queuedAt: NOON,
    status: "waiting",
    attempts: [],
  });

  it("makes an attempt once, whoever else looks at the same time", async () => {
    await setWebhook(SHOP_MSN, receiver.url);
    const { deliveries: records } = mock.sandbox.store;
    await revoke();
    const { id } = await afterAttempts(1);
    await records.update(id, (delivery) => ({ ...delivery, status: "waiting", attempts: [] }));
    // Another process claims it between the look and the claim of this one.
    beforeUpdate(records, () =>
      records.update(id, (delivery) => ({
        ...delivery,
        attempts: [{ number: 1, asked: false, at: NOON, leasedUntil: (NOON + 30) as never }],
      })),
    );
    await courierWasHere(mock);
    expect(receiver.received).toHaveLength(1);
    // That process is gone by the end of the lease, which goes by the real time.
    passReally(30);
    expect(await afterAttempts(1)).toMatchObject({
      status: "delivered",
      attempts: [{ number: 1 }, { number: 2, response: { status: 200 } }],
    });
  });

  it("finds what another process left behind", async () => {
    await setWebhook(SHOP_MSN, receiver.url);
    await revoke();
    const { id } = await afterAttempts(1);
    const { deliveries: records } = mock.sandbox.store;
    await records.update(id, (delivery) => ({ ...delivery, status: "waiting", attempts: [] }));
    await mock.app.close();
    expect(receiver.received).toHaveLength(1);
    const { Courier } = await import("../../src/webhooks/courier.ts");
    const log = { warn: () => {}, error: () => {} };
    const courier = new Courier({
      carryOutPlans: async () => undefined,
      sandboxes: mock.sandboxes,
      loopback: true,
      version: "0.0.0-test",
      announce: () => {},
      log,
    });
    courier.start();
    await eventually(() => expect(receiver.received).toHaveLength(2));
    await courier.close();
    expect((await records.get(id))?.status).toBe("delivered");
  });

  it("delivers more at a time than it has under way at most", async () => {
    await setWebhook(SHOP_MSN, receiver.url);
    const { store } = mock.sandbox;
    for (let index = 0; index < 60; index++) await store.deliveries.insert(queued(`d${index}`));
    mock.sandbox.wakeCourier();
    await eventually(() => expect(receiver.received).toHaveLength(60));
    const marks = receiver.received.map(({ headers }) => headers["X-Vipps-Login-Mock-Delivery"]);
    expect(new Set(marks).size).toBe(60);
  });

  it("says which delivery it loses when only waiting ones are left to make room", async () => {
    const { store } = mock.sandbox;
    const later = { nextAttemptAt: (NOON + 3600) as never };
    const url = `${receiver.url}/hook?code=key-of-the-hook`;
    for (let index = 0; index < 1000; index++) {
      await store.deliveries.insert({ ...queued(`d${index}`), ...later, url });
    }
    await setWebhook(SHOP_MSN, receiver.url);
    await revoke();
    await eventually(() => expect(receiver.received).toHaveLength(1));
    expect(await store.deliveries.get("d0")).toBeUndefined();
    expect(await store.deliveries.get("d1")).toBeDefined();
    expect(mock.log.map(({ msg }) => msg)).toContain(
      `consent-revoked d0 to ${receiver.url}/hook is given up while it waits: there are too many newer ones`,
    );
  });

  it("ends what is under way when the mock is closed, and records it", async () => {
    await mock.close();
    mock = await startMock({}, { webhooks: { loopback: true, timeout: 3600 } });
    receiver.answers("hang");
    await setWebhook(SHOP_MSN, receiver.url);
    await revoke();
    await eventually(() => expect(receiver.received).toHaveLength(1));
    await mock.app.close();
    const items = await readAll(mock.sandbox.store.deliveries);
    expect(items).toMatchObject([
      {
        status: "waiting",
        attempts: [{ number: 1, error: "the mock was shut down before there was a response" }],
      },
    ]);
  });

  it("takes a sandbox's webhooks along when it is reset or removed", async () => {
    await loseHopeSoon();
    receiver.answers("hang", "hang");
    await setWebhook(SHOP_MSN, receiver.url);
    await revoke();
    await eventually(() => expect(receiver.received).toHaveLength(1));
    await call(mock, "POST", "/state/reset");
    expect(await deliveries()).toEqual([]);
    await receiver.isLeft();
    await courierWasHere(mock);
    expect(await deliveries()).toEqual([]);

    await call(mock, "POST", "/sandboxes", { body: { id: "one" } });
    const box = await mock.sandboxes.open("one" as SandboxId);
    await box?.store.deliveries.insert({ ...queued("d"), nextAttemptAt: (NOON + 5) as never });
    box?.wakeCourier();
    await call(mock, "DELETE", "/sandboxes/one");
    passReally(5);
    await courierWasHere(mock);
    expect(receiver.received).toHaveLength(1);
    expect(mock.log.map(({ msg }) => msg)).not.toContain("webhooks could not be delivered");
  });

  it("says so when the store fails, and goes on", async () => {
    await setWebhook(SHOP_MSN, receiver.url);
    const { deliveries: records } = mock.sandbox.store;
    vi.spyOn(records, "update").mockRejectedValueOnce(new Error("gone"));
    await revoke();
    const failures = () =>
      mock.log.filter(({ msg }) => msg === "webhooks could not be delivered").length;
    await until(() => failures() === 1);
    vi.spyOn(records, "listGroup").mockRejectedValueOnce(new Error("gone"));
    mock.sandbox.wakeCourier();
    await until(() => failures() === 2);
    mock.sandbox.wakeCourier();
    expect(await afterAttempts(1)).toMatchObject({ status: "delivered" });
    expect((await mock.sandboxes.open(DEFAULT_SANDBOX))?.id).toBe("default");
  });
});
