import type { Login } from "../records/login.ts";
import type { PhoneLogin } from "../records/phone-login.ts";
import type { Session } from "../records/session.ts";
import type { Trace } from "./exchange.ts";

/** What a request turns out to be about, written down for the request log. */

/**
 * @param trace the request's trace
 * @param login the login that it is part of
 */
export function traceLogin(
  trace: Trace,
  { id, user, request }: Pick<Login, "id" | "user" | "request">,
): void {
  trace.login = id;
  trace.clientId = request.clientId;
  if (user !== undefined) trace.user = user;
}

/**
 * @param trace the request's trace
 * @param login the login from phone number that it is part of
 */
export function tracePhoneLogin(
  trace: Trace,
  { id, user, clientId }: Pick<PhoneLogin, "id" | "user" | "clientId">,
): void {
  trace.login = id;
  trace.user = user;
  trace.clientId = clientId;
}

/**
 * @param trace the request's trace
 * @param session the session whose code or token it brought
 */
export function traceSession(
  trace: Trace,
  { login, user, clientId }: Pick<Session, "login" | "user" | "clientId">,
): void {
  if (login !== undefined) trace.login = login;
  trace.user = user;
  trace.clientId = clientId;
}
