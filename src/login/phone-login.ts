import { codeLocation } from "../oidc/redirect.ts";
import type { Answers } from "../records/answers.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { CodeValue, ConsentId, LoginId, SessionId } from "../records/ids.ts";
import type { LoginFailure } from "../records/login.ts";
import type { PhoneLogin, PhoneLoginApproval } from "../records/phone-login.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { EpochSeconds, Seconds } from "../records/time.ts";
import type { User } from "../records/user.ts";
import type { Exchange } from "../request/exchange.ts";
import { tracePhoneLogin } from "../request/trace.ts";
import { diagnoseRemoved } from "../rules/protocol.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { eligibleUser } from "../sandbox/users.ts";
import { consentStateOf } from "../sessions/consents.ts";
import { beginSession, issueCode } from "../sessions/issue.ts";
import { readGroup } from "../store/batches.ts";
import { UNFINISHED } from "../store/collections.ts";
import { pingLogin } from "../webhooks/queue.ts";
import { failedEnd, isRejection } from "./next-step.ts";

/**
 * A login from phone number on its way. Its approval or rejection comes from the control API, from a
 * scenario, or from automatic login; of two, the first counts.
 */

type PhoneContext = Pick<Exchange, "sandbox" | "now" | "trace">;

/** Whether its user can still approve or reject it. */
export function isWaiting(login: PhoneLogin, now: EpochSeconds): boolean {
  return phoneLoginStatus(login, now) === "confirm";
}

/** The state of a login, in the words of browser logins. */
export function phoneLoginStatus(
  { approval, failure, expiresAt }: PhoneLogin,
  now: EpochSeconds,
): "confirm" | "approved" | "rejected" | "failed" | "expired" {
  if (approval) return "approved";
  if (failure) return isRejection(failure) ? "rejected" : "failed";
  return now < expiresAt ? "confirm" : "expired";
}

/**
 * Where the browser of the redirect variant goes: the code is all that it brings (documentation 2023).
 */
export function phoneRedirectUrl({ redirectUri, approval }: PhoneLogin): string | undefined {
  if (redirectUri === undefined || !approval?.ready || approval.code === undefined)
    return undefined;
  return codeLocation(redirectUri, approval.code);
}

/** What became of an approval or a rejection. */
export type PhoneOutcome =
  /** It counts; this is the login now. */
  | { readonly kind: "ended"; readonly login: PhoneLogin }
  /** The login ended before; undefined if it is gone. */
  | { readonly kind: "too-late"; readonly login: PhoneLogin | undefined }
  /** Something keeps its user from logging in; the login still waits. */
  | { readonly kind: "obstacle"; readonly diagnosis: Diagnosis };

/**
 * Confirms and consents in the app, as the user would: the consent is on record, the session begins,
 * and the redirect variant has its code.
 */
export async function approvePhoneLogin(
  exchange: PhoneContext,
  id: LoginId,
  answers?: Answers,
): Promise<PhoneOutcome> {
  const { sandbox, now } = exchange;
  const { phoneLogins } = sandbox.store;
  const login = await phoneLogins.get(id);
  if (!login || !isWaiting(login, now)) return { kind: "too-late", login };
  const able = await ableParties(exchange, login);
  if ("diagnosis" in able) return { kind: "obstacle", diagnosis: able.diagnosis };
  const asked = { salesUnit: able.salesUnit, scopes: login.grantedScopes };
  const approval: PhoneLoginApproval = {
    at: now,
    consent: sandbox.ids.id() as ConsentId,
    session: sandbox.ids.id() as SessionId,
    answers: answers ?? (await consentStateOf(sandbox, able.user, asked, now)).questions,
    ...(login.redirectUri !== undefined && { code: sandbox.ids.token() as CodeValue }),
  };
  // Claim the login first, so that of two concurrent approvals the losing one writes no consent.
  const claimed = await claim(exchange, id, (current) => ({ ...current, approval }));
  if (claimed.kind !== "ended") return claimed;
  tracePhoneLogin(exchange.trace, claimed.login);
  sandbox.loginCounts.ended("phone-number", "completed");
  const ready = await finishApproval(exchange, claimed.login, approval);
  return ready ? { kind: "ended", login: ready } : { kind: "too-late", login: undefined };
}

/**
 * Does what follows from an approval. It can break off at each step, when the store fails or the process
 * ends, and can be done again from the start, by several callers at a time.
 */
async function finishApproval(
  { sandbox }: Pick<PhoneContext, "sandbox">,
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
  // Whoever removes a user or a sales unit takes its logins first (control/resources/forget.ts).
  if (!ready) await undo(sandbox, approval);
  return ready;
}

/** Ends a login without tokens. */
export async function rejectPhoneLogin(
  exchange: PhoneContext,
  id: LoginId,
  failure: LoginFailure = { reason: "cancelled" },
): Promise<PhoneOutcome> {
  const claimed = await claim(exchange, id, (current) => ({ ...current, failure }));
  if (claimed.kind === "ended") {
    const { login } = claimed;
    tracePhoneLogin(exchange.trace, login);
    exchange.sandbox.loginCounts.ended("phone-number", failedEnd(failure));
    if (login.redirectUri === undefined) await pingLogin(exchange.sandbox, login);
  }
  return claimed;
}

