import type { Static } from "typebox";
import Type from "typebox";
import { FaultInputSchema } from "./fault.ts";
import { PartnerInputSchema } from "./partner.ts";
import type { SalesUnitInput } from "./sales-unit.ts";
import { SalesUnitInputSchema } from "./sales-unit.ts";
import { ScenarioInputSchema } from "./scenario.ts";
import type { ReadonlyDeep } from "./schema-parts.ts";
import { closed } from "./schema-parts.ts";
import type { RuleOverrides } from "./settings.ts";
import { settingsInputProperties } from "./settings.ts";
import type { UserInput } from "./user.ts";
import { UserInputSchema } from "./user.ts";

/** Everything that a config file can say. */
export const ConfigSchema = Type.Partial(
  Type.Object({
    $schema: Type.String({ description: "Where an editor finds the schema of this file." }),
    ...settingsInputProperties,
    users: Type.Array(UserInputSchema),
    salesUnits: Type.Array(SalesUnitInputSchema),
    partners: Type.Array(PartnerInputSchema, {
      description: "Partners, whose keys act for the sales units of others.",
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

/** A config file as written. */
export type ConfigInput = ReadonlyDeep<Static<typeof ConfigSchema>>;

/** A config that says which users and sales units there are, still to be checked. */
export type WholeConfig = ConfigInput & {
  readonly users: readonly UserInput[];
  readonly salesUnits: readonly SalesUnitInput[];
};

/** The same, checked: what sandboxes are made from. */
export type SeedConfig = Omit<WholeConfig, "rules"> & { readonly rules?: RuleOverrides };

/** What stands where a config leaves a list out. */
export type BaseConfig = Pick<SeedConfig, "users" | "salesUnits" | "partners">;
