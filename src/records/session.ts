import type { Answers } from "./answers.ts";
import type {
  AccessTokenValue,
  AuthReqId,
  CodeValue,
  ConsentId,
  LoginId,
  PlatformTokenValue,
  SessionId,
} from "./ids.ts";
import type { User } from "./schema.ts";
import type { EpochSeconds } from "./time.ts";

/**
 * A user's login at a sales unit, or a payment there in which data was asked for: it begins with the
 * consent and says what may be read, and until when (rules/retention.ts).
 */
export interface Session extends Answers {
  readonly id: SessionId;
  /** The `sid` claim. */
  readonly sid: string;
  /** The login it came from; left out where no login led there. */
  readonly login?: LoginId;
  /** Set where it began with a payment: no code and no access token leads to it. */
  readonly payment?: true;
  readonly user: string;
  readonly msn: string;
  readonly clientId: string;
  readonly subject: string;
  /** What is known of the user, as it was when the user logged in: this is what may be read. */
  readonly userData: User;
  readonly scopes: readonly string[];
  readonly beganAt: EpochSeconds;
  /** The consent it rests on; none where only `openid` was asked. */
  readonly consent?: ConsentId;
  /** When its code was used a second time: from then on its tokens are worthless. */
  readonly replayedAt?: EpochSeconds;
  readonly forgetAt: EpochSeconds;
}

/** An authorization code and all that the token endpoint must compare. */
export interface CodeGrant {
  readonly code: CodeValue;
  readonly session: SessionId;
  /** The login it came from; left out where no login led there. */
  readonly login?: LoginId;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly nonce?: string;
  readonly acr?: string;
  readonly codeChallenge?: string;
  /** When the authorization request came: the `rat` claim. */
  readonly requestedAt: EpochSeconds;
  readonly authenticatedAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
  readonly forgetAt: EpochSeconds;
  /** Of login from phone number: its code is for a grant of its own. */
  readonly authReqId?: AuthReqId;
  /** The PKCE data serves one attempt, right or wrong. */
  readonly pkceSpent?: boolean;
  readonly usedAt?: EpochSeconds;
}

/** An opaque access token. */
export interface AccessToken {
  readonly token: AccessTokenValue;
  readonly session: SessionId;
  readonly issuedAt: EpochSeconds;
  readonly expiresAt: EpochSeconds;
  readonly forgetAt: EpochSeconds;
}

/** Whose keys a platform token was given for: a partner's id, or a sales unit's msn. */
export interface PlatformTokenHolder {
  readonly kind: "partner" | "sales-unit";
  readonly id: string;
}

/** What `/accesstoken/get` gives for keys, to act as their holder. */
export interface PlatformToken {
  readonly token: PlatformTokenValue;
  readonly holder: PlatformTokenHolder;
  /** The client_id of the keys. */
  readonly clientId: string;
  readonly expiresAt: EpochSeconds;
  readonly forgetAt: EpochSeconds;
}
