import type { Static, TSchema } from "typebox";
import Type from "typebox";
import { CORRUPTIONS, LONGEST_DELAY } from "../faults/fault.ts";
import { ENDPOINT_NAMES } from "../http/paths.ts";
import { LOGIN_FLOWS, OUTCOMES } from "../scenarios/scenario.ts";

/**
 * The one description of everything a config file and the control API can say. The types of the
 * program, the validation of both doors and the JSON Schemas in fixtures/ are all made from it.
 * What a schema cannot say (a NIN's check digits, a redirect URI's rules) is in semantics.ts.
 */

const closed = { additionalProperties: false };

const AddressSchema = Type.Object(
  {
    type: Type.Enum(["home", "work", "other"], { description: "Which of the user's addresses." }),
    streetAddress: Type.String({
      maxLength: 200,
      description: "Street and number; a unit or floor follows after a line break.",
    }),
    postalCode: Type.String({ maxLength: 20, description: "The postal code: 0603." }),
    region: Type.String({ maxLength: 100, description: "The city or postal place." }),
    country: Type.String({
      pattern: "^[A-Z]{2}$",
      description: "Two capital letters (ISO 3166-1 alpha-2): NO.",
    }),
  },
  { ...closed, title: "Address" },
);

export const UserSchema = Type.Object(
  {
    id: Type.String({
      // Without a letter it could be taken for the MSISDN of another user.
      pattern: "^(?=[0-9-]*[a-z])[a-z0-9][a-z0-9-]{0,62}$",
      description:
        "The user's name in configs and on the command line: lower-case letters, digits and hyphens, with a letter among them.",
    }),
    givenName: Type.String({ minLength: 1, maxLength: 200, description: "First names." }),
    familyName: Type.String({ minLength: 1, maxLength: 200, description: "The last name." }),
    birthDate: Type.String({ format: "date", description: "YYYY-MM-DD." }),
    nin: Type.String({
      pattern: "^\\d{11}$",
      description: "A synthetic national identity number: month + 80, valid check digits.",
    }),
    phoneNumber: Type.String({
      pattern: "^[1-9]\\d{7,14}$",
      description: "MSISDN: country code and number, digits only, as 4712345678.",
    }),
    email: Type.String({
      pattern: "^[^@\\s]+@[^@\\s]+$",
      maxLength: 254,
      description: "An e-mail address: ada@example.com.",
    }),
    emailVerified: Type.Boolean({ description: "The `email_verified` claim." }),
    addresses: Type.Array(AddressSchema, {
      maxItems: 3,
      description: "The first is the default address; each type at most once.",
    }),
    status: Type.Enum(["active", "blocked", "no_app", "outdated_app"], {
      description: "What stands in the way of a login, apart from the rules.",
    }),
    consentAnswer: Type.Enum(["accept", "decline"], {
      description: "What the user answers when asked to share data in a login without a page.",
    }),
  },
  { ...closed, title: "User" },
);

/** The scopes that some sales unit can have; each has its claims in oidc/claims.ts. */
const SCOPES = [
  "openid",
  "address",
  "birthDate",
  "email",
  "name",
  "phoneNumber",
  "nin",
  "api_version_2",
] as const;

export const SalesUnitSchema = Type.Object(
  {
    msn: Type.String({
      pattern: "^\\d{4,10}$",
      description: "Merchant Serial Number: 4 to 10 digits.",
    }),
    name: Type.String({
      minLength: 1,
      maxLength: 100,
      description: "Shown to the user on every page and in the app.",
    }),
    merchant: Type.String({
      minLength: 1,
      maxLength: 100,
      description: "The merchant it belongs to; units of one merchant see the same `sub`.",
    }),
    clientId: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: "^[\\x21-\\x7E]*$",
      description: "Printable ASCII without spaces; the real service uses UUIDs.",
    }),
    clientSecret: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: "^[\\x20-\\x7E]*$",
      description: "Printable ASCII.",
    }),
    redirectUris: Type.Array(Type.String({ minLength: 1, maxLength: 2000 }), {
      description: "Compared with the request's redirect_uri as whole strings.",
    }),
    tokenEndpointAuthMethod: Type.Enum(["client_secret_basic", "client_secret_post"], {
      description: "The one way of client authentication that the token endpoint takes.",
    }),
    scopes: Type.Array(Type.Enum([...SCOPES]), {
      uniqueItems: true,
      description: "What the sales unit is entitled to ask for.",
    }),
    loginActivated: Type.Boolean({ description: "Whether Vipps Login is set up in the portal." }),
    active: Type.Boolean({ description: "Whether the sales unit and its merchant are active." }),
  },
  { ...closed, title: "SalesUnit" },
);

