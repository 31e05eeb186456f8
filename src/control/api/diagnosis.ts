import type { TSchema } from "typebox";
import Type from "typebox";
import type { Diagnosis } from "../../records/diagnosis.ts";
import { closed } from "./operation.ts";

/** What is said of each member; one that is added to diagnoses and forgotten here does not compile. */
const members = {
  rule: Type.String({ description: "The name of the rule." }),
  faq: Type.Optional(Type.String({ description: "The FAQ entry that it comes from." })),
  source: Type.Optional(Type.String({ description: "Its source where the FAQ is silent." })),
  message: Type.String({ description: "What was wrong." }),
  detail: Type.String({ description: "What to do about it." }),
  closest: Type.Optional(Type.String({ description: "The value that was probably meant." })),
} satisfies Record<keyof Diagnosis, TSchema>;

/** Why something was refused. */
export const DiagnosisSchema = Type.Object(members, { ...closed, title: "Diagnosis" });
