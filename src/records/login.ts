import type { Static } from "typebox";
import Type from "typebox";
import { AnswersSchema } from "./answers.ts";
import { AuthorizationRequestSchema } from "./authorization-request.ts";
import { DiagnosisSchema } from "./diagnosis.ts";
import type { LoginId } from "./ids.ts";
import type { ReadonlyDeep } from "./schema-parts.ts";
import { Count, closed, Id, Moment, Text } from "./schema-parts.ts";
import { FAILURE_REASONS } from "./vocabulary.ts";

/** An error as a redirect reports it; a test may want one that no rule of the mock has. */
const ResponseErrorSchema = Type.Object(
  {
    code: Text,
    /** Empty where there is nothing to say beside the code. */
    description: Text,
  },
  closed,
);

/** How a login ended without a code, and so what the merchant is sent. */
export const LoginFailureSchema = Type.Union([
  Type.Object(
    {
      reason: Type.Enum([...FAILURE_REASONS]),
      /** Why, for the log. */
      diagnosis: Type.Optional(DiagnosisSchema),
    },
    closed,
  ),
  /** A test asked for exactly this error. */
  Type.Object(
    {
      reason: Type.Literal("told"),
      error: ResponseErrorSchema,
      diagnosis: DiagnosisSchema,
    },
    closed,
  ),
]);

/** One browser login on its way from the authorization request to the redirect back. */
export const LoginSchema = Type.Object(
  {
    /** The `login_challenge`. */
    id: Id<LoginId>(),
    request: AuthorizationRequestSchema,
    startedAt: Moment,
    /** From here on the login can no longer be finished. */
    expiresAt: Moment,
    forgetAt: Moment,
    /** What the cookie of the login page must hold when the browser comes back. */
    csrf: Text,
    /** Who logs in, once the phone number is known. */
    user: Type.Optional(Text),
    /** No page is shown: every question is answered as the user would. */
    automatic: Type.Optional(Type.Boolean()),
    /** Whether the user ticked "remember me" on the login page. */
    remember: Type.Boolean(),
    /** The number shown in the browser, and those that the app offers. */
    challenge: Type.Optional(Type.Object({ shown: Count, offered: Type.Array(Count) }, closed)),
    /** When the user confirmed in the app, now or when the browser was remembered. */
    authenticatedAt: Type.Optional(Moment),
    /** Proof that the login page is done; the next hop of the browser spends it. */
    loginVerifier: Type.Optional(Text),
    consentChallenge: Type.Optional(Text),
    consentCsrf: Type.Optional(Text),
    consentVerifier: Type.Optional(Text),
    /** The app could not get its token and says so; the user may try again. */
    appTokenError: Type.Optional(Type.Boolean()),
    /** The user is in the app, and what is said there goes to the merchant's app (`app_to_app`). */
    appOpen: Type.Optional(Type.Boolean()),
    /** The user's yes to sharing the data, on the consent page or ahead of it. */
    consentGiven: Type.Optional(Type.Boolean()),
    /** What the user answered along with that; left out where everything asked is accepted. */
    answers: Type.Optional(AnswersSchema),
    /** How the login ended without a code. */
    failure: Type.Optional(LoginFailureSchema),
  },
  closed,
);

export type Login = ReadonlyDeep<Static<typeof LoginSchema>>;
export type LoginFailure = ReadonlyDeep<Static<typeof LoginFailureSchema>>;
export type ResponseError = ReadonlyDeep<Static<typeof ResponseErrorSchema>>;
