import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConfigInput } from "../../src/records/config.ts";
import { FAQ } from "../../src/records/faq.ts";
import { readAll } from "../../src/store/batches.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { NOON, startMock } from "../support/mock.ts";
import { actingFor, MSN, ownKeysOf, PLATFORM_TOKEN, platformTokenFor } from "../support/partner.ts";
import type { Client, Headers } from "../support/wire.ts";
import { basic, expectReason, HOST, OUTLET, SHOP } from "../support/wire.ts";

const PATH = "/webhooks/v1/webhooks";
const PING = "login.merchant-initiated.ping.v1";

let mock: Mock;
beforeEach(() => restart());
afterEach(() => mock.close());

async function restart(
  config: ConfigInput = {},
  deps: Parameters<typeof startMock>[1] = {},
): Promise<void> {
  if (mock) await mock.close();
  mock = await startMock(config, deps);
  AS_SHOP = await as(MSN.shop, SHOP);
  AS_OUTLET = await as(MSN.outlet, OUTLET);
}

async function as(msn: string | undefined, client: Client): Promise<Headers> {
  return actingFor(msn, await platformTokenFor(mock, ownKeysOf(client)));
}

/** The sales units by their own platform tokens. */
let AS_SHOP: Headers;
let AS_OUTLET: Headers;

const send = (method: "GET" | "POST" | "DELETE", url: string, headers: Headers, body?: unknown) =>
  mock.app.inject({
    method,
    url,
    headers: {
      host: HOST,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && {
      payload: typeof body === "string" ? body : JSON.stringify(body),
    }),
  });

const register = (wish: unknown, headers = AS_SHOP) => send("POST", PATH, headers, wish);
const listed = async (headers = AS_SHOP) => (await send("GET", PATH, headers)).json().webhooks;

const WISH = { url: "http://localhost:3000/ping", events: [PING] };

