import { approvePhoneLogin, rejectPhoneLogin } from "../../src/login/phone-login.ts";
import type { LoginFailure } from "../../src/records/login.ts";
import type { PhoneLogin } from "../../src/records/phone-login.ts";
import type { Mock } from "./mock.ts";
import type { Client, Fields, Headers } from "./wire.ts";
import { basic, CALLBACK, PATH, post, SHOP } from "./wire.ts";

/** Login from phone number, as a merchant's system sees it, and as the user's phone answers. */

/** The number of the fixture user ada. */
export const ADA = "4712345678";

export const POLL_GRANT = "urn:openid:params:grant-type:ciba";
const REDIRECT_GRANT = "urn:vipps:params:grant-type:ciba-redirect";

export interface Begun {
  readonly auth_req_id: string;
  readonly expires_in: number;
  readonly interval: number;
}

export const hintOf = (msisdn: string): string => `urn:msisdn:${msisdn}`;

/** A good authentication request, with overrides; undefined leaves one out. */
export function ask(mock: Mock, overrides: Fields = {}, headers: Headers = basic(SHOP)) {
  const fields = { login_hint: hintOf(ADA), scope: "openid name", ...overrides };
  return post(mock, PATH.backchannel, fields, headers);
}

/** The redirect variant likewise. */
export function askForRedirect(mock: Mock, overrides: Fields = {}, headers: Headers = basic(SHOP)) {
  const redirect = { requested_flow: "login_to_webpage", redirect_uri: CALLBACK };
  return ask(mock, { ...redirect, ...overrides }, headers);
}

/** A login that waits for its user. */
export async function begin(
  mock: Mock,
  overrides: Fields = {},
  client: Client = SHOP,
): Promise<Begun> {
  const response = await ask(mock, overrides, basic(client));
  if (response.statusCode !== 200) throw new Error(`not begun: ${response.body}`);
  return response.json<Begun>();
}

export function poll(mock: Mock, authReqId: string | undefined, headers: Headers = basic(SHOP)) {
  return post(mock, PATH.token, { grant_type: POLL_GRANT, auth_req_id: authReqId }, headers);
}

export function sendCode(
  mock: Mock,
  code: string | undefined,
  overrides: Fields = {},
  headers: Headers = basic(SHOP),
) {
  return post(mock, PATH.token, { grant_type: REDIRECT_GRANT, code, ...overrides }, headers);
}

export function exists(mock: Mock, overrides: Fields = {}, headers: Headers = basic(SHOP)) {
  return post(mock, PATH.userExists, { login_hint: hintOf(ADA), ...overrides }, headers);
}

/** The login as the store has it. */
export async function loginBy(mock: Mock, authReqId: string): Promise<PhoneLogin> {
  const login = await mock.sandbox.store.phoneLogins.find("authReqId", authReqId);
  if (!login) throw new Error(`no login has the auth_req_id ${authReqId}`);
  return login;
}

/** What somebody needs who answers: the phone, a scenario, the control API. */
export async function surroundings(mock: Mock) {
  const { sandbox } = mock;
  return { sandbox, now: await sandbox.clock.now(), trace: { notes: [] } };
}

/** The user confirms in the app. */
export async function approve(mock: Mock, authReqId: string): Promise<PhoneLogin> {
  const { id } = await loginBy(mock, authReqId);
  const answer = await approvePhoneLogin(await surroundings(mock), id);
  if (answer.kind !== "ended") throw new Error(`not approved: ${JSON.stringify(answer)}`);
  return answer.login;
}

/** The user does not want to, or whatever else ends it. */
export async function reject(
  mock: Mock,
  authReqId: string,
  failure?: LoginFailure,
): Promise<PhoneLogin> {
  const { id } = await loginBy(mock, authReqId);
  const answer = await rejectPhoneLogin(await surroundings(mock), id, failure);
  if (answer.kind !== "ended") throw new Error(`not rejected: ${JSON.stringify(answer)}`);
  return answer.login;
}
