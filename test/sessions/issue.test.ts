import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CodeValue, SessionId } from "../../src/records/ids.ts";
import { after } from "../../src/records/time.ts";
import type { CompletedLogin } from "../../src/sessions/issue.ts";
import { beginSession, grantCode } from "../../src/sessions/issue.ts";
import type { Mock } from "../support/mock.ts";
import { NOON, startMock } from "../support/mock.ts";
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

describe("the end of a login", () => {
  it("hands out the grant that is stored, when it is made again under its code", async () => {
    const { sandbox } = mock;
    const login = { ...(await loginOf("ada")), code: "named" as CodeValue };
    const session = await beginSession(sandbox, login, NOON);
    const first = await grantCode(sandbox, login, session, NOON);
    const again = await grantCode(sandbox, login, session, after(NOON, 60));
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