describe("a registration", () => {
  it("is answered with its id and its secret, which nobody is told again", async () => {
    const response = await register(WISH);
    expect(response.statusCode).toBe(201);
    expect(response.headers["content-type"]).toMatch(/^application\/json/);
    const { id, secret } = response.json();
    expect(Object.keys(response.json())).toEqual(["id", "secret"]);
    expect(id).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(Buffer.from(secret, "base64")).toHaveLength(32);
    expect((await send("GET", PATH, AS_SHOP)).body).toBe(
      `{"webhooks":[{"id":"${id}","url":"${WISH.url}","events":["${PING}"]}]}`,
    );
    const log = JSON.stringify((await call(mock, "GET", "/requests")).body);
    expect(log).not.toContain(secret);
    expect(log).toContain("/webhooks/v1/webhooks");
  });

  it("has a secret of its own each time", async () => {
    const [one, other] = [(await register(WISH)).json(), (await register(WISH)).json()];
    expect(one.secret).not.toBe(other.secret);
    expect((await listed()).map(({ id }: { id: string }) => id)).toEqual([one.id, other.id]);
  });

  it("belongs to the sales unit that made it", async () => {
    const { id } = (await register(WISH)).json();
    expect(await listed(AS_OUTLET)).toEqual([]);
    const refused = await send("DELETE", `${PATH}/${id}`, AS_OUTLET);
    expect([refused.statusCode, refused.json().title]).toEqual([404, "Not Found"]);
    expectReason(mock, "webhook-registration", "dossier §1.10", id, "100002");
    expect(await listed()).toHaveLength(1);
  });

  it("is deleted once", async () => {
    const { id } = (await register(WISH)).json();
    const deleted = await send("DELETE", `${PATH}/${id}`, AS_SHOP);
    expect([deleted.statusCode, deleted.body]).toEqual([204, ""]);
    expect(await listed()).toEqual([]);
    expect((await send("DELETE", `${PATH}/${id}`, AS_SHOP)).statusCode).toBe(404);
  });

  it("goes with its sales unit, and what waits for it goes too", async () => {
    await register(WISH);
    await register(WISH, AS_OUTLET);
    const { id } = (await register(WISH)).json();
    const { deliveries, webhooks } = mock.sandbox.store;
    const delivery = { kind: "login-ping", url: WISH.url, contentType: "x", body: "x" } as const;
    const common = {
      ...delivery,
      queuedAt: 0 as never,
      status: "delivered",
      attempts: [],
    } as const;
    await deliveries.insert({ ...common, id: "one" as never, msn: "100001", webhook: id });
    await deliveries.insert({ ...common, id: "two" as never, msn: "100002" });
    await call(mock, "DELETE", "/sales-units/100001");
    expect((await readAll(webhooks)).map(({ msn }) => msn)).toEqual(["100002"]);
    expect((await readAll(deliveries)).map(({ msn }) => msn)).toEqual(["100002"]);
  });

  it("gives up at once what waits for it when it is deleted, and nothing else", async () => {
    const [{ id }, { id: other }] = [(await register(WISH)).json(), (await register(WISH)).json()];
    const { deliveries } = mock.sandbox.store;
    const delivery = (name: string, webhook: string, status: "waiting" | "delivered") =>
      deliveries.insert({
        id: name as never,
        kind: "login-ping",
        msn: MSN.shop,
        url: WISH.url,
        contentType: "application/json",
        body: "{}",
        webhook: webhook as never,
        queuedAt: NOON,
        status,
        ...(status === "waiting" && { nextAttemptAt: (NOON + 3600) as never }),
        attempts: [],
      });
    await delivery("waits", id, "waiting");
    await delivery("arrived", id, "delivered");
    await delivery("waits elsewhere", other, "waiting");
    await send("DELETE", `${PATH}/${id}`, AS_SHOP);
    const items = await readAll(deliveries);
    expect(items.map(({ status, nextAttemptAt }) => [status, nextAttemptAt])).toEqual([
      ["failed", undefined],
      ["delivered", undefined],
      ["waiting", NOON + 3600],
    ]);
  });

  it("is part of a sandbox's state", async () => {
    await register(WISH);
    const before = await listed();
    const { body: state } = await call(mock, "GET", "/state");
    await call(mock, "POST", "/state/reset");
    expect(await listed(await as(MSN.shop, SHOP))).toEqual([]);
    await call(mock, "PUT", "/state", { body: state });
    expect(await listed()).toEqual(before);
  });

  it("is one of 25 for an event and a sales unit", async () => {
    for (let count = 1; count <= 24; count++) await register(WISH);
    const last = await Promise.all([register(WISH), register(WISH)]);
    expect(last.map(({ statusCode }) => statusCode).sort()).toEqual([201, 409]);
    expectReason(mock, "webhook-registration", "dossier §1.10", "100001 has 25", PING);
    expect(await listed()).toHaveLength(25);
    expect((await register(WISH, AS_OUTLET)).statusCode).toBe(201);
    await send("DELETE", `${PATH}/${(await listed())[0].id}`, AS_SHOP);
    expect((await register(WISH)).statusCode).toBe(201);
  });

  it.each([
    ["no JSON", "{", "is not JSON"],
    ["no object", "[]", "not a JSON object"],
    ["nothing", "null", "not a JSON object"],
    ["no url", { events: [PING] }, "url is missing"],
    ["a url that is no text", { url: 1, events: [PING] }, "url is missing, or is not a string"],
    ["a url that is no address", { ...WISH, url: "localhost:3000" }, "no address on the web"],
    ["a path", { ...WISH, url: "/ping" }, "no address on the web"],
    ["a url that is not on the web", { ...WISH, url: "ftp://localhost/" }, "no address on the web"],
    ["a password", { ...WISH, url: "http://a:b@localhost/" }, "user name or password"],
    ["no events", { url: WISH.url }, "events is missing"],
    ["events that are no list", { ...WISH, events: PING }, "events is missing"],
    ["an empty list", { ...WISH, events: [] }, "events is missing"],
    ["events that are no texts", { ...WISH, events: [1] }, "events is missing"],
    ["an unknown event", { ...WISH, events: ["login.ping.v1"] }, "no event login.ping.v1"],
    ["something else", { ...WISH, event: PING }, "has an unknown member event"],
  ])("of %s is refused and changes nothing", async (_what, wish, told) => {
    const response = await register(wish);
    expect(response.statusCode).toBe(400);
    expect(response.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(response.json()).toEqual({
      type: "about:blank",
      title: "Bad Request",
      status: 400,
      detail: expect.any(String),
      instance: expect.any(String),
    });
    expectReason(mock, "webhook-registration", "dossier §1.10", told);
    expect(await listed()).toEqual([]);
  });

  it("whose bytes are no text is told so", async () => {
    const payload = Buffer.from([0x22, 0xff, 0x22]);
    const headers = { host: HOST, "content-type": "application/json", ...AS_SHOP };
    await mock.app.inject({ method: "POST", url: PATH, headers, payload });
    expectReason(mock, "webhook-registration", "dossier §1.10", "the body is not UTF-8");
  });

  it("without a body is refused likewise", async () => {
    expect((await send("POST", PATH, AS_SHOP)).statusCode).toBe(400);
    expectReason(mock, "webhook-registration", "dossier §1.10", "is not JSON");
  });
});

describe("the address of a registration", () => {
  const status = async (url: string) => (await register({ ...WISH, url })).statusCode;

  it("is this machine, or on a host that the operator named", async () => {
    await call(mock, "PATCH", "/settings", { body: { webhookHosts: ["shop", "Hooks.test:8443"] } });
    const consentWebhookUrl = "https://revoked.example.net/x";
    await call(mock, "PATCH", "/sales-units/100002", { body: { consentWebhookUrl } });
    for (const [url, expected] of [
      ["http://localhost:1/ping", 201],
      ["http://127.0.0.1:9/ping", 201],
      ["http://[::1]:9/ping", 201],
      ["https://example.com/another/path", 201],
      ["https://example.com:8443/callback", 400],
      ["http://example.com/callback", 400],
      ["https://revoked.example.net/ping", 201],
      ["http://shop/ping", 201],
      ["http://shop:3000/ping", 201],
      ["https://hooks.test:8443/", 201],
      ["https://hooks.test/", 400],
      ["http://shop.evil.test/", 400],
      ["http://169.254.169.254/latest/meta-data", 400],
    ] as const) {
      expect([url, await status(url)]).toEqual([url, expected]);
    }
  });

  it("is told in the log with what to do, and not to the merchant", async () => {
    const response = await register({ ...WISH, url: "http://internal:8080/ping" });
    expect(response.json().detail).toBe("The url is not allowed.");
    expectReason(mock, "webhook-address", "the mock's own", "internal:8080");
    const { diagnosis } = mock.log.at(-1) ?? {};
    expect(diagnosis?.detail).toContain('Put "internal:8080" into webhookHosts');
  });

  it("is not this machine where others can call the mock, unless its origin is named", async () => {
    await restart({}, { webhooks: { loopback: false } });
    expect(await status("http://localhost:4747/mock/api/state/reset")).toBe(400);
    expect(await status("http://localhost:3000/ping")).toBe(201);
  });

  it("can be allowed by the config", async () => {
    await restart({ webhookHosts: ["backend"] });
    expect(await status("http://backend:8080/ping")).toBe(201);
    await call(mock, "POST", "/sandboxes", {
      body: { id: "one", config: { webhookHosts: ["other"] } },
    });
    const token = await mock.app.inject({
      method: "POST",
      url: `/s/one${PLATFORM_TOKEN}`,
      headers: { host: HOST, ...ownKeysOf(SHOP) },
    });
    const shop = actingFor(MSN.shop, token.json().access_token);
    const inOne = (url: string) =>
      send("POST", `/s/one${PATH}`, shop, { ...WISH, url }).then((one) => one.statusCode);
    expect([await inOne("http://backend/"), await inOne("http://other/")]).toEqual([400, 201]);
  });
});

describe("who calls", () => {
  const refused = "credentials are missing or wrong";

  it.each<[string, () => Promise<Headers>, string]>([
    ["nobody", async () => ({}), "has no Authorization header"],
    ["a client with its id and secret", async () => basic(SHOP), "is not Bearer"],
    ["a made-up token", async () => actingFor(MSN.shop, "made-up"), "was never issued"],
    ["another's msn", () => as(MSN.outlet, SHOP), "100002"],
    ["a partner without an msn", () => byPartner(undefined), "Merchant-Serial-Number is missing"],
    ["a partner for another's sales unit", () => byPartner(MSN.outlet), "100002"],
  ])("is refused: %s", async (_who, caller, told) => {
    const headers = await caller();
    for (const [method, url] of [
      ["POST", PATH],
      ["GET", PATH],
      ["DELETE", `${PATH}/x`],
    ] as const) {
      const response = await send(method, url, headers, method === "POST" ? WISH : undefined);
      expect([response.statusCode, response.json().title]).toEqual([401, "Unauthorized"]);
      expect(response.json().detail).toContain(refused);
      expectReason(mock, "partner-keys", FAQ.partnerKeys, told);
    }
    expect(await readAll(mock.sandbox.store.webhooks)).toEqual([]);
  });

  it("may be a partner that acts for the sales unit", async () => {
    expect((await register(WISH, await byPartner(MSN.shop))).statusCode).toBe(201);
    expect(await listed()).toMatchObject([{ url: WISH.url }]);
  });

  it("may leave its msn out where the token is the sales unit's own", async () => {
    expect((await register(WISH, await as(undefined, SHOP))).statusCode).toBe(201);
  });

  it("is refused once its sales unit is not active any more", async () => {
    await mock.sandbox.store.salesUnits.update(MSN.shop, (unit) => ({ ...unit, active: false }));
    expect((await register(WISH)).statusCode).toBe(401);
  });

  async function byPartner(msn: string | undefined): Promise<Headers> {
    return actingFor(msn, await platformTokenFor(mock));
  }

  it("may send a subscription key, as every API of the platform asks, and reads no note of it", async () => {
    const key = { "Ocp-Apim-Subscription-Key": "0f14ebcab0ec4b29ae0cb90d91b4a84a" };
    expect((await register(WISH, { ...AS_SHOP, ...key })).statusCode).toBe(201);
    const { items } = (await call(mock, "GET", "/requests?endpoint=webhooks")).body;
    expect(items).toMatchObject([{ status: 201, notes: [] }]);
  });

  it("is in the request log by the client id", async () => {
    await register(WISH);
    const { items } = (await call(mock, "GET", `/requests?endpoint=webhooks&clientId=${SHOP.id}`))
      .body;
    expect(items).toMatchObject([{ endpoint: "webhooks", status: 201 }]);
  });
});

describe("a fault of the endpoint", () => {
  it.each([
    [400, "application/problem+json; charset=utf-8"],
    [401, "application/problem+json; charset=utf-8"],
    [500, "application/problem+json; charset=utf-8"],
    [429, "text/html"],
    [503, "text/html"],
  ])("with status %d is told as the platform tells it", async (status, type) => {
    const body = { match: { endpoint: "webhooks", clientId: SHOP.id }, then: { status } };
    await call(mock, "POST", "/faults", { body });
    const response = await register(WISH);
    expect([response.statusCode, response.headers["content-type"]]).toEqual([status, type]);
    expect(await readAll(mock.sandbox.store.webhooks)).toEqual([]);
  });

  it("takes other methods for what they are", async () => {
    const response = await send("DELETE", PATH, AS_SHOP);
    expect([response.statusCode, response.headers["allow"]]).toEqual([405, "POST, GET"]);
  });
});
