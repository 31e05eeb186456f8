import { afterEach, beforeEach, expect, it } from "vitest";
import { call } from "../support/control.ts";
import { valuesOf } from "../support/metrics.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import type { Receiver } from "../support/receiver.ts";
import { startReceiver } from "../support/receiver.ts";
import { eventually } from "../support/wait.ts";
import { tokensFrom } from "../support/wire.ts";

/** Webhooks are counted by what comes of each attempt. */

let mock: Mock;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
  mock = await startMock({}, { metrics: true });
  await mock.app.ready();
  const body = { consentWebhookUrl: receiver.url };
  await call(mock, "PATCH", "/sales-units/100001", { body });
});
afterEach(async () => {
  await mock.close();
  await receiver.close();
});

async function revoke(): Promise<void> {
  await tokensFrom(mock);
  await call(mock, "DELETE", "/consents?user=ada");
}

const attempts = () => valuesOf(mock, "webhook_attempts_total", "kind", "outcome");
const waiting = () => valuesOf(mock, "webhooks_waiting");

it("counts what has arrived", async () => {
  await revoke();
  await eventually(async () =>
    expect(await attempts()).toEqual({ "consent-revoked delivered": 1 }),
  );
  expect(await waiting()).toEqual({});
});

it("counts what is tried again, and what waits; and what fails for good", async () => {
  receiver.answers(500);
  await revoke();
  await eventually(async () => expect(await attempts()).toEqual({ "consent-revoked retry": 1 }));
  expect(await waiting()).toEqual({ "": 1 });
  receiver.answers(500);
  await call(mock, "PATCH", "/clock", { body: { advance: "8d" } });
  await eventually(async () =>
    expect(await attempts()).toEqual({ "consent-revoked retry": 1, "consent-revoked failed": 1 }),
  );
  expect(await waiting()).toEqual({});
});

it("counts what makes room for newer ones while it waits", async () => {
  await call(mock, "PATCH", "/settings", { body: { limits: { deliveries: 1 } } });
  receiver.answers(500, 500);
  await revoke();
  await eventually(async () => expect(await attempts()).toEqual({ "consent-revoked retry": 1 }));
  await revoke();
  await eventually(async () =>
    expect(await attempts()).toMatchObject({ "consent-revoked dropped": 1 }),
  );
});
