import type { Static } from "typebox";
import type { LoginStatus } from "../../login/next-step.ts";
import type { Diagnosis } from "../../records/diagnosis.ts";
import type { LoginFailure } from "../../records/login.ts";
import type { EpochSeconds } from "../../records/time.ts";
import type { LoginFlow, Mishap } from "../../records/vocabulary.ts";
import { isPossible } from "../../records/vocabulary.ts";
import { diagnose } from "../../rules/rule.ts";
import { Problem, problemAt } from "../api/problem.ts";
import type { Approval, Confirmation, LoginSchema } from "./login-schemas.ts";

/** What the logins of either kind have in common, for the operations that list, approve and reject them. */
export interface ListedLogin {
  readonly id: string;
  readonly flow: "browser" | "phone-number";
  readonly clientId: string;
  /** The user's id, once it is known. */
  readonly user: string | undefined;
  readonly startedAt: EpochSeconds;
  readonly status: LoginStatus;
  readonly failure: LoginFailure | undefined;

  toJson(): Promise<Static<typeof LoginSchema>>;
  /**
   * Confirms and consents, as its user would.
   *
   * @throws Problem when the approval does not fit, or something keeps the user from logging in
   */
  approve(approval: Approval): Promise<ListedLogin | undefined>;
  /**
   * Confirms in the app, and leaves the consent to the page that asks for it.
   *
   * @throws Problem as `approve` does, and where there is no such page
   */
  confirm(confirmation: Confirmation): Promise<ListedLogin | undefined>;
  /** @throws Problem when it cannot end so, or not at the step at which it is */
  fail(reason: Mishap): Promise<ListedLogin | undefined>;
  /** Cancels it, as its user would. */
  reject(): Promise<ListedLogin | undefined>;
  /** Expires it now. */
  expire(): Promise<ListedLogin | undefined>;
}

/** Something in an approval that does not fit the login, or the step at which it is. */
export interface Misplaced {
  readonly path: keyof Approval;
  readonly message: string;
  readonly value: unknown;
}

/** @throws Problem 409 that names each */
export function refuseMisplaced(mistakes: readonly Misplaced[]): void {
  const [first] = mistakes;
  if (first) throw new Problem(409, `${first.path}: ${first.message}`, mistakes);
}

/** The refusal: nobody confirms for a user whom the rules keep out. */
export function obstacleProblem({ message, detail }: Diagnosis, user: string): Problem {
  return new Problem(422, `It cannot be approved, because ${message}. ${detail}`, [
    { path: "user", message, value: user },
  ]);
}

/** The refusal of an end that a login of this kind, or at this step, cannot have. */
export function misplacedMishap(reason: Mishap, message: string): Problem {
  return problemAt(409, { path: "reason", message, value: reason });
}

/** @throws Problem 409 where no login of this kind ends so */
export function refuseImpossible(reason: Mishap, flow: LoginFlow): void {
  if (isPossible(reason, flow)) return;
  throw misplacedMishap(reason, `no login from phone number ends with ${reason}`);
}

/** Why a login ended that was not its user's doing. */
export function diagnoseMishap(reason: Mishap): Diagnosis {
  return diagnose(
    { id: "mishap", source: "the mock's own" },
    `somebody chose that this login ends with ${reason}, at the phone or over the control API`,
    "This is no mistake of the application, which must show it kindly and offer another try.",
  );
}
