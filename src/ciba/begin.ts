import type { ClientHeaders } from "../client-auth/authenticate.ts";
import { approvePhoneLogin, catchUp, isWaiting, rejectPhoneLogin } from "../login/phone-login.ts";
import { CibaRefusal, cibaError, unknownUserError } from "../oidc/ciba-errors.ts";
import type { Parameters } from "../oidc/params.ts";
import { dateInOslo } from "../platform/calendar.ts";
import type { AuthReqId, LoginId } from "../records/ids.ts";
import type { PhoneLogin } from "../records/phone-login.ts";
import type { Seconds } from "../records/time.ts";
import { after, HOUR } from "../records/time.ts";
import type { User } from "../records/user.ts";
import type { Exchange } from "../request/exchange.ts";
import { tracePhoneLogin } from "../request/trace.ts";
import type { Obstacle } from "../rules/eligibility.ts";
import { diagnoseObstacle, obstacleFor } from "../rules/eligibility.ts";
import { diagnoseTooMany } from "../rules/phone-number.ts";
import { playForPhone } from "../scenarios/play.ts";
import { authenticateCaller, msisdnOf, validatePhoneLoginRequest } from "./request.ts";

/** The two endpoints of login from phone number (dossier §1.9; CIBA Core §7). */

/** How long a merchant waits between two polls at first, in seconds. */
const INTERVAL: Seconds = 5;

/** How long after its end a late poll is still told what it is late for. */
const MEMORY = HOUR;

/** What the authentication endpoint answers, in the names and the order of the wire. */
export interface BackchannelResponse {
  readonly auth_req_id: string;
  readonly expires_in: number;
  readonly interval: number;
}

/**
 * What the merchant polls with; the user's phone has the login from now on.
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
  const user = await eligibleUser(exchange, msisdn);
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
  const isPlayed = await playForPhone(exchange, login);
  if (!isPlayed && sandbox.autoLogin !== null) await answerAs(exchange, login.id, user);
  return { auth_req_id: login.authReqId, expires_in: lifetime, interval: INTERVAL };
}

/**
 * Whether the number is of somebody who can log in; an app that is too old can be renewed.
 *
 * @throws CibaRefusal, JsonRefusal as above
 */
export async function userExists(
  exchange: Exchange,
  headers: ClientHeaders,
  parameters: Parameters,
): Promise<boolean> {
  await authenticateCaller(exchange, headers, parameters);
  const { user, obstacle } = await findUser(exchange, msisdnOf(parameters));
  if (user) exchange.trace.user = user.id;
  return obstacle === undefined || obstacle === "outdated_app";
}

type Place = Pick<Exchange, "sandbox" | "now">;

async function findUser(
  { sandbox, now }: Place,
  msisdn: string,
): Promise<{ user: User | undefined; obstacle: Obstacle | undefined }> {
  const user = await sandbox.store.users.find("phoneNumber", msisdn);
  return { user, obstacle: obstacleFor(user, dateInOslo(now), sandbox.switches.minimumAge) };
}

async function eligibleUser(exchange: Exchange, msisdn: string): Promise<User> {
  const { user, obstacle } = await findUser(exchange, msisdn);
  if (user) exchange.trace.user = user.id;
  if (user && obstacle === undefined) return user;
  const { minimumAge } = exchange.sandbox.switches;
  const why = obstacle ?? "unknown";
  throw new CibaRefusal(
    unknownUserError(minimumAge, why === "outdated_app" ? "old_app" : "invalid_user"),
    diagnoseObstacle(why, user?.id ?? msisdn, minimumAge),
  );
}

/**
 * Adds a login unless as many wait for its user as may. Each counts those that were added before it,
 * so that of concurrent ones exactly as many get in.
 */
async function addWithinLimit(exchange: Exchange, login: PhoneLogin): Promise<void> {
  const { sandbox, now } = exchange;
  const { store, limits } = sandbox;
  await store.phoneLogins.insert(login);
  await catchUp(exchange);
  const asking = await store.phoneLogins.listGroup("asking", login.user);
  const own = asking.findIndex(({ id }) => id === login.id);
  const waiting = asking.slice(0, own).filter((one) => isWaiting(one, now));
  if (waiting.length < limits.phoneLoginsPerUser) return;
  await store.phoneLogins.take(login.id);
  const retryAfter = Math.min(...waiting.map(({ expiresAt }) => expiresAt - now));
  throw new CibaRefusal(
    { ...cibaError("too_many_requests"), retryAfter },
    diagnoseTooMany(login.user, waiting.length, retryAfter),
  );
}

/** Automatic login: the phone answers at once as its user does who is asked. */
async function answerAs(exchange: Exchange, id: LoginId, user: User): Promise<void> {
  if (user.consentAnswer === "accept") await approvePhoneLogin(exchange, id);
  else await rejectPhoneLogin(exchange, id, { reason: "consent_declined" });
}
