import { codeLocation } from "../oidc/redirect.ts";
import type { PhoneLogin } from "../records/phone-login.ts";
import type { EpochSeconds } from "../records/time.ts";
import { isRefusal } from "./answer.ts";

/** Whether its user can still answer. */
export function isWaiting(login: PhoneLogin, now: EpochSeconds): boolean {
  return phoneLoginStatus(login, now) === "confirm";
}

/** Where a login from phone number stands, in the words of browser logins. */
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
 */
export function phoneRedirectUrl({ redirectUri, approval }: PhoneLogin): string | undefined {
  if (redirectUri === undefined || !approval?.ready || approval.code === undefined)
    return undefined;
  return codeLocation(redirectUri, approval.code);
}
