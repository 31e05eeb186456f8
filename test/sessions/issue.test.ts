import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AuthReqId, CodeValue, LoginId, SessionId } from "../../src/records/ids.ts";
import { after } from "../../src/records/time.ts";
import { RETENTION } from "../../src/rules/retention.ts";
import type { CompletedLogin } from "../../src/sessions/issue.ts";
import { beginSession, grantCode } from "../../src/sessions/issue.ts";
import { readStatistics } from "../../src/sessions/statistics.ts";
import type { Mock } from "../support/mock.ts";
import { NOON, startMock } from "../support/mock.ts";
import { replaced } from "../support/store.ts";
import { CALLBACK, SHOP } from "../support/wire.ts";

let mock: Mock;
beforeEach(async () => {
  mock = await startMock();
});
afterEach(() => mock.close());

async function loginOf(name: string): Promise<CompletedLogin> {
  const user = await mock.sandbox.store.users.get(name);
  if (!user) throw new Error(`nobody is called ${name}`);
  const { msn, clientId, merchant } = await mock.salesUnit("Demo Shop");
  expect(clientId).toBe(SHOP.id);
  const request = { clientId, msn, redirectUri: CALLBACK, grantedScopes: ["openid", "name"] };
  return { request, merchant, user, startedAt: NOON, authenticatedAt: NOON };
}

const later = (seconds: number) => after(NOON, seconds);

describe("the end of a login", () => {
  it("begins a session with what the login found out", async () => {
    const { sandbox } = mock;
    const login = await loginOf("ada");
    const session = await beginSession(sandbox, login, NOON);
    const { subject, sid, id, consent } = session;
    expect(session).toStrictEqual({
      id,
      sid,
      user: "ada",
      msn: login.request.msn,
      clientId: SHOP.id,
      subject,
      scopes: ["openid", "name"],
      beganAt: NOON,
      forgetAt: later(RETENTION),
      consent,
    });
    expect(consent && (await sandbox.store.consents.get(consent))?.user).toBe("ada");
    expect(await sandbox.store.sessions.get(id)).toEqual(session);
  });

  it("begins one that names the login or the payment it came from", async () => {
    const { sandbox } = mock;
    const request = { ...(await loginOf("ada")).request, grantedScopes: ["openid"] };
    const login = { ...(await loginOf("ada")), request };
    const ofLogin = await beginSession(sandbox, { ...login, id: "l" as LoginId }, NOON);
    expect(ofLogin).toMatchObject({ login: "l" });
    expect(Object.keys(ofLogin)).not.toContain("consent");
    expect(Object.keys(ofLogin)).not.toContain("payment");
    const ofPayment = await beginSession(sandbox, { ...login, payment: true }, NOON);
    expect(ofPayment).toMatchObject({ payment: true });
    expect(Object.keys(ofPayment)).not.toContain("login");
    // A login is counted, a payment is not.
    const counted = await readStatistics(sandbox, {}, later(600));
    expect(counted(login.request.msn).logins).toBe(1);
  });

  it("keeps a session until neither its token nor the 168 hours need it", async () => {
    const login = await loginOf("ada");
    const ends = async (lifetime: number) => {
      const { forgetAt } = await beginSession(mock.sandbox, login, NOON, lifetime);
      return forgetAt - NOON;
    };
    expect(await ends(RETENTION - 120)).toBe(RETENTION);
    expect(await ends(RETENTION - 119)).toBe(RETENTION + 1);
  });

  it("begins a session under a chosen id once, and counts it once", async () => {
    const { sandbox } = mock;
    const login = { ...(await loginOf("ada")), session: "named" as SessionId };
    const first = await beginSession(sandbox, login, NOON);
    expect(await beginSession(sandbox, login, later(60))).toEqual(first);
    // Another server has inserted it after this one looked.
    let looks = 0;
    const sessions = replaced(sandbox.store.sessions, {
      get: async (id) => (looks++ === 0 ? undefined : sandbox.store.sessions.get(id)),
    });
    const raced = { ...sandbox, store: { ...sandbox.store, sessions } };
    expect(await beginSession(raced, login, later(60))).toEqual(first);
    const counted = await readStatistics(sandbox, {}, later(6000));
    expect(counted(login.request.msn).logins).toBe(1);
  });

  it("grants a code for two minutes, which is remembered for an hour", async () => {
    const { sandbox } = mock;
    const login = await loginOf("ada");
    const session = await beginSession(sandbox, login, NOON);
    const grant = await grantCode(sandbox, login, session, later(5));
    expect(grant).toStrictEqual({
      code: grant.code,
      session: session.id,
      clientId: SHOP.id,
      redirectUri: CALLBACK,
      requestedAt: NOON,
      authenticatedAt: NOON,
      expiresAt: later(5 + 120),
      forgetAt: later(5 + 3600),
    });
    const more = { nonce: "n", acr: "a", codeChallenge: "c" };
    const request = { ...login.request, ...more };
    const names = { id: "l" as LoginId, authReqId: "r" as AuthReqId };
    const full = await grantCode(sandbox, { ...login, ...names, request }, session, NOON);
    expect(full).toMatchObject({ ...more, login: "l", authReqId: "r" });
  });

  it("hands out the grant that is stored, when it is made again under its code", async () => {
    const { sandbox } = mock;
    const login = { ...(await loginOf("ada")), code: "named" as CodeValue };
    const session = await beginSession(sandbox, login, NOON);
    const first = await grantCode(sandbox, login, session, NOON);
    const again = await grantCode(sandbox, login, session, later(60));
    expect(again).toEqual(first);
    expect(await sandbox.store.codes.get("named")).toEqual(first);
  });

  it("hands out nobody else's grant or session, should an id that is made up be taken", async () => {
    const { sandbox } = mock;
    const ada = await loginOf("ada");
    const liv = await loginOf("leap-day");
    const taken = { ...sandbox.ids, id: () => "taken", token: () => "taken" };
    const place = { ...sandbox, ids: { ...sandbox.ids, ...taken, uuid: () => "sid" } };
    const session = await beginSession(place, { ...ada, session: "taken" as SessionId }, NOON);
    await grantCode(place, ada, session, NOON);
    await expect(beginSession(place, liv, NOON)).rejects.toThrow("taken");
    await expect(grantCode(place, liv, session, NOON)).rejects.toThrow("taken");
  });
});
