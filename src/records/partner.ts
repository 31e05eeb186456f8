import type { Static } from "typebox";
import Type from "typebox";
import { SalesUnitSchema } from "./sales-unit.ts";
import type { ReadonlyDeep } from "./schema-parts.ts";
import { closed, Shown } from "./schema-parts.ts";

export const PartnerSchema = Type.Object(
  {
    id: Type.String({
      pattern: "^[a-z0-9][a-z0-9-]{0,62}$",
      description: "The partner's name in configs: lower-case letters, digits and hyphens.",
    }),
    name: Shown(100, "What it is called."),
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

export type Partner = ReadonlyDeep<Static<typeof PartnerSchema>>;
export type PartnerInput = ReadonlyDeep<Static<typeof PartnerInputSchema>>;
