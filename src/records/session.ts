import type { Static } from "typebox";
import Type from "typebox";
import { AnswersSchema } from "./answers.ts";
import type {
  AccessTokenValue,
  AuthReqId,
  CodeValue,
  ConsentId,
  LoginId,
  PlatformTokenValue,
  SessionId,
} from "./ids.ts";
import type { ReadonlyDeep } from "./schema-parts.ts";
import { closed, Id, Moment, Text, Texts } from "./schema-parts.ts";

/**
 * A user's login at a sales unit, or a payment there in which data was asked for: it begins with the
 * consent and says what may be read, and until when (rules/retention.ts).
 */
export const SessionSchema = Type.Object(
  {
    id: Id<SessionId>(),
    /** The `sid` claim. */
    sid: Text,
    /** The login it came from; left out where no login led there. */
    login: Type.Optional(Id<LoginId>()),
    /** Set where it began with a payment: no code and no access token leads to it. */
    payment: Type.Optional(Type.Literal(true)),
    user: Text,
    msn: Text,
    clientId: Text,
    subject: Text,
    scopes: Texts,
    beganAt: Moment,
    /** The consent it rests on; none where only `openid` was asked. */
    consent: Type.Optional(Id<ConsentId>()),
    /** When its code was used a second time: from then on its tokens are worthless. */
    replayedAt: Type.Optional(Moment),
    ...AnswersSchema.properties,
    forgetAt: Moment,
  },
  closed,
);

/** An authorization code and all that the token endpoint must compare. */
export const CodeGrantSchema = Type.Object(
  {
    code: Id<CodeValue>(),
    session: Id<SessionId>(),
    /** The login it came from; left out where no login led there. */
    login: Type.Optional(Id<LoginId>()),
    clientId: Text,
    redirectUri: Text,
    nonce: Type.Optional(Text),
    acr: Type.Optional(Text),
    codeChallenge: Type.Optional(Text),
    /** Of login from phone number: its code is for a grant of its own. */
    authReqId: Type.Optional(Id<AuthReqId>()),
    /** When the authorization request came: the `rat` claim. */
    requestedAt: Moment,
    authenticatedAt: Moment,
    expiresAt: Moment,
    forgetAt: Moment,
    /** The PKCE data serves one attempt, right or wrong. */
    pkceSpent: Type.Optional(Type.Boolean()),
    usedAt: Type.Optional(Moment),
  },
  closed,
);

/** An opaque access token. */
export const AccessTokenSchema = Type.Object(
  {
    token: Id<AccessTokenValue>(),
    session: Id<SessionId>(),
    issuedAt: Moment,
    expiresAt: Moment,
    /**
     * When the 168 hours of its session end, until which it reads where the consent was revoked. States
     * that were saved earlier do not have it; it is then the same as `forgetAt` for usual lifetimes.
     */
    sharedUntil: Type.Optional(Moment),
    forgetAt: Moment,
  },
  closed,
);

/** What `/accesstoken/get` gives for keys, to act as their holder. */
export const PlatformTokenSchema = Type.Object(
  {
    token: Id<PlatformTokenValue>(),
    /** Whose keys it was given for: a partner's id, or a sales unit's msn. */
    holder: Type.Object({ kind: Type.Enum(["partner", "sales-unit"]), id: Text }, closed),
    /** The client_id of the keys. */
    clientId: Text,
    expiresAt: Moment,
    forgetAt: Moment,
  },
  closed,
);

export type Session = ReadonlyDeep<Static<typeof SessionSchema>>;
export type CodeGrant = ReadonlyDeep<Static<typeof CodeGrantSchema>>;
export type AccessToken = ReadonlyDeep<Static<typeof AccessTokenSchema>>;
export type PlatformToken = ReadonlyDeep<Static<typeof PlatformTokenSchema>>;
export type PlatformTokenHolder = PlatformToken["holder"];
