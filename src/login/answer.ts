import type { LoginId } from "../records/ids.ts";
import type { Login, LoginFailure } from "../records/login.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Step } from "./next-step.ts";
import { nextStep } from "./next-step.ts";

/**
 * The answer to a page of a login: it comes from a form of the page, or from the control API. The
 * first of two counts, whichever way they come.
 */

/** What an answer makes of a login; pure, for the store may call it more than once. */
export type Answer = (login: Login) => Login;

/** The pages that wait for an answer. */
export type WaitingPage = "login" | "consent";

/**
 * Where a login stands, for whoever looks at it from outside.
 *
 * - `identify`: nobody has said yet whose login it is.
 * - `confirm`: its user has to confirm in the app.
 * - `consent`: its user has to agree to share the data.
 * - `approved`: all is said; the browser has yet to go on.
 * - `rejected`: the user cancelled or declined; likewise.
 * - `failed`: it ends with another error; likewise.
 * - `expired`: its half hour is over.
 */
export const LOGIN_STATUSES = [
  "identify",
  "confirm",
  "consent",
  "approved",
  "rejected",
  "failed",
  "expired",
] as const;

export type LoginStatus = (typeof LOGIN_STATUSES)[number];

export function statusOf(login: Login, now: EpochSeconds): LoginStatus {
  if (now >= login.expiresAt) return "expired";
  const { kind } = openQuestion(login);
  switch (kind) {
    case "identify":
    case "confirm":
      return kind;
    case "ask-consent":
      return "consent";
    case "call-app":
    case "issue":
      return "approved";
    case "fail":
      return isRefusal(login.failure) ? "rejected" : "failed";
  }
}

/** What is still to be said; that a browser goes by the merchant's app on its way changes nothing. */
function openQuestion(login: Login): Step {
  return nextStep({ ...login, appOpen: false }, []);
}

/** Whether its user did not want to. */
export function isRefusal(failure: LoginFailure | undefined): boolean {
  return failure?.reason === "cancelled" || failure?.reason === "consent_declined";
}

/** The page that waits for its user; undefined when everything is answered. */
export function waitingPage(login: Login): WaitingPage | undefined {
  switch (openQuestion(login).kind) {
    case "identify":
    case "confirm":
      return "login";
    case "ask-consent":
      return "consent";
    default:
      return undefined;
  }
}

/** Answers a page, and gives the browser that waits there its way back. */
export async function answerLogin(
  sandbox: Pick<Sandbox, "store" | "ids">,
  id: LoginId,
  page: WaitingPage,
  answer: Answer,
): Promise<Login | undefined> {
  const verifier = sandbox.ids.challenge();
  return sandbox.store.logins.update(id, (current) => {
    if (waitingPage(current) !== page) return undefined;
    const answered = answer(current);
    if (waitingPage(answered) === page) return answered;
    if (page === "login") return { ...answered, loginVerifier: verifier };
    // Without a challenge the browser is still on its way to the consent page, and need not stop there.
    return current.consentChallenge === undefined
      ? answered
      : { ...answered, consentVerifier: verifier };
  });
}

export function failed(failure: LoginFailure): Answer {
  return (login) => ({ ...login, failure });
}

/** The user does not want to. */
export const cancelled: Answer = failed({ reason: "cancelled" });
