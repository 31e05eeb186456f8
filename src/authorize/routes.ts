import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { corruptResponse } from "../faults/corrupt-response.ts";
import { readCookie, setCookie } from "../http/cookies.ts";
import {
  note,
  noteRepetitions,
  parametersOr,
  queryOf,
  redirect,
  unreadablePage,
} from "../http/messages.ts";
import type { Progress } from "../login/browser-login.ts";
import {
  appLocation,
  errorAddress,
  expectedUser,
  loginAs,
  newLogin,
  openApp,
  progressOf,
  refuseExpired,
  rememberedBrowser,
  spentVerifier,
} from "../login/browser-login.ts";
import type { LoginPage } from "../login/next-step.ts";
import { failedEnd } from "../login/next-step.ts";
import { oauthError, PageRefusal, RedirectRefusal } from "../oidc/errors.ts";
import { hintOf } from "../oidc/hints.ts";
import type { Parameters } from "../oidc/params.ts";
import { malformedRequest } from "../oidc/params.ts";
import { successLocation, successResponse } from "../oidc/redirect.ts";
import type { AuthorizationRequest } from "../records/authorization-request.ts";
import type { BrowserId } from "../records/ids.ts";
import type { Login } from "../records/login.ts";
import { after, DAY } from "../records/time.ts";
import type { User } from "../records/user.ts";
import { PATHS } from "../request/addresses.ts";
import { traceLogin } from "../request/trace.ts";
import { alwaysConfirms, comesBackAnywhere } from "../rules/app-flows.ts";
import { checkCsrf } from "../rules/csrf.ts";
import { diagnoseMsnBesideClient } from "../rules/partner-keys.ts";
import { findAutomaticUser } from "../sandbox/users.ts";
import { playInBrowser } from "../scenarios/play.ts";
import { issueCode } from "../sessions/issue.ts";
import { locationWithClient, validateAuthorizationRequest } from "./request.ts";

/** So much is kept of the name of a browser that is remembered: anybody can send a long one. */
const MOST_OF_NAME = 500;

/** The pages that the browser comes back from with a verifier. */
const PAGES = ["login", "consent"] as const;

/**
 * The authorization endpoint: where a login begins, where it comes back after each of its pages, and
 * where it ends with a redirect to the merchant. Each hop repeats the original query, as the real
 * service's do, and is validated again.
 */
export function authorizeRoutes(app: FastifyInstance): void {
  const config = { failure: "page", endpoint: "auth" } as const;
  app.get(PATHS.authorize, { config }, async (request, reply) => {
    const { exchange } = request;
    const query = queryOf(request.url);
    const parameters = parametersOr(query, unreadablePage);
    const msn = parameters.get("msn");
    if (msn !== undefined && parameters.get("client_id") === undefined) {
      const location = await locationWithClient(exchange, msn, query);
      return redirect(reply, location);
    }
    if (msn !== undefined && exchange.sandbox.switches.partnerKeys === "everywhere") {
      note(request, diagnoseMsnBesideClient(msn));
    }
    const page = PAGES.find((one) => parameters.get(`${one}_verifier`) !== undefined);
    if (page === undefined) noteRepetitions(request, parameters);
    const validated = await validateAuthorizationRequest(exchange.sandbox, parameters, query);
    const login =
      page === undefined
        ? await beginLogin(request, validated.request)
        : await resumeLogin(request, page, parameters, validated.request);
    traceLogin(exchange.trace, login);
    if (page === undefined) {
      exchange.sandbox.loginCounts.began("browser");
      for (const diagnosis of validated.notes) note(request, diagnosis);
    }
    if (page !== "consent" && login.remember) await rememberBrowser(request, reply, login);
    const progress = await progressOf(exchange, login, validated.salesUnit);
    await takeStep(request, reply, progress, page !== undefined);
  });
}

/**
 * A login as far as it goes without asking anybody; not stored yet.
 *
 * @throws PageRefusal when a login_hint is the phone number of nobody
 */