/** Ends the time that the user has for it. */
export function expirePhoneLogin(exchange: PhoneContext, id: LoginId): Promise<PhoneOutcome> {
  return claim(exchange, id, (current) => ({ ...current, expiresAt: exchange.now }));
}

/** Ends the waiting in one atomic step, if nobody was faster. */
async function claim(
  { sandbox, now }: PhoneContext,
  id: LoginId,
  end: (current: PhoneLogin) => PhoneLogin,
): Promise<PhoneOutcome> {
  const { phoneLogins } = sandbox.store;
  const login = await phoneLogins.update(id, (current) =>
    isWaiting(current, now) ? end(current) : undefined,
  );
  return login ? { kind: "ended", login } : { kind: "too-late", login: await phoneLogins.get(id) };
}

/** Who logs in where. */
interface Parties {
  readonly user: User;
  readonly salesUnit: SalesUnit;
}

async function partiesOf({ store }: Sandbox, login: PhoneLogin): Promise<Parties | undefined> {
  const user = await store.users.get(login.user);
  const salesUnit = await store.salesUnits.get(login.msn);
  return user && salesUnit && { user, salesUnit };
}

/** The parties, if the user can log in now: what keeps them from it may have come up meanwhile. */
async function ableParties(
  { sandbox, now }: PhoneContext,
  login: PhoneLogin,
): Promise<Parties | { readonly diagnosis: Diagnosis }> {
  const parties = await partiesOf(sandbox, login);
  if (!parties) return { diagnosis: diagnoseRemoved("sales unit or user") };
  const found = eligibleUser({ sandbox, now }, parties.user, login.user);
  return "user" in found ? parties : found;
}

/** Begins the session, and issues the code of the redirect variant. */
async function complete(
  sandbox: Sandbox,
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

/** Removes what came of a login that was removed with its user or its sales unit. */
async function undo(
  { store }: Sandbox,
  { consent, session, code }: PhoneLoginApproval,
): Promise<void> {
  await store.consents.take(consent);
  await store.sessions.take(session);
  if (code !== undefined) await store.codes.take(code);
}

/**
 * Carries out what the user was going to do by now, and finishes an approval that broke off half way.
 *
 * Users may take their time. What a user will do, and when, is written in the login itself; it is done,
 * as of that moment, by whoever looks at the login afterwards, the courier of webhooks at the latest.
 * So no timer waits for it that another replica would not know of, and a sandbox's clock that is moved
 * takes its users along.
 */
export async function carryOutPlan(exchange: PhoneContext, login: PhoneLogin): Promise<PhoneLogin> {
  const { id, plan } = login;
  if (!plan || exchange.now < plan.at || !isWaiting(login, plan.at)) {
    return finished(exchange, login);
  }
  // The request that happens to look at this login is about something else: its trace keeps none of this.
  const then: PhoneContext = { ...exchange, now: plan.at, trace: { notes: [] } };
  const outcome = plan.failure
    ? await rejectPhoneLogin(then, id, plan.failure)
    : await approvePhoneLogin(then, id);
  if (outcome.kind === "obstacle") return login;
  // Another server may have been faster, and not be at the end of it yet.
  return finished(exchange, outcome.login ?? login);
}

async function finished(exchange: PhoneContext, login: PhoneLogin): Promise<PhoneLogin> {
  const { approval } = login;
  if (!approval || approval.ready) return login;
  return (await finishApproval(exchange, login, approval)) ?? login;
}

/**
 * Carries out every plan that is due, in the order of time. To be called before something is read or
 * changed that an approval may change: a consent that is revoked afterwards must not come back by an
 * approval of before.
 */
export async function catchUp(exchange: PhoneContext): Promise<void> {
  const unfinished = await unfinishedLogins(exchange.sandbox);
  const due = unfinished.filter((login) => isDue(login, exchange.now));
  due.sort((one, other) => dueAt(one) - dueAt(other));
  for (const login of due) await carryOutPlan(exchange, login);
}

/**
 * Carries out every plan that is due, and says how long it is until the next one. With a frozen clock
 * there is no next one: whoever moves the clock wakes the courier of webhooks.
 */
export async function catchUpAndLookAhead(sandbox: Sandbox): Promise<Seconds | undefined> {
  const { now, frozen } = await sandbox.clock.read();
  await catchUp({ sandbox, now, trace: { notes: [] } });
  if (frozen) return undefined;
  const coming = (await unfinishedLogins(sandbox)).flatMap(({ plan, ...login }) =>
    plan && plan.at > now && isWaiting(login, now) ? [plan.at - now] : [],
  );
  return coming.length === 0 ? undefined : Math.min(...coming);
}

/** The logins that have a plan, or an approval that is not finished. */
function unfinishedLogins({ store }: Pick<Sandbox, "store">): Promise<readonly PhoneLogin[]> {
  return readGroup(store.phoneLogins, "unfinished", UNFINISHED);
}

/** Whether there is a plan to carry out now, or an approval to finish. */
function isDue(login: PhoneLogin, now: EpochSeconds): boolean {
  const { plan, approval } = login;
  if (approval) return !approval.ready;
  return plan !== undefined && now >= plan.at && isWaiting(login, plan.at);
}

function dueAt({ approval, plan, startedAt }: PhoneLogin): EpochSeconds {
  return approval?.at ?? plan?.at ?? startedAt;
}
