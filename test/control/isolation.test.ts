import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OPERATIONS } from "../../src/control/dispatch.ts";
import type { Delivery } from "../../src/records/delivery.ts";
import type { DeliveryId, SandboxId } from "../../src/records/ids.ts";
import type { Answer } from "../support/control.ts";
import { call } from "../support/control.ts";
import type { Mock } from "../support/mock.ts";
import { NOON, startMock } from "../support/mock.ts";
import { ADA, hintOf } from "../support/phone.ts";
import { authorizePath, basic, CALLBACK, get, PATH, post, SHOP } from "../support/wire.ts";

/**
 * Nothing leaks between two sandboxes: whatever can be changed is changed in one of them, and all that
 * can be read of the others is as it was.
 */

/** What is about the server, not about one sandbox; health and the description never change. */
const SHARED = ["/sandboxes", "/health", "/live", "/addresses", "/openapi.json"];

/** Everything that can be read of a sandbox without knowing an id. */
const READABLE = OPERATIONS.filter(
  ({ method, path }) => method === "GET" && !path.includes("{") && !SHARED.includes(path),
).map(({ path }) => path);

const OTHERS = [undefined, "other"] as const;

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
  for (const id of ["one", "other"]) await call(mock, "POST", "/sandboxes", { body: { id } });
  for (const sandbox of ["one", ...OTHERS]) await useUp(sandbox);
});
afterEach(() => mock.close());

const below = (sandbox: string | undefined) => (sandbox === undefined ? "" : `/s/${sandbox}`);

/** A webhook that has arrived once, at an address at which nobody listens any more. */
const DELIVERY: Delivery = {
  id: "delivery" as DeliveryId,
  kind: "consent-revoked",
  msn: "100001",
  url: "http://127.0.0.1:1/",
  contentType: "text/plain",
  body: "x",
  queuedAt: NOON,
  status: "delivered",
  attempts: [],
};

/** A login with consent and a remembered browser, two that wait, a payment, a fault, a scenario. */
async function useUp(sandbox: string | undefined): Promise<void> {
  await call(mock, "POST", "/scenarios", { body: { user: "ada", remember: true } }, sandbox);
  await get(mock, `${below(sandbox)}${authorizePath()}`);
  const phone = { login_hint: hintOf(ADA), scope: "openid email" };
  await post(mock, `${below(sandbox)}${PATH.backchannel}`, phone, basic(SHOP));
  await get(mock, `${below(sandbox)}${authorizePath()}`);
  const payment = { msn: "100001", user: "ada", scope: "name" };
  await call(mock, "POST", "/payment-sessions", { body: payment }, sandbox);
  const fault = { match: { endpoint: "token" }, times: 1, then: { status: 500 } };
  await call(mock, "POST", "/faults", { body: fault }, sandbox);
  await call(mock, "POST", "/scenarios", { body: { outcome: "cancel" } }, sandbox);
  await (await mock.sandboxes.open((sandbox ?? "default") as SandboxId))?.store.deliveries.insert(
    DELIVERY,
  );
}

async function snapshot(sandbox: string | undefined): Promise<Record<string, unknown>> {
  const read = async (path: string) =>
    [path, (await call(mock, "GET", path, {}, sandbox)).body] as const;
  return Object.fromEntries(await Promise.all(READABLE.map(read)));
}

const inOne = (method: Parameters<typeof call>[1], path: string, body?: unknown): Promise<Answer> =>
  call(mock, method, path, body === undefined ? {} : { body }, "one");

async function firstOf(path: string): Promise<string> {
  const { body } = await inOne("GET", path);
  return body.items[0].id;
}

/** What others have ordered would disturb it. */
async function beginCheck(): Promise<void> {
  await inOne("DELETE", "/faults");
  await inOne("DELETE", "/scenarios");
  await inOne("POST", "/checks", { clientId: SHOP.id });
}

function tickBranding(): Promise<Answer> {
  const items = { branding: { done: true } };
  return inOne("PATCH", `/checklist?clientId=${SHOP.id}`, { items });
}

