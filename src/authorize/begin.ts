import {
  expectedUser,
  loginAs,
  newLogin,
  openApp,
  refuseExpired,
  rememberedBrowser,
  spentVerifier,
} from "../login/browser-login.ts";
import type { LoginPage } from "../login/next-step.ts";
import { oauthError, PageRefusal, RedirectRefusal } from "../oidc/errors.ts";
import { malformedRequest } from "../oidc/params.ts";
import type { AuthorizationRequest } from "../records/authorization-request.ts";
import type { Login } from "../records/login.ts";
import type { User } from "../records/user.ts";
import type { Exchange } from "../request/exchange.ts";
import { traceLogin } from "../request/trace.ts";
import { alwaysConfirms, comesBackAnywhere } from "../rules/app-flows.ts";
import { checkCsrf } from "../rules/csrf.ts";
import { findUserByName } from "../sandbox/users.ts";
import { playInBrowser } from "../scenarios/play.ts";

/** How a login begins, and how it comes back from the pages to the authorization endpoint. */

/**
 * A login as far as it goes without asking anybody; not stored yet.
 *
 * @throws PageRefusal when a login_hint chooses a user who does not exist
 */
export async function beginLogin(
  exchange: Exchange,
  request: AuthorizationRequest,
  browser: string | undefined,
): Promise<Login> {
  const { sandbox } = exchange;
  const login = newLogin(exchange, request);
  const remembered = alwaysConfirms(request)
    ? undefined
    : await rememberedBrowser(exchange, browser);
  const expected = await expectedUser(sandbox, request.loginHint, remembered);
  const played = await playInBrowser(exchange, login, expected, "begun");
  if (played) return { ...login, ...openApp(request), ...played };
  if (sandbox.autoLogin !== null) {
    const user = await chosenUser(exchange, request.loginHint ?? sandbox.autoLogin);
    return loginAs(exchange, request, user);
  }
  return remembered
    ? { ...login, user: remembered.user, authenticatedAt: remembered.authenticatedAt }
    : login;
}

async function chosenUser({ sandbox }: Exchange, name: string): Promise<User> {
  const found = await findUserByName(sandbox, name);
  if ("user" in found) return found.user;
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
export async function resumeLogin(
  { sandbox, now, trace }: Pick<Exchange, "sandbox" | "now" | "trace">,
  page: LoginPage,
  verifier: string,
  cookie: string | undefined,
  to: AuthorizationRequest,
): Promise<Login> {
  const { logins } = sandbox.store;
  const field = page === "login" ? "loginVerifier" : "consentVerifier";
  const expected = page === "login" ? "csrf" : "consentCsrf";
  const login = await logins.find(field, verifier);
  if (login?.request.clientId !== to.clientId) throw spentVerifier(page, to);
  traceLogin(trace, login);
  const failure = checkCsrf(cookie, login[expected] ?? "");
  // The app may open any browser; from the consent page comes the one that was sent there.
  if (failure && !(page === "login" && comesBackAnywhere(login.request))) {
    throw new RedirectRefusal(oauthError("request_forbidden", failure.hint), to, failure.diagnosis);
  }
  refuseExpired(login, page, now);
  const spent = await logins.update(login.id, ({ [field]: current, ...rest }) =>
    current === verifier ? rest : undefined,
  );
  if (!spent) throw spentVerifier(page, to);
  return spent;
}
