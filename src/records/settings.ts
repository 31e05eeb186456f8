import type { Static, TInteger } from "typebox";
import Type from "typebox";
import type { LimitName } from "./limits.ts";
import { LIMIT_NAMES, LIMITS } from "./limits.ts";
import type { ReadonlyDeep } from "./schema-parts.ts";
import {
  closed,
  LAST_MOMENT,
  LENGTH,
  Lifetime,
  lengthSchema,
  Moment,
  Whole,
} from "./schema-parts.ts";
import { ONE_HOST } from "./vocabulary.ts";

/** How a sandbox is set: its profile with the rules and limits that override it, and its clock. */

const ruleProperties = {
  minimumAge: Type.Integer({
    minimum: 0,
    maximum: 150,
    description: "How old a user must be, in years.",
  }),
  scopeWithoutEntitlement: Type.Enum(["invalid_scope", "drop"], {
    description: "What becomes of a scope that the sales unit is not entitled to.",
  }),
  userDataInIdToken: Type.Boolean({
    description: "Whether the claims that the user consented to are in the ID token too.",
  }),
  subjectPer: Type.Enum(["merchant", "sales-unit"], {
    description: "By whom users have one sub.",
  }),
  consentPer: Type.Enum(["merchant", "sales-unit"], {
    description: "Whose sales units a consent is for: all of the merchant, or one.",
  }),
  subscriptionKeyRefused: Type.Boolean({
    description: "Whether userinfo refuses a request with a subscription key.",
  }),
  subscriptionKeyRefusedBySubject: Type.Boolean({
    description: "Whether userinfo by sub refuses a request with a subscription key.",
  }),
  expiresIn: Lifetime("What expires_in says, in seconds."),
  accessTokenLifetime: Lifetime("How long userinfo takes an access token, in seconds."),
  codeLifetime: Lifetime("How long an authorization code lives, in seconds."),
  audience: Type.Enum(["array", "string"], {
    description: "What the aud claim of a browser login's ID token is.",
  }),
  apiVersion2: Type.Boolean({
    description: "Whether every sales unit may ask for the scope api_version_2.",
  }),
  formPost: Type.Boolean({ description: "Whether response_mode=form_post is supported." }),
  errorTexts: Type.Enum(["2022", "2023"], {
    description: "From when the descriptions of Vipps' own redirect errors are.",
  }),
  delegatedConsentsFormat: Type.Enum(["2023", "2026"], {
    description: "Which members the claim delegatedConsents has.",
  }),
  askAgainAfterChange: Type.Boolean({
    description:
      "Whether users answer a merchant's questions again once the merchant asks something else.",
  }),
  rememberOnPhones: Type.Boolean({
    description: "Whether the box to be remembered starts ticked on a phone.",
  }),
  partnerKeys: Type.Enum(["phone-number", "everywhere"], {
    description: "Which flows partner keys are for.",
  }),
  loginFromPhoneNumber: Type.Enum(["entitled", "everyone"], {
    description: "Which sales units may log in from phone number.",
  }),
  requestedExpiry: Type.Boolean({ description: "Whether requested_expiry is supported." }),
  noDialog: Type.Boolean({ description: "Whether requested_flow=no_dialog is supported." }),
  appToAppV2: Type.Boolean({ description: "Whether requested_flow=app_to_app_v2 is supported." }),
  acrValues: Type.Boolean({
    description: "Whether acr_values can ask for a confirmation in the app.",
  }),
  gender: Type.Boolean({ description: "Whether there is a scope gender." }),
  customFlow: Type.Boolean({ description: "Whether there is a scope customFlow." }),
  delegatedConsentsInBrowser: Type.Boolean({
    description: "Whether the browser flow knows the scope delegatedConsents.",
  }),
  discovery: Type.Enum(["2023", "2026"], { description: "Which discovery document is served." }),
  webhookSecret: Type.Enum(["base64", "uuid"], {
    description: "Which form the secret of a webhook's registration has.",
  }),
  webhookRemovedAfter: Type.Union([Whole({ minimum: 1 }), Type.Null()], {
    description:
      "How many seconds a webhook's registration can fail before it is removed; null for ever.",
  }),
  platformToken: Type.Enum(["2023", "2026"], {
    description: "Which members the response of /accesstoken/get has.",
  }),
  httpRedirectHosts: Type.Array(
    Type.String({
      pattern: ONE_HOST,
      maxLength: 253,
      description: "One host, without a port or a *: shop, 10.0.2.2, [fd00::1].",
    }),
    {
      uniqueItems: true,
      description: "Hosts beside the loopback ones to which redirect URIs may lead on plain http.",
    },
  ),
  retention: Type.Enum(["every-session", "payments"], {
    description:
      "What stays readable for 168 hours: every session, by its sub and, once the consent is " +
      "revoked, by its access token; or payments alone, by their sub.",
  }),
};

