import type { Static } from "typebox";
import Type from "typebox";
import type { FaqEntry } from "./faq.ts";
import type { ReadonlyDeep } from "./schema-parts.ts";
import { closed } from "./schema-parts.ts";

/** Why something was refused: for the developer's eyes, never part of the response to the merchant. */
export const DiagnosisSchema = Type.Object(
  {
    rule: Type.String({ description: "The name of the rule." }),
    faq: Type.Optional(
      Type.Unsafe<FaqEntry>(Type.String({ description: "The FAQ entry that it comes from." })),
    ),
    /** The section of the RFC. */
    source: Type.Optional(Type.String({ description: "Its source where the FAQ is silent." })),
    /** In one sentence, with the value. */
    message: Type.String({ description: "What was wrong." }),
    detail: Type.String({ description: "What to do about it." }),
    sent: Type.Optional(
      Type.String({ description: "The value that is wrong, beside `closest` where it is known." }),
    ),
    /** The registered value that comes closest to the one that was sent. */
    closest: Type.Optional(Type.String({ description: "The value that was probably meant." })),
  },
  { ...closed, title: "Diagnosis" },
);

export type Diagnosis = ReadonlyDeep<Static<typeof DiagnosisSchema>>;