async function beginLogin(asking: FastifyRequest, request: AuthorizationRequest): Promise<Login> {
  const { exchange } = asking;
  const { sandbox } = exchange;
  const browser = readCookie(asking, "session");
  const login = newLogin(exchange, request);
  const remembered =
    browser === undefined || alwaysConfirms(request)
      ? undefined
      : await rememberedBrowser(exchange, browser);
  const findExpected = () => expectedUser(sandbox, request.loginHint, remembered);
  const played = await playInBrowser(exchange, login, findExpected, "begun");
  if (played) return { ...login, ...openApp(request), ...played };
  if (sandbox.autoLogin !== null) {
    return loginAs(exchange, request, await automaticUser(asking, sandbox.autoLogin, request));
  }
  return remembered
    ? { ...login, user: remembered.user, authenticatedAt: remembered.authenticatedAt }
    : login;
}

async function automaticUser(
  request: FastifyRequest,
  autoLogin: string,
  { loginHint }: AuthorizationRequest,
): Promise<User> {
  const found = await findAutomaticUser(request.exchange.sandbox, autoLogin, loginHint);
  if ("user" in found) {
    if (found.note) note(request, found.note);
    return found.user;
  }
  const closest = found.failure.closest ? ` The closest is ${found.failure.closest}.` : "";
  const hint = `Automatic login is on, but ${found.failure.message}.${closest}`;
  throw new PageRefusal(malformedRequest(hint), found.failure);
}

/**
 * Resumes a login whose browser comes back from a page with its verifier. The cookie must be the one
 * that was set when the browser was sent there, unless an app may have opened another browser. A
 * verifier is used once.
 *
 * @throws RedirectRefusal access_denied for a verifier that this client does not have,
 *   request_forbidden for the cookie, request_unauthorized for a login that took too long
 */
async function resumeLogin(
  request: FastifyRequest,
  page: LoginPage,
  parameters: Parameters,
  to: AuthorizationRequest,
): Promise<Login> {
  const { sandbox, trace } = request.exchange;
  const { logins } = sandbox.store;
  const verifier = parameters.get(`${page}_verifier`) ?? "";
  const field = page === "login" ? "loginVerifier" : "consentVerifier";
  const expected = page === "login" ? "csrf" : "consentCsrf";
  const login = await logins.find(field, verifier);
  if (login?.request.clientId !== to.clientId) throw spentVerifier(page, to);
  traceLogin(trace, login);
  const failure = checkCsrf(readCookie(request, page), login[expected] ?? "");
  // The app may open any browser; from the consent page comes the one that was sent there.
  if (failure && !(page === "login" && comesBackAnywhere(login.request))) {
    throw new RedirectRefusal(
      oauthError("request_forbidden", hintOf(failure.hint)),
      to,
      failure.diagnosis,
    );
  }
  refuseExpired(request.exchange, login, page);
  const spent = await logins.update(login.id, ({ [field]: current, ...rest }) =>
    current === verifier ? rest : undefined,
  );
  if (!spent) throw spentVerifier(page, to);
  return spent;
}

/** Remembers the user, who chose that, in this browser, if the user has confirmed in the app. */
async function rememberBrowser(
  request: FastifyRequest,
  reply: FastifyReply,
  login: Login,
): Promise<void> {
  const { user, authenticatedAt, failure, appOpen } = login;
  if (user === undefined || authenticatedAt === undefined || failure) return;
  // As long as the user is in the app, there is no browser to remember anybody.
  if (appOpen || alwaysConfirms(login.request)) return;
  const { store, ids, limits } = request.exchange.sandbox;
  const id = ids.id() as BrowserId;
  const userAgent = (request.headers["user-agent"] ?? "").slice(0, MOST_OF_NAME);
  const lifetime = limits.browserDays * DAY;
  const forgetAt = after(authenticatedAt, lifetime);
  await store.browsers.insert({ id, user, userAgent, authenticatedAt, forgetAt });
  setCookie(request, reply, "session", id, lifetime);
}

