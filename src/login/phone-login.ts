import { codeLocation } from "../oidc/redirect.ts";
import type { PhoneLogin } from "../records/phone-login.ts";
import type { EpochSeconds } from "../records/time.ts";
import { isRefusal } from "./answer.ts";

/**
 * @param login a login from phone number
 * @param now the moment by the sandbox's clock
 * @returns whether its user can still answer
 */
export function isWaiting(login: PhoneLogin, now: EpochSeconds): boolean {
  return phoneLoginStatus(login, now) === "confirm";
}

/**
 * Where a login from phone number stands, in the words of browser logins.
 *
 * @param login the login
 * @param now the moment by the sandbox's clock
 * @returns `confirm` while its user has to answer in the app, then the answer; `expired` where none
 *   came in time
 */
export function phoneLoginStatus(
  { approval, failure, expiresAt }: PhoneLogin,
  now: EpochSeconds,
): "confirm" | "approved" | "rejected" | "failed" | "expired" {
  if (approval) return "approved";
  if (failure) return isRefusal(failure) ? "rejected" : "failed";
  return now < expiresAt ? "confirm" : "expired";
}

/**
 * Where the browser of the redirect variant goes: the code is all that it brings (dossier §1.9).
 *
 * @param login the login
 * @returns the URL; undefined while its code is not there, and in the poll variant
 */
export function phoneRedirectUrl({ redirectUri, approval }: PhoneLogin): string | undefined {
  if (redirectUri === undefined || !approval?.ready || approval.code === undefined)
    return undefined;
  return codeLocation(redirectUri, approval.code);
}
