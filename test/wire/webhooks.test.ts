import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ConfigInput } from "../../src/records/config.ts";
import { FAQ } from "../../src/records/faq.ts";
import { readAll } from "../../src/store/batches.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { loggedRequests, NOON, startMock } from "../support/mock.ts";
import {
  actingFor,
  MSN,
  ownKeysOf,
  PARTNER,
  PLATFORM_TOKEN,
  platformTokenFor,
} from "../support/partner.ts";
import { until } from "../support/wait.ts";
import type { Client, Headers } from "../support/wire.ts";
import { basic, expectReason, HOST, OUTLET, SHOP } from "../support/wire.ts";

const PATH = "/webhooks/v1/webhooks";
const PING = "login.merchant-initiated.ping.v1";

let mock: Mock;
beforeEach(() => restart());
afterEach(() => {
  vi.useRealTimers();
  return mock.close();
});

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
  return { ...actingFor(msn, await platformTokenFor(mock, ownKeysOf(client))), ...ANY_KEY };
}

/** A subscription key is asked for; a sales unit has none in a config, so that any is taken of it. */
const ANY_KEY: Headers = { "Ocp-Apim-Subscription-Key": "0f14ebcab0ec4b29ae0cb90d91b4a84a" };

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
    expect(Buffer.from(secret, "base64")).toHaveLength(64);
    expect((await send("GET", PATH, AS_SHOP)).body).toBe(
      `{"webhooks":[{"id":"${id}","url":"${WISH.url}","events":["${PING}"]}]}`,
    );
    const log = JSON.stringify((await call(mock, "GET", "/requests")).body);
    expect(log).not.toContain(secret);
    expect(log).toContain("/webhooks/v1/webhooks");
  });

  it("may be for events of the platform's other APIs, which the mock never sends", async () => {
    const events = [PING, "epayments.payment.captured.v1", "recurring.charge-canceled.v1"];
    expect((await register({ ...WISH, events })).statusCode).toBe(201);
    expect(await listed()).toMatchObject([{ events }]);
    const { items } = (await call(mock, "GET", "/requests?endpoint=webhooks")).body;
    expect(items[0].notes).toMatchObject([
      { message: expect.stringMatching(/never sends epayments.* recurring\.charge-canceled\.v1$/) },
    ]);
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
    expectReason(mock, "webhook-registration", "Webhooks API 2023", id, "100002");
    expect(refused.json().instance).toBe(`/v1/webhooks/${id}`);
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
    expect(last.map(({ statusCode }) => statusCode).sort()).toEqual([201, 400]);
    const refused = last.find(({ statusCode }) => statusCode === 400)?.json();
    expect(refused.extraDetails).toMatchObject([
      { name: "events", reason: expect.stringContaining("At most 25") },
    ]);
    expectReason(mock, "webhook-registration", "Webhooks API 2023", "100001 has 25", PING);
    expect(await listed()).toHaveLength(25);
    expect((await register(WISH, AS_OUTLET)).statusCode).toBe(201);
    await send("DELETE", `${PATH}/${(await listed())[0].id}`, AS_SHOP);
    expect((await register(WISH)).statusCode).toBe(201);
  });

  it.each([
    ["no JSON", "{", "body", "is not JSON"],
    ["no object", "[]", "body", "not a JSON object"],
    ["nothing", "null", "body", "not a JSON object"],
    ["no url", { events: [PING] }, "url", "url is missing"],
    [
      "a url that is no text",
      { url: 1, events: [PING] },
      "url",
      "url is missing, or is not a string",
    ],
    [
      "a url that is no address",
      { ...WISH, url: "localhost:3000" },
      "url",
      "no address on the web",
    ],
    ["a path", { ...WISH, url: "/ping" }, "url", "no address on the web"],
    ["another scheme", { ...WISH, url: "ftp://localhost/" }, "url", "no address on the web"],
    ["a password", { ...WISH, url: "http://a:b@localhost/" }, "url", "user name or password"],
    ["a line break", { ...WISH, url: "http://localhost/\nx" }, "url", "a control character"],
    ["a tab", { ...WISH, url: "http://local\thost/" }, "url", "a control character"],
    ["a fragment", { ...WISH, url: "http://localhost/#x" }, "url", "it contains #"],
    ["a backslash", { ...WISH, url: "http://localhost\\x" }, "url", "no URI may have"],
    ["no events", { url: WISH.url }, "events", "events is missing"],
    ["events that are no list", { ...WISH, events: PING }, "events", "events is missing"],
    ["an empty list", { ...WISH, events: [] }, "events", "events is missing"],
    ["events that are no texts", { ...WISH, events: [1] }, "events", "events is missing"],
    [
      "an unknown event",
      { ...WISH, events: ["login.ping.v1"] },
      "events",
      "no event login.ping.v1",
    ],
    ["something else", { ...WISH, event: PING }, "event", "has an unknown member event"],
  ])("of %s is refused and changes nothing", async (_what, wish, name, told) => {
    const response = await register(wish);
    expect(response.statusCode).toBe(400);
    expect(response.headers["content-type"]).toMatch(/^application\/problem\+json/);
    const problem = response.json();
    expect(problem).toEqual({
      type: problem.traceId,
      title: "Bad Request",
      status: 400,
      detail: "One or more validation errors occurred.",
      instance: "/v1/webhooks",
      traceId: expect.stringMatching(/^00-[\da-f]{32}-[\da-f]{16}-00$/),
      extraDetails: [{ name, reason: expect.any(String) }],
    });
    expectReason(mock, "webhook-registration", "Webhooks API 2023", told);
    expect(await listed()).toEqual([]);
  });

  it("in which several things are wrong is told all of them", async () => {
    const { extraDetails } = (await register({ events: ["a", "b"] })).json();
    expect(extraDetails).toEqual([
      { name: "url", reason: "The property is required and cannot be null or empty." },
      { name: "events", reason: "The event a does not exist." },
      { name: "events", reason: "The event b does not exist." },
    ]);
  });

  it("that has thousands of unknown events and members is told some of each", async () => {
    const many = Array.from({ length: 1000 }, (_, at) => `event-${at}`);
    const members = Object.fromEntries(many.map((name) => [name, 1]));
    const { extraDetails } = (
      await register({ url: WISH.url, events: [...many, ...many], ...members })
    ).json();
    expect(extraDetails).toHaveLength(50);
    expect(extraDetails[25]).toEqual({
      name: "events",
      reason: "The event event-0 does not exist.",
    });
  });

  it("whose bytes are no text is told so", async () => {
    const payload = Buffer.from([0x22, 0xff, 0x22]);
    const headers = { host: HOST, "content-type": "application/json", ...AS_SHOP };
    await mock.app.inject({ method: "POST", url: PATH, headers, payload });
    expectReason(mock, "webhook-registration", "Webhooks API 2023", "the body is not UTF-8");
  });

  it("without a body is refused likewise", async () => {
    expect((await send("POST", PATH, AS_SHOP)).statusCode).toBe(400);
    expectReason(mock, "webhook-registration", "Webhooks API 2023", "is not JSON");
  });
});

