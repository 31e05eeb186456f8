import Type from "typebox";
import { DELEGATED_CONSENT_IDS } from "./answers.ts";
import { closed, WebAddress } from "./schema-parts.ts";

/** What a sales unit can do beyond logging users in: the features of the portal (contract §6). */

const DelegatedConsentsSchema = Type.Object(
  {
    topText: Type.String({
      minLength: 1,
      maxLength: 500,
      description: "What the merchant wants the consents for, shown above them.",
    }),
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

const Words = (longest: number) => Type.String({ minLength: 1, maxLength: longest });

/** What the user meets between the app and the merchant, by the scope customFlow (dossier §1.8). */
const CustomFlowSchema = Type.Object(
  {
    screens: Type.Array(
      Type.Object(
        {
          title: Words(100),
          description: Type.Optional(Words(1000)),
          terms: Type.Optional(
            Type.Object(
              {
                links: Type.Array(Type.Object({ title: Words(100), url: WebAddress }, closed), {
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
                title: Words(200),
                required: Type.Boolean({ description: "Whether the login needs it checked." }),
                readMore: Type.Optional(
                  Type.Object({ title: Words(100), description: Words(2000) }, closed),
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

export const FeaturesSchema = Type.Object(
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
export const FeaturesInputSchema = Type.Partial(FeaturesSchema, {
  ...closed,
  title: "FeaturesInput",
});
