import { FAQ } from "./faq.ts";
import { nearest } from "./nearest.ts";
import type { Diagnosis, Rule } from "./rule.ts";
import { diagnose } from "./rule.ts";

/** Which scopes a sales unit may ask for. */
export const entitlementRule: Rule = {
  id: "entitlement",
  faq: [FAQ.scopes],
  enforces:
    "A scope that is unknown, or that the sales unit is not entitled to, is refused with " +
    "invalid_scope naming the first such scope (profile 2026 drops it and says so in the returned " +
    "scope).",
  source: "FAQ; dossier §1.7, §2.3",
  status: "observed",
};

export const ninRule: Rule = {
  id: "nin",
  faq: [FAQ.nin],
  enforces:
    "nin is for sales units with that entitlement, and only when it is asked and consented.",
  source: "FAQ",
  status: "documented",
};

/** How the FAQ writes `birthDate`; both are understood. */
const ALIASES: ReadonlyMap<string, string> = new Map([["birthdate", "birthDate"]]);

/**
 * @param scope a scope as requested
 * @returns the name by which entitlements and claims know it
 */
export function canonicalScope(scope: string): string {
  return ALIASES.get(scope) ?? scope;
}

/**
 * @param requested the scopes of the request, in order
 * @param entitled the scopes of the sales unit
 * @returns the requested scopes that the sales unit has, and the first one that it does not have
 */
export function splitByEntitlement(
  requested: readonly string[],
  entitled: readonly string[],
): { granted: string[]; refused: string | undefined } {
  const isEntitled = (scope: string) => entitled.includes(canonicalScope(scope));
  return {
    granted: requested.filter(isEntitled),
    refused: requested.find((scope) => !isEntitled(scope)),
  };
}

/**
 * @param scope the scope that was refused
 * @param entitled the scopes of the sales unit
 * @returns why, and which entitled scope comes closest in spelling
 */
export function diagnoseScope(scope: string, entitled: readonly string[]): Diagnosis {
  if (scope === "nin") {
    return diagnose(
      ninRule,
      "the sales unit is not entitled to the scope nin",
      "Add nin to the scopes of the sales unit; at the real service the merchant must apply for it.",
    );
  }
  if (scope === "offline" || scope === "offline_access") {
    return diagnose(
      entitlementRule,
      `the scope ${scope} is never given, although discovery lists it`,
      "Leave it out: Vipps Login has no refresh tokens.",
    );
  }
  return diagnose(
    entitlementRule,
    `the sales unit is not entitled to the scope ${scope}; it has ${entitled.join(", ")}`,
    `Leave ${scope} out, or add it to the scopes of the sales unit.`,
    nearest(scope, entitled),
  );
}

/** @returns the diagnosis for a request without the scope openid */
export function diagnoseMissingOpenid(): Diagnosis {
  return diagnose(
    entitlementRule,
    "the scope openid is missing",
    "Add openid to the scope parameter: every login needs it.",
    "openid",
  );
}