/** In the words of the test environment. */
const NOT_ALLOWED = {
  name: "url",
  reason: "The URL and/or hostname you provided is not allowed",
};

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
    expect(response.json().extraDetails).toEqual([NOT_ALLOWED]);
    expectReason(mock, "webhook-address", "the mock's own", "internal:8080");
    const { diagnosis } = mock.log.at(-1) ?? {};
    expect(diagnosis?.detail).toContain('Put "internal:8080" into webhookHosts');
  });

  it("is not this machine where others can call the mock, unless its origin is named", async () => {
    await restart({}, { webhooks: { loopback: false } });
    expect(await status("http://localhost:4747/mock/api/state/reset")).toBe(400);
    expect(await status("http://localhost:3000/ping")).toBe(201);
  });

  it("is refused as long as nobody knows an address for its host", async () => {
    const asked: string[] = [];
    let isKnown = false;
    const lookup = async (host: string) => {
      asked.push(host);
      if (!isKnown) throw Object.assign(new Error("no address"), { code: "ENOTFOUND" });
    };
    await restart({ webhookHosts: ["not-yet.test", "10.0.0.1"] }, { webhooks: { lookup } });
    const refused = await register({ ...WISH, url: "https://not-yet.test:8443/ping" });
    expect([refused.statusCode, refused.json().extraDetails]).toEqual([400, [NOT_ALLOWED]]);
    const source = "Webhooks API 2023; stottemedlem";
    expectReason(mock, "webhook-reachable", source, "no address", "not-yet.test");
    for (const url of ["http://localhost/", "http://app.localhost/", "http://[::1]/"]) {
      expect([url, await status(url)]).toEqual([url, 201]);
    }
    expect(await status("http://10.0.0.1/")).toBe(201);
    isKnown = true;
    expect(await status("https://not-yet.test:8443/ping")).toBe(201);
    expect(asked).toEqual(["not-yet.test", "not-yet.test"]);
  });

  it.each(["EAI_AGAIN", "EAI_FAIL", undefined])(
    "is taken where nobody can say whether its host has an address, which is noted: %s",
    async (code) => {
      const lookup = async () => {
        throw Object.assign(new Error("the DNS is ill"), { code });
      };
      await restart({ webhookHosts: ["shop.test"] }, { webhooks: { lookup } });
      expect(await status("https://shop.test/ping")).toBe(201);
      expect((await loggedRequests(mock)).at(-1)?.notes).toMatchObject([
        {
          rule: "webhook-reachable",
          message: `the mock's machine could not look up shop.test (${code ?? "the DNS is ill"}), and nobody knows whether webhooks get there`,
        },
      ]);
    },
  );

  it("is taken where the DNS takes too long to say", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const asked = vi.fn(() => new Promise<never>(() => {}));
    await restart({ webhookHosts: ["shop.test"] }, { webhooks: { lookup: asked } });
    const registered = status("https://shop.test/ping");
    await until(() => asked.mock.calls.length > 0);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await registered).toBe(201);
    const [note] = (await loggedRequests(mock)).at(-1)?.notes ?? [];
    expect(note?.message).toContain("shop.test (no result within 5 seconds)");
  });

  it("is refused where the system itself finds no address", async () => {
    // A label of 64 letters: no name server has to be asked to know that there is none.
    const host = `${"a".repeat(64)}.test`;
    await restart({ webhookHosts: [host] }, { webhooks: { lookup: undefined } });
    expect(await status(`https://${host}/`)).toBe(400);
    expectReason(mock, "webhook-reachable", "Webhooks API 2023; stottemedlem", host);
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
    const shop = { ...actingFor(MSN.shop, token.json().access_token), ...ANY_KEY };
    const inOne = (url: string) =>
      send("POST", `/s/one${PATH}`, shop, { ...WISH, url }).then((one) => one.statusCode);
    expect([await inOne("http://backend/"), await inOne("http://other/")]).toEqual([400, 201]);
  });
});