/** Does what login/next-step.ts decided. `stored` says whether the login is in the store already. */
async function takeStep(
  request: FastifyRequest,
  reply: FastifyReply,
  progress: Progress,
  stored: boolean,
): Promise<void> {
  const { step, login } = progress;
  const { loginCounts } = request.exchange.sandbox;
  switch (step.kind) {
    case "identify":
    case "confirm":
      return redirectToPage(request, reply, "login", progress, stored);
    case "ask-consent":
      return redirectToPage(request, reply, "consent", progress, stored);
    case "call-app":
      return callApp(request, reply, login, stored);
    case "fail":
      if (stored) await endLogin(request, login);
      loginCounts.ended("browser", failedEnd(login.failure));
      throw new RedirectRefusal(step.error, errorAddress(login, step.error), step.diagnosis);
    case "issue":
      if (stored) await endLogin(request, login);
      await redirectWithCode(request, reply, progress);
      return loginCounts.ended("browser", "completed");
  }
}

/** Sends the browser to a page, with the cookie that it must bring back from there. */
async function redirectToPage(
  request: FastifyRequest,
  reply: FastifyReply,
  page: LoginPage,
  progress: Progress,
  stored: boolean,
): Promise<void> {
  const { login } = progress;
  const { sandbox, endpoints } = request.exchange;
  const { logins } = sandbox.store;
  const challenge = page === "login" ? login.id : sandbox.ids.challenge();
  const csrf = page === "login" ? login.csrf : sandbox.ids.challenge();
  const asked: Partial<Login> =
    page === "login" ? {} : { consentChallenge: challenge, consentCsrf: csrf };
  if (!stored) {
    await logins.insert({ ...login, ...asked });
  } else if (page === "consent") {
    const waiting = await logins.update(login.id, (current) =>
      current.consentGiven || current.failure ? undefined : { ...current, ...asked },
    );
    if (!waiting) return skipPage(request, reply, progress);
  }
  setCookie(request, reply, page, csrf);
  const location = `${endpoints.front}${PATHS[page]}?${page}_challenge=${challenge}`;
  return redirect(reply, location);
}

/** The control API approved or rejected the login while the browser was on its way to the page. */
async function skipPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { login: { id, request: asked }, salesUnit }: Progress,
): Promise<void> {
  const { exchange } = request;
  const login = await exchange.sandbox.store.logins.get(id);
  if (!login) throw spentVerifier("consent", asked);
  return takeStep(request, reply, await progressOf(exchange, login, salesUnit), true);
}

/** Calls the merchant's app, which opens the resume_uri in the browser with the login page's cookie. */
async function callApp(
  request: FastifyRequest,
  reply: FastifyReply,
  login: Login,
  stored: boolean,
): Promise<void> {
  const { sandbox, endpoints } = request.exchange;
  const { logins } = sandbox.store;
  const called = { appOpen: false, loginVerifier: sandbox.ids.challenge() };
  if (stored) {
    await logins.update(login.id, (current) => ({ ...current, ...called }));
  } else {
    await logins.insert({ ...login, ...called });
    setCookie(request, reply, "login", login.csrf);
  }
  return redirect(reply, appLocation(endpoints, login));
}

/** A login ends once, even when two requests bring the same verifier at the same time. */
async function endLogin(request: FastifyRequest, login: Login): Promise<void> {
  const { logins } = request.exchange.sandbox.store;
  if (!(await logins.take(login.id))) throw spentVerifier("consent", login.request);
}

async function redirectWithCode(
  request: FastifyRequest,
  reply: FastifyReply,
  { login, user, salesUnit, answers }: Progress,
): Promise<void> {
  const { sandbox, now } = request.exchange;
  const { id, request: asked, authenticatedAt, startedAt } = login;
  if (!user || authenticatedAt === undefined) throw new Error("a code needs an authenticated user");
  const { merchant } = salesUnit;
  const done = { id, request: asked, merchant, user, startedAt, authenticatedAt, answers };
  const code = await issueCode(sandbox, done, now);
  const response = await corruptResponse(
    request.exchange,
    done,
    successResponse(asked, code, asked.grantedScopes),
  );
  if (asked.responseMode === "form_post") {
    await reply.sendFormPost(asked, response);
    return;
  }
  return redirect(reply, successLocation(asked, response));
}
