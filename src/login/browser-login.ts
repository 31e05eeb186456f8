import type { ReturnAddress } from "../oidc/errors.ts";
import { OAUTH_ERRORS, oauthError, RedirectRefusal } from "../oidc/errors.ts";
import { hintOf } from "../oidc/hints.ts";
import { resumeLocation } from "../oidc/redirect.ts";
import type { Ids } from "../platform/capabilities.ts";
import type { Answers } from "../records/answers.ts";
import type { AuthorizationRequest } from "../records/authorization-request.ts";
import type { Browser } from "../records/consent.ts";
import type { LoginId } from "../records/ids.ts";
import type { Login, LoginFailure, ResponseError } from "../records/login.ts";
import type { SalesUnit } from "../records/sales-unit.ts";
import { after, HOUR, MINUTE } from "../records/time.ts";
import type { User } from "../records/user.ts";
import type { Endpoints } from "../request/addresses.ts";
import { PATHS } from "../request/addresses.ts";
import type { Exchange } from "../request/exchange.ts";
import { consentsInApp } from "../rules/app-flows.ts";
import { mustAskConsent, scopesNeedingConsent } from "../rules/consent.ts";
import { diagnoseLateUser, diagnoseRemoved, diagnoseSpentVerifier } from "../rules/protocol.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { eligibleUser, findAutomaticUser, findUserByName } from "../sandbox/users.ts";
import type { ConsentState } from "../sessions/consents.ts";
import { consentStateOf } from "../sessions/consents.ts";
import type { LoginPage, Step } from "./next-step.ts";
import { expiredError, failureStep, nextStep, pendingPage } from "./next-step.ts";

/**
 * A browser login on its way: whose it is, how each page ends, and where its browser goes. What comes
 * next is decided in next-step.ts.
 */

/** How long a user may take, in seconds: the default of Hydra's challenges (Hydra 1.10.6). */
const LOGIN_LIFETIME = 30 * MINUTE;

/** How long after that a browser that comes back late is still sent to its merchant. */
const LOGIN_MEMORY = HOUR;

/** How many numbers the app offers; how many the real one does is not known. */
const OFFERED = 3;

/** A login of which only the request is known; not stored yet. */
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

/** A browser is remembered for its time, as long as its user could log in without it. */
export async function rememberedBrowser(
  exchange: Pick<Exchange, "sandbox" | "now">,
  cookie: string | undefined,
): Promise<Browser | undefined> {
  const { browsers, users } = exchange.sandbox.store;
  const browser = cookie === undefined ? undefined : await browsers.get(cookie);
  if (!browser || (browser.forgetAt !== undefined && browser.forgetAt <= exchange.now)) {
    return undefined;
  }
  return obstacleFailure(exchange, await users.get(browser.user)) ? undefined : browser;
}

/**
 * Whose login it will be, as far as that can be known before anybody is asked. With automatic login
 * no browser is remembered; without it the user of a remembered browser is not asked. Where neither
 * says who it is, a login_hint does.
 */
export async function expectedUser(
  sandbox: Pick<Sandbox, "store" | "autoLogin">,
  hint: string | undefined,
  remembered: Browser | undefined,
): Promise<string | undefined> {
  const { autoLogin } = sandbox;
  if (autoLogin === null && remembered) return remembered.user;
  const found =
    autoLogin === null
      ? hint !== undefined && (await findUserByName(sandbox, hint))
      : await findAutomaticUser(sandbox, autoLogin, hint);
  return found && "user" in found ? found.user.id : undefined;
}

/** How a login ends whose user was removed. */
const USER_REMOVED: LoginFailure = {
  reason: "not_eligible",
  diagnosis: diagnoseRemoved("user"),
};

/** Looked for at every step, because it may have come up while the user was on the way. */
function obstacleFailure(
  exchange: Pick<Exchange, "sandbox" | "now">,
  user: User | undefined,
): LoginFailure | undefined {
  if (!user) return USER_REMOVED;
  const found = eligibleUser(exchange, user, user.id);
  if ("user" in found) return undefined;
  const { obstacle, diagnosis } = found;
  return { reason: obstacle === "outdated_app" ? "outdated_app" : "not_eligible", diagnosis };
}

/**
 * Identifies and confirms in one go, as the user would. What the pages would tell the user ends the
 * login here.
 */
export function confirmAs(
  exchange: Pick<Exchange, "sandbox" | "now">,
  id: string,
  user: User | undefined,
): Partial<Login> {
  const failure = obstacleFailure(exchange, user);
  return failure ? { user: id, failure } : { user: id, authenticatedAt: exchange.now };
}

/** The number that the browser shows, and those among which the user finds it in the app. */
export function makeChallenge(ids: Pick<Ids, "integer">): NonNullable<Login["challenge"]> {
  const offered = new Set<number>();
  while (offered.size < OFFERED) offered.add(10 + ids.integer(90));
  const numbers = [...offered];
  return { shown: numbers[ids.integer(OFFERED)] ?? 10, offered: numbers };
}

/** How far a login has come, with everything that its next step needs. */
export interface Progress {
  readonly login: Login;
  readonly step: Step;
  readonly salesUnit: SalesUnit;
  /** Undefined until it is known whose login it is. */
  readonly user: User | undefined;
  /** The user's answers to the merchant's questions; everything accepted where there are none. */
  readonly answers: Answers;
}

