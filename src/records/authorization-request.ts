import type { Static } from "typebox";
import Type from "typebox";
import type { ReadonlyDeep } from "./schema-parts.ts";
import { closed, Text, Texts } from "./schema-parts.ts";
import { REQUESTED_FLOWS } from "./vocabulary.ts";

/** A validated authorization request: what the rest of the login knows of the query. */
export const AuthorizationRequestSchema = Type.Object(
  {
    clientId: Text,
    msn: Text,
    redirectUri: Text,
    responseMode: Type.Enum(["query", "fragment", "form_post"]),
    /** As asked, in the order asked, each once. */
    scopes: Texts,
    /** What the sales unit gets: the same, or in profile 2026 without what it is not entitled to. */
    grantedScopes: Texts,
    state: Text,
    nonce: Type.Optional(Text),
    codeChallenge: Type.Optional(Text),
    codeChallengeMethod: Type.Optional(Text),
    prompt: Texts,
    loginHint: Type.Optional(Text),
    /** The way between browser and apps, where the profile has the one that was asked for. */
    flow: Type.Optional(Type.Enum([...REQUESTED_FLOWS])),
    /** Where the merchant's app is called, in the flow `app_to_app`. */
    appCallbackUri: Type.Optional(Text),
    /** The `acr` of the ID token, where the user must confirm in the app. */
    acr: Type.Optional(Text),
    /** The raw query string; the real service repeats it on each hop of the redirect sequence. */
    query: Text,
  },
  closed,
);

export type AuthorizationRequest = ReadonlyDeep<Static<typeof AuthorizationRequestSchema>>;