export const RulesSchema = Type.Partial(
  Type.Object({
    minimumAge: Type.Integer({ minimum: 0, maximum: 150 }),
    scopeWithoutEntitlement: Type.Enum(["invalid_scope", "drop"]),
    userDataInIdToken: Type.Boolean(),
    subjectPer: Type.Enum(["merchant", "sales-unit"]),
    subscriptionKeyRefused: Type.Boolean(),
    accessTokenLifetime: Type.Integer({ minimum: 1, description: "Seconds." }),
    retention: Type.Object(
      {
        tokens: Type.Enum(["168h-after-revocation", "until-expiry"], {
          description: "What a revoked consent does to a living access token.",
        }),
      },
      closed,
    ),
  }),
  { ...closed, title: "Rules" },
);

/**
 * A user as a config file or POST may give it: whatever is left out is made up (complete.ts). The
 * birth date may move along with the present day, so that somebody turns 18 today whenever the tests
 * run: it is resolved against the day in Oslo by the sandbox's clock when the sandbox is made.
 */
export const UserInputSchema = Type.Partial(
  Type.Interface(
    [Type.Omit(UserSchema, ["birthDate"])],
    {
      birthDate: Type.String({
        pattern: "^(\\d{4}-\\d{2}-\\d{2}|today-\\d{1,2}y([+-]\\d{1,3}d)?)$",
        description:
          "YYYY-MM-DD, or relative to the day the sandbox is made: today-18y (turns 18 that day), today-18y+1d (the day after); leave nin out then.",
      }),
    },
    closed,
  ),
  { ...closed, title: "UserInput" },
);

/** A sales unit as a config file or POST may give it; msn, id and secret are made up if missing. */
export const SalesUnitInputSchema = Type.Interface(
  [
    Type.Partial(Type.Omit(SalesUnitSchema, ["name", "redirectUris"])),
    Type.Pick(SalesUnitSchema, ["name", "redirectUris"]),
  ],
  {},
  { ...closed, title: "SalesUnitInput" },
);

/** A length of time: the same two forms wherever one can be given. */
export const LengthSchema = Type.Union([Type.Integer({ minimum: 0 }), Type.String()], {
  description: "Seconds, or a length as 168h, 1h30m, 7d, PT168H.",
});

const FaultMatchSchema = Type.Object(
  {
    endpoint: Type.Enum([...ENDPOINT_NAMES], { description: "Where it strikes." }),
    clientId: Type.Optional(Type.String({ description: "Only requests of this client." })),
    user: Type.Optional(
      Type.String({ description: "Only requests about this user (id or MSISDN)." }),
    ),
  },
  { ...closed, title: "FaultMatch" },
);

const FaultAnswerSchema = Type.Partial(
  Type.Object({
    status: Type.Integer({
      minimum: 200,
      maximum: 599,
      description: "Answered in place of the endpoint, which is not asked.",
    }),
    body: Type.Unknown({
      description:
        "Likewise: a text as it is, anything else as JSON. With status alone the body fits the status.",
    }),
    headers: Type.Record(Type.String(), Type.String(), {
      description: "Added to the answer, or put in place of those that it has.",
    }),
    contentType: Type.String({ description: "In place of the answer's Content-Type." }),
    reset: Type.Boolean({ description: "The connection is reset instead of an answer." }),
    truncate: Type.Integer({
      minimum: 0,
      description:
        "The connection breaks after so many bytes of the body. At least one that Content-Length promises is always missing.",
    }),
  }),
  { ...closed, title: "FaultAnswer" },
);

/** Everything that can be said about a fault; a fault needs `match` and something that happens. */
export const faultProperties = {
  match: FaultMatchSchema,
  times: Type.Integer({
    minimum: 1,
    description: "How many requests it hits; all when left out.",
  }),
  after: Type.Integer({ minimum: 0, description: "How many it lets pass first." }),
  probability: Type.Number({
    minimum: 0,
    maximum: 1,
    description: "How likely it hits, from 0 to 1; it always does when left out.",
  }),
  seed: Type.Integer({ minimum: 0, description: "Makes the draws the same in every run." }),
  ttl: Type.Union(LengthSchema.anyOf, {
    description: "How long it is in force, by the sandbox's clock: seconds, or 168h, 1h30m, 7d.",
  }),
  delay: Type.Union([Type.Number({ minimum: 0, maximum: LONGEST_DELAY }), Type.String()], {
    description: `How long the request waits first, in real time: seconds as 1.5, or a length as 2s; at most ${LONGEST_DELAY} s.`,
  }),
  // biome-ignore lint/suspicious/noThenProperty: the contract calls it so; no promise is made of it.
  then: FaultAnswerSchema,
  corrupt: Type.Enum([...CORRUPTIONS], {
    description: "What is wrong with the ID token, or with userinfo.",
  }),
};

export const FaultInputSchema = Type.Interface(
  [
    Type.Pick(Type.Object(faultProperties), ["match"]),
    Type.Partial(Type.Omit(Type.Object(faultProperties), ["match"])),
  ],
  {},
  { ...closed, title: "FaultInput" },
);

const errorCode = "Printable ASCII without spaces, quotation marks and backslashes.";

