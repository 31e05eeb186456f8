import type { ErrorTexts } from "../oidc/errors.ts";
import { oauthError } from "../oidc/errors.ts";
import { hintOf, sentence } from "../oidc/hints.ts";
import { checkChallenge } from "../oidc/pkce.ts";
import type { AuthorizationRequest } from "../records/authorization-request.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { Login, LoginFailure, ResponseError } from "../records/login.ts";
import type { EpochSeconds } from "../records/time.ts";
import type { LoginEnd } from "../records/vocabulary.ts";
import { diagnoseDialogNeeded, diagnoseNoChallenge } from "../rules/app-flows.ts";
import { mustAskConsent } from "../rules/consent.ts";
import { diagnoseEnding } from "../rules/login-endings.ts";
import {
  diagnoseChallengeMethod,
  diagnosePrompt,
  diagnoseSilent,
  PROMPTS,
} from "../rules/protocol.ts";

/**
 * The single place that decides how a browser login goes on. It looks at what is known so far and names
 * one step; a page shows it and stores what the user did, and the browser comes back here.
 */

/** What a login needs next. */
export type Step =
  /** Ask whose login it is. */
  | { readonly kind: "identify" }
  /** Wait until the user confirms in the app. */
  | { readonly kind: "confirm" }
  /** Ask whether the merchant may have the data. */
  | { readonly kind: "ask-consent" }
  /** The app is done: call the merchant's app, which brings the browser back. */
  | { readonly kind: "call-app" }
  /** Issue a code. */
  | { readonly kind: "issue" }
  /** Tell the merchant that there will be none. */
  | Failure;

interface Failure {
  readonly kind: "fail";
  readonly error: ResponseError;
  readonly diagnosis: Diagnosis;
}

/**
 * `consented` are the scopes that the user need not be asked about; `texts` the words of an error, which
 * matter to those alone who send it.
 */
export function nextStep(
  login: Login,
  consented: readonly string[] = [],
  texts?: ErrorTexts,
): Step {
  const { request, failure } = login;
  if (failure) return failureStep(failure, texts);
  if (login.authenticatedAt === undefined) {
    return (
      failIfSilent(request, "login") ?? {
        kind: login.user === undefined ? "identify" : "confirm",
      }
    );
  }
  if (login.appOpen) return { kind: "call-app" };
  if (mustAskConsent(request.grantedScopes, consented)) {
    const silent = login.automatic ? undefined : failIfSilent(request, "consent");
    if (silent) return silent;
    if (!login.consentGiven) return { kind: "ask-consent" };
  }
  return failIfUnproven(request) ?? checkPrompt(request.prompt) ?? { kind: "issue" };
}

/** The pages that a login can wait at. */
export type LoginPage = "login" | "consent";

/** The page that waits for the user; undefined when nothing has to be asked any more. */
export function pendingPage(login: Login): LoginPage | undefined {
  switch (pendingStep(login).kind) {
    case "identify":
    case "confirm":
      return "login";
    case "ask-consent":
      return "consent";
    default:
      return undefined;
  }
}

/** What the user has yet to do; that the browser calls the merchant's app on its way changes nothing. */
function pendingStep(login: Login): Step {
  return nextStep({ ...login, appOpen: false });
}

/**
 * The state of a login, as the control API shows it.
 *
 * - `identify`: nobody has said yet whose login it is.
 * - `confirm`: its user has to confirm in the app.
 * - `consent`: its user has to agree to share the data.
 * - `approved`: the user is done; the browser has yet to go on.
 * - `rejected`: the user cancelled or declined; the browser has yet to go on.
 * - `failed`: it ends with another error; the browser has yet to go on.
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

export function loginStatus(login: Login, now: EpochSeconds): LoginStatus {
  if (now >= login.expiresAt) return "expired";
  const { kind } = pendingStep(login);
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
      return isRejection(login.failure) ? "rejected" : "failed";
  }
}

/** As what an end without a code is counted; a login that fails by a rule has no failure of its own. */
export function failedEnd(failure: LoginFailure | undefined): LoginEnd {
  return failure === undefined || failure.reason === "told" ? "error" : failure.reason;
}

/** Whether the user did not want to log in. */
export function isRejection(failure: LoginFailure | undefined): boolean {
  return failure?.reason === "cancelled" || failure?.reason === "consent_declined";
}

export function expiredError(page: LoginPage): ResponseError {
  return oauthError(
    "request_unauthorized",
    page === "login" ? hintOf("login_expired") : hintOf("consent_expired"),
  );
}

/** The error that the merchant gets, and why. */
export function failureStep(failure: LoginFailure, texts?: ErrorTexts): Failure {
  return fail(failureError(failure, texts), diagnoseFailure(failure));
}

function fail(error: ResponseError, diagnosis: Diagnosis): Failure {
  return { kind: "fail", error, diagnosis };
}

/** Fails a login that may show no page where one would be needed. */
function failIfSilent(
  { prompt, flow }: AuthorizationRequest,
  missing: LoginPage,
): Failure | undefined {
  if (flow === "no_dialog") {
    return fail(oauthError("interaction_required"), diagnoseDialogNeeded(missing));
  }
  return prompt.includes("none") ? fail(SILENT[missing], diagnoseSilent(missing)) : undefined;
}

const SILENT = {
  login: oauthError("login_required", hintOf("no_login_session")),
  consent: oauthError("consent_required", hintOf("no_previous_consent")),
};

/** PKCE is the merchant's choice, unless the code goes from app to app. */
function failIfUnproven({ codeChallenge, codeChallengeMethod, flow }: AuthorizationRequest) {
  const required = flow === "app_to_app_v2";
  const error = checkChallenge(codeChallenge, codeChallengeMethod, required);
  if (!error) return undefined;
  const diagnosis =
    codeChallenge === undefined
      ? diagnoseNoChallenge()
      : diagnoseChallengeMethod(codeChallengeMethod);
  return fail(error, diagnosis);
}

function diagnoseFailure(failure: LoginFailure): Diagnosis {
  return failure.reason === "told"
    ? failure.diagnosis
    : (failure.diagnosis ?? diagnoseEnding(failure.reason));
}

/** The error that the merchant gets for each way in which a login can end without a code. */
function failureError(failure: LoginFailure, texts?: ErrorTexts): ResponseError {
  switch (failure.reason) {
    case "told":
      return failure.error;
    case "cancelled":
    case "consent_declined":
    case "not_eligible":
      return sentence("cancelled");
    case "outdated_app":
      return oauthError("outdated_app_version", undefined, texts);
    case "wrong_challenge":
    case "unknown_reject_reason":
      return oauthError(failure.reason, undefined, texts);
  }
}

/** Hydra looks at prompt when it issues the code (Hydra 1.10.6); login and consent change nothing. */
function checkPrompt(prompt: readonly string[]): Step | undefined {
  const known: ReadonlySet<string> = new Set(PROMPTS);
  const unknown = prompt.find((value) => !known.has(value));
  if (unknown === undefined && (!prompt.includes("none") || prompt.length === 1)) return undefined;
  const hint =
    unknown === undefined ? hintOf("mixed_prompt") : hintOf("unknown_prompt", { prompt: unknown });
  return fail(oauthError("invalid_request", hint), diagnosePrompt(prompt, unknown));
}
