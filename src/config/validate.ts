import type { Problem } from "./problem.ts";
import { findProblems } from "./problems.ts";
import type { ConfigInput, SalesUnitInput, UserInput } from "./schema.ts";
import { ConfigSchema } from "./schema.ts";
import { findConfigProblems } from "./semantics.ts";

/** A config that says which users and sales units there are. */
export type SeedConfig = ConfigInput & {
  readonly users: readonly UserInput[];
  readonly salesUnits: readonly SalesUnitInput[];
};

/**
 * Holds a config against its schema, and if it fits, against what a schema cannot say.
 *
 * @param value a config as parsed from a file or a request
 * @param base what stands where it leaves out `users` or `salesUnits`
 * @returns the config with both of them; or everything that is wrong
 */
export function validateConfig(
  value: unknown,
  base: Pick<SeedConfig, "users" | "salesUnits">,
): { readonly config: SeedConfig } | { readonly problems: readonly Problem[] } {
  const misfits = findProblems(ConfigSchema, value);
  if (misfits.length > 0) return { problems: misfits };
  const given = value as ConfigInput;
  const config: SeedConfig = {
    ...given,
    users: given.users ?? base.users,
    salesUnits: given.salesUnits ?? base.salesUnits,
  };
  const problems = findConfigProblems(config);
  return problems.length > 0 ? { problems } : { config };
}
