import { oauthError } from "../oidc/errors.ts";
import type { Diagnosis } from "../records/diagnosis.ts";
import type { LoginFailure, ResponseError } from "../records/login.ts";
import type { Scenario } from "../records/scenario.ts";
import { CSRF_COOKIE_LOST } from "../rules/csrf.ts";
import { diagnose } from "../rules/rule.ts";

/** How a scenario ends a login, in the words of the way that the login goes. */

/** What is said differently from one way to log in to the other. */
export interface Words {
  /** What the merchant hears when the user's time is over. */
  readonly timeout: ResponseError;
  /** What the real service says with it; empty where that is not known. */
  usual(code: string): string;
}

/** The text that somebody got from the real service (dossier §1.5). */
const SERVER_ERROR: ResponseError = {
  code: "server_error",
  description: "Something went wrong, please try again",
};

/** How the login ends; undefined for the outcomes that its user, or the app, goes on from. */
export function failureFor(scenario: Scenario, words: Words): LoginFailure | undefined {
  const { outcome } = scenario;
  const diagnosis = diagnoseScenario(scenario);
  const told = (error: ResponseError): LoginFailure => ({ reason: "told", error, diagnosis });
  switch (outcome) {
    case "approve":
    case "app_token_error":
      return undefined;
    case "cancel":
      return { reason: "cancelled", diagnosis };
    case "wrong_challenge":
    case "outdated_app":
      return { reason: outcome, diagnosis };
    case "timeout":
      return told(words.timeout);
    case "csrf_cookie_lost":
      return told(oauthError("request_forbidden", CSRF_COOKIE_LOST));
    case "server_error":
      return told(SERVER_ERROR);
    default:
      return told({
        code: outcome.error,
        description: outcome.errorDescription ?? words.usual(outcome.error),
      });
  }
}

/** What is said with any code: nothing with one that is not among them. */
export function usualIn<Code extends string>(
  errors: Readonly<Record<Code, unknown>>,
  describe: (code: Code) => string,
): Words["usual"] {
  return (code) => (Object.hasOwn(errors, code) ? describe(code as Code) : "");
}

/** Why its login does not end as its user wanted. */
export function diagnoseScenario({ id, outcome }: Scenario): Diagnosis {
  const how = typeof outcome === "string" ? outcome : outcome.error;
  return diagnose(
    { id: "scenario", source: "the mock's own" },
    `the scenario ${id} was queued to end this login with ${how}`,
    `If that is not wanted, narrow its match, or remove it with DELETE scenarios/${id}.`,
  );
}
