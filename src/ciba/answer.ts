import { dateInOslo } from "../calendar.ts";
import type { SalesUnit, User } from "../config/schema.ts";
import { whatToAsk } from "../consents/questions.ts";
import type { Exchange } from "../http/exchange.ts";
import { tracePhoneLogin } from "../journal/trace.ts";
import { diagnoseObstacle, obstacleFor } from "../rules/eligibility.ts";
import { diagnoseRemoved } from "../rules/protocol.ts";
import type { Answers } from "../rules/questions.ts";
import type { Diagnosis } from "../rules/rule.ts";
import { beginSession, issueCode } from "../sessions/issue.ts";
import type { CodeValue, LoginFailure, LoginId, SessionId } from "../store/store.ts";
import { pingLogin } from "../webhooks/queue.ts";
import type { PhoneLogin, PhoneLoginApproval } from "./phone-login.ts";
import { isWaiting } from "./phone-login.ts";

/**
 * The answers to a login from phone number: they come from the control API, from a scenario, or from
 * automatic login. The first of two counts, whichever way they come.
 */

/** What an answer needs of its surroundings. */
type Place = Pick<Exchange, "sandbox" | "now" | "trace">;

/** What became of an answer. */
export type PhoneAnswer =
  /** It counts; the login is as it left it. */
  | { readonly kind: "answered"; readonly login: PhoneLogin }
  /** The login was answered before, has expired, or is gone; undefined then. */
  | { readonly kind: "too-late"; readonly login: PhoneLogin | undefined }
  /** Something keeps its user from logging in; the login waits on. */
  | { readonly kind: "obstacle"; readonly diagnosis: Diagnosis };

/**
 * Confirms and consents in the app, as the user would: the consent is on record, the session begins,
 * and the redirect variant has its code.
 *
 * @param exchange the surroundings of whoever answers
 * @param id the login
 * @param answers what the user answers of what the merchant asks besides; yes to all when left out
 * @returns what became of it
 */
export async function approvePhoneLogin(
  exchange: Place,
  id: LoginId,
  answers?: Answers,
): Promise<PhoneAnswer> {
  const { sandbox, now } = exchange;
  const { phoneLogins } = sandbox.store;
  const login = await phoneLogins.get(id);
  if (!login || !isWaiting(login, now)) return { kind: "too-late", login };
  const parties = await partiesOf(exchange, login);
  if ("diagnosis" in parties) return { kind: "obstacle", ...parties };
  const approval: PhoneLoginApproval = {
    at: now,
    session: sandbox.ids.id() as SessionId,
    ...(login.redirectUri !== undefined && { code: sandbox.ids.token() as CodeValue }),
  };
  // First of all it is settled that this answer counts: the consent must not come from another one.
  const answer = await settle(exchange, id, (current) => ({ ...current, approval }));
  if (answer.kind === "answered") {
    await complete(exchange, answer.login, approval, parties, answers);
  }
  return finished(exchange, answer);
}

/**
 * Ends a login without tokens.
 *
 * @param exchange the surroundings of whoever answers
 * @param id the login
 * @param failure how it ends: the user does not want to, unless something else is said
 * @returns what became of it
 */
export async function rejectPhoneLogin(
  exchange: Place,
  id: LoginId,
  failure: LoginFailure = { reason: "cancelled" },
): Promise<PhoneAnswer> {
  return finished(exchange, await settle(exchange, id, (current) => ({ ...current, failure })));
}

/**
 * Ends the time that the user has.
 *
 * @param exchange the surroundings of whoever ends it
 * @param id the login
 * @returns what became of it
 */
export function expirePhoneLogin(exchange: Place, id: LoginId): Promise<PhoneAnswer> {
  return settle(exchange, id, (current) => ({ ...current, expiresAt: exchange.now }));
}

/** Writes an answer down in one atomic step, if nobody was faster. */
async function settle(
  { sandbox, now }: Place,
  id: LoginId,
  answer: (current: PhoneLogin) => PhoneLogin,
): Promise<PhoneAnswer> {
  const { phoneLogins } = sandbox.store;
  const login = await phoneLogins.update(id, (current) =>
    isWaiting(current, now) ? answer(current) : undefined,
  );
  return login
    ? { kind: "answered", login }
    : { kind: "too-late", login: await phoneLogins.get(id) };
}

/**
 * Where everybody hears of a login that its user, or the service, has ended: it is approved, and its
 * tokens or its code can be fetched, or it is rejected.
 */
async function finished({ sandbox, trace }: Place, answer: PhoneAnswer): Promise<PhoneAnswer> {
  if (answer.kind !== "answered") return answer;
  tracePhoneLogin(trace, answer.login);
  if (answer.login.redirectUri === undefined) await pingLogin(sandbox, answer.login);
  return answer;
}

/** Who logs in where. */
interface Parties {
  readonly user: User;
  readonly salesUnit: SalesUnit;
}

/** Asked again with the answer: whatever it is may have come up meanwhile. */
async function partiesOf(
  { sandbox, now }: Place,
  login: PhoneLogin,
): Promise<Parties | { readonly diagnosis: Diagnosis }> {
  const { store, switches } = sandbox;
  const user = await store.users.get(login.user);
  const salesUnit = await store.salesUnits.get(login.msn);
  if (!user || !salesUnit) return { diagnosis: diagnoseRemoved("sales unit or user") };
  const obstacle = obstacleFor(user, dateInOslo(now), switches.minimumAge);
  if (obstacle === undefined) return { user, salesUnit };
  return { diagnosis: diagnoseObstacle(obstacle, user.id, switches.minimumAge) };
}

/** Begins the session, and makes the code of the redirect variant. */
async function complete(
  { sandbox, now }: Place,
  login: PhoneLogin,
  { session, code }: PhoneLoginApproval,
  { user, salesUnit }: Parties,
  given: Answers | undefined,
): Promise<void> {
  const asked = { salesUnit, scopes: login.grantedScopes };
  const answers = given ?? (await whatToAsk(sandbox, user, asked, now)).questions;
  const { id, redirectUri, startedAt, authReqId } = login;
  const successful = { id, request: login, merchant: salesUnit.merchant, user, session, answers };
  if (redirectUri === undefined || code === undefined) {
    await beginSession(sandbox, successful, now);
    return;
  }
  const request = { ...login, redirectUri };
  const origin = { startedAt, authenticatedAt: now, authReqId };
  await issueCode(sandbox, { ...successful, ...origin, request, code }, now);
}
