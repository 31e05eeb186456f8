import type { ReturnAddress } from "../oidc/errors.ts";
import { oauthError, RedirectRefusal } from "../oidc/errors.ts";
import type { Answers } from "../records/answers.ts";
import type { AuthorizationRequest } from "../records/authorization-request.ts";
import type { LoginId } from "../records/ids.ts";
import type { Login } from "../records/login.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import type { EpochSeconds } from "../records/time.ts";
import { after, HOUR, MINUTE } from "../records/time.ts";
import type { User } from "../records/user.ts";
import type { Endpoints } from "../request/addresses.ts";
import { PATHS } from "../request/addresses.ts";
import type { Exchange } from "../request/exchange.ts";
import { diagnoseLateUser, diagnoseSpentVerifier } from "../rules/protocol.ts";
import { whatToAsk } from "../sessions/questions.ts";
import { openApp } from "./app-callback.ts";
import { confirmAs, findObstacle, USER_REMOVED } from "./confirm.ts";
import type { Step } from "./next-step.ts";
import { expiredError, failureStep, nextStep } from "./next-step.ts";

/**
 * A browser login on its way: where it stands, how long it may take, and where its browser goes. What
 * comes next is decided in next-step.ts.
 */

/** How long a user may take, in seconds: the default of Hydra's challenges (dossier §2.3). */
const LOGIN_LIFETIME = 30 * MINUTE;

/** How long after that a late browser is still told where it came from. */
const LOGIN_MEMORY = HOUR;

/** A login of which nothing is known but its request; not stored yet. */
export function newLogin({ sandbox, now }: Exchange, request: AuthorizationRequest): Login {
  return {
    id: sandbox.ids.challenge() as LoginId,
    request,
    startedAt: now,
    expiresAt: after(now, LOGIN_LIFETIME),
    forgetAt: after(now, LOGIN_LIFETIME + LOGIN_MEMORY),
    csrf: sandbox.ids.challenge(),
    remember: false,
  };
}

/** A login that shows no page; not stored yet. */
export function loginAs(exchange: Exchange, request: AuthorizationRequest, user: User): Login {
  const login = newLogin(exchange, request);
  return { ...login, automatic: true, ...openApp(request), ...confirmAs(exchange, user.id, user) };
}

/** Where a login stands: everything that the next thing to do needs. */
export interface Standing {
  readonly login: Login;
  readonly step: Step;
  readonly salesUnit: SalesUnit;
  /** Known as soon as it is known whose login it is. */
  readonly user: User | undefined;
  /** What the merchant asked besides: the user's answers, everything accepted where there are none. */
  readonly answers: Answers;
}

/**
 * The next step; the consent of an automatic login is answered on the way, and whatever keeps the
 * user from logging in is looked for at every step, for it may have come up meanwhile.
 */
export async function standingOf(
  exchange: Pick<Exchange, "sandbox" | "now">,
  login: Login,
  salesUnit: SalesUnit,
): Promise<Standing> {
  const { sandbox, now } = exchange;
  const user = login.user === undefined ? undefined : await sandbox.store.users.get(login.user);
  const failure = login.failure ?? (login.user && findObstacle(exchange, user));
  if (failure) {
    const failed: Login = { ...login, failure };
    return { login: failed, step: nextStep(failed, []), salesUnit, user, answers: {} };
  }
  if (!user) return { login, step: nextStep(login, []), salesUnit, user, answers: {} };
  const asked = { salesUnit, scopes: login.request.grantedScopes };
  const { settled, questions } = await whatToAsk(sandbox, user, asked, now);
  const answers = login.answers ?? questions;
  const step = nextStep(login, settled);
  if (!login.automatic || step.kind !== "ask-consent") {
    return { login, step, salesUnit, user, answers };
  }
  const answered = answerConsent(login, user.consentAnswer === "accept");
  return { login: answered, step: nextStep(answered, []), salesUnit, user, answers };
}

/** What the merchant is told at whatever step that shows. */
export function userRemoved(login: Login): RedirectRefusal {
  const { error, diagnosis } = failureStep(USER_REMOVED);
  return new RedirectRefusal(error, login.request, diagnosis);
}

export function answerConsent(login: Login, accepted: boolean, answers?: Answers): Login {
  return accepted
    ? { ...login, consentGiven: true, ...(answers && { answers }) }
    : { ...login, failure: { reason: "consent_declined" } };
}

/** @throws RedirectRefusal request_unauthorized when the user took too long */
export function refuseExpired(login: Login, page: "login" | "consent", now: EpochSeconds): void {
  if (now < login.expiresAt) return;
  const diagnosis = diagnoseLateUser(page, now - login.expiresAt);
  throw new RedirectRefusal(expiredError(page), login.request, diagnosis);
}

/** The refusal of a verifier that nobody has, or that was used before. */
export function spentVerifier(page: "login" | "consent", to: ReturnAddress): RedirectRefusal {
  const hint = `The ${page} verifier has already been used, has not been granted, or is invalid.`;
  return new RedirectRefusal(oauthError("access_denied", hint), to, diagnoseSpentVerifier(page));
}

/**
 * Where a browser goes that is done with a page: back to the authorization endpoint, with the
 * original query and the verifier of the page.
 */
export function returnUrl(endpoints: Endpoints, login: Login): string | undefined {
  const base = `${endpoints.front}${PATHS.authorize}?${login.request.query}`;
  if (login.loginVerifier !== undefined) return `${base}&login_verifier=${login.loginVerifier}`;
  return login.consentVerifier === undefined
    ? undefined
    : `${base}&consent_verifier=${login.consentVerifier}`;
}