describe("who calls", () => {
  const refused = "credentials are missing or wrong";

  it.each<[string, () => Promise<Headers>, string]>([
    ["nobody", async () => ANY_KEY, "has no Authorization header"],
    ["a client with its id and secret", async () => ({ ...basic(SHOP), ...ANY_KEY }), "not Bearer"],
    ["a made-up token", async () => ({ ...actingFor(MSN.shop, "x"), ...ANY_KEY }), "never issued"],
    ["another's msn", () => as(MSN.outlet, SHOP), "100002"],
    ["a partner for another's sales unit", () => byPartner(MSN.outlet), "100002"],
  ])("is refused: %s", async (_who, caller, told) => {
    for (const response of await tryAll(await caller())) {
      expect([response.statusCode, response.json().title]).toEqual([401, "Unauthorized"]);
      expect(response.json().detail).toContain(refused);
      expectReason(mock, "partner-keys", FAQ.partnerKeys, told);
    }
    expect(await readAll(mock.sandbox.store.webhooks)).toEqual([]);
  });

  it.each<[string, () => Promise<Headers>, string, string]>([
    ["no subscription key", () => withKey(AS_SHOP, ""), "missing subscription key", "is missing"],
    ["no key of a partner", () => withKey(byPartner(MSN.shop), ""), "missing", "is missing"],
    ["another key than the partner's", () => withKey(byPartner(), "x"), "invalid", "not that of"],
  ])("is refused by the gateway: %s", async (_what, caller, said, told) => {
    for (const response of await tryAll(await caller())) {
      const { statusCode, message } = response.json();
      expect([response.statusCode, statusCode]).toEqual([401, 401]);
      expect(message).toContain(said);
      expectReason(mock, "webhook-caller", "Webhooks API 2023", told);
    }
    expect(await readAll(mock.sandbox.store.webhooks)).toEqual([]);
  });

  it("has to name its sales unit if it is a merchant", async () => {
    for (const response of await tryAll(await as(undefined, SHOP))) {
      expect(response.statusCode).toBe(400);
      expect(response.json().extraDetails).toEqual([
        {
          name: "Merchant-Serial-Number",
          reason: "The property is required and cannot be null or empty.",
        },
      ]);
      expectReason(
        mock,
        "webhook-caller",
        "Webhooks API 2023",
        "Merchant-Serial-Number is missing",
      );
    }
  });

  it("may be a partner that acts for the sales unit", async () => {
    expect((await register(WISH, await byPartner(MSN.shop))).statusCode).toBe(201);
    expect(await listed()).toMatchObject([{ url: WISH.url }]);
    expect(await listed(await byPartner())).toEqual([]);
  });

  it("may be a partner that names no sales unit: it has registrations of its own", async () => {
    const partner = await byPartner();
    const { id } = (await register(WISH, partner)).json();
    for (let count = 2; count <= 25; count++) await register(WISH, partner);
    expect((await register(WISH, partner)).statusCode).toBe(400);
    expect(await listed(partner)).toHaveLength(25);
    expect(await listed()).toEqual([]);
    expect((await register(WISH)).statusCode).toBe(201);
    expect((await send("DELETE", `${PATH}/${id}`, AS_SHOP)).statusCode).toBe(404);
    expect((await send("DELETE", `${PATH}/${id}`, partner)).statusCode).toBe(204);
    await call(mock, "DELETE", "/partners/demo-partner");
    const items = await readAll(mock.sandbox.store.webhooks);
    expect(items.map(({ msn, partner: by }) => [msn, by])).toEqual([[MSN.shop, undefined]]);
  });

  it("is refused once its sales unit is not active any more", async () => {
    await mock.sandbox.store.salesUnits.update(MSN.shop, (unit) => ({ ...unit, active: false }));
    expect((await register(WISH)).statusCode).toBe(401);
  });

  async function byPartner(msn?: string): Promise<Headers> {
    return withKey(actingFor(msn, await platformTokenFor(mock)), PARTNER.key);
  }

  async function withKey(headers: Headers | Promise<Headers>, key: string): Promise<Headers> {
    return { ...(await headers), "Ocp-Apim-Subscription-Key": key };
  }

  /** Every operation of the API, as the same caller. */
  async function tryAll(headers: Headers) {
    const responses: Awaited<ReturnType<typeof send>>[] = [];
    for (const [method, url] of [
      ["POST", PATH],
      ["GET", PATH],
      ["DELETE", `${PATH}/x`],
    ] as const) {
      responses.push(await send(method, url, headers, method === "POST" ? WISH : undefined));
    }
    return responses;
  }

  it("leaves no note of the subscription key, which every API of the platform asks for", async () => {
    expect((await register(WISH)).statusCode).toBe(201);
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
