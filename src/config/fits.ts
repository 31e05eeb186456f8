import Value from "typebox/value";
import type { ConfigInput } from "../records/config.ts";
import { ConfigSchema } from "../records/config.ts";

/**
 * Whether a config is right, without a word about what is wrong. In the bundle a function takes its
 * place that was generated from the schema (scripts/generated-check.ts), so that the program can start
 * with a good config and load neither the schemas nor their library.
 */
export function fitsConfig(value: unknown): value is ConfigInput {
  return Value.Check(ConfigSchema, value);
}
