import type { ClientHeaders } from "../client-auth/authenticate.ts";
import { approvePhoneLogin, catchUp, isWaiting, rejectPhoneLogin } from "../login/phone-login.ts";
import { CibaRefusal, cibaError, userError } from "../oidc/ciba-errors.ts";
import type { Parameters } from "../oidc/params.ts";
import type { AuthReqId, LoginId } from "../records/ids.ts";
import type { PhoneLogin } from "../records/phone-login.ts";
import type { Seconds } from "../records/time.ts";
import { after, HOUR } from "../records/time.ts";
import type { User } from "../records/user.ts";
import type { Exchange } from "../request/exchange.ts";
import { tracePhoneLogin } from "../request/trace.ts";
import { diagnoseTooMany } from "../rules/phone-number.ts";
import { eligibleUser } from "../sandbox/users.ts";
import { playForPhone } from "../scenarios/play.ts";
import { readGroup } from "../store/batches.ts";
import { authenticateCaller, msisdnOf, validatePhoneLoginRequest } from "./request.ts";

/** The two endpoints of login from phone number (documentation 2023; CIBA Core §7). */

/** How long a merchant has to wait between two polls at first, in seconds. */
const INTERVAL: Seconds = 5;

/** How long after its end a late poll still learns that the login has expired. */
const MEMORY = HOUR;

/** The response of the authentication endpoint, its members in the order of the real one. */
export interface BackchannelResponse {
  readonly auth_req_id: string;
  readonly expires_in: number;
  readonly interval: number;
}

/**
 * Begins a login: the merchant can poll for it, and the user can approve it.
 *
 * @throws CibaRefusal for every reason not to begin one
 * @throws JsonRefusal as at the token endpoint, for wrong credentials
 */
export async function beginPhoneLogin(
  exchange: Exchange,
  headers: ClientHeaders,
  parameters: Parameters,
): Promise<BackchannelResponse> {
  const { sandbox, now, trace } = exchange;
  const salesUnit = await authenticateCaller(exchange, headers, parameters);
  const asked = validatePhoneLoginRequest(exchange, salesUnit, parameters);
  const { msisdn, lifetime, ...request } = asked;
  const found = await findUser(exchange, msisdn);
  if ("obstacle" in found) {
    const reason = found.obstacle === "outdated_app" ? "old_app" : "invalid_user";
    const { minimumAge } = sandbox.switches;
    throw new CibaRefusal(userError(reason, minimumAge), found.diagnosis);
  }
  const { user } = found;
  const login: PhoneLogin = {
    id: sandbox.ids.id() as LoginId,
    authReqId: sandbox.ids.authReqId() as AuthReqId,
    clientId: salesUnit.clientId,
    msn: salesUnit.msn,
    user: user.id,
    ...request,
    startedAt: now,
    expiresAt: after(now, lifetime),
    forgetAt: after(now, lifetime + MEMORY),
    interval: INTERVAL,
  };
  await addWithinLimit(exchange, login);
  tracePhoneLogin(trace, login);
  sandbox.loginCounts.began("phone-number");
  const isPlayed = await playForPhone(exchange, login);
  if (!isPlayed && sandbox.autoLogin !== null) await decideAs(exchange, login.id, user);
  return { auth_req_id: login.authReqId, expires_in: lifetime, interval: INTERVAL };
}

/**
 * Whether the number belongs to somebody who can log in; an app that is too old can be updated.
 *
 * @throws CibaRefusal, JsonRefusal as above
 */
export async function userExists(
  exchange: Exchange,
  headers: ClientHeaders,
  parameters: Parameters,
): Promise<boolean> {
  await authenticateCaller(exchange, headers, parameters);
  const found = await findUser(exchange, msisdnOf(parameters));
  return "user" in found || found.obstacle === "outdated_app";
}

/** Whose phone number it is, if that user can log in now. */
async function findUser(exchange: Exchange, msisdn: string) {
  const user = await exchange.sandbox.store.users.find("phoneNumber", msisdn);
  if (user) exchange.trace.user = user.id;
  return eligibleUser(exchange, user, user?.id ?? msisdn);
}

/**
 * Stores a login, unless the limit of logins that wait for one user is reached. Each counts those that
 * were stored before it, so that of concurrent ones no more get in than the limit allows.
 */
async function addWithinLimit(exchange: Exchange, login: PhoneLogin): Promise<void> {
  const { sandbox, now } = exchange;
  const { store, limits } = sandbox;
  await store.phoneLogins.insert(login);
  await catchUp(exchange);
  const asking = await readGroup(store.phoneLogins, "asking", login.user);
  const own = asking.findIndex(({ id }) => id === login.id);
  // Somebody was quick and has approved or rejected it already.
  if (own < 0) return;
  const waiting = asking.slice(0, own).filter((one) => isWaiting(one, now));
  if (waiting.length < limits.phoneLoginsPerUser) return;
  await store.phoneLogins.take(login.id);
  const retryAfter = Math.min(...waiting.map(({ expiresAt }) => expiresAt - now));
  throw new CibaRefusal(
    { ...cibaError("too_many_requests"), retryAfter },
    diagnoseTooMany(login.user, waiting.length, retryAfter),
  );
}

/** Automatic login: approves or rejects the login at once, as its user does when asked. */
async function decideAs(exchange: Exchange, id: LoginId, user: User): Promise<void> {
  if (user.consentAnswer === "accept") await approvePhoneLogin(exchange, id);
  else await rejectPhoneLogin(exchange, id, { reason: "consent_declined" });
}
