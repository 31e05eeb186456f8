import { dateInOslo } from "../platform/calendar.ts";
import type { Answers } from "../records/answers.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { CodeValue, ConsentId, LoginId, SessionId } from "../records/ids.ts";
import type { LoginFailure } from "../records/login.ts";
import type { PhoneLogin, PhoneLoginApproval } from "../records/phone-login.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { User } from "../records/user.ts";
import type { Exchange } from "../request/exchange.ts";
import { tracePhoneLogin } from "../request/trace.ts";
import { diagnoseObstacle, obstacleFor } from "../rules/eligibility.ts";
import { diagnoseRemoved } from "../rules/protocol.ts";
import { beginSession, issueCode } from "../sessions/issue.ts";
import { whatToAsk } from "../sessions/questions.ts";
import { pingLogin } from "../webhooks/queue.ts";
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
  const able = await ableParties(exchange, login);
  if ("diagnosis" in able) return { kind: "obstacle", ...able };
  const asked = { salesUnit: able.salesUnit, scopes: login.grantedScopes };
  const approval: PhoneLoginApproval = {
    at: now,
    consent: sandbox.ids.id() as ConsentId,
    session: sandbox.ids.id() as SessionId,
    answers: answers ?? (await whatToAsk(sandbox, able.user, asked, now)).questions,
    ...(login.redirectUri !== undefined && { code: sandbox.ids.token() as CodeValue }),
  };
  // First of all it is settled that this answer counts: the consent must not come from another one.
  const answer = await settle(exchange, id, (current) => ({ ...current, approval }));
  if (answer.kind !== "answered") return answer;
  tracePhoneLogin(exchange.trace, answer.login);
  const ready = await finishApproval(exchange, answer.login, approval);
  return ready ? { kind: "answered", login: ready } : { kind: "too-late", login: undefined };
}

/**
 * Does what follows from the user's yes, or what is left of it: it can break off at each step, when
 * the store fails or the process ends, and be done again from the start, by several at a time.
 */
export async function finishApproval(
  { sandbox }: Pick<Place, "sandbox">,
  login: PhoneLogin,
  approval: PhoneLoginApproval,
): Promise<PhoneLogin | undefined> {
  const { phoneLogins } = sandbox.store;
  const parties = await partiesOf(sandbox, login);
  if (parties) {
    await complete(sandbox, login, approval, parties);
    if (login.redirectUri === undefined) await pingLogin(sandbox, login);
  }
  const ready = await phoneLogins.update(login.id, (current) => ({
    ...current,
    approval: { ...approval, ready: true },
  }));
  // Whoever removes a user or a sales unit takes its logins first (sandbox/forget.ts).
  if (!ready) await undo(sandbox, approval);
  return ready;
}

/** Ends a login without tokens. */
export async function rejectPhoneLogin(
  exchange: Place,
  id: LoginId,
  failure: LoginFailure = { reason: "cancelled" },
): Promise<PhoneAnswer> {
  const answer = await settle(exchange, id, (current) => ({ ...current, failure }));
  if (answer.kind === "answered") {
    const { login } = answer;
    tracePhoneLogin(exchange.trace, login);
    if (login.redirectUri === undefined) await pingLogin(exchange.sandbox, login);
  }
  return answer;
}

/** Ends the time that the user has. */
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

/** Who logs in where. */
interface Parties {
  readonly user: User;
  readonly salesUnit: SalesUnit;
}

async function partiesOf(
  { store }: Place["sandbox"],
  login: PhoneLogin,
): Promise<Parties | undefined> {
  const user = await store.users.get(login.user);
  const salesUnit = await store.salesUnits.get(login.msn);
  return user && salesUnit && { user, salesUnit };
}

/** Asked again with the answer: whatever keeps them from it may have come up meanwhile. */
async function ableParties(
  { sandbox, now }: Place,
  login: PhoneLogin,
): Promise<Parties | { readonly diagnosis: Diagnosis }> {
  const { minimumAge } = sandbox.switches;
  const parties = await partiesOf(sandbox, login);
  if (!parties) return { diagnosis: diagnoseRemoved("sales unit or user") };
  const obstacle = obstacleFor(parties.user, dateInOslo(now), minimumAge);
  if (obstacle === undefined) return parties;
  return { diagnosis: diagnoseObstacle(obstacle, login.user, minimumAge) };
}

/** Begins the session, and makes the code of the redirect variant. */
async function complete(
  sandbox: Place["sandbox"],
  login: PhoneLogin,
  { at, consent, session, answers, code }: PhoneLoginApproval,
  { user, salesUnit: { merchant } }: Parties,
): Promise<void> {
  const { id, redirectUri, startedAt, authReqId } = login;
  const ids = { id, consent, session };
  const successful = { ...ids, request: login, merchant, user, ...(answers && { answers }) };
  if (redirectUri === undefined || code === undefined) {
    await beginSession(sandbox, successful, at);
    return;
  }
  const request = { ...login, redirectUri };
  const origin = { startedAt, authenticatedAt: at, authReqId };
  await issueCode(sandbox, { ...successful, ...origin, request, code }, at);
}

/** The login is gone with its user or its sales unit, and so is what came of it. */
async function undo(
  { store }: Place["sandbox"],
  { consent, session, code }: PhoneLoginApproval,
): Promise<void> {
  await store.consents.take(consent);
  await store.sessions.take(session);
  if (code !== undefined) await store.codes.take(code);
}
