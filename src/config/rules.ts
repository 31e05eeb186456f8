import type { RuleOverrides, RulesInput } from "../records/settings.ts";
import { findLengthProblems, lengthOf } from "./duration.ts";
import type { Problem } from "./problem.ts";
import { pathTo } from "./problem.ts";

/** Rules as people write them: a lifetime is a length of time, of which the rules in force keep the seconds. */

const LIFETIMES = [
  "expiresIn",
  "accessTokenLifetime",
  "codeLifetime",
  "webhookRemovedAfter",
] as const satisfies readonly (keyof RulesInput)[];

/** What is wrong with the lifetimes. */
export function findRuleProblems(rules: RulesInput = {}): Problem[] {
  return LIFETIMES.flatMap((name) => {
    const given = rules[name] ?? undefined;
    if (given === undefined) return [];
    return findLengthProblems(given, pathTo("rules", name), { least: 1, whole: true });
  });
}

/** The rules to keep, of those with which nothing is wrong. */
export function rulesInSeconds(rules: RulesInput): RuleOverrides {
  const lifetimes = LIFETIMES.flatMap((name) => {
    const given = rules[name] ?? undefined;
    return given === undefined ? [] : [[name, lengthOf(given)] as const];
  });
  return { ...rules, ...Object.fromEntries(lifetimes) } as RuleOverrides;
}

/** A config to keep, of one with which nothing is wrong. */
export function withRulesInSeconds<Config extends { readonly rules?: RulesInput }>(config: Config) {
  const { rules, ...others } = config;
  return { ...others, ...(rules && { rules: rulesInSeconds(rules) }) };
}
