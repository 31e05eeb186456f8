import type { Answers } from "./answers.ts";
import type { AuthReqId, CodeValue, ConsentId, LoginId, SessionId } from "./ids.ts";
import type { LoginFailure } from "./login.ts";
import type { EpochSeconds, Seconds } from "./time.ts";

/** One login from phone number, from the merchant's request until nobody asks for it any more. */
export interface PhoneLogin {
  readonly id: LoginId;
  /** What the merchant asks the token endpoint with. */
  readonly authReqId: AuthReqId;
  readonly clientId: string;
  readonly msn: string;
  /** Whose phone number it is: a user's id. */
  readonly user: string;
  /** The scopes of the request. */
  readonly scopes: readonly string[];
  /** Those of them that the merchant gets. */
  readonly grantedScopes: readonly string[];
  /** What the merchant and the app both show, so that the user knows one by the other. */
  readonly bindingMessage?: string;
  readonly state?: string;
  readonly nonce?: string;
  /** Where the user's browser goes in the end; only the redirect variant has one. */
  readonly redirectUri?: string;
  readonly startedAt: EpochSeconds;
  /** From here on nobody can answer it, and nothing is given for it. */
  readonly expiresAt: EpochSeconds;
  readonly forgetAt: EpochSeconds;
  /** How long the merchant has to wait between two polls. */
  readonly interval: Seconds;
  readonly lastPolledAt?: EpochSeconds;
  /** What a scenario has its user do; nothing comes of it once somebody else has answered. */
  readonly plan?: PhoneLoginPlan;
  /** The user's yes. */
  readonly approval?: PhoneLoginApproval;
  /** How it ended without tokens. */
  readonly failure?: LoginFailure;
  /** When its tokens were given, which happens once. */
  readonly redeemedAt?: EpochSeconds;
}

/** What a user will do who takes time. */
export interface PhoneLoginPlan {
  readonly at: EpochSeconds;
  /** How it ends the login; left out where the user approves. */
  readonly failure?: LoginFailure;
}

/**
 * The user's yes, with all that it leads to by its id: whoever finds it half done can finish it, and
 * nothing is there twice.
 */
export interface PhoneLoginApproval {
  readonly at: EpochSeconds;
  /** The consent, if a new one has to be written. */
  readonly consent: ConsentId;
  readonly session: SessionId;
  /** What the user answered for the merchant. */
  readonly answers?: Answers;
  /** What the browser brings to the redirect URI. */
  readonly code?: CodeValue;
  /** Set once all of it is stored, and the merchant's ping is on its way. */
  readonly ready?: true;
}
