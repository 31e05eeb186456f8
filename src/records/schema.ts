import type { Static, TSchema } from "typebox";
import Type from "typebox";
import { LONGEST_DELAY } from "./fault.ts";
import { FaultInputSchema } from "./fault-schema.ts";
import { FeaturesInputSchema, FeaturesSchema } from "./features-schema.ts";
import { LOGIN_FLOWS, OUTCOMES } from "./scenario.ts";
import { closed, WebAddress } from "./schema-parts.ts";
import type { LimitsSchema, RulesSchema } from "./settings-schema.ts";
import { settingsProperties } from "./settings-schema.ts";

export const LANGUAGES = ["nb", "en", "da", "fi"] as const;

/**
 * The one description of everything a config file and the control API can say. The types of the
 * program, the validation of both doors and the JSON Schemas in fixtures/ are all made from it.
 * What a schema cannot say (a NIN's check digits, a redirect URI's rules) is in semantics.ts.
 */

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
    gender: Type.Union([Type.Enum(["female", "male", "other"]), Type.Null()], {
      description: "The `gender` claim; null for a user who prefers not to say.",
    }),
    language: Type.Enum([...LANGUAGES], { description: "What the user's phone speaks." }),
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
  "gender",
  "delegatedConsents",
  "customFlow",
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
    features: FeaturesSchema,
    consentWebhookUrl: Type.Union([WebAddress, Type.Null()], {
      description: "Where the webhook of a revoked consent goes; null for nowhere.",
    }),
    loginActivated: Type.Boolean({ description: "Whether Vipps Login is set up in the portal." }),
    active: Type.Boolean({ description: "Whether the sales unit and its merchant are active." }),
  },
  { ...closed, title: "SalesUnit" },
);

export const PartnerSchema = Type.Object(
  {
    id: Type.String({
      pattern: "^[a-z0-9][a-z0-9-]{0,62}$",
      description: "The partner's name in configs: lower-case letters, digits and hyphens.",
    }),
    name: Type.String({ minLength: 1, maxLength: 100, description: "What it is called." }),
    clientId: Type.Index(SalesUnitSchema, ["clientId"]),
    clientSecret: Type.Index(SalesUnitSchema, ["clientSecret"]),
    subscriptionKey: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: "^[\\x21-\\x7E]*$",
      description: "What Ocp-Apim-Subscription-Key must be: printable ASCII without spaces.",
    }),
    salesUnits: Type.Array(Type.Index(SalesUnitSchema, ["msn"]), {
      uniqueItems: true,
      description: "The msn of each sales unit that it acts for.",
    }),
  },
  { ...closed, title: "Partner" },
);

/** A partner as a config file or POST may give it; what it leaves out is made up. */
export const PartnerInputSchema = Type.Interface(
  [Type.Partial(Type.Omit(PartnerSchema, ["name"])), Type.Pick(PartnerSchema, ["name"])],
  {},
  { ...closed, title: "PartnerInput" },
);

/** What PATCH may name of a partner; `id` only to say the same again. */
export const PartnerPatchSchema = Type.Partial(PartnerSchema, { ...closed, title: "PartnerPatch" });

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
    Type.Partial(Type.Omit(SalesUnitSchema, ["name", "redirectUris", "features"])),
    Type.Pick(SalesUnitSchema, ["name", "redirectUris"]),
  ],
  { features: Type.Optional(FeaturesInputSchema) },
  { ...closed, title: "SalesUnitInput" },
);

/** What PATCH may name of a sales unit; `msn` only to say the same again. */
export const SalesUnitPatchSchema = Type.Interface(
  [Type.Partial(Type.Omit(SalesUnitSchema, ["features"]))],
  { features: Type.Optional(FeaturesInputSchema) },
  { ...closed, title: "SalesUnitPatch" },
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
  flow: Type.Enum([...LOGIN_FLOWS], {
    description: "Only logins of this kind; both kinds when left out, where both can end so.",
  }),
};

export const scenarioProperties = {
  match: Type.Partial(Type.Object(scenarioMatch), {
    ...closed,
    description: "Which logins it is for; every one when left out.",
  }),
  user: Type.String({
    description:
      "Who logs in: id or MSISDN. Of logins from phone number only this user's are matched.",
  }),
  outcome: OutcomeSchema,
  remember: Type.Boolean({ description: "Whether the browser remembers the user afterwards." }),
  delay: Type.Union([Type.Number({ minimum: 0, maximum: LONGEST_DELAY }), Type.String()], {
    description:
      `How long the user takes: seconds, or a length as 1s, PT1S; ${LONGEST_DELAY} seconds at most. ` +
      "A browser waits so long by the real time, a poll finds the answer by the sandbox's clock.",
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

export const ConfigSchema = Type.Partial(
  Type.Object({
    $schema: Type.String({ description: "Where an editor finds the schema of this file." }),
    ...settingsProperties,
    users: Type.Array(UserInputSchema),
    salesUnits: Type.Array(SalesUnitInputSchema),
    partners: Type.Array(PartnerInputSchema, {
      description: "Whose keys act for the sales units of others.",
    }),
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
export type Features = SalesUnit["features"];
export type Partner = ReadonlyDeep<Static<typeof PartnerSchema>>;
export type PartnerInput = ReadonlyDeep<Static<typeof PartnerInputSchema>>;
export type Limits = Required<ReadonlyDeep<Static<typeof LimitsSchema>>>;
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

/** A config that says which users and sales units there are. */
export type SeedConfig = ConfigInput & {
  readonly users: readonly UserInput[];
  readonly salesUnits: readonly SalesUnitInput[];
};

/** What stands where a config leaves a list out. */
export type BaseConfig = Pick<SeedConfig, "users" | "salesUnits" | "partners">;
