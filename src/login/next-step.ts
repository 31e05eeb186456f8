import { oauthError } from "../oidc/errors.ts";
import { checkChallenge } from "../oidc/pkce.ts";
import type { AuthorizationRequest } from "../records/authorization-request.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { Login, LoginFailure, ResponseError } from "../records/login.ts";
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
 * The single place that decides how a login goes on. It looks at what is known so far and names one
 * step; the pages in login/ show it, store the answer, and come back here.
 */
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

export function nextStep(login: Login, consented: readonly string[]): Step {
  const { request, failure } = login;
  if (failure) return failureStep(failure);
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

export function expiredError(page: "login" | "consent"): ResponseError {
  return oauthError(
    "request_unauthorized",
    page === "login"
      ? "The login request has expired. Please try again."
      : "The consent request has expired, please try again.",
  );
}

/** What the merchant is told, and why. */
export function failureStep(failure: LoginFailure): Failure {
  return fail(failureError(failure), diagnoseFailure(failure));
}

function fail(error: ResponseError, diagnosis: Diagnosis): Failure {
  return { kind: "fail", error, diagnosis };
}

/** What a login that may show no page is told where one would be needed. */
function failIfSilent(
  { prompt, flow }: AuthorizationRequest,
  missing: "login" | "consent",
): Failure | undefined {
  if (flow === "no_dialog") {
    return fail(oauthError("interaction_required"), diagnoseDialogNeeded(missing));
  }
  return prompt.includes("none") ? fail(SILENT[missing], diagnoseSilent(missing)) : undefined;
}

const SILENT = {
  login: oauthError(
    "login_required",
    "Prompt 'none' was requested, but no existing login session was found.",
  ),
  consent: oauthError(
    "consent_required",
    "Prompt 'none' was requested, but no previous consent was found.",
  ),
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

/** What the merchant is told for each way in which a login can end without a code. */
function failureError(failure: LoginFailure): ResponseError {
  switch (failure.reason) {
    case "told":
      return failure.error;
    case "cancelled":
    case "consent_declined":
    case "not_eligible":
      // The text of the cancel redirect as Vipps' documentation of 2019 to 2023 has it (dossier §1.5).
      return { code: "access_denied", description: "user cancelled the login" };
    case "outdated_app":
      return oauthError("outdated_app_version");
    case "wrong_challenge":
      return oauthError("wrong_challenge");
  }
}

/** fosite looks at prompt when it issues the code (dossier §2.3); login and consent change nothing. */
function checkPrompt(prompt: readonly string[]): Step | undefined {
  const known: ReadonlySet<string> = new Set(PROMPTS);
  const unknown = prompt.find((value) => !known.has(value));
  if (unknown === undefined && (!prompt.includes("none") || prompt.length === 1)) return undefined;
  const hint =
    unknown === undefined
      ? "Parameter 'prompt' was set to 'none', but contains other values as well which is not allowed."
      : `Used unknown value '${unknown}' for prompt parameter`;
  return fail(oauthError("invalid_request", hint), diagnosePrompt(prompt, unknown));
}
