import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/control.ts";
import { valuesOf } from "../support/metrics.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import {
  approve,
  ask,
  askForRedirect,
  begin,
  hintOf,
  loginBy,
  poll,
  reject,
} from "../support/phone.ts";
import { until } from "../support/wait.ts";
import { authorize, Browser, challengeOf, formIn, walkLogin } from "../support/wire.ts";

/** Logins are counted when they begin, and once by how they end. */

let mock: Mock;
beforeEach(async () => {
  mock = await startMock({}, { metrics: true });
  await mock.app.ready();
});
afterEach(() => mock.close());

const advance = (by: string) => call(mock, "PATCH", "/clock", { body: { advance: by } });
const started = () => valuesOf(mock, "logins_started_total", "flow");
const ended = () => valuesOf(mock, "logins_ended_total", "flow", "outcome");

describe("of logins in a browser", () => {
  const play = (scenario: object) => call(mock, "POST", "/scenarios", { body: scenario });

  it.each<[string, () => Promise<unknown>]>([
    ["completed", () => walkLogin(new Browser(mock))],
    ["consent_declined", () => walkLogin(new Browser(mock), { consent: "decline" })],
    [
      "cancelled",
      async () => {
        const browser = new Browser(mock);
        await browser.submit(await browser.login(), { action: "cancel" });
      },
    ],
    [
      "wrong_challenge",
      async () => {
        const browser = new Browser(mock);
        const app = await browser.submit(await browser.login(), { fixture_user: "ada" });
        await browser.submit(app, { choice: challengeOf(app).wrong });
      },
    ],
    [
      "expired",
      async () => {
        const browser = new Browser(mock);
        const page = await browser.login();
        await advance("1h");
        const { action, hidden } = formIn(page);
        await browser.fetch(action, { ...hidden, fixture_user: "ada" });
      },
    ],
    [
      "outdated_app",
      async () => {
        await play({ user: "ada", outcome: "outdated_app" });
        await authorize(mock);
      },
    ],
    [
      "unknown_reject_reason",
      async () => {
        await play({ user: "ada", outcome: "unknown_reject_reason" });
        await authorize(mock);
      },
    ],
    ["error", () => authorize(mock, { prompt: "none" })],
    [
      "error",
      async () => {
        await play({ user: "ada", outcome: { error: "made_up" } });
        await authorize(mock);
      },
    ],
    [
      "not_eligible",
      async () => {
        const id = "ada";
        await play({ user: id, outcome: "approve" });
        await call(mock, "PATCH", `/users/${id}`, { body: { status: "blocked" } });
        await authorize(mock);
      },
    ],
  ])("is counted what came of one: %s", async (outcome, login) => {
    await login();
    expect(await started()).toEqual({ browser: 1 });
    expect(await ended()).toEqual({ [`browser ${outcome}`]: 1 });
  });

  it("begins none with a request that is refused, and ends none that waits", async () => {
    await authorize(mock, { redirect_uri: "https://elsewhere.example" });
    expect([await started(), await ended()]).toEqual([{}, {}]);
    await authorize(mock);
    expect([await started(), await ended()]).toEqual([{ browser: 1 }, {}]);
  });
});

describe("of logins from phone number", () => {
  it.each<[string, () => Promise<unknown>]>([
    [
      "completed",
      async () => {
        const { auth_req_id } = await begin(mock);
        await approve(mock, auth_req_id);
        await poll(mock, auth_req_id);
        await poll(mock, auth_req_id);
      },
    ],
    [
      "completed",
      async () => {
        const { auth_req_id } = (await askForRedirect(mock)).json();
        await approve(mock, auth_req_id);
      },
    ],
    [
      "cancelled",
      async () => {
        const { auth_req_id } = await begin(mock);
        await reject(mock, auth_req_id);
        await poll(mock, auth_req_id);
        await advance("1h");
        await poll(mock, auth_req_id);
      },
    ],
    [
      "expired",
      async () => {
        const { auth_req_id } = await begin(mock);
        await advance("1h");
        await poll(mock, auth_req_id);
      },
    ],
    [
      "completed",
      async () => {
        const { auth_req_id } = await begin(mock);
        await approve(mock, auth_req_id);
        await advance("1h");
        expect((await poll(mock, auth_req_id)).json().error).toBe("expired_token");
      },
    ],
    [
      "outdated_app",
      async () => {
        await call(mock, "POST", "/scenarios", { body: { outcome: "outdated_app" } });
        expect((await ask(mock)).statusCode).toBe(400);
      },
    ],
    [
      "error",
      async () => {
        const body = { outcome: { error: "made_up" }, match: { flow: "phone-number" } };
        await call(mock, "POST", "/scenarios", { body });
        await begin(mock);
      },
    ],
  ])("is counted what came of one: %s", async (outcome, login) => {
    await login();
    expect(await started()).toEqual({ "phone-number": 1 });
    expect(await ended()).toEqual({ [`phone-number ${outcome}`]: 1 });
  });

  it("is counted what its user does later, whoever carries that out", async () => {
    await call(mock, "POST", "/scenarios", { body: { outcome: "cancel", delay: 60 } });
    const { auth_req_id } = await begin(mock);
    expect(await ended()).toEqual({});
    await advance("61s");
    // No merchant polls: it is the courier who carries it out.
    await until(async () => (await loginBy(mock, auth_req_id)).failure);
    await until(async () => Object.keys(await ended()).length > 0);
    expect(await ended()).toEqual({ "phone-number cancelled": 1 });
  });

  it("begins none for somebody whom it refuses", async () => {
    await ask(mock, { login_hint: hintOf("4700000000") });
    expect(await started()).toEqual({});
  });
});
