import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Check } from "../../src/control/types.ts";
import { PROBE_IDS } from "../../src/rules/probes.ts";
import type { Login } from "../support/check.ts";
import { check } from "../support/check.ts";
import type { Mock } from "../support/mock.ts";
import { startMock } from "../support/mock.ts";
import { RelyingParty } from "../support/relying-party.ts";

/** Each probe finds the application that leaves out what it is about, and no other one. */

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

/** It takes three seconds of the real time, so it is played where it is looked at. */
const SLOW = "token-slow";

const statusesIn = ({ probes }: Check) =>
  Object.fromEntries(probes.map(({ id, status }) => [id, status]));
/** The probes that did not pass, with their statuses. */
const othersIn = (run: Check) =>
  Object.fromEntries(Object.entries(statusesIn(run)).filter(([, status]) => status !== "passed"));

describe("an application that makes every check", () => {
  it("passes every probe", async () => {
    const shop = new RelyingParty(mock);
    const run = await check(mock, () => shop.login());
    expect(othersIn(run)).toEqual({
      "auth-req-id": "not reached",
      "discovery-down": "not reached",
      "keys-down": "not reached",
    });
    expect(run).toMatchObject({ status: "finished", passed: true, logins: run.of });
  });

  it("passes them in logins from phone number, where they reach it", async () => {
    const shop = new RelyingParty(mock);
    const login: Login = ({ user }) => shop.loginByPhone({ phoneNumber: user?.phoneNumber ?? "" });
    const run = await check(mock, login, { without: [SLOW] });
    const others = othersIn(run);
    expect(Object.values(others).every((status) => status === "not reached")).toBe(true);
    expect(statusesIn(run)).toMatchObject({
      "auth-req-id": "passed",
      signature: "passed",
      state: "not reached",
    });
  });
});

/** What is only recommended is no failure. */
const ADVICE = [
  "signature",
  "alg-none",
  "alg-hs256",
  "unknown-kid",
  "issued-tomorrow",
  "access-token-hash",
  "unverified-email",
  "state",
  "clock-ahead",
  "clock-behind",
];

const BY_PHONE = ["auth-req-id"];

/** To the application of this test both are the same. */
const SAME: Readonly<Record<string, string>> = {
  "token-reset": "token-truncated",
  "token-truncated": "token-reset",
};

describe("an application that leaves one check out", () => {
  it.each(PROBE_IDS.filter((id) => !BY_PHONE.includes(id)))("fails in %s alone", async (slip) => {
    const shop = new RelyingParty(mock, slip);
    const without = [SLOW, SAME[slip]].filter((id) => id !== undefined && id !== slip);
    const run = await check(mock, () => shop.login(), { without });
    const { [slip]: found, ...others } = othersIn(run);
    expect(found).toBe(ADVICE.includes(slip) ? "advice" : "failed");
    const nothing = ["not played", "not reached"];
    expect(Object.values(others).filter((status) => !nothing.includes(status))).toEqual([]);
    if (slip === "injected-code") expect(others["nonce"]).toBe("not reached");
    expect(run.passed).toBe(ADVICE.includes(slip));
  });

  it.each(BY_PHONE)("of a login from phone number fails in %s alone", async (slip) => {
    const shop = new RelyingParty(mock, slip);
    const run = await check(
      mock,
      ({ user }) => shop.loginByPhone({ phoneNumber: user?.phoneNumber ?? "" }),
      {
        without: [SLOW],
      },
    );
    const failed = Object.entries(othersIn(run)).filter(([, status]) => status !== "not reached");
    expect(failed).toEqual([[slip, "failed"]]);
  });
});
