import type { ReturnAddress } from "../oidc/errors.ts";
import { OAUTH_ERRORS } from "../oidc/errors.ts";
import { resumeLocation } from "../oidc/redirect.ts";
import type { AuthorizationRequest } from "../records/authorization-request.ts";
import type { Login, ResponseError } from "../records/login.ts";
import type { Endpoints } from "../request/addresses.ts";
import { PATHS } from "../request/addresses.ts";

/**
 * The flow `app_to_app`: its user confirms in the app, which then calls the merchant's app. That one
 * opens `resume_uri` in the browser in which the login began, and there it goes on (dossier §1.4).
 */

/** Codes of OAuth that Vipps documents as its own too (dossier §1.5): the app can tell them. */
const SHARED_CODES: ReadonlySet<string> = new Set([
  "access_denied",
  "server_error",
  "outdated_app_version",
  "wrong_challenge",
]);

/** What the step from the browser into the user's app adds to a login. */
export function openApp({ flow }: AuthorizationRequest): Pick<Login, "appOpen"> {
  return flow === "app_to_app" ? { appOpen: true } : {};
}

/**
 * What goes wrong in the app is told to the merchant's app. What the authorization server itself has
 * to say (the login ran out, a cookie is missing), and that somebody has no app, goes to the redirect
 * URI, in every flow.
 */
export function addressOf(login: Login, { code }: ResponseError): ReturnAddress {
  const inApp = login.appOpen && login.failure && login.failure.reason !== "not_eligible";
  const byApp = SHARED_CODES.has(code) || !Object.hasOwn(OAUTH_ERRORS, code);
  return inApp && byApp ? appAddress(login) : login.request;
}

/** The URL that calls the merchant's app. */
export function appLocationOf(endpoints: Endpoints, login: Login): string {
  return resumeLocation(appAddress(login), `${endpoints.front}${PATHS.resume}?tabId=${login.id}`);
}

function appAddress({ request }: Login): ReturnAddress {
  const { appCallbackUri, state } = request;
  if (appCallbackUri === undefined) throw new Error("app_to_app without an app to call");
  return { redirectUri: appCallbackUri, responseMode: "app", state };
}
