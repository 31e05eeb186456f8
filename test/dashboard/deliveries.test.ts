import { describe, expect, it } from "vitest";
import type { WebhookDelivery } from "../../src/control/types.ts";
import { deliveryView } from "../../src/dashboard/deliveries.ts";
import { epochSeconds } from "../../src/records/time.ts";

const AT = "2023-05-17T10:00:00Z";

const DELIVERY: WebhookDelivery = {
  id: "d1",
  kind: "consent-revoked",
  msn: "100001",
  url: "http://localhost/",
  body: "x",
  queuedAt: AT,
  status: "waiting",
  attempts: [],
} as never;

const attempt = (parts: object) => [{ number: 1, asked: false, at: AT, ...parts }] as never;

function view(parts: Partial<WebhookDelivery>, form = "") {
  const now = epochSeconds(Date.parse(AT) / 1000);
  const visit = { exchange: { now }, root: "./", form: new URLSearchParams(form) } as never;
  return deliveryView({ ...DELIVERY, ...parts }, visit, new Map(), "portal/webhooks");
}

describe("a webhook's delivery", () => {
  it.each([
    [[], "no attempt yet"],
    [attempt({}), "under way"],
    [attempt({ error: "refused", duration: 7 }), "refused after 7 ms"],
    [attempt({ error: "refused" }), "refused"],
    [attempt({ response: { status: 500, body: "no" }, duration: 3 }), "500 after 3 ms"],
    [attempt({ request: { headers: { a: "b" }, body: "x" }, response: { status: 200 } }), "200"],
  ])("says what came of the last attempt: %j", (attempts, outcome) => {
    expect(view({ attempts }).outcome).toBe(outcome);
  });

  it("says when the next one is, as long as there is one", () => {
    const next = { nextAttemptAt: "2023-05-17T10:02:00Z" };
    expect(view(next).next?.text).toBe("in 2 min");
    expect(view({}).next).toBeNull();
    expect(view({ ...next, status: "delivered" }).next).toBeNull();
    expect(view({ status: "failed" }).isFailed).toBe(true);
  });

  it("is named by the msn where its sales unit is gone, and open where it was just sent", () => {
    expect(view({}).unit).toBe("100001");
    expect([view({}).isOpen, view({}, "id=d1").isOpen]).toEqual([false, true]);
  });
});
