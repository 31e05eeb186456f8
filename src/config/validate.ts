import type { TSchema } from "typebox";
import type { BaseConfig, ConfigInput, SeedConfig } from "../records/config.ts";
import { ConfigSchema } from "../records/config.ts";
import { withBase } from "./base.ts";
import { convertVariables } from "./convert.ts";
import { flagOf, OPTION_NAMES, variableOf } from "./options.ts";
import type { Problem } from "./problem.ts";
import { pathTo } from "./problem.ts";
import { withRulesInSeconds } from "./rules.ts";
import { findProblems } from "./schema-problems.ts";
import { findConfigProblems } from "./semantics.ts";
import type { Replacement } from "./variables.ts";
import { problemsWithVariables } from "./variables.ts";

/**
 * Holds a config against its schema, and what fits it against what a schema cannot say. What came from
 * variables is made what the schema wants in its place.
 */
export async function validateConfig(
  value: unknown,
  base: BaseConfig,
  replaced?: Replacement,
): Promise<{ readonly config: SeedConfig } | { readonly problems: readonly Problem[] }> {
  if (replaced) convertVariables(ConfigSchema, value, replaced.places);
  const misfits = findProblems(ConfigSchema, value);
  const given = misfits.length === 0 ? (value as ConfigInput) : withoutMisfits(value);
  const config = withBase(given, base);
  const found = [...misfits.map(mindingOptions), ...(await findConfigProblems(config))];
  const problems = replaced ? problemsWithVariables(found, replaced) : found;
  return problems.length > 0 ? { problems } : { config: withRulesInSeconds(config) };
}

/**
 * The rules, the records, and the clock. What speaks of records by name is left out: a name can be unknown only
 * because the record, or the key of them all, is misspelt.
 */
function withoutMisfits(
  value: unknown,
): Pick<ConfigInput, "rules" | "users" | "salesUnits" | "partners" | "clock"> {
  const fitting = (fittingPart(ConfigSchema, value) ?? {}) as ConfigInput;
  const { rules, users, salesUnits, partners, clock } = fitting;
  return {
    ...(rules && { rules }),
    ...(users && { users }),
    ...(salesUnits && { salesUnits }),
    ...(partners && { partners }),
    ...(clock && { clock }),
  };
}

/** What fits its schema, with every member at its place; undefined where nothing does. */
function fittingPart(schema: TSchema, value: unknown): unknown {
  const { properties, items } = schema as {
    readonly properties?: Readonly<Record<string, TSchema>>;
    readonly items?: TSchema;
  };
  if (items && "properties" in items && Array.isArray(value)) {
    return value.map((item) => fittingPart(items, item) ?? {});
  }
  if (properties && typeof value === "object" && value !== null && !Array.isArray(value)) {
    const parts = Object.entries(value).flatMap(([key, member]) => {
      const own = Object.hasOwn(properties, key) ? properties[key] : undefined;
      const part = own && fittingPart(own, member);
      return part === undefined ? [] : [[key, part] as const];
    });
    return Object.fromEntries(parts);
  }
  return findProblems(schema, value).length === 0 ? value : undefined;
}

/** An option of the command line is looked for in the file too, where it is unknown. */
function mindingOptions(problem: Problem): Problem {
  const option = OPTION_NAMES.find((name) =>
    [name, flagOf(name).slice(2)].some((key) => pathTo("", key) === problem.path),
  );
  if (option === undefined || option in ConfigSchema.properties) return problem;
  const message = `this is no key but an option: ${flagOf(option)}, or the variable ${variableOf(option)}`;
  return { path: problem.path, message, value: problem.value };
}