/** For every resource, something that changes it. */
const CHANGES: readonly (readonly [resource: string, change: () => Promise<unknown>])[] = [
  ["/users", () => inOne("PATCH", "/users/ada", { phoneNumber: "4799999999" })],
  ["/users", () => inOne("DELETE", "/users/ada")],
  ["/sales-units", () => inOne("POST", "/sales-units", { name: "Mine", redirectUris: [] })],
  ["/partners", () => inOne("DELETE", "/partners/demo-partner")],
  [
    "/payment-sessions",
    async () => inOne("DELETE", `/payment-sessions/${await firstOf("/payment-sessions")}`),
  ],
  ["/consents", () => inOne("DELETE", "/consents?user=ada")],
  ["/browsers", () => inOne("DELETE", "/browsers")],
  ["/logins", async () => inOne("POST", `/logins/${await firstOf("/logins")}/reject`)],
  [
    "/logins",
    async () => inOne("POST", `/logins/${await firstOf("/logins?flow=phone-number")}/approve`),
  ],
  [
    "/consents",
    async () => inOne("POST", `/logins/${await firstOf("/logins?flow=phone-number")}/approve`),
  ],
  ["/scenarios", () => get(mock, `/s/one${authorizePath()}`)],
  ["/scenarios", () => inOne("DELETE", "/scenarios")],
  [
    "/faults",
    () =>
      post(
        mock,
        `/s/one${PATH.token}`,
        { grant_type: "authorization_code", code: "x", redirect_uri: CALLBACK },
        basic(SHOP),
      ),
  ],
  ["/faults", () => inOne("DELETE", "/faults")],
  ["/clock", () => inOne("PATCH", "/clock", { advance: "168h" })],
  ["/keys", () => inOne("POST", "/keys/rotate", {})],
  ["/statistics", () => inOne("PATCH", "/clock", { advance: "10m" })],
  ["/checklist", () => tickBranding()],
  ["/checklist/report", () => tickBranding()],
  ["/checks", () => beginCheck()],
  ["/settings", () => inOne("PATCH", "/settings", { profile: "2026", autoLogin: "ada" })],
  ["/settings/rules", () => inOne("PATCH", "/settings", { rules: { minimumAge: 20 } })],
  ["/counts", () => inOne("DELETE", "/browsers")],
  ["/requests", () => get(mock, `/s/one${PATH.discovery}`)],
  ["/requests/count", () => inOne("DELETE", "/requests")],
  ["/requests/report", () => get(mock, `/s/one${PATH.discovery}`)],
  ["/requests", () => inOne("POST", "/requests/take", {})],
  ["/webhook-deliveries", () => inOne("POST", `/webhook-deliveries/${DELIVERY.id}/redeliver`)],
  ["/webhook-deliveries", () => inOne("DELETE", "/webhook-deliveries")],
  ["/state", () => inOne("POST", "/tokens", { user: "ada", clientId: SHOP.id, scope: "openid" })],
  [
    "/state",
    () =>
      post(
        mock,
        `/s/one${PATH.backchannel}`,
        { login_hint: "urn:msisdn:4712345678", scope: "openid" },
        basic(SHOP),
      ),
  ],
  ["/state", () => inOne("POST", "/state/reset")],
];

describe("two sandboxes", () => {
  it("are read in every respect", () => {
    const changed = new Set(CHANGES.map(([resource]) => resource));
    expect(READABLE.filter((path) => !changed.has(path))).toEqual([]);
  });

  it.each(CHANGES)("share no %s", async (resource, change) => {
    const before = await Promise.all(["one", ...OTHERS].map(snapshot));
    await change();
    const [one, ...others] = await Promise.all(["one", ...OTHERS].map(snapshot));
    expect(one?.[resource]).not.toEqual(before[0]?.[resource]);
    expect(others).toEqual(before.slice(1));
  });

  it("end apart", async () => {
    const before = await Promise.all(OTHERS.map(snapshot));
    await call(mock, "DELETE", "/sandboxes/one");
    expect(await Promise.all(OTHERS.map(snapshot))).toEqual(before);
    await call(mock, "POST", "/sandboxes", { body: { id: "one" } });
    expect((await inOne("GET", "/requests/count")).body).toEqual({ count: 0 });
  });
});
