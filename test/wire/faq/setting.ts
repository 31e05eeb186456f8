import type { ConfigInput } from "../../../src/records/config.ts";
import type { SalesUnit, SalesUnitInput } from "../../../src/records/sales-unit.ts";
import type { User } from "../../../src/records/user.ts";
import type { Mock, MockOptions } from "../../support/mock.ts";
import { startMock } from "../../support/mock.ts";
import type { Client } from "../../support/wire.ts";
import { CALLBACK, jwtPart, SHOP, tokensFrom, userinfo } from "../../support/wire.ts";

/** What the tests of every entry of the FAQ start from. */

/** The mock of the test that runs. */
export let mock: Mock;

/** Before each test; the end of the test closes it. */
export async function start(config: ConfigInput = {}, options: MockOptions = {}): Promise<void> {
  mock = await startMock(config, options);
}

/** In the middle of a test: starts over with another config. */
export async function restart(config: ConfigInput, options: MockOptions = {}): Promise<void> {
  await mock.close();
  await start(config, options);
}

/** A sales unit that has the shop's credentials. */
export function shopWith(unit: Partial<SalesUnitInput>): ConfigInput {
  const credentials = { clientId: SHOP.id, clientSecret: SHOP.secret };
  return { salesUnits: [{ name: "Shop", redirectUris: [CALLBACK], ...credentials, ...unit }] };
}

export async function changeSalesUnit(name: string, change: Partial<SalesUnit>): Promise<void> {
  const { msn } = await mock.salesUnit(name);
  await mock.sandbox.store.salesUnits.update(msn, (unit) => ({ ...unit, ...change }));
}

export async function changeUser(id: string, change: Partial<User>): Promise<void> {
  await mock.sandbox.store.users.update(id, (user) => ({ ...user, ...change }));
}

/** The subject of a login. */
export async function subjectOf(user: string, client: Client = SHOP): Promise<string> {
  const { id_token } = await tokensFrom(mock, { user }, client);
  return JSON.parse(jwtPart(id_token, 1)).sub;
}

/** What userinfo says after a login. */
export async function claimsOf(user: string, scope: string, client: Client = SHOP) {
  const { access_token } = await tokensFrom(mock, { user, request: { scope } }, client);
  return (await userinfo(mock, access_token)).json();
}