/** What becomes of a login: one of the names, or any error by redirect (RFC 6749 §4.1.2.1). */
const OutcomeSchema = Type.Union(
  [
    Type.Enum([...OUTCOMES]),
    Type.Object(
      {
        error: Type.String({
          pattern: "^[\\x21\\x23-\\x5B\\x5D-\\x7E]+$",
          maxLength: 100,
          description: errorCode,
        }),
        errorDescription: Type.Optional(
          Type.String({
            pattern: "^[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]*$",
            maxLength: 500,
            description: "Printable ASCII without quotation marks and backslashes.",
          }),
        ),
      },
      closed,
    ),
  ],
  { description: "What becomes of the login; approve when left out." },
);

const scenarioMatch = {
  clientId: Type.String({ description: "Only logins at the sales unit with this client id." }),
  user: Type.String({
    description: "Only logins of this user (id or MSISDN), as soon as it is known whose they are.",
  }),
  state: Type.String({ description: "Only the login with this state." }),
  flow: Type.Enum([...LOGIN_FLOWS], { description: "Only logins of this kind." }),
};

export const scenarioProperties = {
  match: Type.Partial(Type.Object(scenarioMatch), {
    ...closed,
    description: "Which logins it is for; every one when left out.",
  }),
  user: Type.String({ description: "Who logs in: id or MSISDN." }),
  outcome: OutcomeSchema,
  remember: Type.Boolean({ description: "Whether the browser remembers the user afterwards." }),
  delay: Type.Union([Type.Number({ minimum: 0, maximum: LONGEST_DELAY }), Type.String()], {
    description: `How long the user takes, by the real time: seconds, or a length as 1s, PT1S; ${LONGEST_DELAY} seconds at most.`,
  }),
  times: Type.Integer({ minimum: 1, description: "How many logins it is for; 1 when left out." }),
};

/** A scenario as a config file or POST may give it. */
export const ScenarioInputSchema = Type.Partial(Type.Object(scenarioProperties), {
  ...closed,
  title: "ScenarioInput",
});

/** The same for PATCH, where null takes away what a scenario can do without. */
export const ScenarioPatchSchema = Type.Partial(
  Type.Object({
    ...scenarioProperties,
    match: Type.Partial(
      Type.Object({
        clientId: orNull(scenarioMatch.clientId),
        user: orNull(scenarioMatch.user),
        state: orNull(scenarioMatch.state),
        flow: orNull(scenarioMatch.flow),
      }),
      closed,
    ),
    user: orNull(scenarioProperties.user),
  }),
  { ...closed, title: "ScenarioPatch" },
);

/** What a config says that is neither a record nor the clock. */
export const settingsProperties = {
  profile: Type.Enum(["2023", "2026"], { description: "Which dated behaviour the mock shows." }),
  rules: RulesSchema,
  autoLogin: Type.Union([Type.String(), Type.Null()], {
    description: "The user (id or MSISDN) as whom every browser login completes at once.",
  }),
};

export const ConfigSchema = Type.Partial(
  Type.Object({
    $schema: Type.String({ description: "Where an editor finds the schema of this file." }),
    ...settingsProperties,
    users: Type.Array(UserInputSchema),
    salesUnits: Type.Array(SalesUnitInputSchema),
    faults: Type.Array(FaultInputSchema, { description: "What goes wrong on purpose." }),
    scenarios: Type.Array(ScenarioInputSchema, {
      description: "What happens to the first logins, in this order.",
    }),
    clock: Type.Partial(
      Type.Object({
        at: Type.String({ description: "The moment the sandbox starts at, ISO 8601 with a zone." }),
        frozen: Type.Boolean({ description: "Whether the clock stands still from the start." }),
      }),
      closed,
    ),
  }),
  { ...closed, title: "Config" },
);

export type Address = ReadonlyDeep<Static<typeof AddressSchema>>;
export type User = ReadonlyDeep<Static<typeof UserSchema>>;
export type UserInput = ReadonlyDeep<Static<typeof UserInputSchema>>;
export type SalesUnit = ReadonlyDeep<Static<typeof SalesUnitSchema>>;
export type SalesUnitInput = ReadonlyDeep<Static<typeof SalesUnitInputSchema>>;
export type FaultInput = ReadonlyDeep<Static<typeof FaultInputSchema>>;
export type ScenarioInput = ReadonlyDeep<Static<typeof ScenarioInputSchema>>;
export type ScenarioPatch = ReadonlyDeep<Static<typeof ScenarioPatchSchema>>;
export type RuleOverrides = ReadonlyDeep<Static<typeof RulesSchema>>;
/** A config file as written. */
export type ConfigInput = ReadonlyDeep<Static<typeof ConfigSchema>>;
export type Scope = (typeof SCOPES)[number];

/** The same, not to be changed at any depth. */
export type ReadonlyDeep<T> = T extends readonly (infer Item)[]
  ? readonly ReadonlyDeep<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: ReadonlyDeep<T[Key]> }
    : T;

function orNull<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}
