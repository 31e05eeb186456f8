import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { forgetSalesUnit, forgetUser } from "../../../src/control/resources/forget.ts";
import { phoneRedirectUrl } from "../../../src/login/phone-login.ts";
import { readAll } from "../../../src/store/batches.ts";
import type { Collection } from "../../../src/store/store.ts";
import { call } from "../../support/control.ts";
import type { Mock } from "../../support/mock.ts";
import { NOON, startMock } from "../../support/mock.ts";
import { approve, begin, loginBy, poll, sendCode } from "../../support/phone.ts";
import { CALLBACK, HOST, userinfo } from "../../support/wire.ts";

/** Where an approval can break off, in the order of its steps. */
const STEPS = ["consents", "sessions", "codes", "deliveries"] as const;

describe("an approval from phone number that breaks off half way", () => {
  let mock: Mock;
  beforeEach(async () => {
    mock = await startMock({}, { behindNginx: false });
    await mock.sandbox.store.webhooks.insert({
      id: "hook",
      msn: "100001",
      url: "http://127.0.0.1:1/hook",
      events: ["login.merchant-initiated.ping.v1"],
      secret: "secret",
    } as never);
  });
  afterEach(() => mock.close());

  const all = (name: (typeof STEPS)[number] | "loginDays"): Promise<readonly unknown[]> =>
    readAll<unknown>(mock.sandbox.store[name]);
  const redirect = { requested_flow: "login_to_webpage", redirect_uri: CALLBACK };

  /** The next insertion there does something else. */
  function instead(
    name: (typeof STEPS)[number],
    what: (insert: () => Promise<unknown>) => unknown,
  ) {
    const collection = mock.sandbox.store[name] as unknown as Pick<Collection<object>, "insert">;
    const insert = collection.insert.bind(collection);
    collection.insert = async (item) => {
      collection.insert = insert;
      await what(() => insert(item));
      return undefined;
    };
  }
  const fail = () => {
    throw new Error("the store is down");
  };
  const begun = async (fields = {}) => {
    const { auth_req_id: authReqId } = await begin(mock, { scope: "openid name", ...fields });
    return { authReqId, path: `/logins/${(await loginBy(mock, authReqId)).id}` };
  };
  const brokenAt = async (name: (typeof STEPS)[number], fields = {}) => {
    const login = await begun(fields);
    instead(name, fail);
    await expect(approve(mock, login.authReqId)).rejects.toThrow("down");
    return login;
  };

  it.each(["consents", "sessions", "deliveries"] as const)(
    "at its %s: the next poll has its tokens, and all of it is there once",
    async (name) => {
      const { authReqId } = await brokenAt(name);
      await mock.sandbox.clock.advance(10);
      const { access_token } = (await poll(mock, authReqId)).json();
      expect((await userinfo(mock, access_token)).json()).toMatchObject({ name: "Ada Nordmann" });
      expect(await all("consents")).toMatchObject([{ givenAt: NOON }]);
      expect(await all("sessions")).toMatchObject([{ beganAt: NOON }]);
      expect(await all("deliveries")).toHaveLength(1);
      expect(await all("loginDays")).toMatchObject([{ recent: { at: [NOON], logins: [1] } }]);
    },
  );

  it.each(["consents", "sessions", "codes"] as const)(
    "at its %s: whoever looks has a way back with a code that works",
    async (name) => {
      const { path } = await brokenAt(name, redirect);
      const { status, redirectUrl } = (await call(mock, "GET", path)).body;
      expect(status).toBe("approved");
      const code = new URL(redirectUrl).searchParams.get("code") ?? "";
      expect((await sendCode(mock, code)).statusCode).toBe(200);
      expect((await call(mock, "POST", `${path}/approve`)).status).toBe(409);
      expect([await all("sessions"), await all("codes")].map(({ length }) => length)).toEqual([
        1, 1,
      ]);
    },
  );

  it("shows no code while that is not stored", async () => {
    const { authReqId } = await brokenAt("codes", redirect);
    expect(phoneRedirectUrl(await loginBy(mock, authReqId))).toBeUndefined();
  });

  it("is finished with the answers that were given", async () => {
    const { authReqId, path } = await begun({ scope: "openid delegatedConsents" });
    instead("sessions", fail);
    const url = `http://localhost:4747/mock/api${path}/approve`;
    const payload = { delegatedConsents: { sms: false } };
    const headers = { host: HOST };
    const broken = await mock.app.inject({ method: "POST", url, headers, payload });
    expect(broken.statusCode).toBe(500);
    const { access_token } = (await poll(mock, authReqId)).json();
    const { delegatedConsents } = (await userinfo(mock, access_token)).json();
    expect(delegatedConsents.consents).toContainEqual(
      expect.objectContaining({ id: "sms", accepted: false }),
    );
  });

  it.each(["consents", "sessions", "codes", "deliveries"] as const)(
    "and somebody looks while it is at its %s: all of it is there once",
    async (name) => {
      const { path, authReqId } = await begun(name === "codes" ? redirect : {});
      const looked: number[] = [];
      instead(name, async (insert) => {
        looked.push((await call(mock, "GET", path)).status);
        await insert();
      });
      expect((await call(mock, "POST", `${path}/approve`)).status).toBe(200);
      expect(looked).toEqual([200]);
      for (const each of STEPS) expect((await all(each)).length).toBeLessThanOrEqual(1);
      expect(await all("loginDays")).toMatchObject([{ recent: { logins: [1] } }]);
      expect((await loginBy(mock, authReqId)).approval?.ready).toBe(true);
    },
  );

  it.each([
    ["user", "/users/ada"],
    ["sales unit", "/sales-units/100001"],
  ])("leaves nothing when its %s is removed meanwhile", async (_who, path) => {
    for (const name of ["consents", "sessions"] as const) {
      await mock.close();
      mock = await startMock({}, { behindNginx: false });
      const login = await begun();
      instead(name, async (insert) => {
        // Not over the control API, which would finish the approval before.
        const { store } = mock.sandbox;
        if (path === "/users/ada") {
          await store.users.take("ada");
          await forgetUser(mock.sandbox, "ada");
        } else {
          await store.salesUnits.take("100001");
          await forgetSalesUnit(mock.sandbox, "100001");
        }
        await insert();
      });
      await call(mock, "POST", `${login.path}/approve`);
      expect([...(await all("consents")), ...(await all("sessions"))]).toEqual([]);
    }
  });

  it("is no matter once it is finished", async () => {
    const { authReqId } = await begun();
    await approve(mock, authReqId);
    const finished = await loginBy(mock, authReqId);
    await poll(mock, authReqId);
    expect(await loginBy(mock, authReqId)).toEqual({ ...finished, redeemedAt: NOON });
  });
});
