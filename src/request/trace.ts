import type { Login } from "../records/login.ts";
import type { PhoneLogin } from "../records/phone-login.ts";
import type { Session } from "../records/session.ts";
import type { Trace } from "./exchange.ts";

/** Which login, user and client an exchange is about, for the request log. */

export function traceLogin(
  trace: Trace,
  { id, user, request }: Pick<Login, "id" | "user" | "request">,
): void {
  trace.login = id;
  trace.clientId = request.clientId;
  if (user !== undefined) trace.user = user;
}

export function tracePhoneLogin(
  trace: Trace,
  { id, user, clientId }: Pick<PhoneLogin, "id" | "user" | "clientId">,
): void {
  trace.login = id;
  trace.user = user;
  trace.clientId = clientId;
}

export function traceSession(
  trace: Trace,
  { login, user, clientId }: Pick<Session, "login" | "user" | "clientId">,
): void {
  if (login !== undefined) trace.login = login;
  trace.user = user;
  trace.clientId = clientId;
}
