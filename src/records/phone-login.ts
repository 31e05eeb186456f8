import type { Static } from "typebox";
import Type from "typebox";
import { AnswersSchema } from "./answers.ts";
import type { AuthReqId, CodeValue, ConsentId, LoginId, SessionId } from "./ids.ts";
import { LoginFailureSchema } from "./login.ts";
import type { ReadonlyDeep } from "./schema-parts.ts";
import { Count, closed, Id, Moment, Text, Texts } from "./schema-parts.ts";

/** What a user will do who takes time. */
const PlanSchema = Type.Object(
  {
    at: Moment,
    /** How it ends the login; left out where the user approves. */
    failure: Type.Optional(LoginFailureSchema),
  },
  closed,
);

/**
 * The user's yes, with all that it leads to by its id: whoever finds it half done can finish it, and
 * nothing is there twice.
 */
const ApprovalSchema = Type.Object(
  {
    at: Moment,
    /** The consent, if a new one has to be written. */
    consent: Id<ConsentId>(),
    session: Id<SessionId>(),
    /** What the user answered for the merchant. */
    answers: Type.Optional(AnswersSchema),
    /** What the browser brings to the redirect URI. */
    code: Type.Optional(Id<CodeValue>()),
    /** Set once all of it is stored, and the merchant's ping is on its way. */
    ready: Type.Optional(Type.Literal(true)),
  },
  closed,
);

/** One login from phone number, from the merchant's request until nobody asks for it any more. */
export const PhoneLoginSchema = Type.Object(
  {
    id: Id<LoginId>(),
    /** What the merchant asks the token endpoint with. */
    authReqId: Id<AuthReqId>(),
    clientId: Text,
    msn: Text,
    /** Whose phone number it is: a user's id. */
    user: Text,
    /** The scopes of the request. */
    scopes: Texts,
    /** Those of them that the merchant gets. */
    grantedScopes: Texts,
    /** What the merchant and the app both show, so that the user recognises the login. */
    bindingMessage: Type.Optional(Text),
    state: Type.Optional(Text),
    nonce: Type.Optional(Text),
    /** Where the user's browser goes in the end; only the redirect variant has one. */
    redirectUri: Type.Optional(Text),
    startedAt: Moment,
    /** From here on nobody can answer it, and nothing is given for it. */
    expiresAt: Moment,
    forgetAt: Moment,
    /** How long the merchant has to wait between two polls, in seconds. */
    interval: Count,
    lastPolledAt: Type.Optional(Moment),
    /** What a scenario has its user do; nothing comes of it once somebody else has answered. */
    plan: Type.Optional(PlanSchema),
    /** The user's yes. */
    approval: Type.Optional(ApprovalSchema),
    /** How it ended without tokens. */
    failure: Type.Optional(LoginFailureSchema),
    /** When its tokens were given, which happens once. */
    redeemedAt: Type.Optional(Moment),
  },
  closed,
);

export type PhoneLogin = ReadonlyDeep<Static<typeof PhoneLoginSchema>>;
export type PhoneLoginPlan = ReadonlyDeep<Static<typeof PlanSchema>>;
export type PhoneLoginApproval = ReadonlyDeep<Static<typeof ApprovalSchema>>;