/** Finds the next step. An automatic login decides about the consent on the way. */
export async function progressOf(
  exchange: Pick<Exchange, "sandbox" | "now">,
  login: Login,
  salesUnit: SalesUnit,
): Promise<Progress> {
  const { sandbox, now } = exchange;
  const decide = (one: Login, consented?: readonly string[]) =>
    nextStep(one, consented, sandbox.switches.errorTexts);
  const user = login.user === undefined ? undefined : await sandbox.store.users.get(login.user);
  const failure = login.failure ?? (login.user && obstacleFailure(exchange, user));
  if (failure) {
    const failed: Login = { ...login, failure };
    return { login: failed, step: decide(failed), salesUnit, user, answers: {} };
  }
  if (!user) return { login, step: decide(login), salesUnit, user, answers: {} };
  const asked = { salesUnit, scopes: login.request.grantedScopes };
  const { consented, questions } = await consentStateOf(sandbox, user, asked, now);
  const answers = login.answers ?? questions;
  const step = decide(login, consented);
  if (!login.automatic || step.kind !== "ask-consent") {
    return { login, step, salesUnit, user, answers };
  }
  const decided = user.consentAnswer === "accept" ? accepted()(login) : declined(login);
  return { login: decided, step: decide(decided), salesUnit, user, answers };
}

/**
 * What the user did on a page, as a change of the login. Pure, because the store may call it more
 * than once.
 */
export type Outcome = (login: Login) => Login;

export function failed(failure: LoginFailure): Outcome {
  return (login) => ({ ...login, failure });
}

/** The user does not want to log in. */
export const cancelled: Outcome = failed({ reason: "cancelled" });

/** The user does not want to share the data. */
export const declined: Outcome = failed({ reason: "consent_declined" });

/** The user shares the data, and answers what the merchant asks. */
export function accepted(answers?: Answers): Outcome {
  return (login) => ({ ...login, consentGiven: true, ...(answers && { answers }) });
}

/**
 * Stores the outcome of a page, and gives the browser that waits there its way back. It comes from the
 * page's form or from the control API; of two, the first counts.
 */
export async function finishPage(
  sandbox: Pick<Sandbox, "store" | "ids">,
  id: LoginId,
  page: LoginPage,
  outcome: Outcome,
): Promise<Login | undefined> {
  const verifier = sandbox.ids.challenge();
  return sandbox.store.logins.update(id, (current) => {
    if (pendingPage(current) !== page) return undefined;
    const changed = outcome(current);
    if (pendingPage(changed) === page) return changed;
    if (page === "login") return { ...changed, loginVerifier: verifier };
    // Without a challenge the browser is still on its way to the consent page, and need not stop there.
    return current.consentChallenge === undefined
      ? changed
      : { ...changed, consentVerifier: verifier };
  });
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

/** The refusal of a page whose user was removed. */
export function userRemoved(login: Login): RedirectRefusal {
  const { error, diagnosis } = failureStep(USER_REMOVED);
  return new RedirectRefusal(error, login.request, diagnosis);
}

/** @throws RedirectRefusal request_unauthorized when the user took too long */
export function refuseExpired(
  { sandbox, now }: Pick<Exchange, "sandbox" | "now">,
  login: Login,
  page: LoginPage,
): void {
  if (now < login.expiresAt) return;
  sandbox.loginCounts.ended("browser", "expired");
  const diagnosis = diagnoseLateUser(page, now - login.expiresAt);
  throw new RedirectRefusal(expiredError(page), login.request, diagnosis);
}

/** The refusal of a verifier that does not exist, or that was used before. */
export function spentVerifier(page: LoginPage, to: ReturnAddress): RedirectRefusal {
  const hint = hintOf("spent_verifier", { page });
  return new RedirectRefusal(oauthError("access_denied", hint), to, diagnoseSpentVerifier(page));
}

/**
 * What the step from the browser into the user's app adds to a login. In the flow `app_to_app` the
 * user confirms in the app, which then calls the merchant's app. That one opens `resume_uri` in the
 * browser in which the login began, and there it goes on (documentation 2023).
 */
export function openApp({ flow }: AuthorizationRequest): Pick<Login, "appOpen"> {
  return flow === "app_to_app" ? { appOpen: true } : {};
}

/**
 * The scopes that the user agrees to share by confirming in the app; none where the consent page asks, as
 * it does when the merchant has questions.
 */
export function sharedInApp(
  { request }: Pick<Login, "request">,
  { consented, questions }: ConsentState,
): readonly string[] {
  const asksInApp =
    consentsInApp(request) &&
    Object.keys(questions).length === 0 &&
    mustAskConsent(request.grantedScopes, consented);
  return asksInApp ? scopesNeedingConsent(request.grantedScopes) : [];
}

/** Codes of OAuth that Vipps documents as its own too (documentation 2023): the app can send them. */
const SHARED_CODES: ReadonlySet<string> = new Set([
  "access_denied",
  "server_error",
  "outdated_app_version",
  "wrong_challenge",
  "unknown_reject_reason",
]);

/**
 * Where an error goes. What goes wrong in the app is sent to the merchant's app. What the
 * authorization server itself has to say (the login ran out, a cookie is missing), and that somebody
 * has no app, goes to the redirect URI, in every flow.
 */
export function errorAddress(login: Login, { code }: ResponseError): ReturnAddress {
  const inApp = login.appOpen && login.failure && login.failure.reason !== "not_eligible";
  const byApp = SHARED_CODES.has(code) || !Object.hasOwn(OAUTH_ERRORS, code);
  return inApp && byApp ? appAddress(login) : login.request;
}

/** The URL that calls the merchant's app. */
export function appLocation(endpoints: Endpoints, login: Login): string {
  return resumeLocation(appAddress(login), `${endpoints.front}${PATHS.resume}?tabId=${login.id}`);
}

function appAddress({ request }: Login): ReturnAddress {
  const { appCallbackUri, state } = request;
  if (appCallbackUri === undefined) throw new Error("app_to_app without an app to call");
  return { redirectUri: appCallbackUri, responseMode: "app", state };
}