/** The rules that stand apart from their profile, as they are kept. */
export const RulesSchema = Type.Partial(Type.Object(ruleProperties), {
  ...closed,
  title: "Rules",
});

/** The same as people write them. */
const RulesInputSchema = Type.Partial(
  Type.Object({
    ...ruleProperties,
    expiresIn: lengthSchema(`What expires_in says: ${LENGTH}`),
    accessTokenLifetime: lengthSchema(`How long userinfo takes an access token: ${LENGTH}`),
    codeLifetime: lengthSchema(`How long an authorization code lives: ${LENGTH}`),
    webhookRemovedAfter: Type.Union([Type.Number(), Type.String(), Type.Null()], {
      description: `How long a webhook's registration can fail before it is removed: ${LENGTH} Null is for ever.`,
    }),
  }),
  { ...closed, title: "RulesInput" },
);

/** How much there may be of everything that grows. */
export const LimitsSchema = Type.Partial(
  Type.Object(
    Object.fromEntries(LIMIT_NAMES.map((name) => [name, limitSchema(LIMITS[name])])) as {
      [Name in LimitName]: TInteger;
    },
  ),
  { ...closed, title: "Limits" },
);

function limitSchema({ range: [minimum, maximum], description }: (typeof LIMITS)[LimitName]) {
  return Type.Integer({ minimum, maximum, description });
}

/** Profile, rule overrides, limits, automatic login and webhook hosts. */
export const settingsProperties = {
  profile: Type.Enum(["2023", "2026"], { description: "Which dated behaviour the mock shows." }),
  rules: RulesSchema,
  limits: LimitsSchema,
  autoLogin: Type.Union([Type.String(), Type.Null()], {
    description: "The user (id or MSISDN) as whom every browser login completes at once.",
  }),
  webhookHosts: Type.Array(
    Type.String({
      pattern: "^(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(:\\d{1,5})?$",
      maxLength: 260,
      description: "A host, or a host and a port: shop, shop:3000.",
    }),
    {
      uniqueItems: true,
      description:
        "Hosts that registered webhooks may be sent to, besides those in the addresses of the sales units.",
    },
  ),
};

export const SettingsSchema = Type.Partial(Type.Object(settingsProperties), closed);

/** The same as people write them. */
export const settingsInputProperties = { ...settingsProperties, rules: RulesInputSchema };

/** How a sandbox's clock differs from the real one. */
export const ClockStateSchema = Type.Object(
  {
    offset: Type.Integer({
      minimum: -LAST_MOMENT,
      maximum: LAST_MOMENT,
      description: "Seconds ahead of the real time.",
    }),
    /** Set while the clock stands still. */
    frozenAt: Type.Optional(Moment),
  },
  closed,
);

/** The settings as they stand now; what is left out is the profile's, or the server's. */
export type Settings = ReadonlyDeep<Static<typeof SettingsSchema>>;
export type RuleOverrides = ReadonlyDeep<Static<typeof RulesSchema>>;
export type RulesInput = ReadonlyDeep<Static<typeof RulesInputSchema>>;
export type ClockState = ReadonlyDeep<Static<typeof ClockStateSchema>>;
