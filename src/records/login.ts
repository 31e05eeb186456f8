import type { Answers } from "./answers.ts";
import type { AuthorizationRequest } from "./authorization-request.ts";
import type { Diagnosis } from "./diagnosis.ts";
import type { LoginId } from "./ids.ts";
import type { EpochSeconds } from "./time.ts";

/** One browser login on its way from the authorization request to the redirect back. */
export interface Login {
  /** The `login_challenge`. */
  readonly id: LoginId;
  readonly request: AuthorizationRequest;
  readonly startedAt: EpochSeconds;
  /** From here on the login can no longer be finished. */
  readonly expiresAt: EpochSeconds;
  readonly forgetAt: EpochSeconds;
  /** What the cookie of the login page must hold when the browser comes back. */
  readonly csrf: string;
  /** Who logs in, once the phone number is known. */
  readonly user?: string;
  /** No page is shown: every question is answered as the user would. */
  readonly automatic?: boolean;
  /** The user's wish on the login page. */
  readonly remember: boolean;
  /** The number shown in the browser, and those that the app offers. */
  readonly challenge?: { readonly shown: number; readonly offered: readonly number[] };
  /** When the user confirmed in the app, now or when the browser was remembered. */
  readonly authenticatedAt?: EpochSeconds;
  /** Proof that the login page is done; the next hop of the browser spends it. */
  readonly loginVerifier?: string;
  readonly consentChallenge?: string;
  readonly consentCsrf?: string;
  readonly consentVerifier?: string;
  /** The app could not get its token and says so; the user may try again. */
  readonly appTokenError?: boolean;
  /** The user is in the app, and what is said there goes to the merchant's app (`app_to_app`). */
  readonly appOpen?: boolean;
  /** The user's yes to sharing the data, on the consent page or ahead of it. */
  readonly consentGiven?: boolean;
  /** What the user answered along with that; left out where everything asked is accepted. */
  readonly answers?: Answers;
  /** How the login ended without a code. */
  readonly failure?: LoginFailure;
}

/** What a login that ended without a code tells the merchant. */
export type LoginFailure =
  | {
      readonly reason:
        | "cancelled"
        | "consent_declined"
        | "not_eligible"
        | "outdated_app"
        | "wrong_challenge";
      /** Why, for the log. */
      readonly diagnosis?: Diagnosis;
    }
  /** Somebody who writes a test wanted exactly this to be told. */
  | {
      readonly reason: "told";
      readonly error: ResponseError;
      readonly diagnosis: Diagnosis;
    };

/** An error as a redirect tells it; a test may want one that no rule of the mock has. */
export interface ResponseError {
  readonly code: string;
  /** Left empty where nothing is said beside the code. */
  readonly description: string;
}
