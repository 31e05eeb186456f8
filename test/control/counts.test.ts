import { expect, it, onTestFinished } from "vitest";
import { call } from "../support/control.ts";
import { startMock } from "../support/mock.ts";
import { get, PATH, tokensFrom } from "../support/wire.ts";

it("says how many records of each kind there are", async () => {
  const mock = await startMock({ salesUnits: [], partners: [], users: [] });
  onTestFinished(() => mock.close());
  const none = {
    ...{ users: 0, salesUnits: 0, partners: 0, consents: 0, browsers: 0, scenarios: 0 },
    ...{ faults: 0, webhookDeliveries: 0, requests: 0 },
  };
  expect((await call(mock, "GET", "/counts")).body).toEqual(none);
  await get(mock, PATH.jwks);
  expect((await call(mock, "GET", "/counts")).body).toEqual({ ...none, requests: 1 });
  const filled = await startMock();
  onTestFinished(() => filled.close());
  await tokensFrom(filled);
  const { users } = (await call(filled, "GET", "/counts")).body;
  expect(users).toBe((await call(filled, "GET", "/users")).body.items.length);
  expect((await call(filled, "GET", "/counts")).body).toMatchObject({ consents: 1, partners: 1 });
});
