import type { Static } from "typebox";
import Type from "typebox";
import type { ReadonlyDeep } from "./schema-parts.ts";
import { closed, Shown, WebAddress } from "./schema-parts.ts";
import { DELEGATED_CONSENT_IDS, SCOPES } from "./vocabulary.ts";

/** What a sales unit can do beyond logging users in: the features of the portal. */

const DelegatedConsentsSchema = Type.Object(
  {
    topText: Shown(500, "What the merchant wants the consents for, shown above them."),
    consents: Type.Array(
      Type.Object(
        {
          id: Type.Enum([...DELEGATED_CONSENT_IDS], { description: "Which consent." }),
          required: Type.Boolean({ description: "Whether the login needs it." }),
        },
        closed,
      ),
      { minItems: 1, maxItems: 4, description: "Those asked for, each once, in this order." },
    ),
    termsUrl: WebAddress,
    privacyUrl: WebAddress,
  },
  { ...closed, title: "DelegatedConsents" },
);

/** What the user meets between the app and the merchant, by the scope customFlow (Signaturgruppen). */
const CustomFlowSchema = Type.Object(
  {
    screens: Type.Array(
      Type.Object(
        {
          title: Shown(100),
          description: Type.Optional(Shown(1000)),
          terms: Type.Optional(
            Type.Object(
              {
                links: Type.Array(Type.Object({ title: Shown(100), url: WebAddress }, closed), {
                  minItems: 1,
                  maxItems: 5,
                }),
              },
              closed,
            ),
          ),
          elements: Type.Array(
            Type.Object(
              {
                type: Type.Literal("checkbox"),
                id: Type.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" }),
                title: Shown(200),
                required: Type.Boolean({ description: "Whether the login needs it checked." }),
                readMore: Type.Optional(
                  Type.Object({ title: Shown(100), description: Shown(2000) }, closed),
                ),
              },
              closed,
            ),
            { maxItems: 10 },
          ),
        },
        closed,
      ),
      { minItems: 1, maxItems: 5 },
    ),
  },
  { ...closed, title: "CustomFlow" },
);

const FeaturesSchema = Type.Object(
  {
    loginFromPhoneNumber: Type.Boolean({
      description: "Whether it may log users in from their phone number (profile 2023).",
    }),
    delegatedConsents: Type.Union([DelegatedConsentsSchema, Type.Null()], {
      description: "What the scope delegatedConsents asks for; null where it is not set up.",
    }),
    customFlow: Type.Union([CustomFlowSchema, Type.Null()], {
      description:
        "What the scope customFlow asks for (profile 2026); null where it is not set up.",
    }),
  },
  { ...closed, title: "Features" },
);

/** The features that are named; the others are left as they are, or off from the start. */
const FeaturesInputSchema = Type.Partial(FeaturesSchema, {
  ...closed,
  title: "FeaturesInput",
});

export const SalesUnitSchema = Type.Object(
  {
    msn: Type.String({
      pattern: "^\\d{4,10}$",
      description: "Merchant Serial Number: 4 to 10 digits.",
    }),
    name: Shown(100, "Shown to the user on every page and in the app."),
    merchant: Shown(100, "The merchant it belongs to; units of one merchant see the same `sub`."),
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

export type SalesUnit = ReadonlyDeep<Static<typeof SalesUnitSchema>>;
export type SalesUnitInput = ReadonlyDeep<Static<typeof SalesUnitInputSchema>>;
export type Features = SalesUnit["features"];
export type Scope = (typeof SCOPES)[number];
